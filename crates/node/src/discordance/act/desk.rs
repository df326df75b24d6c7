//! One act at work: what every act needs of the discordance, and its next version.

use super::{Act, ActError, Actor, refused};
use crate::node::Node;
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::discordance::{Cause, State, Step};
use cairn_store::discordance::{self, Agreed, Member, NewVersion, Recorded, Version};
use cairn_store::entry::{self, AsOf};
use cairn_store::serial::{AccountSerial, EntrySerial, StatementSerial};
use cairn_store::{StoreError, Writer, statement};
use jiff::Timestamp;

/// One act at work.
pub(super) struct Desk<'a> {
    pub(super) node: &'a Node,
    pub(super) writer: &'a mut Writer,
    pub(super) moment: (EntrySerial, Timestamp),
    pub(super) actor: &'a Actor,
    pub(super) by: AccountSerial,
    pub(super) head: Recorded,
    pub(super) members: Vec<Member>,
}

impl Desk<'_> {
    pub(super) async fn perform(&mut self, act: Act) -> Result<(), ActError> {
        match act {
            Act::Comment { statement, text } => self.comment(statement, &text).await,
            Act::Assign { to } => self.assign(to).await,
            Act::SetDue { due } => self.set_due(due).await,
            Act::Propose { statement, class, criteria, text } => {
                let target = self.member_of(statement)?;
                self.propose(target, class, criteria, text, None).await?;
                self.unsettle(Agreed { statement: target.0, class }).await?;
                self.work().await
            }
            Act::Answer { proposal, answer, class, criteria, text } => {
                self.answer(proposal, answer, class, criteria, text).await
            }
            Act::Flag { statement, reason, text } => self.flag(statement, reason, &text).await,
            Act::Lift { flag, reason, text } => self.lift(flag, reason, &text).await,
            Act::Agree { changes, text } => self.agree(&changes, text).await,
            Act::Continue { reason, text } => self.go_on(reason, text).await,
            Act::Resume { text } => {
                let state = self.after(Step::Resume)?;
                self.add(Version { state, agreed: Vec::new(), reason: None, ..self.next(Cause::Resumed, text) }).await
            }
        }
    }

    /// Notes that people work on it, once.
    pub(super) async fn work(&mut self) -> Result<(), ActError> {
        let state = self.after(Step::Work)?;
        if state == self.head.last.state {
            // A further word changes no state, and still makes a version: whoever decides next must have seen it.
            return Ok(());
        }
        self.add(Version { state, ..self.next(Cause::Discussed, String::new()) }).await
    }

    pub(super) fn after(&self, step: Step) -> Result<State, ActError> {
        self.head.last.state.after(step).map_err(|error| ActError::Refused(error.to_string()))
    }

    /// The last version with another number, cause and author.
    pub(super) fn next(&self, cause: Cause, note: String) -> Version {
        let last = self.head.last.clone();
        let state = if last.state == State::Open { State::InDiscussion } else { last.state };
        Version { version: last.version + 1, state, cause, by: Some(self.by), note: note.trim().to_owned(), ..last }
    }

    pub(super) async fn add(&mut self, version: Version) -> Result<(), ActError> {
        let now = version.version;
        let new = NewVersion {
            target: Ok(self.head.serial),
            version,
            members: Vec::new(),
            variants: Vec::new(),
            words: None,
        };
        match discordance::add(self.writer, self.moment, std::slice::from_ref(&new)).await {
            Ok(_) => {
                self.head.last = new.version;
                Ok(())
            }
            Err(StoreError::Conflict(_)) => Err(ActError::ChangedMeanwhile { now }),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn as_of(&mut self) -> Result<AsOf, ActError> {
        Ok(entry::now(self.writer).await?)
    }

    /// The current version of a statement that takes part.
    pub(super) fn member_of(&self, accession: Accession) -> Result<(StatementSerial, u32), ActError> {
        let serial = StatementSerial::from_accession(accession);
        let found = self.members.iter().find(|one| Some(one.statement) == serial);
        match found {
            Some(one) => Ok((one.statement, one.version)),
            None => refused(format!("{accession} does not take part in this discordance")),
        }
    }

    /// A version of a statement that takes part; without a number the current one.
    pub(super) async fn version_of(
        &mut self,
        accession: VersionedAccession,
    ) -> Result<(StatementSerial, u32), ActError> {
        let (serial, current) = self.member_of(accession.accession)?;
        let Some(version) = accession.version.filter(|version| *version != current) else {
            return Ok((serial, current));
        };
        let as_of = self.as_of().await?;
        match statement::at_version(self.writer, serial, Some(version), as_of).await? {
            Some(_) => Ok((serial, version)),
            None => refused(format!("{} has no version {version}", accession.accession)),
        }
    }
}
