//! Statements of other nodes become part of the record by the way that every statement takes.

use super::Request;
use super::digest::sha256;
use super::identify::Identities;
use super::reading::Reading;
use super::write::{Signed, land};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::draft::{ContentDraft, Drafts, RecordDraft};
use cairn_core::problem::Severity;
use cairn_core::statement::Standing;
use cairn_core::submission::Channel;
use cairn_formats::open::{Options, open_with};
use cairn_ledger::cbor::Value;
use cairn_protocol::statement::{Said, VouchedLaboratory};
use cairn_protocol::{Checked, SignedStatement};
use cairn_store::Writer;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::StatementSerial;
use cairn_store::statement;
use std::collections::HashMap;

/// The format of a submission that came from a peer: a list of signed statements.
pub(crate) const RECEIVED: &str = "cairn.received";

/// Signed statements of one laboratory that are to be landed together; each is about another accession.
pub(crate) struct Batch {
    /// The laboratory as it is known here.
    pub laboratory: RecordedLaboratory,
    /// What the node of the laboratory calls itself.
    pub node: String,
    /// Statements and withdrawals, each with the record that it is here.
    pub items: Vec<(SignedStatement, RecordDraft)>,
}

/// What a batch became.
pub(crate) struct LandedBatch {
    /// The statement and version that each accession's key has now.
    pub here: HashMap<String, (StatementSerial, u32)>,
    /// What the record did not take: the key, and why.
    pub refused: HashMap<String, String>,
}

/// What makes a later version of a statement of another node a version of the same statement here.
pub(crate) fn local_key(signed: &SignedStatement) -> String {
    format!("peer:{}:{}", signed.origin(), signed.content().accession)
}

/// Lands a batch in the transaction of the writer.
///
/// # Errors
/// When the record fails.
pub(crate) async fn land_batch(writer: &mut Writer, node: &Node, batch: &Batch) -> Result<LandedBatch, NodeError> {
    let numbered = (1..).zip(&batch.items).map(|(row, (_, record))| RecordDraft { row, ..record.clone() });
    let records: Vec<RecordDraft> = numbered.collect();
    let identities = Identities::of(&records, node.reference());
    let bytes = Value::List(batch.items.iter().map(|(item, _)| Value::Bytes(item.bytes().to_vec())).collect());
    let bytes = bytes.to_bytes();
    let Some((first, _)) = batch.items.first() else {
        return Ok(LandedBatch { here: HashMap::new(), refused: HashMap::new() });
    };
    let public = first.content().laboratory.key.to_string();
    let request = Request {
        laboratory: batch.laboratory.clone(),
        user: None,
        channel: Channel::Api,
        file: Some(batch.node.clone()),
        bytes,
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let digest = sha256(&request.bytes);
    let drafts = Drafts { format: RECEIVED.to_owned(), version: None, records: records.clone(), problems: Vec::new() };
    let reading = Reading { key: digest.clone(), sha256: digest, drafts, sheet: None };
    let signed = Signed { public: &public, signature: &hex::encode(signature_of(first)) };
    let outcome = land(writer, node, &request, &reading, &identities, Some(signed)).await?;
    let mut refused: HashMap<String, String> = HashMap::new();
    for problem in outcome.problems.into_iter().filter(|problem| problem.severity == Severity::Error) {
        let row = problem.row.and_then(|row| usize::try_from(row).ok()).and_then(|row| row.checked_sub(1));
        if let Some((item, _)) = row.and_then(|row| batch.items.get(row)) {
            refused.entry(local_key(item)).or_insert(problem.message);
        }
    }
    let keys: Vec<String> = batch.items.iter().map(|(item, _)| format!("key:{}", local_key(item))).collect();
    let known = statement::known(writer, batch.laboratory.serial, &keys).await?;
    let named = known.into_iter();
    let named = named.map(|one| (one.record_key.trim_start_matches("key:").to_owned(), (one.serial, one.version)));
    Ok(LandedBatch { here: named.collect(), refused })
}

/// Whether bytes of a received submission hold what their laboratory signed.
pub(crate) fn is_signed(bytes: &[u8], public: &str) -> bool {
    let Ok(Value::List(items)) = Value::read(bytes) else { return false };
    let checked = Checked::default();
    items.iter().all(|item| {
        let read = item.as_bytes().and_then(|bytes| SignedStatement::read_among(bytes, &checked).ok());
        read.is_some_and(|signed| signed.content().laboratory.key.to_string() == public)
    })
}

/// The laboratory's signature: the last 64 bytes of what travels.
fn signature_of(signed: &SignedStatement) -> &[u8] {
    let bytes = signed.bytes();
    &bytes[bytes.len() - 64..]
}

/// The record that a signed statement is, or that its withdrawal makes of what it takes back.
///
/// # Errors
/// Says what of it cannot be understood.
pub(crate) fn record(
    item: &SignedStatement,
    taken_back: Option<&SignedStatement>,
) -> Result<RecordDraft, &'static str> {
    let source = taken_back.unwrap_or(item);
    let Said::Statement { file, .. } = &source.content().said else {
        return Err("it takes back nothing that is known here");
    };
    let VouchedLaboratory { name, node_name, .. } = &item.content().laboratory;
    if [name.as_str(), node_name].iter().any(|text| text.contains('\0')) || holds_nul(file) {
        return Err("it holds a character that no text may hold (NUL)");
    }
    let parsed = open_with(file.as_slice(), Some("statement.json"), &Options::default());
    let mut records = parsed.drafts.records;
    let (Some(mut record), true) = (records.pop(), records.is_empty()) else {
        return Err("its file does not hold one statement");
    };
    let ContentDraft::Statement(draft) = &mut record.content else {
        return Err("its file does not hold a statement");
    };
    draft.laboratory = None;
    draft.case = None;
    draft.local_key = Some(local_key(item));
    draft.standing = if item.is_withdrawal() { Standing::Withdrawn } else { Standing::Current };
    Ok(record)
}

/// Whether a text of a JSON file holds NUL, as a byte or written out. PostgreSQL keeps none, and one such row would take
/// all others of its transaction with it.
fn holds_nul(file: &[u8]) -> bool {
    file.contains(&0) || file.windows(6).any(|six| six == b"\\u0000")
}
