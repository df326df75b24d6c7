//! How complete the sharing of a laboratory is, counted from the record as of any moment.
//!
//! A variant counts as reported when the laboratory states a class of it, or noted one with a case, or named it as the
//! cause of a case. It is shared when a current statement of the laboratory reaches far enough. What falls short is
//! listed, for the laboratory itself.

pub mod attestation;
mod count;
mod daily;

use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::id::VariantId;
use cairn_core::membership::MemberState;
use cairn_core::sharing::{Counted, Outcome, RULE, Weighed, sentence, weigh};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::membership;
use cairn_store::sharing;
use count::{Count, Reached};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Statements read at one time.
const PAGE: u32 = 2_000;
/// Lines of one kind on the list of what is missing.
pub const LISTED: usize = 200;

/// How complete the sharing of a laboratory is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// The day it is as of, UTC.
    pub day: Date,
    /// The version of the rule that counted.
    pub rule: String,
    /// The version of the mandate that it is measured against; 0: none is published.
    pub mandate: u32,
    /// How the laboratory stood; `None`: no member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<MemberState>,
    /// The answer in a sentence.
    pub sentence: String,
    /// What was counted.
    pub counted: Counted,
    /// Each requirement with what came of it.
    pub requirements: Vec<Weighed>,
}

impl Sharing {
    /// Whether every requirement is met.
    pub fn is_complete(&self) -> bool {
        self.requirements.iter().all(|one| one.outcome == Outcome::Met)
    }
}

/// Something that would complete the sharing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "missing", rename_all = "snake_case")]
pub enum Missing {
    /// A variant was reported with a case, and nothing is stated about it.
    Statement {
        /// The variant.
        variant: VariantId,
        /// Its name.
        label: String,
    },
    /// A statement does not reach as far as is demanded.
    Reach {
        /// The statement, with its version.
        statement: Accession,
        /// The name of its variant.
        label: String,
    },
    /// A statement names neither guideline nor criteria.
    Criteria {
        /// The statement.
        statement: Accession,
        /// The name of its variant.
        label: String,
    },
    /// A pathogenic statement carries no evidence.
    Evidence {
        /// The statement.
        statement: Accession,
        /// The name of its variant.
        label: String,
    },
}

impl Missing {
    /// What is to be done.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Statement { .. } => "reported with a case, nothing stated: classify and share it",
            Self::Reach { .. } => "stated, but not shared as far as is demanded",
            Self::Criteria { .. } => "names no guideline and no criteria",
            Self::Evidence { .. } => "pathogenic without evidence: add criteria met, publications or a summary",
        }
    }
}

/// What is missing, as far as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct WorkList {
    /// The lines, at most [`LISTED`] of one kind.
    pub lines: Vec<Missing>,
    /// How many there are in all.
    pub all: u64,
}

impl Node {
    /// How complete the sharing of a laboratory is at a moment (`None`: now), with what is missing.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn sharing(
        &self,
        of: &RecordedLaboratory,
        moment: Option<Timestamp>,
    ) -> Result<(Sharing, WorkList), NodeError> {
        let as_of = self.as_of(moment).await?;
        let (mandate, _) = self.mandates(as_of).await?;
        let moment = moment.unwrap_or_else(|| self.now());
        let day = moment.to_zoned(TimeZone::UTC).date();
        let mut reader = self.store().read().await?;
        let stood = membership::current(&mut reader, as_of).await?;
        let approved = |one: &&membership::RecordedMembership| one.membership.standing.may_share();
        let standing = stood.iter().find(|one| one.laboratory == of.serial).map(|one| one.membership.standing);
        let has_others = stood.iter().filter(approved).any(|one| one.laboratory != of.serial);
        let is_open = has_others && standing.is_some_and(MemberState::may_share);
        let mut count = Count::new(&mandate.demands, day, is_open);
        let mut after = cairn_store::serial::StatementSerial::new(0);
        loop {
            let page = sharing::stated(&mut reader, of.serial, (as_of, moment), after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.serial;
            page.iter().for_each(|one| count.stated(one));
        }
        for one in sharing::reported(&mut reader, of.serial, as_of).await? {
            count.reported(one);
        }
        count.updated(sharing::last_sent(&mut reader, of.serial, as_of).await?);
        let has_contact = sharing::had_contact(&mut reader, of.serial, as_of).await?;
        let Reached { counted, work } = count.end(has_contact);
        let requirements = weigh(&counted, &mandate.demands, day);
        let sharing = Sharing {
            day,
            rule: RULE.to_owned(),
            mandate: mandate.version,
            standing,
            sentence: sentence(&counted, &requirements),
            counted,
            requirements,
        };
        Ok((sharing, work))
    }
}
