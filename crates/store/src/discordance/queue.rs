//! The queue: pages of discordances by a filter.

use super::Recorded;
use super::head::{HeadRow, select};
use crate::dialect::{Connection, Database};
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::fold::fold;
use crate::serial::{AccountSerial, DiscordanceSerial, LaboratorySerial};
use cairn_core::discordance::{Grade, State};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::QueryBuilder;

/// Which states a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum States {
    /// Those that ask for work.
    #[default]
    Open,
    /// This one.
    One(State),
    /// All.
    Any,
}

/// To whom a discordance is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignedTo {
    /// To this account.
    Account(AccountSerial),
    /// To nobody.
    Nobody,
}

/// Which discordances a page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Those in which this laboratory takes part.
    pub laboratory: Option<LaboratorySerial>,
    /// Those of variants in this gene.
    pub gene: Option<String>,
    /// Those whose condition has these words, or this key.
    pub condition: Option<String>,
    /// Those of this grade.
    pub grade: Option<Grade>,
    /// The last grade shown, when none is asked for.
    pub up_to: Option<Grade>,
    /// Those in these states.
    pub states: States,
    /// Those given to somebody or to nobody.
    pub assigned: Option<AssignedTo>,
    /// Those due on this day or earlier.
    pub due: Option<Date>,
    /// Those with these words: variant, gene, condition, laboratory.
    pub text: Option<String>,
    /// As of which moment; `None`: as they stand.
    pub as_of: Option<AsOf>,
}

/// The place of a discordance in the queue: grade, moment of opening, number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The grade.
    pub grade: Grade,
    /// When it was opened.
    pub opened: Timestamp,
    /// Its number.
    pub serial: DiscordanceSerial,
}

/// A page of the queue: the gravest first, then the oldest.
pub async fn page(
    connection: &mut Connection,
    filter: &Filter,
    after: Option<Key>,
    limit: u32,
) -> Result<Vec<Recorded>, StoreError> {
    let mut query = QueryBuilder::<Database>::new("");
    select(&mut query, "page", filter.as_of);
    match filter.states {
        States::Open => query.push("WHERE d.is_open = 1"),
        States::One(state) if state.is_open() => {
            query.push("WHERE d.is_open = 1 AND d.state = ").push_bind(state.code())
        }
        States::One(state) => query.push("WHERE d.is_open = 0 AND d.state = ").push_bind(state.code()),
        States::Any => query.push("WHERE d.is_open IN (0, 1)"),
    };
    if let Some(grade) = filter.grade {
        query.push(" AND d.grade = ").push_bind(i64::from(grade.number()));
    }
    if let Some(grade) = filter.up_to {
        query.push(" AND d.grade <= ").push_bind(i64::from(grade.number()));
    }
    if let Some(after) = after {
        query.push(" AND (d.grade, d.opened, d.discordance_id) > (").push_bind(i64::from(after.grade.number()));
        query.push(", ").push_bind(after.opened.as_microsecond()).push(", ").push_bind(after.serial).push(")");
    }
    match filter.assigned {
        Some(AssignedTo::Account(account)) => drop(query.push(" AND d.assigned = ").push_bind(account)),
        Some(AssignedTo::Nobody) => drop(query.push(" AND d.assigned IS NULL")),
        None => {}
    }
    if let Some(day) = filter.due {
        query.push(" AND d.due <= ").push_bind(day.to_string());
    }
    narrow(&mut query, filter);
    query.push(" ORDER BY d.grade, d.opened, d.discordance_id LIMIT 0 + ").push_bind(i64::from(limit));
    let rows = query.build_query_as::<HeadRow>().fetch_all(connection).await?;
    rows.into_iter().map(HeadRow::read).collect()
}

/// What is looked up beside the queue's index.
fn narrow(query: &mut QueryBuilder<Database>, filter: &Filter) {
    if let Some(laboratory) = filter.laboratory {
        query.push(
            " AND EXISTS (SELECT 1 FROM discordance_member m WHERE m.discordance_id = d.discordance_id
                AND m.version = v.members_version AND m.laboratory_id = ",
        );
        query.push_bind(laboratory).push(")");
    }
    if let Some(gene) = &filter.gene {
        query.push(" AND EXISTS (SELECT 1 FROM variant_gene g WHERE g.gene = ").push_bind(gene.trim().to_owned());
        query.push(" AND g.variant_id = COALESCE(a.merged_into, a.variant_id))");
    }
    if let Some(words) = filter.condition.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
        query.push(" AND (");
        holds(query, "lower(d.condition_words)", fold(words));
        query.push(" OR ");
        holds(query, "d.condition_group", words.to_owned());
        query.push(")");
    }
    for word in filter.text.iter().flat_map(|text| text.split_whitespace()) {
        query.push(" AND ");
        holds(query, "d.search_text", fold(word));
    }
}

/// Whether a text holds a piece, letter by letter; the piece is not empty. What is left without it is then shorter:
/// neither of the functions that say so directly is known to both databases.
fn holds(query: &mut QueryBuilder<Database>, text: &'static str, piece: String) {
    query.push("replace(").push(text).push(", ").push_bind(piece).push(", '') <> ").push(text);
}
