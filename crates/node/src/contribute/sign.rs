//! What a laboratory's key signs: that it sent these bytes, under which name, when.

use cairn_core::accession::Accession;
use cairn_core::id::LaboratoryId;
use jiff::Timestamp;

/// The signed form of a submission: lines of text, so that any Ed25519 tool can check it.
pub fn signed_form(accession: Accession, laboratory: LaboratoryId, received: Timestamp, sha256: &str) -> String {
    let micros = received.as_microsecond();
    format!("cairn submission v1\n{accession}\n{laboratory}\n{micros}\n{sha256}\n")
}
