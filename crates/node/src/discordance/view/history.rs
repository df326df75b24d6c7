//! Everything that happened to a discordance, in words.

use super::People;
use super::said::written;
use crate::discordance::PersonName;
use cairn_core::discordance::{Cause, ContinueReason, Grade, Resolution, State};
use cairn_store::discordance::{self, DatedVersion, Flag, Message, Proposal};
use cairn_store::serial::AccountSerial;
use jiff::Timestamp;
use serde::Serialize;

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

/// The words of a reason why a discordance ended or continues.
pub(in crate::discordance) fn reason_label(code: &str) -> &str {
    let ended = Resolution::from_code(code).map(Resolution::label);
    ended.or_else(|| ContinueReason::from_code(code).map(ContinueReason::label)).unwrap_or(code)
}

/// Everything that happened, in the order of time.
pub(super) fn history(
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
        Cause::Disagreed => format!("what was agreed no longer holds{note}"),
        Cause::Continued => format!("decided to go on differing, {reason}{note}"),
        Cause::Resumed => format!("took it up again{note}"),
    }
}
