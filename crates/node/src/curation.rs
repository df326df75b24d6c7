//! The curation workspace: drafts of classifications, from empty to shared.
//!
//! What people do to a draft is an act of `cairn_core::curation`; here acts are permitted, dated and
//! kept. Sharing a draft with the network is a contribution like any other: its statement is written
//! as a file of `cairn.statement`, signed with the laboratory's key and taken in through
//! [`Node::contribute`], so that versions, aggregates, discordances and alerts follow by the one path.

mod begin;
mod edit;
mod others;
mod setting;
mod share;
mod sign;
mod statement;
mod take;
mod usual;
mod validity;
mod view;

use crate::error::NodeError;
use crate::node::Node;
use cairn_core::curation::{Act, AssessmentError, Draft, Refusal, Revision, UnknownPlaceholder, assess};
use cairn_core::guideline::Guidelines;
use cairn_core::id::DraftId;
use cairn_core::user::User;
use cairn_store::curation::{self as record, DraftHead, HeadWords, Subject};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::{Connection, StoreError, Writer};

pub use begin::{Begin, Earlier};
pub use edit::Edited;
pub use setting::{CurationSetting, SummaryTemplate};
pub use take::{call_of, number_words, source_words, taken};
pub use validity::GeneSheet;
pub use view::{DraftReport, Permitted};

/// Who acts on a draft.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person.
    pub user: User,
    /// Where they work.
    pub laboratory: RecordedLaboratory,
}

/// Why an act on a draft was not done.
#[derive(Debug, thiserror::Error)]
pub enum CurationError {
    /// There is no such draft, or it is another laboratory's.
    #[error("no such draft")]
    NotFound,
    /// The person or the moment is wrong.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A value is wrong; nothing was kept.
    #[error("{field}: {message}")]
    Field {
        /// The field, as `Change::key` names it.
        field: String,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// The class cannot be computed.
    #[error(transparent)]
    Assessment(#[from] AssessmentError),
    /// A template is wrong.
    #[error(transparent)]
    Template(#[from] UnknownPlaceholder),
    /// The node failed.
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl From<StoreError> for CurationError {
    fn from(error: StoreError) -> Self {
        Self::Node(error.into())
    }
}

impl CurationError {
    fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Field { field: field.into(), message: message.into() }
    }
}

/// Held while a draft is written: sharing contributes and then says so, and nothing may change the
/// draft between the two.
static WRITING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A draft loaded with everything that was done to it.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub head: DraftHead,
    pub revisions: Vec<Revision>,
    pub draft: Draft,
}

/// The draft with this id, for the laboratory whose it is.
async fn load(connection: &mut Connection, id: DraftId, actor: &Actor) -> Result<Loaded, CurationError> {
    let found = record::by_id(connection, id).await?;
    let (head, revisions) =
        found.filter(|(head, _)| head.laboratory == actor.laboratory.serial).ok_or(CurationError::NotFound)?;
    let draft = Draft::replay(&revisions);
    Ok(Loaded { head, revisions, draft })
}

impl Node {
    /// The guidelines that a draft may name: those inside the program and those added to the node.
    async fn known_guidelines(&self) -> Result<Guidelines, NodeError> {
        self.guidelines(self.as_of(None).await?).await
    }

    /// Adds an act as the next revision. The caller has permitted it and commits.
    async fn append(
        &self,
        writer: &mut Writer,
        head: &DraftHead,
        draft: &mut Draft,
        actor: &Actor,
        known: &Guidelines,
        act: Act,
    ) -> Result<(), CurationError> {
        let revision = Revision { number: draft.revision + 1, by: actor.user.id, at: self.now(), act };
        draft.apply(&revision);
        let words = HeadWords {
            class: match head.subject {
                Subject::Variant(_) => assess(draft, known).ok().and_then(|assessed| assessed.class),
                Subject::Gene(_) => None,
            },
            condition: condition_words(draft),
            network: draft.is_with_network(),
        };
        Ok(record::revise(writer, head.serial, &revision, draft, &words).await?)
    }
}

/// The condition as a list shows it.
fn condition_words(draft: &Draft) -> String {
    let condition = draft.condition();
    match condition.name.as_str() {
        "" => condition.ids.first().map(ToString::to_string).unwrap_or_default(),
        name => name.to_owned(),
    }
}

/// Reads references as people write them: `PMID:21990134, 23451180; doi:10.1/x`.
pub fn read_citations(text: &str) -> Vec<cairn_core::citation::Citation> {
    cairn_formats::citations::read_list(text)
}
