//! A submission and what became of it, for the laboratory that sent it.

use super::statement::{StatementView, view};
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::problem::Problem;
use cairn_core::submission::Submission;
use cairn_store::entry::AsOf;
use cairn_store::serial::{StatementSerial, SubmissionSerial};
use cairn_store::submission::RecordedSubmission;
use cairn_store::{statement, submission};
use serde::Serialize;

/// A submission with its signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SubmissionReport {
    /// The submission.
    pub submission: Submission,
    /// Ed25519 signature, 128 hexadecimal digits.
    pub signature: String,
    /// With which public key, 64 hexadecimal digits.
    pub public_key: String,
}

impl From<RecordedSubmission> for SubmissionReport {
    fn from(found: RecordedSubmission) -> Self {
        Self { submission: found.submission, signature: found.signature, public_key: found.public_key }
    }
}

impl Node {
    /// A submission. Hidden and absent look the same: `None`.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn submission_report(
        &self,
        accession: Accession,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<Option<SubmissionReport>, NodeError> {
        Ok(self.visible_submission(accession, as_of, viewer).await?.map(SubmissionReport::from))
    }

    /// A page of a submission's problems with their numbers, from after one of them.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn submission_problems(
        &self,
        accession: Accession,
        as_of: AsOf,
        viewer: Viewer,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Problem)>, NodeError> {
        let Some(found) = self.visible_submission(accession, as_of, viewer).await? else {
            return Ok(Vec::new());
        };
        Ok(submission::problems(&mut *self.store().read().await?, self.keys(), found.serial, after, limit).await?)
    }

    /// A page of the statements that came with a submission, from after one of them.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn submission_statements(
        &self,
        accession: Accession,
        as_of: AsOf,
        viewer: Viewer,
        after: StatementSerial,
        limit: u32,
    ) -> Result<Vec<StatementView>, NodeError> {
        let Some(found) = self.visible_submission(accession, as_of, viewer).await? else {
            return Ok(Vec::new());
        };
        let mut reader = self.store().read().await?;
        let page = statement::of_submission(&mut reader, found.serial, after, limit).await?;
        Ok(view(&mut reader, page).await?)
    }

    /// The exact bytes of a submission.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn submission_bytes(
        &self,
        accession: Accession,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<Option<Vec<u8>>, NodeError> {
        match self.visible_submission(accession, as_of, viewer).await? {
            Some(found) => Ok(submission::content(&mut *self.store().read().await?, self.keys(), found.serial).await?),
            None => Ok(None),
        }
    }

    /// The reader's own submissions, the latest first, from before one of them.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn own_submissions(
        &self,
        viewer: Viewer,
        as_of: AsOf,
        before: Option<Accession>,
        limit: u32,
    ) -> Result<Vec<Submission>, NodeError> {
        let Some(own) = viewer.own() else {
            return Ok(Vec::new());
        };
        let before = before.and_then(SubmissionSerial::from_accession);
        let mut reader = self.store().read().await?;
        let found = submission::of_laboratory(&mut reader, own, as_of, before, limit).await?;
        Ok(found.into_iter().map(|found| found.submission).collect())
    }

    async fn visible_submission(
        &self,
        accession: Accession,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<Option<RecordedSubmission>, NodeError> {
        let Some(serial) = SubmissionSerial::from_accession(accession) else {
            return Ok(None);
        };
        let found = submission::by_serial(&mut *self.store().read().await?, serial, as_of).await?;
        Ok(found.filter(|found| viewer.may_see_submissions_of(found.laboratory)))
    }
}
