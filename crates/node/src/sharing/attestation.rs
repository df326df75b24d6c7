//! A measurement as a document that others can check: signed by the laboratory, bound to the node's ledger.
//!
//! The file is JSON with two members. `attestation` says what was counted, with every numerator and denominator, the
//! rule, the mandate and the newest checkpoint of the ledger; `signature` is the laboratory's (Ed25519, RFC 8032) over
//! [`CONTEXT`] and the attestation written without spaces, its names in order. So spaces and order in the file do not
//! matter and every other change does. That it was made is an entry of the ledger, by the file's digest.

use super::Sharing;
use crate::contribute::digest::sha256;
use crate::error::NodeError;
use crate::keys::verify;
use crate::ledger::{self, Event};
use crate::node::Node;
use cairn_core::laboratory::Laboratory;
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::leaf::Kind;
use cairn_ledger::note::{Note, Verifier};
use cairn_store::laboratory::RecordedLaboratory;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What stands before the signed bytes, so that the signature fits nothing else.
const CONTEXT: &str = "cairn sharing attestation 1\n";
/// The word by which a file says that it is one.
pub const KIND: &str = "cairn.sharing-attestation";

/// What an attestation says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// [`KIND`].
    pub kind: String,
    /// The version of this form: 1.
    pub version: u32,
    /// Of which laboratory.
    pub laboratory: Laboratory,
    /// When it was made.
    pub made: Timestamp,
    /// What was counted.
    pub sharing: Sharing,
    /// The node's newest checkpoint then, a signed note; `None`: nothing was under a checkpoint yet.
    pub checkpoint: Option<String>,
    /// What checks the checkpoint, as `name+number+base64`.
    pub log_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    attestation: Value,
    signature: Signature,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    algorithm: String,
    public_key: String,
    value: String,
}

/// An attestation whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What it says.
    pub attestation: Attestation,
    /// The key that signed it, 64 hexadecimal digits.
    pub public_key: String,
    /// The checkpoint, where it names one.
    pub checkpoint: Option<Checkpoint>,
    /// Whether the checkpoint is signed by a key that was given, not by the one that the file names.
    pub is_by_given_key: bool,
}

/// Why an attestation does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttestationError {
    /// It is another file.
    #[error("this is no attestation of sharing: {0}")]
    Form(String),
    /// It was changed, or somebody else signed it.
    #[error("the signature does not hold: the file was changed after the laboratory signed it")]
    Signature,
    /// The checkpoint in it is not by the key.
    #[error("the ledger's checkpoint in it does not hold: {0}")]
    Checkpoint(String),
}

impl Node {
    /// A measurement of now or of an earlier moment as a signed file. That it was made is recorded in the ledger.
    ///
    /// # Errors
    /// When the laboratory has no key here, or the record fails.
    pub async fn attest_sharing(
        &self,
        of: &RecordedLaboratory,
        moment: Option<Timestamp>,
    ) -> Result<String, NodeError> {
        let (sharing, _) = self.sharing(of, moment).await?;
        self.seal().await?;
        let shard = self.shard(None).await?.filter(|shard| shard.size > 0);
        let log_key = shard.as_ref().map(|shard| self.log_verifier(shard)).transpose()?;
        let attestation = Attestation {
            kind: KIND.to_owned(),
            version: 1,
            laboratory: of.laboratory.clone(),
            made: Timestamp::from_second(self.now().as_second()).unwrap_or_else(|_| self.now()),
            sharing,
            checkpoint: shard.map(|shard| shard.cosigned.unwrap_or(shard.checkpoint)),
            log_key: log_key.map(|key| key.to_string()),
        };
        let document = serde_json::to_value(&attestation).expect("an attestation has string keys only");
        let mut writer = self.store().write().await?;
        let key = self.signing_key(&mut writer, of).await?;
        let value = key.sign(signed(&document).as_bytes());
        let signature = json!({ "algorithm": "Ed25519", "public_key": key.public(), "value": value });
        let file = json!({ "attestation": document, "signature": signature });
        let text = format!("{}\n", serde_json::to_string_pretty(&file).expect("JSON is written"));
        let event = Event::new(Kind::Export).by(of.serial).with("what", "attestation of sharing");
        let event =
            event.with("laboratory", of.laboratory.name.as_str()).with("day", attestation.sharing.day.to_string());
        ledger::append(&mut writer, self, event.with("sha256", sha256(text.as_bytes()))).await?;
        writer.commit().await?;
        Ok(text)
    }
}

