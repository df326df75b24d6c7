//! Whether the record is whole.

use crate::contribute::received::{self, RECEIVED};
use crate::contribute::sign::signed_form;
use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::keys::{self, LaboratoryKey, verify};
use crate::ledger::LedgerKeys;
use crate::node::Node;
use cairn_ledger::leaf::Kind;
use cairn_store::ledger::entry as ledger_entry;
use cairn_store::serial::{LedgerSerial, SubmissionSerial};
use cairn_store::submission::{self, RecordedSubmission};
use cairn_store::{Connection, Reader, integrity, journal, laboratory};
use sha2::{Digest, Sha256};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Submissions whose bytes and signature were checked.
    pub submissions: u64,
    /// Of these, those whose bytes were erased with a case, as the ledger says.
    pub erased: u64,
    /// What is not whole, one sentence each.
    pub faults: Vec<String>,
}

/// What the journal beside a record has lost; asked before the node is opened, and of one that nobody serves.
///
/// # Errors
/// When it cannot be read.
pub fn journal_fault(folder: &DataFolder) -> Result<Option<String>, NodeError> {
    journal::fault(&folder.record()).map_err(NodeError::file(folder.record()))
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
            let bytes = submission::content(&mut reader, self.keys(), serial).await;
            findings.submissions += 1;
            let accession = found.submission.accession;
            match bytes {
                Ok(Some(bytes)) => findings.faults.extend(faults_of(&found, &bytes)),
                // With a case, the bytes of the submissions that brought it were erased; the ledger says so.
                Ok(None) => match submission::erased_by(&mut reader, serial).await? {
                    Some(by) if is_erasure(&mut reader, by).await? => findings.erased += 1,
                    _ => findings.faults.push(format!("{accession} has lost its bytes")),
                },
                Err(error) => findings.faults.push(format!("the bytes of {accession} cannot be read: {error}")),
            }
            serial = SubmissionSerial::new(serial.number() + 1);
        }
        self.check_keys(&mut reader, &mut findings).await?;
        Ok(findings)
    }

    /// Checks that the keys are those that the record names: a node with another key could not sign, and would not say so
    /// before it has to.
    async fn check_keys(&self, reader: &mut Reader, findings: &mut Findings) -> Result<(), NodeError> {
        if let Err(error) = LedgerKeys::open(self.folder(), self.ledger_identity()) {
            findings.faults.push(error.to_string());
        }
        let known_to_peers = self.folder().keys().join("node.ed25519");
        if known_to_peers.exists()
            && let Err(error) = keys::read_seed(&known_to_peers)
        {
            findings.faults.push(error.to_string());
        }
        // A laboratory of another node signs there.
        for member in laboratory::all(reader).await?.into_iter().filter(|one| one.laboratory.is_member) {
            let id = member.laboratory.id;
            let known = laboratory::public_keys(reader, member.serial).await?;
            // A key that has not signed yet is in no record.
            let Some(last) = known.last() else { continue };
            match LaboratoryKey::find(self.folder(), id) {
                Ok(Some(key)) if known.contains(&key.public()) => {}
                Ok(found) => {
                    let what = if found.is_some() { "is another than the record names" } else { "is missing" };
                    findings.faults.push(format!(
                        "the signing key of laboratory {id} {what} ({last}): restore it from the backup of the keys"
                    ));
                }
                Err(error) => findings.faults.push(error.to_string()),
            }
        }
        Ok(())
    }
}

/// Whether an entry of the ledger says that a case was erased.
async fn is_erasure(connection: &mut Connection, by: LedgerSerial) -> Result<bool, NodeError> {
    Ok(ledger_entry::find(connection, by).await?.is_some_and(|found| found.kind == Kind::Erase.word()))
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
