//! A discordance with everything that belongs to it, as of a moment.

use super::queue::{PersonName, QueueLine, as_of_then, lines, people};
use crate::error::NodeError;
use crate::lookup::statement::{StatementView, view};
use crate::node::Node;
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::{
    Answer, Cause, ContinueReason, Difference, FlagReason, Grade, LiftReason, Resolution, State, difference,
};
use cairn_core::equivalence;
use cairn_core::id::{FlagId, MessageId, ProposalId, VariantId};
use cairn_store::discordance::{self, DatedVersion, Flag, Message, Proposal};
use cairn_store::entry::AsOf;
use cairn_store::serial::{AccountSerial, DiscordanceSerial, LaboratorySerial, StatementSerial};
use cairn_store::{Connection, StoreError, statement, variant};
use jiff::Timestamp;
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

/// By which rule variants are compared as one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EquivalenceView {
    /// Version of the rule.
    pub version: String,
    /// The rule in words.
    pub text: String,
    /// Where it comes from; empty for identity.
    pub source: String,
    /// The variants with names, and why each belongs; one variant alone gives no reason.
    pub variants: Vec<ComparedVariant>,
}

/// A variant among those compared as one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedVariant {
    /// Its id.
    pub variant: VariantId,
    /// Its best name.
    pub label: String,
    /// Why it belongs; empty for the first.
    pub why: String,
}

/// A statement that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberView {
    /// The version that takes part.
    #[serde(flatten)]
    pub statement: StatementView,
    /// Whether the laboratory has a later version.
    pub is_superseded: bool,
    /// Whether it is the view of an expert panel or a guideline, by its review status.
    pub is_expert_panel: bool,
    /// Doubts about its versions.
    pub flags: Vec<FlagView>,
}

/// A criterion over all members.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriterionRow {
    /// Its code.
    pub code: String,
    /// What each member says of it, in the order of the members; `None`: nothing.
    pub cells: Vec<Option<Criterion>>,
    /// Whether they say different things.
    pub differs: bool,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// Who wrote it.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
    /// The statement version spoken of, such as `CRN000001.2`; `None`: the whole.
    pub statement: Option<String>,
    /// Whether that version has been replaced since.
    pub is_superseded: bool,
    /// The words.
    pub text: String,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposalView {
    /// Its id.
    pub id: ProposalId,
    /// Who made it.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
    /// Whose class is to change.
    pub statement: Accession,
    /// To which class.
    pub class: Classification,
    /// With which criteria changed.
    pub criteria: Vec<Criterion>,
    /// The words.
    pub text: String,
    /// The proposal that it answers.
    pub counters: Option<ProposalId>,
    /// What was answered.
    pub answer: Option<AnswerView>,
}

/// An answer to a proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerView {
    /// Who.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
    /// Yes, no, or something else.
    pub answer: Answer,
    /// The words.
    pub text: String,
}

/// A flag on a statement version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlagView {
    /// Its id.
    pub id: FlagId,
    /// The statement version, such as `CRN000001.2`.
    pub statement: String,
    /// Why.
    pub reason: FlagReason,
    /// The words.
    pub text: String,
    /// Who.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
    /// Its end.
    pub lift: Option<LiftView>,
}

