//! The queue: which discordances ask for work, the gravest first.

use super::line::{QueueLine, lines};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::condition_group::ConditionNames;
use cairn_core::discordance::{Grade, State};
use cairn_core::id::UserId;
use cairn_store::discordance::{self, AssignedTo, Filter, Key, Recorded, States};
use cairn_store::entry::AsOf;
use cairn_store::serial::{DiscordanceSerial, LaboratorySerial, VariantSerial};
use cairn_store::{Connection, StoreError, variant};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// Which discordances a page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueFilter {
    /// Those in which this laboratory takes part.
    pub laboratory: Option<LaboratorySerial>,
    /// Those of variants in this gene.
    pub gene: Option<String>,
    /// Those whose condition has these words, or this identifier.
    pub condition: Option<String>,
    /// Those of this grade.
    pub grade: Option<Grade>,
    /// Also those that differ in strength only, which are listed apart otherwise.
    pub strength_too: bool,
    /// In which states.
    pub state: StateFilter,
    /// Given to whom.
    pub assigned: Option<AssignedFilter>,
    /// Those due on this day or earlier.
    pub due_before: Option<Date>,
    /// Those with these words: variant, gene, condition, laboratory.
    pub text: Option<String>,
    /// As of which moment; `None`: as they stand.
    pub as_of: Option<AsOf>,
}

/// In which states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StateFilter {
    /// Those that ask for work.
    #[default]
    Open,
    /// This one.
    One(State),
    /// All.
    Any,
}

/// Given to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignedFilter {
    /// To this person.
    To(UserId),
    /// To nobody.
    Nobody,
}

/// A page of the queue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueuePage {
    /// The discordances.
    pub lines: Vec<QueueLine>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

impl Node {
    /// A page of discordances: the gravest first, then the oldest. `after` is `next` of the page before;
    /// a text that is none begins at the beginning.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn discordances(
        &self,
        filter: &QueueFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<QueuePage, NodeError> {
        let mut reader = self.store().read().await?;
        let Some(stored) = stored(&mut reader, self, filter).await? else {
            return Ok(QueuePage { lines: Vec::new(), next: None });
        };
        let mut page = discordance::page(&mut reader, &stored, after.and_then(read_cursor), limit + 1).await?;
        let has_more = page.len() > limit as usize;
        page.truncate(limit as usize);
        let next = page.last().filter(|_| has_more).map(cursor);
        Ok(QueuePage { lines: lines(&mut reader, page).await?, next })
    }

    /// The discordances of a variant as of a moment, those that ask for work first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn discordances_of_variant(
        &self,
        serial: VariantSerial,
        as_of: AsOf,
    ) -> Result<Vec<QueueLine>, NodeError> {
        let mut reader = self.store().read().await?;
        let all = variant::merged(&mut reader, serial).await?;
        Ok(of_variants(&mut reader, &all, as_of).await?)
    }
}

/// The discordances of a variant as of a moment, those that ask for work first; name merged variants too.
pub(crate) async fn of_variants(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<QueueLine>, StoreError> {
    let mut serials = discordance::placed_at(connection, variants).await?;
    serials.extend(discordance::in_variants(connection, variants).await?);
    serials.sort_unstable();
    serials.dedup();
    let mut seen = discordance::by_serials(connection, &serials, Some(as_of)).await?;
    seen.sort_by_key(|head| (!head.last.state.is_open(), head.last.grade, head.opened, head.serial));
    lines(connection, seen).await
}

/// The filter in the record's own keys; `None` when nothing can match.
async fn stored(connection: &mut Connection, node: &Node, filter: &QueueFilter) -> Result<Option<Filter>, StoreError> {
    let assigned = match filter.assigned {
        Some(AssignedFilter::To(user)) => match discordance::account(connection, user).await? {
            Some(account) => Some(AssignedTo::Account(account)),
            None => return Ok(None),
        },
        Some(AssignedFilter::Nobody) => Some(AssignedTo::Nobody),
        None => None,
    };
    let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    Ok(Some(Filter {
        laboratory: filter.laboratory,
        gene: given(&filter.gene),
        condition: given(&filter.condition).map(|text| key_of(node, text)),
        grade: filter.grade,
        up_to: (filter.grade.is_none() && !filter.strength_too).then_some(Grade::WithinLaboratory),
        states: match filter.state {
            StateFilter::Open => States::Open,
            StateFilter::One(state) => States::One(state),
            StateFilter::Any => States::Any,
        },
        assigned,
        due: filter.due_before,
        text: given(&filter.text),
        as_of: filter.as_of,
    }))
}

/// The identifier under which conditions are grouped, when the text is another one of the same condition.
fn key_of(node: &Node, text: String) -> String {
    node.reference().conditions().with_id(&text).map_or(text.clone(), |known| known.id.to_owned())
}

/// Where a page ends, as text for an address.
fn cursor(last: &Recorded) -> String {
    format!("{}-{}-{}", last.last.grade.number(), last.opened.as_microsecond(), last.serial.number())
}

fn read_cursor(text: &str) -> Option<Key> {
    let mut parts = text.splitn(3, '-');
    let grade = Grade::from_number(parts.next()?.parse().ok()?)?;
    let opened = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
    Some(Key { grade, opened, serial: DiscordanceSerial::new(parts.next()?.parse().ok()?) })
}
