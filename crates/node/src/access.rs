//! The one place that decides what a reader may see.
//!
//! Everything belongs to a laboratory. Members of the node's laboratories see what is said about
//! variants by all; what is known of a case they see in full for their own laboratory and as
//! counts for others.

pub mod passport;

use cairn_store::serial::LaboratorySerial;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// A member of a laboratory of this node.
    Member(LaboratorySerial),
    /// Somebody at the machine itself who named no laboratory.
    Machine,
}

impl Viewer {
    /// The laboratory whose cases the reader may see in full.
    pub fn own(self) -> Option<LaboratorySerial> {
        match self {
            Self::Member(laboratory) => Some(laboratory),
            Self::Machine => None,
        }
    }

    /// Whether the reader may see a case of this laboratory, and not only count it.
    pub fn may_see_cases_of(self, laboratory: LaboratorySerial) -> bool {
        self.own() == Some(laboratory)
    }

    /// Whether the reader may see a submission of this laboratory: its bytes and problems hold
    /// case-level content.
    pub fn may_see_submissions_of(self, laboratory: LaboratorySerial) -> bool {
        self.own() == Some(laboratory)
    }

    /// Whether the reader may see a draft of this laboratory: work in progress is its own.
    pub fn may_see_drafts_of(self, laboratory: LaboratorySerial) -> bool {
        self.own() == Some(laboratory)
    }
}
