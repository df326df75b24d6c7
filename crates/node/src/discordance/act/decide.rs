//! What is decided: who works on it and until when, what was agreed, to go on differing.

use super::desk::Desk;
use super::{ActError, refused};
use cairn_core::accession::Accession;
use cairn_core::classification::Classification;
use cairn_core::discordance::{Cause, ContinueReason, State, Step};
use cairn_core::id::UserId;
use cairn_store::discordance::{self, Agreed, Version};
use cairn_store::laboratory;
use cairn_store::serial::{AccountSerial, StatementSerial};
use jiff::civil::Date;

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

    pub(super) async fn agree_on(&mut self, more: Vec<Agreed>, text: String) -> Result<(), ActError> {
        let state = match self.head.last.state {
            State::PendingConcordance => State::PendingConcordance,
            _ => self.after(Step::Agree)?,
        };
        let mut agreed = self.head.last.agreed.clone();
        agreed.retain(|one| !more.iter().any(|new| new.statement == one.statement));
        agreed.extend(more);
        self.add(Version { state, agreed, ..self.next(Cause::Agreed, text) }).await
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
