//! What people do about a discordance. Everything is by a named person of a laboratory that takes
//! part; everybody else reads.
//!
//! An act says which version of the discordance the person saw. When another act or the record came
//! first, nothing is written and the answer says so. Words alone change no state and never collide.

use super::view::DiscordanceView;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::{Answer, Cause, ContinueReason, FlagReason, LiftReason, State, Step};
use cairn_core::id::{FlagId, MessageId, ProposalId, UserId};
use cairn_core::user::UserRole;
use cairn_store::discordance::{self, Agreed, Member, NewProposal, NewVersion, Proposal, Recorded, Version};
use cairn_store::entry::{self, AsOf};
use cairn_store::serial::{AccountSerial, DiscordanceSerial, EntrySerial, LaboratorySerial, StatementSerial};
use cairn_store::{StoreError, Writer, laboratory, statement};
use jiff::Timestamp;
use jiff::civil::Date;

/// Longest text of a message, in characters.
const LONGEST: usize = 10_000;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The person's laboratory.
    pub laboratory: LaboratorySerial,
    /// The part the person plays there.
    pub role: UserRole,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Says something, of the whole or of one statement version.
    Comment {
        /// The statement version spoken of.
        statement: Option<VersionedAccession>,
        /// The words.
        text: String,
    },
    /// Gives it to a person of a laboratory that takes part, or takes it from whoever has it.
    Assign {
        /// To whom.
        to: Option<UserId>,
    },
    /// Sets the day by which it should be done, or removes it.
    SetDue {
        /// The day.
        due: Option<Date>,
    },
    /// Asks a laboratory whether it would accept another class, with changes of criteria.
    Propose {
        /// Whose class is to change.
        statement: Accession,
        /// To which class.
        class: Classification,
        /// With which criteria changed, such as `PM2_Supporting`.
        criteria: Vec<Criterion>,
        /// The words.
        text: String,
    },
    /// Answers a proposal.
    Answer {
        /// Which.
        proposal: ProposalId,
        /// Yes, no, or something else.
        answer: Answer,
        /// The class of a counter-proposal.
        class: Option<Classification>,
        /// The criteria of a counter-proposal.
        criteria: Vec<Criterion>,
        /// The words.
        text: String,
    },
    /// Doubts a statement version, with a structured reason.
    Flag {
        /// Which.
        statement: VersionedAccession,
        /// Why.
        reason: FlagReason,
        /// The words.
        text: String,
    },
    /// Ends a flag.
    Lift {
        /// Which.
        flag: FlagId,
        /// Why.
        reason: LiftReason,
        /// The words.
        text: String,
    },
    /// Agrees on what will change; the discordance waits for the laboratory's own record.
    Agree {
        /// Which statements are to have which class.
        changes: Vec<(Accession, Classification)>,
        /// The words.
        text: String,
    },
    /// Decides to go on differing.
    Continue {
        /// Why.
        reason: ContinueReason,
        /// The words.
        text: String,
    },
    /// Takes it up again.
    Resume {
        /// The words.
        text: String,
    },
}

/// Why an act was not done. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such discordance.
    #[error("there is no such discordance")]
    NotFound,
    /// The person's laboratory does not take part, or their role only reads.
    #[error("only clinical scientists, curators and heads of the laboratories that take part may act here")]
    NotAParty,
    /// Somebody else, or the record, came first.
    #[error("it changed meanwhile: look at version {now} and decide again; nothing was overwritten")]
    ChangedMeanwhile {
        /// The version now.
        now: u32,
    },
    /// It cannot be done as it was asked for.
    #[error("{0}")]
    Refused(String),
    /// The node failed.
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        Self::Node(error.into())
    }
}

fn refused<T>(why: impl Into<String>) -> Result<T, ActError> {
    Err(ActError::Refused(why.into()))
}