/// Whether a file says that it is an attestation.
pub fn is_attestation(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains(KIND)
}

/// Checks an attestation without a node or a network: its form, the laboratory's signature and the checkpoint's, by the
/// key of the log where one is given, else by the one that the file names.
///
/// # Errors
/// Says what does not hold.
pub fn check(text: &str, log: Option<&Verifier>) -> Result<Checked, AttestationError> {
    let form = |error: serde_json::Error| AttestationError::Form(error.to_string());
    let file: File = serde_json::from_str(text).map_err(form)?;
    if file.signature.algorithm != "Ed25519" {
        return Err(AttestationError::Form("it is not signed with Ed25519".to_owned()));
    }
    if !verify(&file.signature.public_key, signed(&file.attestation).as_bytes(), &file.signature.value) {
        return Err(AttestationError::Signature);
    }
    let attestation: Attestation = serde_json::from_value(file.attestation).map_err(form)?;
    if attestation.kind != KIND || attestation.version != 1 {
        return Err(AttestationError::Form(format!(
            "it says that it is `{}` {}",
            attestation.kind, attestation.version
        )));
    }
    let named = attestation.log_key.as_ref().map(|key| key.parse::<Verifier>()).transpose();
    let named = named.map_err(|error| AttestationError::Checkpoint(error.to_string()))?;
    let checkpoint = match (&attestation.checkpoint, log.or(named.as_ref())) {
        (Some(note), Some(key)) => Some(checkpoint(note, key)?),
        (Some(_), None) => return Err(AttestationError::Checkpoint("it names no key".to_owned())),
        (None, _) => None,
    };
    let is_by_given_key = log.is_some() && checkpoint.is_some();
    Ok(Checked { attestation, public_key: file.signature.public_key, checkpoint, is_by_given_key })
}

fn checkpoint(note: &str, key: &Verifier) -> Result<Checkpoint, AttestationError> {
    let wrong = |error: String| AttestationError::Checkpoint(error);
    let note = Note::read(note.as_bytes()).map_err(|error| wrong(error.to_string()))?;
    note.verify([key]).map_err(|error| wrong(error.to_string()))?;
    Checkpoint::read(note.text()).map_err(|error| wrong(error.to_string()))
}

/// The bytes that are signed.
fn signed(document: &Value) -> String {
    let mut out = CONTEXT.to_owned();
    write(document, &mut out);
    out
}

/// Without spaces, names in the order of their bytes. There are no broken numbers in an attestation.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|member| member.0);
            out.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                write(value, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_spaces_do_not_matter_and_values_do() {
        let read = |text: &str| signed(&serde_json::from_str(text).unwrap());
        let first = read(r#"{"b": [1, {"y": null, "x": "ä\n"}], "a": true}"#);
        assert_eq!(first, format!("{CONTEXT}{}", r#"{"a":true,"b":[1,{"x":"ä\n","y":null}]}"#));
        assert_eq!(first, read(r#"{"a":true,"b":[1,{"x":"ä\n","y":null}]}"#));
        assert_ne!(first, read(r#"{"a":true,"b":[2,{"x":"ä\n","y":null}]}"#));
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["", "{}", r#"{"attestation":{},"signature":{}}"#] {
            assert!(matches!(check(text, None), Err(AttestationError::Form(_))), "{text}");
        }
        let unsigned = r#"{"attestation":{},"signature":{"algorithm":"Ed25519","public_key":"00","value":"00"}}"#;
        assert_eq!(check(unsigned, None), Err(AttestationError::Signature));
    }
}
