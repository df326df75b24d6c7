//! Discordances: versions of their state with the statements that differ, and what people did.
//!
//! A version is added for everything that happens to a discordance; the row of the discordance
//! repeats the last one for the queue. Messages, proposals and flags stand beside the versions.

mod analysis;
mod flag;
mod head;
mod member;
mod message;
mod person;
mod proposal;
mod queue;
mod related;
mod run;
mod standing;
mod version;
mod write;

use crate::dialect::Database;
use crate::error::StoreError;
use crate::serial::{AccountSerial, DiscordanceSerial, EntrySerial, LaboratorySerial, StatementSerial, VariantSerial};
use cairn_core::classification::{Classification, Track};
use cairn_core::discordance::{Cause, Grade, Scope, State};
use cairn_core::id::LaboratoryId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use analysis::{Episode, MetCriterion, Pair, criteria, episodes, pairs};
pub use flag::{Flag, Lift, add_flag, add_lift, flags};
pub use head::{by_serials, of_variants};
pub use member::{compared, members};
pub use message::{Message, add_message, messages};
pub use person::{account, people};
pub use proposal::{NewProposal, Proposal, ProposalAnswer, add_answer, add_proposal, proposals};
pub use queue::{AssignedTo, Filter, Key, States, page};
pub use related::{
    genes, in_variants, of_statements, partners, placed_at, shaped, sharing_genes, stated_variants, touching, unified,
};
pub use run::{is_looked_at, note_run};
pub use standing::{bodies, standings};
pub use version::versions;
pub use write::{NewDiscordance, NewVersion, Words, add, move_to};

/// A discordance with its last version.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its key.
    pub serial: DiscordanceSerial,
    /// The first recorded of the variants compared, after mergers.
    pub variant: VariantSerial,
    /// The question the statements answer.
    pub track: Track,
    /// What they have in common.
    pub scope: Scope,
    /// Key of condition and inheritance; empty unless the scope is a condition.
    pub group: String,
    /// Condition and inheritance for people.
    pub condition: String,
    /// When the machine last opened it.
    pub opened: Timestamp,
    /// When its last version was made.
    pub changed: Timestamp,
    /// When it last ended; `None` while it asks for work.
    pub ended: Option<Timestamp>,
    /// How often the machine opened it.
    pub times_opened: u32,
    /// The last version.
    pub last: Version,
}

/// A version: everything that may change.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// From 1.
    pub version: u32,
    /// How far it is.
    pub state: State,
    /// How badly the statements differ.
    pub grade: Grade,
    /// What made this version.
    pub cause: Cause,
    /// Whose act; `None`: the machine.
    pub by: Option<AccountSerial>,
    /// The version that lists its members.
    pub members_version: u32,
    /// Who is to work on it.
    pub assigned: Option<AccountSerial>,
    /// By when.
    pub due: Option<Date>,
    /// Code of the reason why it ended or continues.
    pub reason: Option<String>,
    /// The person's words.
    pub note: String,
    /// What was agreed on.
    pub agreed: Vec<Agreed>,
    /// Versions of the rules of detection and equivalence.
    pub rules: String,
}

/// A version with when it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedVersion {
    /// When.
    pub recorded: Timestamp,
    /// With which entry.
    pub entry: EntrySerial,
    /// The version.
    pub version: Version,
}

/// What a statement is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// Which.
    pub statement: StatementSerial,
    /// Its class from then on.
    pub class: Classification,
}

/// A statement version that differs from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The statement.
    pub statement: StatementSerial,
    /// Its version.
    pub version: u32,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// The variant, as compared.
    pub variant: VariantSerial,
    /// Its class.
    pub class: Classification,
}

/// The last version of a statement, reduced to what detection begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The statement.
    pub statement: StatementSerial,
    /// Its version.
    pub version: u32,
    /// The variant, after mergers.
    pub variant: VariantSerial,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// The laboratory's id.
    pub laboratory_id: LaboratoryId,
    /// Whether the laboratory is an archive's summary.
    pub is_summary: bool,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
    /// Its class.
    pub class: Classification,
}

/// A number as stored, which is never negative.
fn number(stored: i64) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::damaged("discordance", "a number is out of range"))
}

/// Whether one row was added or changed; otherwise somebody else came first.
fn added_once(
    done: &<Database as sqlx::Database>::QueryResult,
    otherwise: impl Into<String>,
) -> Result<(), StoreError> {
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Conflict(otherwise.into())),
    }
}
