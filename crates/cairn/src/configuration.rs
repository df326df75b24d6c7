//! The configuration of a node: built-in defaults, then `cairn.toml`, then `CAIRN_…` variables,
//! then the command line. Each key is explained in `docs/reference/configuration.md`.

use anyhow::Context;
use cairn_http::Settings;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What can be configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// The node's name, at the foot of every page.
    pub name: String,
    /// Address and port to listen at.
    pub listen: String,
    /// Whether people reach the node over TLS, through a proxy in front of it.
    pub over_tls: bool,
    /// Minutes without a request after which a session ends, 5 to 60.
    pub idle_minutes: u64,
    /// Hours after which a session ends, whatever happens, 1 to 24.
    pub session_hours: u64,
    /// Folders that a system drops files into.
    pub watch: Vec<Watch>,
}

/// A folder that a system drops files into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The folder.
    pub folder: PathBuf,
    /// The laboratory that its files belong to.
    pub laboratory: String,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            name: "Cairn node".to_owned(),
            listen: "127.0.0.1:8080".to_owned(),
            over_tls: false,
            idle_minutes: 15,
            session_hours: 12,
            watch: Vec::new(),
        }
    }
}

impl Configuration {
    /// The configuration in a file; one that is not there says nothing, unless it was named.
    ///
    /// # Errors
    /// When a file or a variable cannot be read, or has a key or value that means nothing.
    pub fn read(usual: &Path, named: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(named) = named {
            std::fs::metadata(named).with_context(|| format!("configuration `{}`", named.display()))?;
        }
        let keys = ["name", "listen", "over_tls", "idle_minutes", "session_hours"];
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        let file = named.unwrap_or(usual);
        if file.exists() {
            figment = figment.merge(Toml::file_exact(file));
        }
        let figment = figment.merge(Env::prefixed("CAIRN_").only(&keys));
        let read: Self = figment.extract().context("the configuration cannot be read")?;
        anyhow::ensure!((5..=60).contains(&read.idle_minutes), "`idle_minutes` must lie between 5 and 60");
        anyhow::ensure!((1..=24).contains(&read.session_hours), "`session_hours` must lie between 1 and 24");
        Ok(read)
    }

    /// What the pages and the API need of it.
    pub fn settings(&self) -> Settings {
        Settings {
            name: self.name.clone(),
            over_tls: self.over_tls,
            idle: Duration::from_secs(self.idle_minutes * 60),
            longest_session: Duration::from_secs(self.session_hours * 60 * 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Configuration> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cairn.toml");
        std::fs::write(&path, text).unwrap();
        Configuration::read(&path, None)
    }

    #[test]
    fn nothing_said_is_the_default_and_what_is_said_counts() {
        assert_eq!(read("").unwrap(), Configuration::default());
        let said = read("name = \"North\"\nidle_minutes = 30\n[[watch]]\nfolder = \"/drop\"\nlaboratory = \"north\"\n");
        let said = said.unwrap();
        assert_eq!((said.name.as_str(), said.idle_minutes, said.watch.len()), ("North", 30, 1));
    }

    #[test]
    fn the_example_is_a_configuration() {
        let said = read(include_str!("../../../examples/cairn.toml")).unwrap();
        assert!(said.over_tls);
        assert_eq!(said.watch.len(), 1);
    }

    #[test]
    fn a_file_that_is_not_there_says_nothing() {
        let read = Configuration::read(Path::new("nowhere/cairn.toml"), None);
        assert_eq!(read.unwrap(), Configuration::default());
    }

    #[test]
    fn a_key_that_means_nothing_is_refused() {
        assert!(format!("{:#}", read("liste = \"x\"").unwrap_err()).contains("liste"));
        assert!(read("idle_minutes = 600").is_err());
        assert!(Configuration::read(Path::new("/nowhere"), Some(Path::new("/nowhere/cairn.toml"))).is_err());
    }
}
