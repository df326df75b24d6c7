//! Whether a PostgreSQL database is fit to hold a record.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::home::Server;

/// What the server says of itself, as far as a record depends on it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// Its version, such as `15.14`.
    pub version: String,
    /// Its version as a number, such as 150014.
    pub version_number: i64,
    /// How it encodes texts; a record needs `UTF8`.
    pub encoding: String,
    /// When it acknowledges a commit: `off` before the disk has it, `on` afterwards.
    pub synchronous_commit: String,
    /// The standbys that a commit waits for; empty: none.
    pub synchronous_standbys: String,
    /// Whether what it calls written is on the disk.
    pub fsync: String,
    /// Whether a page that the disk changed is noticed when it is read.
    pub checksums: String,
    /// Whether it follows another server, and takes no writes.
    pub is_standby: bool,
    /// Tables of the schema that it makes tables in.
    pub tables: i64,
    /// Whether a record was begun in it.
    pub has_record: bool,
    /// Standbys that are connected and waited for.
    pub waited_for: i64,
}

/// What the server says of itself.
pub(crate) async fn standing(connection: &mut Connection) -> Result<Standing, StoreError> {
    let standing = sqlx::query_as(
        "/* fitness::standing */
        SELECT current_setting('server_version') AS version,
            CAST(current_setting('server_version_num') AS BIGINT) AS version_number,
            current_setting('server_encoding') AS encoding,
            current_setting('synchronous_commit') AS synchronous_commit,
            current_setting('synchronous_standby_names') AS synchronous_standbys,
            current_setting('fsync') AS fsync,
            current_setting('data_checksums') AS checksums,
            pg_is_in_recovery() AS is_standby,
            (SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()) AS tables,
            to_regclass('_sqlx_migrations') IS NOT NULL AS has_record,
            (SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) AS waited_for",
    )
    .fetch_one(connection)
    .await?;
    Ok(standing)
}

/// Refuses a database that cannot hold a record, with the remedy.
pub(super) async fn check(connection: &mut Connection, server: &Server) -> Result<(), StoreError> {
    match standing(connection).await?.refusal(server.needs_standby()) {
        Some(refusal) => Err(StoreError::Unfit(format!("{server} {refusal}"))),
        None => Ok(()),
    }
}

impl Standing {
    /// Why a record cannot be kept there, with the remedy; `None` when it can.
    pub(crate) fn refusal(&self, needs_standby: bool) -> Option<String> {
        if self.version_number < 130_000 {
            return Some(format!("is served by PostgreSQL {}: version 13 or later is needed", self.version));
        }
        if self.encoding != "UTF8" {
            return Some(format!(
                "keeps texts as {}: make a database with `createdb --encoding=UTF8 --template=template0`",
                self.encoding
            ));
        }
        if self.is_standby {
            return Some("is on a standby, which takes no writes: name the primary server".to_owned());
        }
        if self.tables > 0 && !self.has_record {
            return Some(format!("holds {} tables of another program: name an empty database", self.tables));
        }
        if needs_standby {
            return self.without_standby();
        }
        None
    }

    /// Why an acknowledged commit could be lost with the server, with the remedy.
    fn without_standby(&self) -> Option<String> {
        if self.synchronous_standbys.trim().is_empty() {
            return Some(
                "is configured `high_availability`, but no commit waits for a second server: set \
                 `synchronous_standby_names` on it, or take `high_availability` out of the configuration"
                    .to_owned(),
            );
        }
        if !matches!(self.synchronous_commit.as_str(), "on" | "remote_apply") {
            return Some(format!(
                "is configured `high_availability`, but `synchronous_commit` is `{}`, so that a commit does not wait \
                 for the standby's disk: set it to `on` or `remote_apply`",
                self.synchronous_commit
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Standing {
        Standing {
            version: "15.14".into(),
            version_number: 150_014,
            encoding: "UTF8".into(),
            synchronous_commit: "on".into(),
            synchronous_standbys: String::new(),
            fsync: "on".into(),
            checksums: "on".into(),
            is_standby: false,
            tables: 0,
            has_record: false,
            waited_for: 0,
        }
    }

    fn check(standing: Standing, needs_standby: bool, says: Option<&str>) {
        let refusal = standing.refusal(needs_standby);
        match says {
            None => assert_eq!(refusal, None),
            Some(words) => assert!(refusal.as_deref().is_some_and(|text| text.contains(words)), "{refusal:?}"),
        }
    }

    #[test]
    fn an_empty_database_and_a_record_are_fit() {
        check(good(), false, None);
        check(Standing { tables: 90, has_record: true, ..good() }, false, None);
    }

    #[test]
    fn what_cannot_hold_a_record_is_refused() {
        check(Standing { version: "12.1".into(), version_number: 120_001, ..good() }, false, Some("version 13"));
        check(Standing { encoding: "SQL_ASCII".into(), ..good() }, false, Some("--encoding=UTF8"));
        check(Standing { is_standby: true, ..good() }, false, Some("primary"));
        check(Standing { tables: 3, ..good() }, false, Some("another program"));
    }

    #[test]
    fn high_availability_needs_a_standby_that_is_waited_for() {
        check(good(), true, Some("synchronous_standby_names"));
        let named = Standing { synchronous_standbys: "second".into(), ..good() };
        check(named.clone(), true, None);
        check(Standing { synchronous_commit: "remote_apply".into(), ..named.clone() }, true, None);
        for short in ["off", "local", "remote_write"] {
            check(Standing { synchronous_commit: short.into(), ..named.clone() }, true, Some("synchronous_commit"));
        }
    }
}
