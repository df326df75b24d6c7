//! The guidelines of a node: those inside the program, and those that people added.

use crate::error::NodeError;
use crate::ledger::{Event, append};
use crate::node::Node;
use cairn_core::guideline::{GuidelineFileError, Guidelines, Proposal, Question, propose};
use cairn_formats::guideline::{self as file, GuidelineError};
use cairn_ledger::leaf::Kind;
use cairn_store::entry::{self, AsOf};
use cairn_store::{Store, guideline_file};
use jiff::Timestamp;
use serde::Serialize;

/// A file of guidelines in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuidelineFileView {
    /// The guidelines it gave, as `id@version`.
    pub guidelines: Vec<String>,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its name.
    pub file_name: Option<String>,
    /// When it was added, by the clock.
    pub recorded: Timestamp,
}

/// What came of adding a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddedGuidelines {
    /// The guidelines it gave, as `id@version`.
    pub guidelines: Vec<String>,
    /// SHA-256 of the file.
    pub sha256: String,
    /// False when the very file was here already.
    pub is_new: bool,
    /// What a person should know: what was read how, what is kept and not used.
    pub notes: Vec<String>,
}

/// A guideline file cannot be added; says why and what to do.
#[derive(Debug, thiserror::Error)]
pub enum AddGuidelineError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] GuidelineError),
    /// What it says is not sound, or its address is taken.
    #[error(transparent)]
    Unsound(#[from] GuidelineFileError),
    /// The record failed.
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl From<cairn_store::StoreError> for AddGuidelineError {
    fn from(error: cairn_store::StoreError) -> Self {
        Self::Node(error.into())
    }
}

impl Node {
    /// Every guideline in every version, as of a moment.
    ///
    /// # Errors
    /// When the record fails, or a recorded file can no longer be read.
    pub async fn guidelines(&self, as_of: AsOf) -> Result<Guidelines, NodeError> {
        Ok(self.guidelines_and_files(as_of).await?.0)
    }

    /// Every guideline, and the files of those that were added.
    ///
    /// # Errors
    /// As [`Node::guidelines`].
    pub async fn guidelines_and_files(&self, as_of: AsOf) -> Result<(Guidelines, Vec<GuidelineFileView>), NodeError> {
        of_record(self.store(), Some(as_of)).await
    }

    /// Adds a file of guidelines: the product's own form, or a specification of ClinGen's registry.
    /// Versions that are here already stay as they are.
    ///
    /// # Errors
    /// When the file cannot be read or is not sound; nothing is added then.
    pub async fn add_guideline(
        &self,
        bytes: &[u8],
        file_name: Option<&str>,
        combine: Option<&str>,
    ) -> Result<AddedGuidelines, AddGuidelineError> {
        let sha256 = crate::contribute::digest::sha256(bytes);
        let as_of = self.as_of(None).await?;
        let (mut all, files) = self.guidelines_and_files(as_of).await?;
        if let Some(known) = files.into_iter().find(|known| known.sha256 == sha256) {
            return Ok(AddedGuidelines { guidelines: known.guidelines, sha256, is_new: false, notes: Vec::new() });
        }
        let (guidelines, notes) = read_into(&mut all, bytes, combine)?;
        let mut writer = self.store().write().await?;
        let (entry, now) = writer.enter(self.now()).await?;
        let name = file_name.and_then(|name| name.rsplit(['/', '\\']).next());
        let is_new = guideline_file::add(&mut writer, entry, &sha256, name, combine, bytes).await?;
        let event = Event::new(Kind::Policy).with("what", "guidelines added").with("sha256", sha256.as_str());
        append(&mut writer, self, event.with("guidelines", guidelines.clone())).await?;
        if is_new {
            self.tell_of_guidelines(&mut writer, (entry, now), &all, &guidelines).await?;
        }
        writer.commit().await?;
        Ok(AddedGuidelines { guidelines, sha256, is_new, notes })
    }

    /// The guideline to propose for a question: an expert panel's where one fits, otherwise the
    /// newest general one. Identifiers of the disease are widened by the loaded equivalences, and a
    /// wider disease in a panel's scope covers its kinds where MONDO's hierarchy is loaded.
    ///
    /// # Errors
    /// As [`Node::guidelines`].
    pub async fn propose_guideline(&self, asked: &Question, as_of: AsOf) -> Result<Option<Proposal>, NodeError> {
        let all = self.guidelines(as_of).await?;
        Ok(propose(all.iter(), &self.widened(asked)))
    }

    /// A question with every identifier that means the same disease, and everything it is a kind of.
    pub(crate) fn widened(&self, asked: &Question) -> Question {
        let conditions = self.reference().conditions();
        let mut widened = asked.clone();
        for id in &asked.conditions {
            let known = conditions.find(&id.to_string());
            let same = known.into_iter().flat_map(|condition| &condition.equivalents);
            widened.conditions.extend(same.filter_map(|id| id.parse().ok()));
            let wider = conditions.ancestors(&id.to_string());
            widened.ancestors.extend(wider.iter().filter_map(|id| id.parse().ok()));
        }
        widened
    }
}

/// Every guideline that a record knows, and the files of those that were added; without a bound as
/// it stands. For commands that need nothing else of a node.
///
/// # Errors
/// As [`Node::guidelines`].
pub async fn of_record(store: &Store, as_of: Option<AsOf>) -> Result<(Guidelines, Vec<GuidelineFileView>), NodeError> {
    let mut reader = store.read().await?;
    let as_of = match as_of {
        Some(as_of) => as_of,
        None => entry::now(&mut reader).await?,
    };
    let mut all = Guidelines::default();
    let mut views = Vec::new();
    for recorded in guideline_file::all(&mut reader, as_of).await? {
        let (guidelines, _) = read_into(&mut all, &recorded.content, recorded.combine.as_deref())
            .map_err(|error| NodeError::Guideline(recorded.sha256.clone(), error.to_string()))?;
        let guideline_file::GuidelineFile { sha256, file_name, recorded, .. } = recorded;
        views.push(GuidelineFileView { guidelines, sha256, file_name, recorded });
    }
    Ok((all, views))
}

fn read_into(
    all: &mut Guidelines,
    bytes: &[u8],
    combine: Option<&str>,
) -> Result<(Vec<String>, Vec<String>), AddGuidelineError> {
    let (mut addresses, mut notes) = (Vec::new(), Vec::new());
    for found in file::read(bytes, combine)? {
        addresses.push(all.add(&found.text)?.address());
        notes.extend(found.notes.into_iter().filter(|note| !notes.contains(note)).collect::<Vec<_>>());
    }
    Ok((addresses, notes))
}
