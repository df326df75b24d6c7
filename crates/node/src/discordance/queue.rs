//! The queue: which discordances ask for work, the gravest first.

use crate::error::NodeError;
use crate::lookup::laboratories;
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::classification::{Classification, Track};
use cairn_core::discordance::{Grade, Scope, State};
use cairn_core::id::{UserId, VariantId};
use cairn_core::laboratory::Laboratory;
use cairn_store::discordance::{self, AssignedTo, Filter, Key, Member, Recorded, States};
use cairn_store::entry::AsOf;
use cairn_store::serial::{AccountSerial, DiscordanceSerial, LaboratorySerial, VariantSerial};
use cairn_store::{Connection, StoreError, variant};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// A discordance in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueueLine {
    /// Its key in the record.
    #[serde(skip)]
    pub serial: DiscordanceSerial,
    /// Its stable name.
    pub accession: Accession,
    /// Its version; whoever acts says which one they saw.
    pub version: u32,
    /// How far it is.
    pub state: State,
    /// How badly the statements differ.
    pub grade: Grade,
    /// The question they answer.
    pub track: Track,
    /// What they have in common.
    pub scope: Scope,
    /// Condition and inheritance for people; may be empty.
    pub condition: String,
    /// The variant's id.
    pub variant: VariantId,
    /// The variant's best name.
    pub variant_label: String,
    /// The genes it touches.
    pub genes: Vec<String>,
    /// Who says what, the most severe class first.
    pub sides: Vec<SideView>,
    /// When the machine last opened it.
    pub opened: Timestamp,
    /// When anything last happened to its state.
    pub changed: Timestamp,
    /// How often it was opened.
    pub times_opened: u32,
    /// Who is to work on it.
    pub assigned: Option<PersonName>,
    /// By when.
    pub due: Option<Date>,
}

/// A class and the laboratories that hold it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SideView {
    /// The class.
    pub class: Classification,
    /// Who holds it, by name.
    pub laboratories: Vec<Laboratory>,
}

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonName {
    /// The person's id.
    pub user: UserId,
    /// Name.
    pub name: String,
    /// Where the person works.
    pub laboratory: Laboratory,
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
        let Some(stored) = stored(&mut reader, filter).await? else {
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
        variant: VariantSerial,
        as_of: AsOf,
    ) -> Result<Vec<QueueLine>, NodeError> {
        let mut reader = self.store().read().await?;
        Ok(of_variant(&mut reader, variant, as_of).await?)
    }
}

/// The discordances of a variant as of a moment, those that ask for work first.
pub(crate) async fn of_variant(
    connection: &mut Connection,
    variant: VariantSerial,
    as_of: AsOf,
) -> Result<Vec<QueueLine>, StoreError> {
    let all = variant::merged(connection, variant).await?;
    let mut heads = discordance::of_variants(connection, &all).await?;
    let more = discordance::in_variants(connection, &all).await?;
    let more: Vec<_> = more.into_iter().filter(|serial| !heads.iter().any(|head| head.serial == *serial)).collect();
    heads.extend(discordance::by_serials(connection, &more).await?);
    let mut seen = Vec::new();
    for head in heads {
        seen.extend(as_of_then(connection, head, as_of).await?);
    }
    seen.sort_by_key(|head| (!head.last.state.is_open(), head.last.grade, head.opened, head.serial));
    lines(connection, seen).await
}

/// The discordance as it was at a moment; `None` when it was not found yet.
pub(super) async fn as_of_then(
    connection: &mut Connection,
    mut head: Recorded,
    as_of: AsOf,
) -> Result<Option<Recorded>, StoreError> {
    use cairn_core::discordance::Cause;
    let mut versions = discordance::versions(connection, head.serial, as_of).await?;
    let Some(last) = versions.pop() else { return Ok(None) };
    if last.version.version == head.last.version {
        return Ok(Some(head));
    }
    let opens = |cause: Cause| matches!(cause, Cause::Found | Cause::OpenedAgain);
    versions.push(last.clone());
    let openings: Vec<Timestamp> =
        versions.iter().filter(|one| opens(one.version.cause)).map(|one| one.recorded).collect();
    head.opened = openings.last().copied().unwrap_or(last.recorded);
    head.times_opened = u32::try_from(openings.len()).unwrap_or(u32::MAX);
    head.changed = last.recorded;
    head.ended = (!last.version.state.is_open()).then_some(last.recorded);
    head.last = last.version;
    Ok(Some(head))
}

