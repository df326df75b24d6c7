//! Statements of other nodes become part of the record by the way that every statement takes.

use super::Request;
use super::digest::sha256;
use super::identify::Identities;
use super::reading::Reading;
use super::write::{Signed, land};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::draft::{ContentDraft, Drafts, RecordDraft};
use cairn_core::statement::Standing;
use cairn_core::submission::Channel;
use cairn_formats::open::{Options, open_with};
use cairn_ledger::cbor::Value;
use cairn_protocol::SignedStatement;
use cairn_protocol::statement::Said;
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
    /// Statements, and withdrawals with the statement they take back.
    pub items: Vec<(SignedStatement, Option<SignedStatement>)>,
}

/// What makes a later version of a statement of another node a version of the same statement here.
pub(crate) fn local_key(signed: &SignedStatement) -> String {
    format!("peer:{}:{}", signed.origin(), signed.content().accession)
}

/// Lands a batch in the transaction of the writer; the statement and version that each accession's key has then.
///
/// # Errors
/// When the record fails or a statement cannot be understood.
pub(crate) async fn land_batch(
    writer: &mut Writer,
    node: &Node,
    batch: &Batch,
) -> Result<HashMap<String, (StatementSerial, u32)>, NodeError> {
    let mut records = Vec::new();
    for ((item, taken_back), row) in batch.items.iter().zip(1..) {
        records.push(record(row, item, taken_back.as_ref())?);
    }
    let identities = Identities::of(&records, node.reference());
    let bytes = Value::List(batch.items.iter().map(|(item, _)| Value::Bytes(item.bytes().to_vec())).collect());
    let bytes = bytes.to_bytes();
    let Some((first, _)) = batch.items.first() else { return Ok(HashMap::new()) };
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
    land(writer, node, &request, &reading, &identities, Some(signed)).await?;
    let keys: Vec<String> = batch.items.iter().map(|(item, _)| format!("key:{}", local_key(item))).collect();
    let known = statement::known(writer, batch.laboratory.serial, &keys).await?;
    Ok(known
        .into_iter()
        .map(|known| (known.record_key.trim_start_matches("key:").to_owned(), (known.serial, known.version)))
        .collect())
}

/// Whether bytes of a received submission hold what their laboratory signed.
pub(crate) fn is_signed(bytes: &[u8], public: &str) -> bool {
    let Ok(Value::List(items)) = Value::read(bytes) else { return false };
    items.iter().all(|item| {
        let read = item.as_bytes().and_then(|bytes| SignedStatement::read(bytes).ok());
        read.is_some_and(|signed| signed.content().laboratory.key.to_string() == public)
    })
}

/// The laboratory's signature: the last 64 bytes of what travels.
fn signature_of(signed: &SignedStatement) -> &[u8] {
    let bytes = signed.bytes();
    &bytes[bytes.len() - 64..]
}

/// The record that a signed statement is, or that its withdrawal makes of what it takes back.
fn record(row: u64, item: &SignedStatement, taken_back: Option<&SignedStatement>) -> Result<RecordDraft, NodeError> {
    let refuse = |what: &str| {
        let content = item.content();
        NodeError::Refused(format!(
            "{}.{} of `{}`: {what}",
            content.accession, content.version, content.laboratory.node_name
        ))
    };
    let source = taken_back.unwrap_or(item);
    let Said::Statement { file, .. } = &source.content().said else {
        return Err(refuse("it takes back nothing that is known here"));
    };
    let parsed = open_with(file.as_slice(), Some("statement.json"), &Options::default());
    let mut records = parsed.drafts.records;
    let (Some(mut record), true) = (records.pop(), records.is_empty()) else {
        return Err(refuse("its file does not hold one statement"));
    };
    let ContentDraft::Statement(draft) = &mut record.content else {
        return Err(refuse("its file does not hold a statement"));
    };
    draft.laboratory = None;
    draft.case = None;
    draft.local_key = Some(local_key(item));
    draft.standing = if item.is_withdrawal() { Standing::Withdrawn } else { Standing::Current };
    record.row = row;
    Ok(record)
}
