//! The text by which one node introduces itself to another: its name, where it listens, its key, its certificate.
//!
//! It is handed over by people who know each other, by telephone, post or mail; nothing in it is secret. It is signed, so
//! that a slip of the pen is seen; whose key it is, people must compare.

use crate::fields::{Fields, map};
use crate::key::{NodeId, NodeKey, PublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const HEAD: &str = "cairn-peer-1.";
const CONTEXT: &[u8] = b"cairn invitation v1\n";

/// How a node introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What it calls itself.
    pub name: String,
    /// Where it listens, `host:port`; empty when it cannot be called.
    pub address: String,
    /// Its key.
    pub key: PublicKey,
    /// SHA-256 of the TLS certificate that it shows.
    pub certificate: [u8; 32],
}

/// The text is no introduction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no pairing text: {0}; copy the whole line that `cairn peer invite` printed")]
pub struct InvitationError(&'static str);

impl Invitation {
    /// The node that introduces itself.
    pub fn node(&self) -> NodeId {
        self.key.id()
    }

    /// The text, one line without spaces.
    pub fn to_text(&self, key: &NodeKey) -> String {
        let body = map([
            ("name", self.name.as_str().into()),
            ("address", self.address.as_str().into()),
            ("key", cairn_ledger::cbor::Value::Bytes(self.key.as_bytes().to_vec())),
            ("certificate", cairn_ledger::cbor::Value::Bytes(self.certificate.to_vec())),
        ]);
        let body = body.to_bytes();
        let signature = key.sign(&[CONTEXT, &body].concat());
        format!("{HEAD}{}", URL_SAFE_NO_PAD.encode([signature.as_slice(), &body].concat()))
    }

    /// Reads the text.
    ///
    /// # Errors
    /// When it is none, or was changed.
    pub fn read(text: &str) -> Result<Self, InvitationError> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let coded = plain.strip_prefix(HEAD).ok_or(InvitationError("it does not begin with `cairn-peer-1.`"))?;
        let bytes = URL_SAFE_NO_PAD.decode(coded).map_err(|_| InvitationError("a letter is wrong or missing"))?;
        let (signature, body) = bytes.split_at_checked(64).ok_or(InvitationError("it is too short"))?;
        let damaged = |_| InvitationError("a part is missing");
        let mut fields = Fields::read(body).map_err(damaged)?;
        let read = Self {
            name: fields.text("name").map_err(damaged)?,
            address: fields.text("address").map_err(damaged)?,
            key: PublicKey::from_bytes(fields.array("key").map_err(damaged)?),
            certificate: fields.array("certificate").map_err(damaged)?,
        };
        fields.end().map_err(damaged)?;
        if read.name.trim().is_empty() || read.name.chars().count() > 120 {
            return Err(InvitationError("the node's name is empty or too long"));
        }
        match read.key.accepts(&[CONTEXT, body].concat(), signature) {
            true => Ok(read),
            false => Err(InvitationError("its signature does not hold")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_and_a_changed_letter_is_seen() {
        let key = NodeKey::from_seed(&[7; 32]);
        let invitation = Invitation {
            name: "Genetics North".to_owned(),
            address: "north.example:8443".to_owned(),
            key: key.public(),
            certificate: [9; 32],
        };
        let text = invitation.to_text(&key);
        assert_eq!(Invitation::read(&format!(" {text}\n")), Ok(invitation));
        let at = text.len() - 12;
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        assert!(Invitation::read(&changed).is_err());
        assert!(Invitation::read("hello").is_err());
    }
}