impl Node {
    /// Does what a person asks for; the discordance as it stands then comes back.
    ///
    /// # Errors
    /// When the person may not, saw an older version, or asks for what cannot be done.
    pub async fn act_on_discordance(
        &self,
        actor: &Actor,
        accession: Accession,
        seen: u32,
        act: Act,
    ) -> Result<DiscordanceView, ActError> {
        let serial = DiscordanceSerial::from_accession(accession).ok_or(ActError::NotFound)?;
        let mut writer = self.store().write().await?;
        let head = discordance::by_serials(&mut writer, &[serial]).await?.pop().ok_or(ActError::NotFound)?;
        let last = (serial, head.last.members_version);
        let members = discordance::members(&mut writer, &[last]).await?.remove(&serial).unwrap_or_default();
        if !actor.role.may_contribute() || !members.iter().any(|one| one.laboratory == actor.laboratory) {
            return Err(ActError::NotAParty);
        }
        let by = discordance::account(&mut writer, actor.user).await?.ok_or(ActError::NotAParty)?;
        if !act.is_words_only() && seen != head.last.version {
            return Err(ActError::ChangedMeanwhile { now: head.last.version });
        }
        check_text(act.text())?;
        let moment = writer.enter(self.now()).await?;
        let mut desk = Desk { node: self, writer: &mut writer, moment, actor, by, head, members };
        desk.perform(act).await?;
        writer.commit().await?;
        let as_of = self.as_of(None).await?;
        self.discordance(accession, as_of).await?.ok_or(ActError::NotFound)
    }

    /// The people of the laboratories that take part who may act: to assign to.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn people_of_parties(&self, accession: Accession) -> Result<Vec<super::PersonName>, NodeError> {
        let Some(serial) = DiscordanceSerial::from_accession(accession) else { return Ok(Vec::new()) };
        let mut reader = self.store().read().await?;
        let Some(head) = discordance::by_serials(&mut reader, &[serial]).await?.pop() else {
            return Ok(Vec::new());
        };
        let members = discordance::members(&mut reader, &[(serial, head.last.members_version)]).await?;
        let mut serials: Vec<LaboratorySerial> = members.values().flatten().map(|one| one.laboratory).collect();
        serials.sort_unstable();
        serials.dedup();
        let mut people = Vec::new();
        for found in laboratory::by_serials(&mut reader, &serials).await? {
            let accounts = cairn_store::account::list(&mut reader, Some(found.laboratory.id)).await?;
            let able = accounts.into_iter().filter(|one| one.closed.is_none() && one.user.role.may_contribute());
            people.extend(able.map(|one| super::PersonName {
                user: one.user.id,
                name: one.user.name,
                laboratory: found.laboratory.clone(),
            }));
        }
        Ok(people)
    }
}

impl Act {
    /// Whether it adds words and can collide with nothing.
    fn is_words_only(&self) -> bool {
        matches!(self, Self::Comment { .. } | Self::Flag { .. } | Self::Lift { .. })
    }

    fn text(&self) -> &str {
        match self {
            Self::Assign { .. } | Self::SetDue { .. } => "",
            Self::Comment { text, .. }
            | Self::Propose { text, .. }
            | Self::Answer { text, .. }
            | Self::Flag { text, .. }
            | Self::Lift { text, .. }
            | Self::Agree { text, .. }
            | Self::Continue { text, .. }
            | Self::Resume { text } => text,
        }
    }
}

fn check_text(text: &str) -> Result<(), ActError> {
    if text.chars().count() > LONGEST {
        return refused(format!("the text is longer than {LONGEST} characters: shorten it"));
    }
    Ok(())
}

/// One act at work.
struct Desk<'a> {
    node: &'a Node,
    writer: &'a mut Writer,
    moment: (EntrySerial, Timestamp),
    actor: &'a Actor,
    by: AccountSerial,
    head: Recorded,
    members: Vec<Member>,
}

