//! Recording discordances and their versions.

use super::{Member, Version, added_once};
use crate::dialect::{Connection, Database};
use crate::error::StoreError;
use crate::insert::{last_serial, rows, select_in};
use crate::serial::{DiscordanceSerial, EntrySerial, VariantSerial};
use crate::word::{document, word};
use cairn_core::classification::Track;
use cairn_core::discordance::{Cause, Scope};
use jiff::Timestamp;
use sqlx::QueryBuilder;

/// A discordance to be recorded.
#[derive(Debug, Clone)]
pub struct NewDiscordance {
    /// The first recorded of the variants compared.
    pub variant: VariantSerial,
    /// The question.
    pub track: Track,
    /// What the statements have in common.
    pub scope: Scope,
    /// Key of condition and inheritance.
    pub group: String,
}

/// What is shown and searched of a discordance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Condition and inheritance for people.
    pub condition: String,
    /// Folded text to search in.
    pub search: String,
}

/// A version to be recorded.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// Of which discordance; `Err` of one to be recorded with it.
    pub target: Result<DiscordanceSerial, NewDiscordance>,
    /// The version.
    pub version: Version,
    /// The members, when they are listed anew.
    pub members: Vec<Member>,
    /// The variants compared and why, when the members are listed anew; none for a single variant.
    pub variants: Vec<(VariantSerial, String)>,
    /// What is shown and searched; `None` leaves it.
    pub words: Option<Words>,
}

/// Adds versions, and the discordances they begin; the serial of each comes back, in their order.
pub async fn add(
    connection: &mut Connection,
    (entry, moment): (EntrySerial, Timestamp),
    versions: &[NewVersion],
) -> Result<Vec<DiscordanceSerial>, StoreError> {
    let last = last_serial(
        connection,
        "/* discordance::add (last) */ SELECT COALESCE(MAX(discordance_id), 0) FROM discordance",
    )
    .await?;
    let mut next = last;
    let numbered: Vec<(DiscordanceSerial, &NewVersion)> = versions
        .iter()
        .map(|new| match &new.target {
            Ok(serial) => (*serial, new),
            Err(_) => {
                next += 1;
                (DiscordanceSerial::new(next), new)
            }
        })
        .collect();
    add_discordances(connection, entry, moment, &numbered).await?;
    for (serial, new) in numbered.iter().filter(|(_, new)| new.target.is_ok()) {
        change(connection, moment, *serial, new).await?;
    }
    add_versions(connection, entry, &numbered).await?;
    add_members(connection, &numbered).await?;
    note_places(connection, &numbered).await?;
    Ok(numbered.into_iter().map(|(serial, _)| serial).collect())
}

async fn add_discordances(
    connection: &mut Connection,
    entry: EntrySerial,
    moment: Timestamp,
    numbered: &[(DiscordanceSerial, &NewVersion)],
) -> Result<(), StoreError> {
    let new: Vec<_> =
        numbered.iter().filter_map(|(serial, new)| Some((*serial, *new, new.target.as_ref().err()?))).collect();
    rows(
        connection,
        "/* discordance::add */
        INSERT INTO discordance (discordance_id, variant_id, track, scope, condition_group, entry_id,
            version, state, is_open, grade, opened, changed, ended, times_opened, assigned, due,
            condition_words, search_text)",
        18,
        "",
        &new,
        |row, (serial, new, begun)| {
            let version = &new.version;
            let micros = moment.as_microsecond();
            let words = new.words.as_ref();
            row.push_bind(*serial)
                .push_bind(begun.variant)
                .push_bind(word(&begun.track))
                .push_bind(begun.scope.code())
                .push_bind(begun.group.clone())
                .push_bind(entry)
                .push_bind(i64::from(version.version))
                .push_bind(version.state.code())
                .push_bind(i64::from(version.state.is_open()))
                .push_bind(i64::from(version.grade.number()))
                .push_bind(micros)
                .push_bind(micros)
                .push_bind((!version.state.is_open()).then_some(micros))
                .push_bind(1_i64)
                .push_bind(version.assigned)
                .push_bind(version.due.map(|day| day.to_string()))
                .push_bind(words.map(|words| words.condition.clone()).unwrap_or_default())
                .push_bind(words.map(|words| words.search.clone()).unwrap_or_default());
        },
    )
    .await
}

