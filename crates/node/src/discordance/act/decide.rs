//! What is decided: who works on it and until when, what was agreed, to go on differing.

use super::desk::Desk;
use super::{ActError, refused};
use cairn_core::accession::Accession;
use cairn_core::classification::Classification;
use cairn_core::discordance::{Cause, ContinueReason, State, Step, resolution};
use cairn_core::id::UserId;
use cairn_store::discordance::{self, Agreed, Version};
use cairn_store::laboratory;
use cairn_store::serial::{AccountSerial, StatementSerial};
use jiff::civil::Date;

/// A statement with the class that it is to have.
type Expected = (StatementSerial, Classification);

fn classes(agreed: &[Agreed]) -> Vec<Expected> {
    agreed.iter().map(|one| (one.statement, one.class)).collect()
}

/// Why what was agreed does not hold.
fn against_each_other(one: Expected, other: Expected) -> String {
    let words = |(statement, class): Expected| format!("{} to {class}", statement.accession());
    format!("{} and {} would still differ", words(one), words(other))
}

impl Desk<'_> {
    pub(super) async fn assign(&mut self, to: Option<UserId>) -> Result<(), ActError> {
        self.after(Step::Work)?;
        let assigned = match to {
            None => None,
            Some(user) => Some(self.assignee(user).await?),
        };
        self.add(Version { assigned, ..self.next(Cause::Assigned, String::new()) }).await
    }

    /// The account of a person of a laboratory that takes part.
    pub(super) async fn assignee(&mut self, user: UserId) -> Result<AccountSerial, ActError> {
        let account = discordance::account(self.writer, user).await?;
        let Some(account) = account else { return refused("there is no such person here") };
        let found = discordance::people(self.writer, &[account]).await?;
        let takes_part = found.get(&account).is_some_and(|(person, laboratory)| {
            person.role.may_contribute() && self.members.iter().any(|one| one.laboratory == *laboratory)
        });
        if takes_part {
            Ok(account)
        } else {
            refused("the person's laboratory does not take part, or their role only reads")
        }
    }

    pub(super) async fn set_due(&mut self, due: Option<Date>) -> Result<(), ActError> {
        self.after(Step::Work)?;
        self.add(Version { due, ..self.next(Cause::DueSet, String::new()) }).await
    }

    /// A laboratory promises for itself; for one without accounts here, any party records what it said.
    pub(super) async fn agree(
        &mut self,
        changes: &[(Accession, Classification)],
        text: String,
    ) -> Result<(), ActError> {
        if changes.is_empty() {
            return refused("say which statement will have which class");
        }
        let mut agreed = Vec::new();
        for (accession, class) in changes {
            let (statement, _) = self.member_of(*accession)?;
            if class.track() != self.head.track {
                return refused(format!("`{class}` is no class of this kind of question"));
            }
            self.may_promise(statement).await?;
            agreed.push(Agreed { statement, class: *class });
        }
        self.agree_on(agreed, text).await
    }

    pub(super) async fn may_promise(&mut self, statement: StatementSerial) -> Result<(), ActError> {
        let owner = self.members.iter().find(|one| one.statement == statement).map(|one| one.laboratory);
        let Some(owner) = owner.filter(|owner| *owner != self.actor.laboratory) else { return Ok(()) };
        let found = laboratory::by_serials(self.writer, &[owner]).await?.pop();
        match found.filter(|found| found.laboratory.is_member) {
            Some(found) => {
                refused(format!("`{}` decides about its own statement: make a proposal", found.laboratory.name))
            }
            None => Ok(()),
        }
    }

    /// Adds what is agreed. It waits for the record only when the record, changed so, would end the
    /// difference; a promise that speaks against an earlier one takes it back into discussion.
    pub(super) async fn agree_on(&mut self, more: Vec<Agreed>, text: String) -> Result<(), ActError> {
        if self.head.last.state != State::PendingConcordance {
            self.after(Step::Agree)?;
        }
        let mut agreed = self.head.last.agreed.clone();
        agreed.retain(|one| !more.iter().any(|new| new.statement == one.statement));
        agreed.extend(more.iter().copied());
        let grade = self.head.last.grade;
        if let Some((one, other)) = resolution::against(&classes(&agreed), grade) {
            let why = against_each_other(one, other);
            let note = [text.trim(), why.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            let version = self.next(Cause::Disagreed, note.join(" – "));
            return self.add(Version { state: State::InDiscussion, agreed: Vec::new(), ..version }).await;
        }
        let state = match resolution::against(&self.expected(&agreed), grade) {
            None => State::PendingConcordance,
            Some(_) => State::InDiscussion,
        };
        self.add(Version { state, agreed, ..self.next(Cause::Agreed, text) }).await
    }

    /// Takes it back into discussion when a proposal asks for what was not agreed.
    pub(super) async fn unsettle(&mut self, asked: Agreed) -> Result<(), ActError> {
        let last = &self.head.last;
        if last.state != State::PendingConcordance {
            return Ok(());
        }
        let with_proposal: Vec<_> = classes(&last.agreed).into_iter().chain([(asked.statement, asked.class)]).collect();
        let Some((one, other)) = resolution::against(&with_proposal, last.grade) else { return Ok(()) };
        let version = self.next(Cause::Disagreed, against_each_other(one, other));
        self.add(Version { state: State::InDiscussion, agreed: Vec::new(), ..version }).await
    }

    /// The classes of all members once what is agreed has become their record.
    fn expected(&self, agreed: &[Agreed]) -> Vec<Expected> {
        let promised = |statement| agreed.iter().find(|one| one.statement == statement).map(|one| one.class);
        self.members.iter().map(|one| (one.statement, promised(one.statement).unwrap_or(one.class))).collect()
    }

    pub(super) async fn go_on(&mut self, reason: ContinueReason, text: String) -> Result<(), ActError> {
        if reason == ContinueReason::Other && text.trim().is_empty() {
            return refused("say in words why the laboratories go on differing");
        }
        let state = self.after(Step::Continue)?;
        let reason = Some(reason.code().to_owned());
        self.add(Version { state, reason, agreed: Vec::new(), ..self.next(Cause::Continued, text) }).await
    }
}
