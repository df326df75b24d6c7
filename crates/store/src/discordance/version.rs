//! The versions of a discordance.

use super::{Agreed, DatedVersion, Version, number};
use crate::dialect::{Connection, DatabaseRow};
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{AccountSerial, DiscordanceSerial};
use crate::word::{parse, read_document};
use cairn_core::discordance::{Cause, Grade, State};
use sqlx::{FromRow, Row};

const VERSIONS: &str = "discordance_version";

/// Every version up to a moment, the first first.
pub async fn versions(
    connection: &mut Connection,
    serial: DiscordanceSerial,
    as_of: AsOf,
) -> Result<Vec<DatedVersion>, StoreError> {
    let rows: Vec<DatabaseRow> = sqlx::query(
        "/* discordance::versions */
        SELECT v.version, v.state, v.grade, v.cause, v.account_id, v.members_version, v.assigned, v.due,
            v.reason, v.note, v.agreed, v.rules, v.entry_id, e.recorded
        FROM discordance_version v JOIN entry e ON e.entry_id = v.entry_id
        WHERE v.discordance_id = $1 AND v.entry_id <= $2 ORDER BY v.version",
    )
    .bind(serial)
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    let read = |row: &DatabaseRow| {
        Ok(DatedVersion {
            recorded: moment_of(VERSIONS, row.try_get("recorded")?)?,
            entry: row.try_get("entry_id")?,
            version: VersionRow::from_row(row)?.read()?,
        })
    };
    rows.iter().map(read).collect()
}

#[derive(sqlx::FromRow)]
pub(super) struct VersionRow {
    version: i64,
    state: String,
    grade: i64,
    cause: String,
    account_id: Option<AccountSerial>,
    members_version: i64,
    assigned: Option<AccountSerial>,
    due: Option<String>,
    reason: Option<String>,
    note: String,
    agreed: String,
    rules: String,
}

impl VersionRow {
    pub(super) fn read(self) -> Result<Version, StoreError> {
        let unknown = |what: &str| StoreError::damaged(VERSIONS, format!("no such word `{what}`"));
        let grade = u8::try_from(self.grade).ok().and_then(Grade::from_number);
        let agreed: Vec<Agreed> = read_document(VERSIONS, &self.agreed)?;
        Ok(Version {
            version: number(self.version)?,
            state: State::from_code(&self.state).ok_or_else(|| unknown(&self.state))?,
            grade: grade.ok_or_else(|| unknown("grade"))?,
            cause: Cause::from_code(&self.cause).ok_or_else(|| unknown(&self.cause))?,
            by: self.account_id,
            members_version: number(self.members_version)?,
            assigned: self.assigned,
            due: self.due.map(|day| parse(VERSIONS, &day)).transpose()?,
            reason: self.reason,
            note: self.note,
            agreed,
            rules: self.rules,
        })
    }
}