/// Repeats a further version in the row of its discordance.
async fn change(
    connection: &mut Connection,
    moment: Timestamp,
    serial: DiscordanceSerial,
    new: &NewVersion,
) -> Result<(), StoreError> {
    let version = &new.version;
    let is_opened = version.cause == Cause::OpenedAgain;
    let done = sqlx::query(
        "/* discordance::change */
        UPDATE discordance SET version = $2, state = $3, is_open = $4, grade = $5, changed = $6,
            opened = CASE WHEN $7 = 1 THEN $6 ELSE opened END,
            times_opened = times_opened + $7,
            ended = CASE WHEN $4 = 1 THEN NULL WHEN is_open = 1 THEN $6 ELSE ended END,
            assigned = $8, due = $9,
            condition_words = COALESCE($10, condition_words), search_text = COALESCE($11, search_text)
        WHERE discordance_id = $1 AND version = $2 - 1",
    )
    .bind(serial)
    .bind(i64::from(version.version))
    .bind(version.state.code())
    .bind(i64::from(version.state.is_open()))
    .bind(i64::from(version.grade.number()))
    .bind(moment.as_microsecond())
    .bind(i64::from(is_opened))
    .bind(version.assigned)
    .bind(version.due.map(|day| day.to_string()))
    .bind(new.words.as_ref().map(|words| words.condition.clone()))
    .bind(new.words.as_ref().map(|words| words.search.clone()))
    .execute(connection)
    .await?;
    added_once(&done, format!("{} changed meanwhile", serial.accession()))
}

async fn add_versions(
    connection: &mut Connection,
    entry: EntrySerial,
    numbered: &[(DiscordanceSerial, &NewVersion)],
) -> Result<(), StoreError> {
    rows(
        connection,
        "/* discordance::add_versions */
        INSERT INTO discordance_version (discordance_id, version, state, grade, cause, account_id,
            members_version, assigned, due, reason, note, agreed, rules, entry_id)",
        14,
        "",
        numbered,
        |row, (serial, new)| {
            let version = &new.version;
            row.push_bind(*serial)
                .push_bind(i64::from(version.version))
                .push_bind(version.state.code())
                .push_bind(i64::from(version.grade.number()))
                .push_bind(version.cause.code())
                .push_bind(version.by)
                .push_bind(i64::from(version.members_version))
                .push_bind(version.assigned)
                .push_bind(version.due.map(|day| day.to_string()))
                .push_bind(version.reason.clone())
                .push_bind(version.note.clone())
                .push_bind(document(&version.agreed))
                .push_bind(version.rules.clone())
                .push_bind(entry);
        },
    )
    .await
}

async fn add_members(
    connection: &mut Connection,
    numbered: &[(DiscordanceSerial, &NewVersion)],
) -> Result<(), StoreError> {
    let members: Vec<(DiscordanceSerial, u32, &Member)> = numbered
        .iter()
        .flat_map(|(serial, new)| new.members.iter().map(|member| (*serial, new.version.version, member)))
        .collect();
    rows(
        connection,
        "/* discordance::add_members */
        INSERT INTO discordance_member (discordance_id, version, statement_id, statement_version,
            laboratory_id, variant_id, classification)",
        7,
        "",
        &members,
        |row, (serial, version, member)| {
            row.push_bind(*serial)
                .push_bind(i64::from(*version))
                .push_bind(member.statement)
                .push_bind(i64::from(member.version))
                .push_bind(member.laboratory)
                .push_bind(member.variant)
                .push_bind(member.class.code());
        },
    )
    .await?;
    let variants: Vec<(DiscordanceSerial, u32, &(VariantSerial, String))> = numbered
        .iter()
        .flat_map(|(serial, new)| new.variants.iter().map(|variant| (*serial, new.version.version, variant)))
        .collect();
    rows(
        connection,
        "/* discordance::add_variants */
        INSERT INTO discordance_variant (discordance_id, version, variant_id, why)",
        4,
        "",
        &variants,
        |row, (serial, version, (variant, why))| {
            row.push_bind(*serial).push_bind(i64::from(*version)).push_bind(*variant).push_bind(why.clone());
        },
    )
    .await
}

/// Keeps where those that the machine looked at stand from this version on.
async fn note_places(
    connection: &mut Connection,
    numbered: &[(DiscordanceSerial, &NewVersion)],
) -> Result<(), StoreError> {
    let looked_at: Vec<DiscordanceSerial> =
        numbered.iter().filter(|(_, new)| new.words.is_some()).map(|(serial, _)| *serial).collect();
    let ask = |query: &mut QueryBuilder<Database>| {
        query.push(
            "/* discordance::note_places */
            INSERT INTO discordance_place
                (discordance_id, version, variant_id, scope, condition_group, condition_words, search_text)
            SELECT discordance_id, version, variant_id, scope, condition_group, condition_words, search_text
            FROM discordance WHERE discordance_id IN",
        );
    };
    let returning = |query: &mut QueryBuilder<Database>| {
        query.push("RETURNING discordance_id");
    };
    let _noted: Vec<(DiscordanceSerial,)> = select_in(connection, ask, &looked_at, returning).await?;
    Ok(())
}

/// Lets a discordance stand in another place: its variant was found to be another, its condition was named, or
/// a mode of inheritance was stated.
pub async fn move_to(
    connection: &mut Connection,
    serial: DiscordanceSerial,
    place: &NewDiscordance,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* discordance::move_to */
        UPDATE discordance SET variant_id = $2, scope = $3, condition_group = $4 WHERE discordance_id = $1",
    )
    .bind(serial)
    .bind(place.variant)
    .bind(place.scope.code())
    .bind(&place.group)
    .execute(connection)
    .await?;
    Ok(())
}
