//! Internal keys: serial numbers in the order of recording, each table with its own type.
//!
//! They never leave the node; what leaves is the opaque id beside them, or for statements,
//! submissions and discordances the accession, whose number the serial is.

use cairn_core::accession::{Accession, AccessionKind};
use serde::{Deserialize, Serialize};

macro_rules! serials {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, Serialize, Deserialize)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The key with this number.
            pub fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number.
            pub fn number(self) -> i64 {
                self.0
            }
        }
    )+};
}

serials! {
    /// Key of `entry`: the record index.
    EntrySerial,
    /// Key of `laboratory`.
    LaboratorySerial,
    /// Key of `laboratory_key`.
    LaboratoryKeySerial,
    /// Key of `submission`.
    SubmissionSerial,
    /// Key of `variant`.
    VariantSerial,
    /// Key of `condition`.
    ConditionSerial,
    /// Key of `statement`.
    StatementSerial,
    /// Key of `clinical_case`.
    CaseSerial,
    /// Key of `curation_draft`.
    DraftSerial,
    /// Key of `job`.
    JobSerial,
    /// Key of `mail`.
    MailSerial,
    /// Key of `account`.
    AccountSerial,
    /// Key of `discordance`.
    DiscordanceSerial,
    /// Key of `discordance_proposal`.
    ProposalSerial,
    /// Key of `statement_flag`.
    FlagSerial,
    /// Key of `alert`.
    AlertSerial,
    /// Key of `notice`.
    NoticeSerial,
    /// Key of `peer`.
    PeerSerial,
    /// Key of `ledger_entry`: the place in the order of all leaves.
    LedgerSerial,
}

impl DiscordanceSerial {
    /// The discordance's stable name.
    pub fn accession(self) -> Accession {
        Accession::new(AccessionKind::Discordance, self.0.unsigned_abs())
    }

    /// The discordance with this stable name; `None` when it names something else.
    pub fn from_accession(accession: Accession) -> Option<Self> {
        let serial = i64::try_from(accession.serial()).ok()?;
        (accession.kind() == AccessionKind::Discordance).then_some(Self(serial))
    }
}

impl StatementSerial {
    /// The statement's stable name.
    pub fn accession(self) -> Accession {
        Accession::new(AccessionKind::Statement, self.0.unsigned_abs())
    }

    /// The statement with this stable name; `None` when it names something else.
    pub fn from_accession(accession: Accession) -> Option<Self> {
        let serial = i64::try_from(accession.serial()).ok()?;
        (accession.kind() == AccessionKind::Statement).then_some(Self(serial))
    }
}

impl SubmissionSerial {
    /// The submission's stable name.
    pub fn accession(self) -> Accession {
        Accession::new(AccessionKind::Submission, self.0.unsigned_abs())
    }

    /// The submission with this stable name; `None` when it names something else.
    pub fn from_accession(accession: Accession) -> Option<Self> {
        let serial = i64::try_from(accession.serial()).ok()?;
        (accession.kind() == AccessionKind::Submission).then_some(Self(serial))
    }
}
