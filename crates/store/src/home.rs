//! Where the record of a node is kept.

use crate::error::StoreError;
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;

/// Where the record of a node is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// In a SQLite file; created when it is absent.
    File(PathBuf),
    /// In a database of a PostgreSQL server, which must exist.
    Server(Server),
}

/// A database of a PostgreSQL server.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// With a password, perhaps: never shown.
    address: String,
    needs_standby: bool,
}

impl Server {
    /// The database with this address, `postgres://user:password@host:port/database`; what is left out comes from the
    /// variables and files that PostgreSQL's own programs read (`PGHOST`, `PGPASSWORD`, `~/.pgpass` …).
    ///
    /// # Errors
    /// When it is no such address.
    pub fn new(address: &str) -> Result<Self, StoreError> {
        let server = Self { address: address.to_owned(), needs_standby: false };
        if !Self::is_address(address) {
            return Err(StoreError::Unfit("the address of the database must begin with `postgres://`".to_owned()));
        }
        server.options()?;
        Ok(server)
    }

    /// Whether a text is meant to be such an address.
    pub fn is_address(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// Whether it is opened only where every commit waits for a second server.
    #[must_use]
    pub fn needing_standby(mut self, needs_standby: bool) -> Self {
        self.needs_standby = needs_standby;
        self
    }

    /// The address as it was given, which may hold a password.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether a password stands in the address.
    pub fn has_password(&self) -> bool {
        let url = self.address.parse::<sqlx_core::Url>();
        url.is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password"))
    }

    pub(crate) fn needs_standby(&self) -> bool {
        self.needs_standby
    }

    /// How sqlx connects to it.
    pub(crate) fn options(&self) -> Result<PgConnectOptions, StoreError> {
        // The cause may repeat the password: it is not passed on.
        let refusal = "the address of the database cannot be read: write `postgres://user@host:5432/database`, special \
             letters of a password as %XX";
        self.address.parse().map_err(|_| StoreError::Unfit(refusal.to_owned()))
    }
}

/// Where it is, without who signs in and how.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = self.options().map_err(|_| fmt::Error)?;
        let host = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        write!(f, "the PostgreSQL database `{}` at `{host}`", options.get_database().unwrap_or("of the user's name"))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "`{}`", path.display()),
            Self::Server(server) => server.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let server = Server::new("postgres://anna:s3cret@db.example:5433/cairn").unwrap();
        let shown = format!("{server} {server:?} {:?}", Home::Server(server.clone()));
        assert!(shown.contains("`cairn` at `db.example:5433`"), "{shown}");
        assert!(!shown.contains("s3cret") && !shown.contains("anna"), "{shown}");
        assert!(server.has_password());
        assert!(!Server::new("postgres:///cairn?host=/run/postgresql").unwrap().has_password());
        assert!(Server::new("postgres:///cairn?password=x").unwrap().has_password());
        let broken = Server::new("postgres://anna:s3cret@db.example:70000/cairn").unwrap_err().to_string();
        assert!(!broken.contains("s3cret"), "{broken}");
    }

    #[test]
    fn another_kind_of_address_is_refused() {
        assert!(Server::new("mysql://host/cairn").is_err());
        assert!(!Server::is_address("record.sqlite"));
    }
}
