//! A discordance with its last version: the columns, and reading it by number or by variant.

use super::version::VersionRow;
use super::{Recorded, number};
use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{DiscordanceSerial, VariantSerial};
use crate::word::read_word;
use cairn_core::discordance::Scope;

const TABLE: &str = "discordance";

/// The columns of a discordance with its last version, and the tables they come from.
macro_rules! select {
    ($name:literal) => {
        concat!(
            "/* discordance::",
            $name,
            " */
            SELECT d.discordance_id, COALESCE(a.merged_into, a.variant_id) AS variant_id, d.track, d.scope,
                d.condition_group, d.condition_words, d.opened, d.changed, d.ended, d.times_opened,
                v.version, v.state, v.grade, v.cause, v.account_id, v.members_version, v.assigned, v.due,
                v.reason, v.note, v.agreed, v.rules
            FROM discordance d
            JOIN variant a ON a.variant_id = d.variant_id
            JOIN discordance_version v ON v.discordance_id = d.discordance_id AND v.version = d.version "
        )
    };
}
pub(super) use select;

/// The discordances of these numbers, ascending.
pub async fn by_serials(
    connection: &mut Connection,
    serials: &[DiscordanceSerial],
) -> Result<Vec<Recorded>, StoreError> {
    let rows: Vec<HeadRow> = select_in(
        connection,
        |query| {
            query.push(select!("by_serials"));
            query.push("WHERE d.discordance_id IN");
        },
        serials,
        |_| {},
    )
    .await?;
    let mut found: Vec<Recorded> = rows.into_iter().map(HeadRow::read).collect::<Result<_, _>>()?;
    found.sort_by_key(|one| one.serial);
    Ok(found)
}

/// The discordances recorded with one of these variants; name merged ones too.
pub async fn of_variants(connection: &mut Connection, variants: &[VariantSerial]) -> Result<Vec<Recorded>, StoreError> {
    let rows: Vec<HeadRow> = select_in(
        connection,
        |query| {
            query.push(select!("of_variants"));
            query.push("WHERE d.variant_id IN");
        },
        variants,
        |_| {},
    )
    .await?;
    rows.into_iter().map(HeadRow::read).collect()
}

#[derive(sqlx::FromRow)]
pub(super) struct HeadRow {
    discordance_id: DiscordanceSerial,
    variant_id: VariantSerial,
    track: String,
    scope: String,
    condition_group: String,
    condition_words: String,
    opened: i64,
    changed: i64,
    ended: Option<i64>,
    times_opened: i64,
    #[sqlx(flatten)]
    last: VersionRow,
}

impl HeadRow {
    pub(super) fn read(self) -> Result<Recorded, StoreError> {
        let scope = Scope::from_code(&self.scope).ok_or_else(|| StoreError::damaged(TABLE, "scope"))?;
        Ok(Recorded {
            serial: self.discordance_id,
            variant: self.variant_id,
            track: read_word(TABLE, &self.track)?,
            scope,
            group: self.condition_group,
            condition: self.condition_words,
            opened: moment_of(TABLE, self.opened)?,
            changed: moment_of(TABLE, self.changed)?,
            ended: self.ended.map(|micros| moment_of(TABLE, micros)).transpose()?,
            times_opened: number(self.times_opened)?,
            last: self.last.read()?,
        })
    }
}
