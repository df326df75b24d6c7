//! What people do about a discordance. Everything is by a named person of a laboratory that takes
//! part; everybody else reads.
//!
//! An act says which version of the discordance the person saw. When another act or the record came
//! first, nothing is written and the answer says so. Words alone change no state and never collide.

mod decide;
mod desk;
mod say;

use super::view::DiscordanceView;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::{Answer, ContinueReason, FlagReason, LiftReason};
use cairn_core::id::{FlagId, ProposalId, UserId};
use cairn_core::user::UserRole;
use cairn_store::serial::{DiscordanceSerial, LaboratorySerial};
use cairn_store::{StoreError, discordance, laboratory};
use desk::Desk;
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
        let head = discordance::by_serials(&mut writer, &[serial], None).await?.pop().ok_or(ActError::NotFound)?;
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
        let Some(head) = discordance::by_serials(&mut reader, &[serial], None).await?.pop() else {
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
