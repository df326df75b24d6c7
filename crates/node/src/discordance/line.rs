//! A discordance as a line of a list: who says what, since when, whose turn it is.

use crate::lookup::laboratories;
use cairn_core::accession::Accession;
use cairn_core::classification::{Classification, Track};
use cairn_core::discordance::{Grade, Scope, State};
use cairn_core::id::{UserId, VariantId};
use cairn_core::laboratory::Laboratory;
use cairn_core::user::User;
use cairn_store::discordance::{self, Member, Recorded};
use cairn_store::serial::{AccountSerial, DiscordanceSerial, LaboratorySerial, VariantSerial};
use cairn_store::{Connection, StoreError, variant};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    let name = |(account, (user, laboratory)): (AccountSerial, (User, LaboratorySerial))| {
        let laboratory = known.get(&laboratory)?.clone();
        Some((account, PersonName { user: user.id, name: user.name, laboratory }))
    };
    Ok(found.into_iter().filter_map(name).collect())
}
