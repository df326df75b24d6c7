//! What keeps the record: its version, its settings, what is wrong with them and what could be better.

use crate::dialect::{self, Connection, Dialect};
use crate::error::StoreError;
use crate::home::Home;
use sqlx::Connection as _;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examined {
    /// Settings by name, as the database says them.
    pub settings: Vec<(&'static str, String)>,
    /// What must be put right, with the remedy.
    pub faults: Vec<String>,
    /// What could be better.
    pub advice: Vec<String>,
}

/// Looks at what keeps a record; nothing is changed.
///
/// # Errors
/// When it cannot be reached at all.
pub async fn examine(home: &Home) -> Result<Examined, StoreError> {
    let mut connection = dialect::one(home).await?;
    let examined = match (Dialect::of(&connection), home) {
        (Dialect::Postgres, Home::Server(server)) => {
            of_server(dialect::standing(&mut connection).await?, server.needs_standby())
        }
        _ => of_file(&mut connection).await?,
    };
    connection.close().await?;
    Ok(examined)
}

async fn of_file(connection: &mut Connection) -> Result<Examined, StoreError> {
    let mut settings = Vec::new();
    for (name, question) in [
        ("SQLite", "SELECT sqlite_version()"),
        ("journal", "PRAGMA journal_mode"),
        ("pages", "SELECT CAST(page_count AS TEXT) FROM pragma_page_count()"),
        ("free pages", "SELECT CAST(freelist_count AS TEXT) FROM pragma_freelist_count()"),
    ] {
        settings.push((name, sqlx::query_scalar(question).fetch_one(&mut *connection).await?));
    }
    Ok(Examined { settings, ..Examined::default() })
}

fn of_server(standing: dialect::Standing, needs_standby: bool) -> Examined {
    let mut found = Examined::default();
    found.faults.extend(standing.refusal(needs_standby).map(|refusal| format!("the database {refusal}")));
    if standing.fsync != "on" {
        found
            .faults
            .push("`fsync` is off: a crash of the machine loses what was acknowledged; set it to `on`".to_owned());
    }
    if standing.synchronous_commit == "off" {
        let words = "`synchronous_commit` is `off`; the node sets it to `on` for what it writes";
        found.advice.push(words.to_owned());
    }
    if standing.checksums != "on" {
        let words = "`data_checksums` is off: a page that the disk changed is not noticed; see `pg_checksums --enable`";
        found.advice.push(words.to_owned());
    }
    if needs_standby && standing.waited_for == 0 {
        found.faults.push("no standby is connected that commits wait for: nothing can be written".to_owned());
    }
    found.settings = vec![
        ("PostgreSQL", standing.version),
        ("encoding", standing.encoding),
        ("commits", standing.synchronous_commit),
        ("standbys", format!("`{}`, {} connected", standing.synchronous_standbys, standing.waited_for)),
        ("fsync", standing.fsync),
        ("checksums", standing.checksums),
    ];
    found
}
