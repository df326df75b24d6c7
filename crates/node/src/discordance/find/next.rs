//! The next version of a discordance, by what the statements say now.

use super::{Next, Scene, member, rules_in_force};
use cairn_core::classification::Classification;
use cairn_core::discordance::resolution::{self, After};
use cairn_core::discordance::{self as rules, Cause, Grade, State, grade};
use cairn_store::discordance::{self, Member, NewVersion, Recorded, Version};
use cairn_store::serial::{LaboratorySerial, StatementSerial};
use std::collections::{BTreeSet, HashMap};

impl Scene {
    /// The members of a discordance as they stand now, for one that no longer differs.
    pub(super) fn current(&self, head: &Recorded) -> Vec<Member> {
        let listed = self.members.get(&head.serial).into_iter().flatten();
        listed.filter_map(|one| self.by_statement.get(&one.statement)).map(member).collect()
    }

    /// The next version of a discordance whose statements differ so, or no longer; `None` when
    /// nothing is new. `moves`: it stands in another place from now on, a condition that was named for example.
    pub(super) fn next_version(
        &self,
        head: &Recorded,
        differ: Option<Grade>,
        members: &[Member],
        moves: bool,
    ) -> Option<Next> {
        let empty = Vec::new();
        let before = self.members.get(&head.serial).unwrap_or(&empty);
        let last = &head.last;
        let news = voices(before) != voices(members);
        let kept = is_kept(last, before, members);
        let state = last.state.after_record(differ.is_some(), news, kept);
        let same = differ.is_none_or(|grade| grade == last.grade && before == members);
        if state == last.state && same && !moves {
            return None;
        }
        let ends = differ.is_none();
        let opens = state == State::Open && !last.state.is_open();
        let version = Version {
            version: last.version + 1,
            state,
            grade: differ.unwrap_or(last.grade),
            cause: if ends {
                Cause::Ended
            } else if opens {
                Cause::OpenedAgain
            } else {
                Cause::StatementsChanged
            },
            by: None,
            members_version: if ends { last.members_version } else { last.version + 1 },
            assigned: last.assigned,
            due: last.due.filter(|_| !ends && !opens),
            reason: ends.then(|| self.resolution(last, before).code().to_owned()),
            note: String::new(),
            // A promise of one of several that differ holds while they talk.
            agreed: match state {
                State::PendingConcordance => last.agreed.clone(),
                State::InDiscussion if kept => last.agreed.clone(),
                _ => Vec::new(),
            },
            rules: rules_in_force(),
        };
        Some(Next {
            before: Some((last.state, last.grade)),
            version: NewVersion {
                target: Ok(head.serial),
                version,
                members: if ends { Vec::new() } else { members.to_vec() },
                variants: Vec::new(),
                words: None,
            },
            moved: None,
            members: if ends { before.clone() } else { members.to_vec() },
            variant: head.variant,
            condition: head.condition.clone(),
        })
    }

    /// Why it ended: what became of each member.
    fn resolution(&self, last: &Version, before: &[Member]) -> rules::Resolution {
        let changes: Vec<resolution::Change<LaboratorySerial>> = before
            .iter()
            .map(|one| {
                let now = self.by_statement.get(&one.statement);
                let after = match now {
                    None => After::Elsewhere,
                    Some(now) if now.is_withdrawn => After::Withdrawn,
                    Some(now) if self.is_flagged(now.statement) => After::Flagged,
                    Some(now) => After::Class(now.class),
                };
                resolution::Change { laboratory: one.laboratory, before: one.class, after }
            })
            .collect();
        let done = |agreed: &discordance::Agreed| {
            let now = self.by_statement.get(&agreed.statement);
            now.is_some_and(|now| grade::side(now.class) == grade::side(agreed.class))
        };
        resolution::resolution(&changes, !last.agreed.is_empty() && last.agreed.iter().all(done))
    }
}

/// Who says what: a change of it is news.
fn voices(members: &[Member]) -> BTreeSet<(LaboratorySerial, Classification)> {
    members.iter().map(|one| (one.laboratory, one.class)).collect()
}

/// Whether every statement that changed its class changed as agreed, and nobody new takes part.
fn is_kept(last: &Version, before: &[Member], now: &[Member]) -> bool {
    let class_before: HashMap<StatementSerial, Classification> =
        before.iter().map(|one| (one.statement, one.class)).collect();
    now.iter().all(|one| match class_before.get(&one.statement) {
        Some(class) if *class == one.class => true,
        Some(_) => last.agreed.iter().any(|a| a.statement == one.statement && a.class == one.class),
        None => false,
    })
}

pub(super) fn first_version(grade: Grade) -> Version {
    Version {
        version: 1,
        state: State::Open,
        grade,
        cause: Cause::Found,
        by: None,
        members_version: 1,
        assigned: None,
        due: None,
        reason: None,
        note: String::new(),
        agreed: Vec::new(),
        rules: rules_in_force(),
    }
}
