//! What the analysis of discordances counts.

use super::head::heads;
use super::number;
use crate::dialect::{Connection, Database};
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{DiscordanceSerial, LaboratorySerial};
use crate::word::parse;
use cairn_core::classification::Classification;
use cairn_core::criterion::Strength;
use cairn_core::discordance::{Grade, State};
use jiff::Timestamp;
use sqlx::QueryBuilder;

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

/// The members of each discordance, at the version looked at.
const MEMBERS: &str =
    " JOIN discordance_member m ON m.discordance_id = d.discordance_id AND m.version = v.members_version";

/// Every discordance `d` with its version `v` and what is joined to them, as it stands or as of a moment.
fn of_all(query: &mut QueryBuilder<Database>, as_of: Option<AsOf>, joined: &str) {
    heads(query, as_of);
    query.push(" d JOIN discordance_version v ON v.discordance_id = d.discordance_id AND v.version = d.version");
    query.push(joined).push(" WHERE d.is_open IN (0, 1)");
}

/// Every discordance, or those of one laboratory, by number; as they stand, or as of a moment.
pub async fn episodes(
    connection: &mut Connection,
    laboratory: Option<LaboratorySerial>,
    as_of: Option<AsOf>,
) -> Result<Vec<Episode>, StoreError> {
    type Row = (DiscordanceSerial, String, i64, i64, Option<i64>, i64, Option<String>);
    let mut query = QueryBuilder::<Database>::new(
        "/* discordance::episodes */
        SELECT d.discordance_id, d.state, d.grade, d.opened, d.ended, d.times_opened, v.reason FROM ",
    );
    of_all(&mut query, as_of, "");
    if let Some(laboratory) = laboratory {
        query.push(
            " AND EXISTS (SELECT 1 FROM discordance_member m
                WHERE m.discordance_id = d.discordance_id AND m.version = v.members_version AND m.laboratory_id = ",
        );
        query.push_bind(laboratory).push(")");
    }
    query.push(" ORDER BY d.discordance_id");
    let rows: Vec<Row> = query.build_query_as().fetch_all(connection).await?;
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
pub async fn pairs(connection: &mut Connection, as_of: Option<AsOf>) -> Result<Vec<Pair>, StoreError> {
    let mut query = QueryBuilder::<Database>::new(
        "/* discordance::pairs */ SELECT DISTINCT m.discordance_id, m.laboratory_id, m.classification FROM ",
    );
    of_all(&mut query, as_of, MEMBERS);
    query.push(" ORDER BY m.discordance_id, m.laboratory_id");
    let rows: Vec<(DiscordanceSerial, LaboratorySerial, String)> = query.build_query_as().fetch_all(connection).await?;
    let read = |(serial, laboratory, class): (_, _, String)| {
        Ok(Pair { serial, laboratory, class: parse("discordance_member", &class)? })
    };
    rows.into_iter().map(read).collect()
}

/// The criteria that members met, by discordance, laboratory and code.
pub async fn criteria(connection: &mut Connection, as_of: Option<AsOf>) -> Result<Vec<MetCriterion>, StoreError> {
    let mut query = QueryBuilder::<Database>::new(
        "/* discordance::criteria */ SELECT DISTINCT m.discordance_id, m.laboratory_id, c.code, c.strength FROM ",
    );
    let met = " JOIN statement_criterion c
        ON c.statement_id = m.statement_id AND c.version = m.statement_version AND c.outcome = 'met'";
    of_all(&mut query, as_of, &format!("{MEMBERS}{met}"));
    query.push(" ORDER BY m.discordance_id, m.laboratory_id, c.code");
    let rows: Vec<(DiscordanceSerial, LaboratorySerial, String, Option<String>)> =
        query.build_query_as().fetch_all(connection).await?;
    let read = |(serial, laboratory, code, strength): (_, _, _, Option<String>)| {
        let strength = strength.map(|word| crate::word::read_word("statement_criterion", &word)).transpose()?;
        Ok(MetCriterion { serial, laboratory, code, strength })
    };
    rows.into_iter().map(read).collect()
}
