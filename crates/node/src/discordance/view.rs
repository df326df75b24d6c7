//! A discordance with everything that belongs to it, as of a moment.

mod history;
mod member;
mod said;

pub use history::HistoryLine;
pub use member::{ComparedVariant, CriterionRow, EquivalenceView, MemberView};
pub use said::{AnswerView, FlagView, LiftView, MessageView, ProposalView};

pub(super) use history::reason_label;

use super::line::{PersonName, QueueLine, lines, people};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::classification::Classification;
use cairn_core::discordance::{Difference, difference};
use cairn_store::discordance::{self, DatedVersion, Flag, Message, Proposal};
use cairn_store::entry::AsOf;
use cairn_store::serial::{AccountSerial, DiscordanceSerial, LaboratorySerial, StatementSerial};
use cairn_store::{Connection, StoreError, statement};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// A discordance with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscordanceView {
    /// What the queue shows of it.
    #[serde(flatten)]
    pub line: QueueLine,
    /// By which rule its variants are compared as one.
    pub equivalence: EquivalenceView,
    /// The statements that differ.
    pub members: Vec<MemberView>,
    /// Every criterion that a member looked at, side by side.
    pub matrix: Vec<CriterionRow>,
    /// What people said, the first first.
    pub thread: Vec<MessageView>,
    /// What was proposed, the first first.
    pub proposals: Vec<ProposalView>,
    /// Everything that happened, the first first.
    pub history: Vec<HistoryLine>,
    /// Why it ended, or why the laboratories go on differing.
    pub outcome: Option<OutcomeView>,
    /// What was agreed on and is awaited.
    pub agreed: Vec<AgreedView>,
    /// Keys of the laboratories that take part.
    #[serde(skip)]
    pub parties: BTreeSet<LaboratorySerial>,
}

/// Why it ended or continues.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeView {
    /// Code of the reason.
    pub reason: String,
    /// The reason in words.
    pub label: String,
    /// The person's words; empty when the record ended it.
    pub text: String,
}

/// What is awaited of a statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreedView {
    /// The statement.
    pub statement: Accession,
    /// The class it is to have.
    pub class: Classification,
    /// Whether its laboratory's record says so already.
    pub is_done: bool,
}

impl DiscordanceView {
    /// Whether this laboratory takes part and may act.
    pub fn is_party(&self, laboratory: LaboratorySerial) -> bool {
        self.parties.contains(&laboratory)
    }
}

impl Node {
    /// A discordance as of a moment; `None` when there is none of this name, or was not yet.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn discordance(&self, accession: Accession, as_of: AsOf) -> Result<Option<DiscordanceView>, NodeError> {
        let Some(serial) = DiscordanceSerial::from_accession(accession) else { return Ok(None) };
        let mut reader = self.store().read().await?;
        Ok(read(&mut reader, serial, as_of).await?)
    }

    /// Two statement versions side by side; without a version the current one. `None` when one is not there.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn discordance_difference(
        &self,
        a: VersionedAccession,
        b: VersionedAccession,
        as_of: AsOf,
    ) -> Result<Option<Difference>, NodeError> {
        let (a, b) = (self.statement(a, as_of).await?, self.statement(b, as_of).await?);
        let both = a.zip(b);
        Ok(both.map(|(a, b)| difference(&a.shown.statement.body, &b.shown.statement.body)))
    }
}

async fn read(
    connection: &mut Connection,
    serial: DiscordanceSerial,
    as_of: AsOf,
) -> Result<Option<DiscordanceView>, StoreError> {
    let Some(head) = discordance::by_serials(connection, &[serial], Some(as_of)).await?.pop() else { return Ok(None) };
    let last = head.last.clone();
    let listed = discordance::members(connection, &[(serial, last.members_version)]).await?;
    let listed = listed.into_values().next().unwrap_or_default();
    let variants = discordance::compared(connection, serial, last.members_version).await?;
    let versions = discordance::versions(connection, serial, as_of).await?;
    let messages = discordance::messages(connection, serial, as_of).await?;
    let proposals = discordance::proposals(connection, serial, as_of).await?;
    let statements: Vec<StatementSerial> = listed.iter().map(|one| one.statement).collect();
    let flags = discordance::flags(connection, &statements, as_of).await?;
    let who = accounts(&versions, &messages, &proposals, &flags);
    let people = people(connection, who.into_iter()).await?;
    let current = current_versions(connection, &statements, &messages, as_of).await?;
    let members = member::members(connection, &listed, &flags, &current, &people, as_of).await?;
    let equivalence = member::equivalence_view(connection, head.variant, variants).await?;
    let agreed = agreed(connection, &last.agreed, as_of).await?;
    let Some(line) = lines(connection, vec![head]).await?.pop() else { return Ok(None) };
    Ok(Some(DiscordanceView {
        matrix: member::matrix(&members),
        thread: messages.iter().filter_map(|one| said::message(one, &current, &people)).collect(),
        history: history::history(&versions, &messages, &proposals, &flags, &people),
        proposals: proposals.iter().filter_map(|one| said::proposal(one, &proposals, &people)).collect(),
        outcome: outcome(last.reason.as_deref(), last.note.clone()),
        agreed,
        parties: listed.iter().map(|one| one.laboratory).collect(),
        line,
        equivalence,
        members,
    }))
}

type People = HashMap<AccountSerial, PersonName>;

fn accounts(
    versions: &[DatedVersion],
    messages: &[Message],
    proposals: &[Proposal],
    flags: &[Flag],
) -> BTreeSet<AccountSerial> {
    let acted = versions.iter().flat_map(|one| [one.version.by, one.version.assigned]).flatten();
    let said = messages.iter().map(|one| one.by);
    let proposed = proposals.iter().flat_map(|one| [Some(one.by), one.answer.as_ref().map(|a| a.by)]).flatten();
    let flagged = flags.iter().flat_map(|one| [Some(one.by), one.lift.as_ref().map(|lift| lift.by)]).flatten();
    acted.chain(said).chain(proposed).chain(flagged).collect()
}

/// The current version of each statement spoken of.
async fn current_versions(
    connection: &mut Connection,
    statements: &[StatementSerial],
    messages: &[Message],
    as_of: AsOf,
) -> Result<HashMap<StatementSerial, u32>, StoreError> {
    let spoken = messages.iter().filter_map(|one| one.statement).map(|(serial, _)| serial);
    let all: BTreeSet<StatementSerial> = statements.iter().copied().chain(spoken).collect();
    let mut current = HashMap::new();
    for serial in all {
        if let Some(found) = statement::at_version(connection, serial, None, as_of).await? {
            current.insert(serial, found.statement.version);
        }
    }
    Ok(current)
}

async fn agreed(
    connection: &mut Connection,
    agreed: &[discordance::Agreed],
    as_of: AsOf,
) -> Result<Vec<AgreedView>, StoreError> {
    let mut views = Vec::new();
    for one in agreed {
        let now = statement::at_version(connection, one.statement, None, as_of).await?;
        let is_done = now.is_some_and(|now| now.statement.body.classification == one.class);
        views.push(AgreedView { statement: one.statement.accession(), class: one.class, is_done });
    }
    Ok(views)
}

fn outcome(reason: Option<&str>, text: String) -> Option<OutcomeView> {
    let reason = reason?;
    Some(OutcomeView { label: reason_label(reason).to_owned(), reason: reason.to_owned(), text })
}
