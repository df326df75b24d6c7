//! Acknowledgements: what a node says, signed, about a tombstone that reached it.
//!
//! A recipient says that it has taken out what the tombstone takes back. A hub says to whom it passed the tombstone on, so
//! that the laboratory's node knows whose acknowledgement is outstanding. Both go back the way the tombstone came, in
//! bytes that no hop changes: a hub cannot acknowledge for another node, whose id is made of its key.

use crate::VERSION;
use crate::fields::{Fields, FormError, map, with};
use crate::key::{NodeId, NodeKey, PublicKey};
use cairn_ledger::cbor::Value;

const CONTEXT: &[u8] = b"cairn acknowledgement v1\n";
/// The longest name of a node, in bytes.
const LONGEST_NAME: usize = 400;

/// What a node says about a tombstone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The tombstone: SHA-256 of its bytes, 64 hexadecimal digits.
    pub tombstone: String,
    /// The key of the node that says so.
    pub signer: PublicKey,
    /// What that node calls itself.
    pub signer_name: String,
    /// The node that it passed the tombstone on to, with its name; `None`: it has taken out itself what is taken back.
    pub passed_on: Option<(NodeId, String)>,
    /// When, in microseconds since 1970, by the clock of the node that says so.
    pub said: u64,
}

/// Why bytes are no acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcknowledgementError {
    /// They are not of the form.
    #[error(transparent)]
    Form(#[from] FormError),
    /// They are of a version that this program does not know.
    #[error("it is of version {0}; this program reads version {VERSION}")]
    Version(u64),
    /// The node that it names did not sign it.
    #[error("the acknowledgement's signature does not hold")]
    Signature,
}

impl Acknowledgement {
    /// The node that it is about: who has to take something out.
    pub fn recipient(&self) -> (NodeId, &str) {
        match &self.passed_on {
            Some((node, name)) => (*node, name),
            None => (self.signer.id(), &self.signer_name),
        }
    }

    /// The bytes that travel, signed by the node that says so.
    pub fn seal(&self, key: &NodeKey) -> Vec<u8> {
        let value = map([
            ("v", VERSION.into()),
            ("tombstone", self.tombstone.as_str().into()),
            ("signer", self.signer.to_string().into()),
            ("signer_name", self.signer_name.as_str().into()),
            ("said", self.said.into()),
        ]);
        let (node, name) = self.passed_on.as_ref().map(|(node, name)| (node.to_string(), name.clone())).unzip();
        let inner = with(with(value, "node", node.map(Value::from)), "name", name.map(Value::from)).to_bytes();
        let signature = key.sign(&[CONTEXT, &inner].concat());
        map([("content", Value::Bytes(inner)), ("signature", Value::Bytes(signature.to_vec()))]).to_bytes()
    }

    /// Reads bytes and checks the signature.
    ///
    /// # Errors
    /// When they are not of the form, or the node that they name did not sign them.
    pub fn read(bytes: &[u8]) -> Result<Self, AcknowledgementError> {
        let mut outer = Fields::read(bytes)?;
        let (inner, signature) = (outer.bytes("content")?, outer.array::<64>("signature")?);
        outer.end()?;
        let mut fields = Fields::read(&inner)?;
        match fields.number("v")? {
            VERSION => {}
            other => return Err(AcknowledgementError::Version(other)),
        }
        let wrong = |name: &str| FormError::Field(name.to_owned());
        let passed_on = match (fields.optional_text("node")?, fields.optional_text("name")?) {
            (Some(node), Some(name)) => Some((node.parse().map_err(|_| wrong("node"))?, name)),
            (None, None) => None,
            _ => return Err(wrong("node").into()),
        };
        let read = Self {
            tombstone: fields.text("tombstone")?,
            signer: fields.parsed("signer")?,
            signer_name: fields.text("signer_name")?,
            passed_on,
            said: fields.number("said")?,
        };
        fields.end()?;
        let names = [Some(&read.signer_name), read.passed_on.as_ref().map(|(_, name)| name)];
        if names.into_iter().flatten().any(|name| name.trim().is_empty() || name.len() > LONGEST_NAME) {
            return Err(wrong("name").into());
        }
        match read.signer.accepts(&[CONTEXT, &inner].concat(), &signature) {
            true => Ok(read),
            false => Err(AcknowledgementError::Signature),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_and_nobody_signs_for_another() {
        let (south, hub) = (NodeKey::from_seed(&[1; 32]), NodeKey::from_seed(&[2; 32]));
        let done = Acknowledgement {
            tombstone: "ab".repeat(32),
            signer: south.public(),
            signer_name: "South".to_owned(),
            passed_on: None,
            said: 5,
        };
        assert_eq!(Acknowledgement::read(&done.seal(&south)).as_ref(), Ok(&done));
        assert_eq!(done.recipient(), (south.id(), "South"));
        assert_eq!(Acknowledgement::read(&done.seal(&hub)), Err(AcknowledgementError::Signature));
        let told = Acknowledgement {
            signer: hub.public(),
            signer_name: "Hub".to_owned(),
            passed_on: Some((south.id(), "South".to_owned())),
            ..done
        };
        let bytes = told.seal(&hub);
        assert_eq!(Acknowledgement::read(&bytes).as_ref(), Ok(&told));
        assert_eq!(told.recipient(), (south.id(), "South"));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Acknowledgement::read(&changed).is_err(), "byte {at}");
        }
    }
}