impl Desk<'_> {
    async fn perform(&mut self, act: Act) -> Result<(), ActError> {
        match act {
            Act::Comment { statement, text } => self.comment(statement, &text).await,
            Act::Assign { to } => self.assign(to).await,
            Act::SetDue { due } => self.set_due(due).await,
            Act::Propose { statement, class, criteria, text } => {
                let target = self.member_of(statement)?;
                self.propose(target, class, criteria, text, None).await?;
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

    async fn comment(&mut self, statement: Option<VersionedAccession>, text: &str) -> Result<(), ActError> {
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

    async fn assign(&mut self, to: Option<UserId>) -> Result<(), ActError> {
        self.after(Step::Work)?;
        let assigned = match to {
            None => None,
            Some(user) => Some(self.assignee(user).await?),
        };
        self.add(Version { assigned, ..self.next(Cause::Assigned, String::new()) }).await
    }

    /// The account of a person of a laboratory that takes part.
    async fn assignee(&mut self, user: UserId) -> Result<AccountSerial, ActError> {
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

    async fn set_due(&mut self, due: Option<Date>) -> Result<(), ActError> {
        self.after(Step::Work)?;
        self.add(Version { due, ..self.next(Cause::DueSet, String::new()) }).await
    }

    async fn propose(
        &mut self,
        statement: (StatementSerial, u32),
        class: Classification,
        criteria: Vec<Criterion>,
        text: String,
        counters: Option<cairn_store::serial::ProposalSerial>,
    ) -> Result<(), ActError> {
        self.after(Step::Work)?;
        if class.track() != self.head.track {
            return refused(format!("`{class}` is no class of this kind of question"));
        }
        let id = ProposalId::from_random((self.node.world().random)());
        let new = NewProposal { id, statement, class, criteria, text: text.trim().to_owned(), counters };
        Ok(discordance::add_proposal(self.writer, self.moment.0, self.head.serial, self.by, &new).await?)
    }

    async fn answer(
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
                self.work().await
            }
            Answer::Accept => {
                let change = Agreed { statement: asked.said.statement.0, class: asked.said.class };
                self.agree_on(vec![change], text).await
            }
        }
    }

    async fn proposal(&mut self, id: ProposalId) -> Result<Proposal, ActError> {
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
    async fn may_answer(&mut self, asked: &Proposal) -> Result<(), ActError> {
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

    async fn flag(&mut self, accession: VersionedAccession, reason: FlagReason, text: &str) -> Result<(), ActError> {
        self.after(Step::Work)?;
        let statement = self.version_of(accession).await?;
        let id = FlagId::from_random((self.node.world().random)());
        let text = text.trim();
        discordance::add_flag(self.writer, self.moment.0, self.head.serial, id, self.by, statement, reason, text)
            .await?;
        self.work().await
    }

    async fn lift(&mut self, id: FlagId, reason: LiftReason, text: &str) -> Result<(), ActError> {
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

    /// A laboratory promises for itself; for one without accounts here, any party records what it said.
    async fn agree(&mut self, changes: &[(Accession, Classification)], text: String) -> Result<(), ActError> {
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

    async fn may_promise(&mut self, statement: StatementSerial) -> Result<(), ActError> {
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

    async fn agree_on(&mut self, more: Vec<Agreed>, text: String) -> Result<(), ActError> {
        let state = match self.head.last.state {
            State::PendingConcordance => State::PendingConcordance,
            _ => self.after(Step::Agree)?,
        };
        let mut agreed = self.head.last.agreed.clone();
        agreed.retain(|one| !more.iter().any(|new| new.statement == one.statement));
        agreed.extend(more);
        self.add(Version { state, agreed, ..self.next(Cause::Agreed, text) }).await
    }

    async fn go_on(&mut self, reason: ContinueReason, text: String) -> Result<(), ActError> {
        if reason == ContinueReason::Other && text.trim().is_empty() {
            return refused("say in words why the laboratories go on differing");
        }
        let state = self.after(Step::Continue)?;
        let reason = Some(reason.code().to_owned());
        self.add(Version { state, reason, agreed: Vec::new(), ..self.next(Cause::Continued, text) }).await
    }

    /// Notes that people work on it, once.
    async fn work(&mut self) -> Result<(), ActError> {
        let state = self.after(Step::Work)?;
        if state == self.head.last.state {
            // A further word changes no state, and still makes a version: whoever decides next must have seen it.
            return Ok(());
        }
        self.add(Version { state, ..self.next(Cause::Discussed, String::new()) }).await
    }

    fn after(&self, step: Step) -> Result<State, ActError> {
        self.head.last.state.after(step).map_err(|error| ActError::Refused(error.to_string()))
    }

    /// The last version with another number, cause and author.
    fn next(&self, cause: Cause, note: String) -> Version {
        let last = self.head.last.clone();
        let state = if last.state == State::Open { State::InDiscussion } else { last.state };
        Version { version: last.version + 1, state, cause, by: Some(self.by), note: note.trim().to_owned(), ..last }
    }

    async fn add(&mut self, version: Version) -> Result<(), ActError> {
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

    async fn as_of(&mut self) -> Result<AsOf, ActError> {
        Ok(entry::now(self.writer).await?)
    }

    /// The current version of a statement that takes part.
    fn member_of(&self, accession: Accession) -> Result<(StatementSerial, u32), ActError> {
        let serial = StatementSerial::from_accession(accession);
        let found = self.members.iter().find(|one| Some(one.statement) == serial);
        match found {
            Some(one) => Ok((one.statement, one.version)),
            None => refused(format!("{accession} does not take part in this discordance")),
        }
    }

    /// A version of a statement that takes part; without a number the current one.
    async fn version_of(&mut self, accession: VersionedAccession) -> Result<(StatementSerial, u32), ActError> {
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