/// The filter in the record's own keys; `None` when nothing can match.
async fn stored(connection: &mut Connection, filter: &QueueFilter) -> Result<Option<Filter>, StoreError> {
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
        condition: given(&filter.condition),
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
    }))
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

/// Adds variants, laboratories and people, in the order given.
pub(super) async fn lines(connection: &mut Connection, heads: Vec<Recorded>) -> Result<Vec<QueueLine>, StoreError> {
    let lists: Vec<_> = heads.iter().map(|head| (head.serial, head.last.members_version)).collect();
    let members = discordance::members(connection, &lists).await?;
    let known = laboratories(connection, members.values().flatten().map(|one| one.laboratory)).await?;
    let variants: Vec<VariantSerial> =
        heads.iter().map(|head| head.variant).collect::<BTreeSet<_>>().into_iter().collect();
    let named: HashMap<VariantSerial, (VariantId, String)> = variant::by_serials(connection, &variants)
        .await?
        .into_iter()
        .map(|found| (found.serial, (found.id, found.label)))
        .collect();
    let mut genes: HashMap<VariantSerial, Vec<String>> = HashMap::new();
    for (serial, gene) in discordance::genes(connection, &variants).await? {
        genes.entry(serial).or_default().push(gene);
    }
    let people = people(connection, heads.iter().filter_map(|head| head.last.assigned)).await?;
    let line = |head: Recorded| {
        let (variant, variant_label) = named.get(&head.variant)?.clone();
        Some(QueueLine {
            serial: head.serial,
            accession: head.serial.accession(),
            version: head.last.version,
            state: head.last.state,
            grade: head.last.grade,
            track: head.track,
            scope: head.scope,
            condition: head.condition,
            variant,
            variant_label,
            genes: genes.get(&head.variant).cloned().unwrap_or_default(),
            sides: sides(members.get(&head.serial).map_or(&[][..], Vec::as_slice), &known),
            opened: head.opened,
            changed: head.changed,
            times_opened: head.times_opened,
            assigned: head.last.assigned.and_then(|account| people.get(&account).cloned()),
            due: head.last.due,
        })
    };
    Ok(heads.into_iter().filter_map(line).collect())
}

fn sides(members: &[Member], known: &HashMap<LaboratorySerial, Laboratory>) -> Vec<SideView> {
    let mut by_class: BTreeMap<Classification, BTreeMap<&str, &Laboratory>> = BTreeMap::new();
    for member in members {
        if let Some(laboratory) = known.get(&member.laboratory) {
            by_class.entry(member.class).or_default().insert(&laboratory.name, laboratory);
        }
    }
    let view = |(class, laboratories): (Classification, BTreeMap<&str, &Laboratory>)| SideView {
        class,
        laboratories: laboratories.into_values().cloned().collect(),
    };
    by_class.into_iter().map(view).collect()
}

/// The names behind accounts.
pub(super) async fn people(
    connection: &mut Connection,
    accounts: impl Iterator<Item = AccountSerial>,
) -> Result<HashMap<AccountSerial, PersonName>, StoreError> {
    let distinct: Vec<AccountSerial> = accounts.collect::<BTreeSet<_>>().into_iter().collect();
    let found = discordance::people(connection, &distinct).await?;
    let known = laboratories(connection, found.values().map(|(_, laboratory)| *laboratory)).await?;
    let name = |(account, (user, laboratory)): (AccountSerial, (cairn_core::user::User, LaboratorySerial))| {
        let laboratory = known.get(&laboratory)?.clone();
        Some((account, PersonName { user: user.id, name: user.name, laboratory }))
    };
    Ok(found.into_iter().filter_map(name).collect())
}
