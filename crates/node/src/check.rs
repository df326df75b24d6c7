//! Whether the record is whole.

use crate::contribute::received::{self, RECEIVED};
use crate::contribute::sign::signed_form;
use crate::error::NodeError;
use crate::keys::verify;
use crate::node::Node;
use cairn_store::integrity;
use cairn_store::serial::SubmissionSerial;
use cairn_store::submission::{self, RecordedSubmission};
use sha2::{Digest, Sha256};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Submissions whose bytes and signature were checked.
    pub submissions: u64,
    /// What is not whole, one sentence each.
    pub faults: Vec<String>,
}

impl Node {
    /// Checks the database's structure, the links between its rows, and the bytes and signature of
    /// every submission.
    ///
    /// # Errors
    /// When the record cannot be read at all.
    pub async fn check(&self) -> Result<Findings, NodeError> {
        let mut reader = self.store().read().await?;
        let mut findings = Findings { faults: integrity::faults(&mut reader).await?, ..Findings::default() };
        let as_of = cairn_store::entry::now(&mut reader).await?;
        let mut serial = SubmissionSerial::new(1);
        while let Some(found) = submission::by_serial(&mut reader, serial, as_of).await? {
            let bytes = submission::content(&mut reader, serial).await;
            findings.submissions += 1;
            let accession = found.submission.accession;
            match bytes {
                Ok(Some(bytes)) => findings.faults.extend(faults_of(&found, &bytes)),
                Ok(None) => findings.faults.push(format!("{accession} has lost its bytes")),
                Err(error) => findings.faults.push(format!("the bytes of {accession} cannot be read: {error}")),
            }
            serial = SubmissionSerial::new(serial.number() + 1);
        }
        Ok(findings)
    }
}

fn faults_of(found: &RecordedSubmission, bytes: &[u8]) -> Vec<String> {
    let submission = &found.submission;
    let mut faults = Vec::new();
    if hex::encode(Sha256::digest(bytes)) != submission.source.sha256 {
        faults.push(format!("the bytes of {} are not those that were sent", submission.accession));
    }
    if submission.format == RECEIVED {
        // It was signed statement by statement, by the laboratory, on the node that it came from.
        if !received::is_signed(bytes, &found.public_key) {
            faults.push(format!("a signature in {} does not hold", submission.accession));
        }
        return faults;
    }
    let signed =
        signed_form(submission.accession, submission.laboratory, submission.received, &submission.source.sha256);
    if !verify(&found.public_key, signed.as_bytes(), &found.signature) {
        faults.push(format!("the signature of {} does not hold", submission.accession));
    }
    faults
}
