//! What the analysis of discordances counts.

use super::number;
use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::serial::{DiscordanceSerial, LaboratorySerial};
use crate::word::parse;
use cairn_core::classification::Classification;
use cairn_core::criterion::Strength;
use cairn_core::discordance::{Grade, State};
use jiff::Timestamp;

/// A discordance reduced to what is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// Its key.
    pub serial: DiscordanceSerial,
    /// How far it is.
    pub state: State,
    /// Its grade.
    pub grade: Grade,
    /// When the machine last opened it.
    pub opened: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// How often it was opened.
    pub times_opened: u32,
    /// Why it ended or continues.
    pub reason: Option<String>,
}

/// A laboratory in a discordance, with a class it holds there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The discordance.
    pub serial: DiscordanceSerial,
    /// The laboratory.
    pub laboratory: LaboratorySerial,
    /// Its class.
    pub class: Classification,
}

/// A criterion that a member of a discordance met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetCriterion {
    /// The discordance.
    pub serial: DiscordanceSerial,
    /// Whose.
    pub laboratory: LaboratorySerial,
    /// The criterion.
    pub code: String,
    /// How strong, where the source said.
    pub strength: Option<Strength>,
}

/// Every discordance, or those of one laboratory, by number.
pub async fn episodes(
    connection: &mut Connection,
    laboratory: Option<LaboratorySerial>,
) -> Result<Vec<Episode>, StoreError> {
    type Row = (DiscordanceSerial, String, i64, i64, Option<i64>, i64, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "/* discordance::episodes */
        SELECT d.discordance_id, d.state, d.grade, d.opened, d.ended, d.times_opened, v.reason
        FROM discordance d
        JOIN discordance_version v ON v.discordance_id = d.discordance_id AND v.version = d.version
        WHERE d.is_open IN (0, 1) AND ($1 IS NULL OR EXISTS (SELECT 1 FROM discordance_member m
            WHERE m.discordance_id = d.discordance_id AND m.version = v.members_version AND m.laboratory_id = $1))
        ORDER BY d.discordance_id",
    )
    .bind(laboratory)
    .fetch_all(connection)
    .await?;
    let damaged = |what: &str| StoreError::damaged("discordance", what);
    let read = |(serial, state, grade, opened, ended, times, reason): Row| {
        Ok(Episode {
            serial,
            state: State::from_code(&state).ok_or_else(|| damaged("state"))?,
            grade: u8::try_from(grade).ok().and_then(Grade::from_number).ok_or_else(|| damaged("grade"))?,
            opened: moment_of("discordance", opened)?,
            ended: ended.map(|micros| moment_of("discordance", micros)).transpose()?,
            times_opened: number(times)?,
            reason,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Who takes part in which discordance with which class, by number.
pub async fn pairs(connection: &mut Connection) -> Result<Vec<Pair>, StoreError> {
    let rows: Vec<(DiscordanceSerial, LaboratorySerial, String)> = sqlx::query_as(
        "/* discordance::pairs */
        SELECT DISTINCT m.discordance_id, m.laboratory_id, m.classification
        FROM discordance d
        JOIN discordance_version v ON v.discordance_id = d.discordance_id AND v.version = d.version
        JOIN discordance_member m ON m.discordance_id = d.discordance_id AND m.version = v.members_version
        WHERE d.is_open IN (0, 1) ORDER BY m.discordance_id, m.laboratory_id",
    )
    .fetch_all(connection)
    .await?;
    let read = |(serial, laboratory, class): (_, _, String)| {
        Ok(Pair { serial, laboratory, class: parse("discordance_member", &class)? })
    };
    rows.into_iter().map(read).collect()
}

/// The criteria that members met, by discordance, laboratory and code.
pub async fn criteria(connection: &mut Connection) -> Result<Vec<MetCriterion>, StoreError> {
    let rows: Vec<(DiscordanceSerial, LaboratorySerial, String, Option<String>)> = sqlx::query_as(
        "/* discordance::criteria */
        SELECT DISTINCT m.discordance_id, m.laboratory_id, c.code, c.strength
        FROM discordance d
        JOIN discordance_version v ON v.discordance_id = d.discordance_id AND v.version = d.version
        JOIN discordance_member m ON m.discordance_id = d.discordance_id AND m.version = v.members_version
        JOIN statement_criterion c
            ON c.statement_id = m.statement_id AND c.version = m.statement_version AND c.outcome = 'met'
        WHERE d.is_open IN (0, 1) ORDER BY m.discordance_id, m.laboratory_id, c.code",
    )
    .fetch_all(connection)
    .await?;
    let read = |(serial, laboratory, code, strength): (_, _, _, Option<String>)| {
        let strength = strength.map(|word| crate::word::read_word("statement_criterion", &word)).transpose()?;
        Ok(MetCriterion { serial, laboratory, code, strength })
    };
    rows.into_iter().map(read).collect()
}