/// The end of a flag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiftView {
    /// Why.
    pub reason: LiftReason,
    /// The words.
    pub text: String,
    /// Who.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryLine {
    /// When.
    pub when: Timestamp,
    /// Who; `None`: the machine.
    pub who: Option<PersonName>,
    /// What, in words.
    pub what: String,
    /// The version it made, with state and grade from then on; `None` for words alone.
    pub version: Option<(u32, State, Grade)>,
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
    let Some(head) = discordance::by_serials(connection, &[serial]).await?.pop() else { return Ok(None) };
    let Some(head) = as_of_then(connection, head, as_of).await? else { return Ok(None) };
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
    let members = members(connection, &listed, &flags, &current, &people, as_of).await?;
    let equivalence = equivalence_view(connection, head.variant, variants).await?;
    let agreed = agreed(connection, &last.agreed, as_of).await?;
    let Some(line) = lines(connection, vec![head]).await?.pop() else { return Ok(None) };
    Ok(Some(DiscordanceView {
        matrix: matrix(&members),
        thread: messages.iter().filter_map(|one| message(one, &current, &people)).collect(),
        history: history(&versions, &messages, &proposals, &flags, &people),
        proposals: proposals.iter().filter_map(|one| proposal(one, &proposals, &people)).collect(),
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

async fn members(
    connection: &mut Connection,
    listed: &[discordance::Member],
    flags: &[Flag],
    current: &HashMap<StatementSerial, u32>,
    people: &People,
    as_of: AsOf,
) -> Result<Vec<MemberView>, StoreError> {
    let mut recorded = Vec::new();
    for one in listed {
        recorded.extend(statement::at_version(connection, one.statement, Some(one.version), as_of).await?);
    }
    let serials: Vec<StatementSerial> = recorded.iter().map(|one| one.serial).collect();
    let views = view(connection, recorded).await?;
    let member = |(statement, serial): (StatementView, StatementSerial)| {
        let status = statement.statement.body.review_status.as_deref().unwrap_or_default().to_ascii_lowercase();
        MemberView {
            is_superseded: current.get(&serial).is_some_and(|now| *now > statement.statement.version),
            is_expert_panel: status.contains("expert panel") || status.contains("practice guideline"),
            flags: flags.iter().filter(|f| f.statement.0 == serial).filter_map(|f| flag(f, people)).collect(),
            statement,
        }
    };
    Ok(views.into_iter().zip(serials).map(member).collect())
}

fn matrix(members: &[MemberView]) -> Vec<CriterionRow> {
    let criteria = |member: &MemberView| member.statement.statement.body.criteria.clone();
    let codes: BTreeSet<String> = members.iter().flat_map(criteria).map(|criterion| criterion.code).collect();
    let row = |code: String| {
        let cells: Vec<Option<Criterion>> =
            members.iter().map(|member| criteria(member).into_iter().rfind(|c| c.code == code)).collect();
        let differs = cells.windows(2).any(|pair| pair[0] != pair[1]);
        CriterionRow { code, cells, differs }
    };
    codes.into_iter().map(row).collect()
}

async fn equivalence_view(
    connection: &mut Connection,
    first: cairn_store::serial::VariantSerial,
    compared: Vec<(cairn_store::serial::VariantSerial, String)>,
) -> Result<EquivalenceView, StoreError> {
    let compared = if compared.is_empty() { vec![(first, String::new())] } else { compared };
    let serials: Vec<_> = compared.iter().map(|(serial, _)| *serial).collect();
    let mut why: HashMap<_, _> = compared.into_iter().collect();
    let recorded = variant::by_serials(connection, &serials).await?;
    let rule = equivalence::current();
    let kind = recorded.first().map(|one| one.kind.as_str()).unwrap_or_default();
    let (text, source) = match (recorded.len(), kind) {
        (0 | 1, _) => (&rule.small, ""),
        (_, "exon_event") => (&rule.exons.text, rule.exons.source.as_str()),
        (_, "fusion") => (&rule.fusion.text, rule.fusion.source.as_str()),
        _ => (&rule.structural.text, rule.structural.source.as_str()),
    };
    let variants = recorded
        .into_iter()
        .map(|one| ComparedVariant {
            variant: one.id,
            label: one.label,
            why: why.remove(&one.serial).unwrap_or_default(),
        })
        .collect();
    Ok(EquivalenceView { version: rule.version.clone(), text: text.clone(), source: source.to_owned(), variants })
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

fn written((serial, version): (StatementSerial, u32)) -> String {
    format!("{}.{version}", serial.accession())
}

fn message(one: &Message, current: &HashMap<StatementSerial, u32>, people: &People) -> Option<MessageView> {
    let superseded = |(serial, version): (StatementSerial, u32)| current.get(&serial).is_some_and(|now| *now > version);
    Some(MessageView {
        id: one.id,
        who: people.get(&one.by)?.clone(),
        when: one.recorded,
        statement: one.statement.map(written),
        is_superseded: one.statement.is_some_and(superseded),
        text: one.text.clone(),
    })
}

fn proposal(one: &Proposal, all: &[Proposal], people: &People) -> Option<ProposalView> {
    let answer = one.answer.as_ref().and_then(|answer| {
        let who = people.get(&answer.by)?.clone();
        Some(AnswerView { who, when: answer.recorded, answer: answer.answer, text: answer.text.clone() })
    });
    let counters = one.said.counters.and_then(|serial| all.iter().find(|other| other.serial == serial));
    Some(ProposalView {
        id: one.said.id,
        who: people.get(&one.by)?.clone(),
        when: one.recorded,
        statement: one.said.statement.0.accession(),
        class: one.said.class,
        criteria: one.said.criteria.clone(),
        text: one.said.text.clone(),
        counters: counters.map(|other| other.said.id),
        answer,
    })
}

fn flag(one: &Flag, people: &People) -> Option<FlagView> {
    let lift = one.lift.as_ref().and_then(|lift| {
        let who = people.get(&lift.by)?.clone();
        Some(LiftView { reason: lift.reason, text: lift.text.clone(), who, when: lift.recorded })
    });
    Some(FlagView {
        id: one.id,
        statement: written(one.statement),
        reason: one.reason,
        text: one.text.clone(),
        who: people.get(&one.by)?.clone(),
        when: one.recorded,
        lift,
    })
}

fn outcome(reason: Option<&str>, text: String) -> Option<OutcomeView> {
    let reason = reason?;
    Some(OutcomeView { label: reason_label(reason).to_owned(), reason: reason.to_owned(), text })
}

/// The words of a reason why a discordance ended or continues.
pub(super) fn reason_label(code: &str) -> &str {
    let ended = Resolution::from_code(code).map(Resolution::label);
    ended.or_else(|| ContinueReason::from_code(code).map(ContinueReason::label)).unwrap_or(code)
}

/// Everything that happened, in the order of time.
fn history(
    versions: &[DatedVersion],
    messages: &[Message],
    proposals: &[Proposal],
    flags: &[Flag],
    people: &People,
) -> Vec<HistoryLine> {
    let named = |account: AccountSerial| people.get(&account).cloned();
    let line = |when, who, what| HistoryLine { when, who, what, version: None };
    let mut all: Vec<HistoryLine> = messages
        .iter()
        .map(|one| {
            let of = one.statement.map(|statement| format!(" about {}", written(statement))).unwrap_or_default();
            line(one.recorded, named(one.by), format!("wrote{of}"))
        })
        .collect();
    for one in proposals {
        let statement = one.said.statement.0.accession();
        let what = format!("proposed {} for {statement}", one.said.class);
        all.push(line(one.recorded, named(one.by), what));
        if let Some(answer) = &one.answer {
            let what = format!("{} the proposal of {} for {statement}", answer.answer.label(), one.said.class);
            all.push(line(answer.recorded, named(answer.by), what));
        }
    }
    for one in flags {
        let what = format!("flagged {}: {}", written(one.statement), one.reason.label());
        all.push(line(one.recorded, named(one.by), what));
        if let Some(lift) = &one.lift {
            let what = format!("lifted the flag on {}: {}", written(one.statement), lift.reason.label());
            all.push(line(lift.recorded, named(lift.by), what));
        }
    }
    all.extend(versions.iter().map(|one| HistoryLine {
        when: one.recorded,
        who: one.version.by.and_then(named),
        what: happened(&one.version, people),
        version: Some((one.version.version, one.version.state, one.version.grade)),
    }));
    all.sort_by_key(|line| line.when);
    all
}

fn happened(version: &discordance::Version, people: &People) -> String {
    let note = if version.note.is_empty() { String::new() } else { format!(": {}", version.note) };
    let reason = version.reason.as_deref().map(reason_label).unwrap_or_default();
    match version.cause {
        Cause::Found => format!("found: {}", version.grade.label()),
        Cause::StatementsChanged => format!("the statements changed: {}", version.grade.label()),
        Cause::OpenedAgain => format!("opened again: {}", version.grade.label()),
        Cause::Ended => format!("ended by the record: {reason}"),
        Cause::Joined => "its variant was found to be another".to_owned(),
        Cause::Discussed => "took it into discussion".to_owned(),
        Cause::Assigned => match version.assigned.and_then(|account| people.get(&account)) {
            Some(person) => format!("gave it to {} ({})", person.name, person.laboratory.name),
            None => "gave it to nobody".to_owned(),
        },
        Cause::DueSet => {
            version.due.map_or_else(|| "removed the due date".to_owned(), |day| format!("set it due on {day}"))
        }
        Cause::Agreed => {
            let changes: Vec<String> =
                version.agreed.iter().map(|one| format!("{} to {}", one.statement.accession(), one.class)).collect();
            format!("agreed on {}{note}", changes.join(", "))
        }
        Cause::Continued => format!("decided to go on differing, {reason}{note}"),
        Cause::Resumed => format!("took it up again{note}"),
    }
}
