//! What is said: messages, proposals and their answers, doubts and their end.

use super::desk::Desk;
use super::{ActError, refused};
use cairn_core::accession::VersionedAccession;
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::{Answer, FlagReason, LiftReason, State, Step};
use cairn_core::id::{FlagId, MessageId, ProposalId};
use cairn_store::discordance::{self, Agreed, NewProposal, Proposal};
use cairn_store::serial::{ProposalSerial, StatementSerial};

impl Desk<'_> {
    pub(super) async fn comment(&mut self, statement: Option<VersionedAccession>, text: &str) -> Result<(), ActError> {
        if text.trim().is_empty() {
            return refused("a message needs words");
        }
        let statement = match statement {
            Some(accession) => Some(self.version_of(accession).await?),
            None => None,
        };
        let id = MessageId::from_random((self.node.world().random)());
        discordance::add_message(self.writer, self.moment.0, self.head.serial, id, self.by, statement, text.trim())
            .await?;
        match self.head.last.state {
            State::Open => self.work().await,
            _ => Ok(()),
        }
    }

    pub(super) async fn propose(
        &mut self,
        statement: (StatementSerial, u32),
        class: Classification,
        criteria: Vec<Criterion>,
        text: String,
        counters: Option<ProposalSerial>,
    ) -> Result<(), ActError> {
        self.after(Step::Work)?;
        if class.track() != self.head.track {
            return refused(format!("`{class}` is no class of this kind of question"));
        }
        let id = ProposalId::from_random((self.node.world().random)());
        let new = NewProposal { id, statement, class, criteria, text: text.trim().to_owned(), counters };
        Ok(discordance::add_proposal(self.writer, self.moment.0, self.head.serial, self.by, &new).await?)
    }

    pub(super) async fn answer(
        &mut self,
        id: ProposalId,
        answer: Answer,
        class: Option<Classification>,
        criteria: Vec<Criterion>,
        text: String,
    ) -> Result<(), ActError> {
        let asked = self.proposal(id).await?;
        self.may_answer(&asked).await?;
        discordance::add_answer(self.writer, self.moment.0, asked.serial, self.by, answer, text.trim()).await?;
        match answer {
            Answer::Decline => self.work().await,
            Answer::Counter => {
                let Some(class) = class else { return refused("a counter-proposal needs a class") };
                self.propose(asked.said.statement, class, criteria, text, Some(asked.serial)).await?;
                self.unsettle(Agreed { statement: asked.said.statement.0, class }).await?;
                self.work().await
            }
            Answer::Accept => {
                let change = Agreed { statement: asked.said.statement.0, class: asked.said.class };
                self.agree_on(vec![change], text).await
            }
        }
    }

    pub(super) async fn proposal(&mut self, id: ProposalId) -> Result<Proposal, ActError> {
        let as_of = self.as_of().await?;
        let all = discordance::proposals(self.writer, self.head.serial, as_of).await?;
        let Some(found) = all.into_iter().find(|one| one.said.id == id) else {
            return refused("there is no such proposal in this discordance");
        };
        if found.answer.is_some() {
            return Err(ActError::ChangedMeanwhile { now: self.head.last.version });
        }
        Ok(found)
    }

    /// The other side answers: the laboratory whose statement is to change, or, when that laboratory
    /// proposed it itself, any other.
    pub(super) async fn may_answer(&mut self, asked: &Proposal) -> Result<(), ActError> {
        let people = discordance::people(self.writer, &[asked.by]).await?;
        let proposer = people.get(&asked.by).map(|(_, laboratory)| *laboratory);
        let owner = self.members.iter().find(|one| one.statement == asked.said.statement.0).map(|one| one.laboratory);
        let Some(owner) = owner else { return refused("the statement no longer takes part in this discordance") };
        let own = self.actor.laboratory;
        match () {
            () if proposer == Some(own) => refused("a proposal is answered by another laboratory than its own"),
            () if proposer != Some(owner) && own != owner => {
                refused("only the laboratory whose statement is to change can answer this")
            }
            () => Ok(()),
        }
    }

    pub(super) async fn flag(
        &mut self,
        accession: VersionedAccession,
        reason: FlagReason,
        text: &str,
    ) -> Result<(), ActError> {
        self.after(Step::Work)?;
        let statement = self.version_of(accession).await?;
        let id = FlagId::from_random((self.node.world().random)());
        let text = text.trim();
        discordance::add_flag(self.writer, self.moment.0, self.head.serial, id, self.by, statement, reason, text)
            .await?;
        self.work().await
    }

    pub(super) async fn lift(&mut self, id: FlagId, reason: LiftReason, text: &str) -> Result<(), ActError> {
        let as_of = self.as_of().await?;
        let statements: Vec<StatementSerial> = self.members.iter().map(|one| one.statement).collect();
        let flags = discordance::flags(self.writer, &statements, as_of).await?;
        let Some(found) = flags.into_iter().find(|flag| flag.id == id) else {
            return refused("there is no such flag on these statements");
        };
        if found.lift.is_some() {
            return Err(ActError::ChangedMeanwhile { now: self.head.last.version });
        }
        Ok(discordance::add_lift(self.writer, self.moment.0, found.serial, self.by, reason, text.trim()).await?)
    }
}
