//! Rows of the workspace: statements, criteria, proposals, messages, history.

use crate::app::App;
use crate::mark::Mark;
use crate::pages::account::minute;
use crate::person::Person;
use crate::view::statement::StatementRow;
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::criterion::{Criterion, Outcome};
use cairn_core::discordance::Answer;
use cairn_node::discordance::view::{HistoryLine, MemberView, MessageView, ProposalView};
use cairn_node::discordance::{DiscordanceView, PersonName};

/// A statement that takes part.
pub(super) struct MemberRow {
    pub(super) row: StatementRow,
    pub(super) versioned: String,
    pub(super) is_superseded: bool,
    pub(super) is_expert_panel: bool,
    pub(super) is_own: bool,
    pub(super) flags: Vec<FlagRow>,
}

pub(super) struct FlagRow {
    pub(super) id: String,
    pub(super) statement: String,
    pub(super) reason: &'static str,
    pub(super) text: String,
    pub(super) who: String,
    pub(super) when: String,
    pub(super) lifted: Option<String>,
}

pub(super) struct MatrixRow {
    pub(super) code: String,
    pub(super) differs: bool,
    pub(super) cells: Vec<Option<Cell>>,
}

/// What a statement says of a criterion.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) kind: &'static str,
    pub(super) words: &'static str,
}

pub(super) struct ProposalRow {
    pub(super) id: String,
    pub(super) who: String,
    pub(super) when: String,
    pub(super) asks: String,
    pub(super) statement: String,
    pub(super) class: Mark,
    /// The same in words alone, for a button.
    pub(super) becomes: String,
    pub(super) criteria: String,
    pub(super) text: String,
    pub(super) counters: bool,
    pub(super) answer: Option<(String, String, &'static str, String)>,
    /// Whether the reader is asked.
    pub(super) is_mine_to_answer: bool,
}

pub(super) struct MessageRow {
    pub(super) who: String,
    pub(super) when: String,
    pub(super) statement: Option<String>,
    pub(super) is_superseded: bool,
    pub(super) text: String,
}

pub(super) struct HistoryRow {
    pub(super) when: String,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) version: Option<u32>,
    pub(super) state: String,
    /// Whether it happened after the version that the reader had seen.
    pub(super) is_new: bool,
}

pub(super) fn member_row(app: &App, member: &MemberView, person: &Person) -> MemberRow {
    let flags = member.flags.iter().map(|flag| FlagRow {
        id: flag.id.to_string(),
        statement: flag.statement.clone(),
        reason: flag.reason.label(),
        text: flag.text.clone(),
        who: who(&flag.who),
        when: minute(&flag.when),
        lifted: flag.lift.as_ref().map(|lift| format!("{}, {}", lift.reason.label(), minute(&lift.when))),
    });
    let mut row = StatementRow::of(&member.statement);
    row.conditions.iter_mut().for_each(|named| named.explain(app.node.reference().conditions()));
    MemberRow {
        row,
        versioned: written(versioned(member)),
        is_superseded: member.is_superseded,
        is_expert_panel: member.is_expert_panel,
        is_own: member.statement.laboratory.id == person.laboratory().id,
        flags: flags.collect(),
    }
}

pub(super) fn matrix(view: &DiscordanceView) -> Vec<MatrixRow> {
    let cell = |criterion: &Criterion| {
        let (kind, words) = match criterion.outcome {
            Outcome::Met => ("met", "met"),
            Outcome::NotMet => ("not-met", "looked at and not met"),
            Outcome::NotEvaluated => ("not-evaluated", "not evaluated"),
        };
        let strength = criterion.strength.map_or_else(String::new, |strength| format!("_{}", strength.suffix()));
        Cell { text: format!("{}{strength}", criterion.code), kind, words }
    };
    let mut rows: Vec<MatrixRow> = view
        .matrix
        .iter()
        .map(|row| MatrixRow {
            code: row.code.clone(),
            differs: row.differs,
            cells: row.cells.iter().map(|found| found.as_ref().map(cell)).collect(),
        })
        .collect();
    rows.sort_by_key(|row| !row.differs);
    rows
}

pub(super) fn proposal(one: &ProposalView, view: &DiscordanceView, person: &Person, may_act: bool) -> ProposalRow {
    let asked = owner(view, one.statement);
    // Whose statement is to change answers; what that laboratory offers itself, any other answers.
    let owner = view.members.iter().find(|member| member.statement.statement.accession == one.statement);
    let owner = owner.map(|member| member.statement.laboratory.id);
    let own = person.laboratory().id;
    let is_asked = match owner == Some(one.who.laboratory.id) {
        true => own != one.who.laboratory.id,
        false => owner == Some(own),
    };
    let criteria: Vec<String> = one.criteria.iter().map(Criterion::to_string).collect();
    ProposalRow {
        id: one.id.to_string(),
        who: who(&one.who),
        when: minute(&one.when),
        asks: asked,
        statement: one.statement.to_string(),
        class: Mark::Full(one.class),
        becomes: one.class.label().to_lowercase(),
        criteria: criteria.join(", "),
        text: one.text.clone(),
        counters: one.counters.is_some(),
        answer: one.answer.as_ref().map(|answer| {
            let word = match answer.answer {
                Answer::Accept => "accepted",
                Answer::Decline => "declined",
                Answer::Counter => "answered with another proposal",
            };
            (who(&answer.who), minute(&answer.when), word, answer.text.clone())
        }),
        is_mine_to_answer: may_act && is_asked && one.answer.is_none() && view.line.state.is_open(),
    }
}

pub(super) fn message(one: &MessageView) -> MessageRow {
    MessageRow {
        who: who(&one.who),
        when: minute(&one.when),
        statement: one.statement.clone(),
        is_superseded: one.is_superseded,
        text: one.text.clone(),
    }
}

pub(super) fn history(view: &DiscordanceView, seen: Option<u32>) -> Vec<HistoryRow> {
    let row = |line: &HistoryLine| HistoryRow {
        when: minute(&line.when),
        who: line.who.as_ref().map_or_else(|| "the record".to_owned(), who),
        what: line.what.clone(),
        version: line.version.map(|(version, ..)| version),
        state: line
            .version
            .map(|(_, state, grade)| format!("{}, {}", state.label(), grade.label()))
            .unwrap_or_default(),
        is_new: seen.is_some_and(|seen| line.version.is_some_and(|(version, ..)| version > seen)),
    };
    view.history.iter().rev().map(row).collect()
}

pub(super) fn who(person: &PersonName) -> String {
    format!("{}, {}", person.name, person.laboratory.name)
}

pub(super) fn versioned(member: &MemberView) -> VersionedAccession {
    let statement = &member.statement.statement;
    VersionedAccession { accession: statement.accession, version: Some(statement.version) }
}

/// `CRN000001.2`
pub(super) fn written(one: VersionedAccession) -> String {
    one.version.map_or_else(|| one.accession.to_string(), |version| format!("{}.{version}", one.accession))
}

/// The laboratory of a statement.
pub(super) fn owner(view: &DiscordanceView, statement: Accession) -> String {
    let found = view.members.iter().find(|member| member.statement.statement.accession == statement);
    found.map_or_else(|| statement.to_string(), |member| member.statement.laboratory.name.clone())
}
