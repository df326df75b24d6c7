//! Which database keeps the record: `$CAIRN_DATABASE`, else `database` in the configuration, else `$DATABASE_URL` where it
//! names a PostgreSQL database; without any of them it is a file of the data folder.

use crate::error::NodeError;
use cairn_store::home::Server;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;
use std::path::Path;

/// What a configuration says of the database; its other keys are read elsewhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    database: Option<String>,
    high_availability: bool,
}

/// The server that keeps the record; `None`: a file does.
pub(super) fn server(configuration: &Path) -> Result<Option<Server>, NodeError> {
    server_by(configuration, std::env::var("DATABASE_URL").ok())
}

fn server_by(configuration: &Path, usual: Option<String>) -> Result<Option<Server>, NodeError> {
    let mut figment = Figment::new();
    if configuration.is_file() {
        figment = figment.merge(Toml::file_exact(configuration));
    }
    let figment = figment.merge(Env::prefixed("CAIRN_").only(&["database", "high_availability"]));
    // A message of the reader may repeat a line of the file, and so a password.
    let refusal = || "`database` must be a text and `high_availability` true or false".to_owned();
    let said: Said = figment.extract().map_err(|_| NodeError::Configuration(configuration.to_owned(), refusal()))?;
    let usual = usual.filter(|address| Server::is_address(address));
    match said.database.or(usual) {
        Some(address) => Ok(Some(Server::new(&address)?.needing_standby(said.high_availability))),
        None if said.high_availability => Err(NodeError::Configuration(
            configuration.to_owned(),
            "`high_availability` needs a `database` of a PostgreSQL server: a file has no second server".to_owned(),
        )),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, usual: Option<&str>, shows: Result<Option<&str>, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cairn.toml");
        std::fs::write(&file, text).unwrap();
        match (server_by(&file, usual.map(str::to_owned)), shows) {
            (Ok(found), Ok(shows)) => {
                let found = found.map(|server| server.to_string());
                assert_eq!(found.is_some(), shows.is_some());
                assert!(found.unwrap_or_default().contains(shows.unwrap_or_default()));
            }
            (Err(error), Err(words)) => {
                let text = error.to_string();
                assert!(text.contains(words) && !text.contains("s3cret"), "{text}");
            }
            (found, shows) => panic!("{found:?} where {shows:?} is meant"),
        }
    }

    #[test]
    fn a_file_keeps_the_record_unless_another_place_is_named() {
        check("name = \"North\"", None, Ok(None));
        check("database = \"postgres://u@h/north\"", None, Ok(Some("`north`")));
    }

    #[test]
    fn the_usual_variable_counts_where_nothing_else_is_said() {
        check("", Some("postgres://u@h/usual"), Ok(Some("`usual`")));
        check("database = \"postgres://u@h/north\"", Some("postgres://u@h/usual"), Ok(Some("`north`")));
        check("", Some("mysql://u@h/other"), Ok(None));
    }

    #[test]
    fn what_is_no_database_is_refused_without_its_words() {
        check("database = \"mysql://u:s3cret@h/north\"", None, Err("postgres://"));
        check("database = [\"postgres://u:s3cret@h/north\"]", None, Err("must be a text"));
        check("high_availability = true", None, Err("PostgreSQL"));
    }
}
