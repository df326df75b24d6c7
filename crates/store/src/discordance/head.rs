//! A discordance with its last version: the columns, and reading it by number or by variant.

use super::version::VersionRow;
use super::{Recorded, number};
use crate::dialect::{Connection, Database};
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{DiscordanceSerial, VariantSerial};
use crate::word::read_word;
use cairn_core::discordance::{Cause, Scope, State};
use sqlx::QueryBuilder;

const TABLE: &str = "discordance";

/// Begins a question for discordances, `d` with its version `v` and its variant `a`: as they stand, or as of a moment.
pub(super) fn select(query: &mut QueryBuilder<Database>, name: &str, as_of: Option<AsOf>) {
    query.push(format_args!("/* discordance::{name} */"));
    query.push(
        " SELECT d.discordance_id, COALESCE(a.merged_into, a.variant_id) AS variant_id, d.track, d.scope,
            d.condition_group, d.condition_words, d.opened, d.changed, d.ended, d.times_opened,
            v.version, v.state, v.grade, v.cause, v.account_id, v.members_version, v.assigned, v.due,
            v.reason, v.note, v.agreed, v.rules
        FROM ",
    );
    heads(query, as_of);
    query.push(
        " d JOIN variant a ON a.variant_id = d.variant_id
        JOIN discordance_version v ON v.discordance_id = d.discordance_id AND v.version = d.version ",
    );
}

/// The discordances as they stand, or the same columns as of a moment, for which every version is looked up.
pub(super) fn heads(query: &mut QueryBuilder<Database>, as_of: Option<AsOf>) {
    let Some(as_of) = as_of.map(AsOf::bound) else {
        query.push("discordance");
        return;
    };
    let open: Vec<String> =
        State::ALL.iter().filter(|state| state.is_open()).map(|state| format!("'{}'", state.code())).collect();
    let open = open.join(", ");
    let opens = format!("'{}', '{}'", Cause::Found.code(), Cause::OpenedAgain.code());
    let seen = format!("w.discordance_id = h.discordance_id AND w.entry_id <= {as_of}");
    query.push(format_args!(
        "(SELECT h.discordance_id, p.variant_id, h.track, p.scope, p.condition_group, p.condition_words,
            p.search_text, n.version, n.state, CASE WHEN n.state IN ({open}) THEN 1 ELSE 0 END AS is_open,
            n.grade, n.assigned, n.due,
            (SELECT MAX(e.recorded) FROM discordance_version w JOIN entry e ON e.entry_id = w.entry_id
                WHERE {seen} AND w.cause IN ({opens})) AS opened,
            (SELECT COUNT(*) FROM discordance_version w WHERE {seen} AND w.cause IN ({opens})) AS times_opened,
            (SELECT e.recorded FROM entry e WHERE e.entry_id = n.entry_id) AS changed,
            CASE WHEN n.state IN ({open}) THEN NULL ELSE
                (SELECT MIN(e.recorded) FROM discordance_version w JOIN entry e ON e.entry_id = w.entry_id
                    WHERE {seen} AND w.version > (SELECT MAX(o.version) FROM discordance_version o
                        WHERE o.discordance_id = h.discordance_id AND o.version < n.version
                            AND o.state IN ({open}))) END AS ended
        FROM discordance h
        JOIN discordance_version n ON n.discordance_id = h.discordance_id
            AND n.version = (SELECT MAX(w.version) FROM discordance_version w WHERE {seen})
        JOIN discordance_place p ON p.discordance_id = h.discordance_id
            AND p.version = (SELECT MAX(q.version) FROM discordance_place q
                WHERE q.discordance_id = h.discordance_id AND q.version <= n.version))"
    ));
}

/// The discordances of these numbers, ascending; as they stand, or as of a moment those that were found by then.
pub async fn by_serials(
    connection: &mut Connection,
    serials: &[DiscordanceSerial],
    as_of: Option<AsOf>,
) -> Result<Vec<Recorded>, StoreError> {
    let ask = |query: &mut QueryBuilder<Database>| {
        select(query, "by_serials", as_of);
        query.push("WHERE d.discordance_id IN");
    };
    let rows: Vec<HeadRow> = select_in(connection, ask, serials, |_| {}).await?;
    let mut found: Vec<Recorded> = rows.into_iter().map(HeadRow::read).collect::<Result<_, _>>()?;
    found.sort_by_key(|one| one.serial);
    Ok(found)
}

/// The discordances recorded with one of these variants, as they stand; name merged ones too.
pub async fn of_variants(connection: &mut Connection, variants: &[VariantSerial]) -> Result<Vec<Recorded>, StoreError> {
    let ask = |query: &mut QueryBuilder<Database>| {
        select(query, "of_variants", None);
        query.push("WHERE d.variant_id IN");
    };
    let rows: Vec<HeadRow> = select_in(connection, ask, variants, |_| {}).await?;
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
