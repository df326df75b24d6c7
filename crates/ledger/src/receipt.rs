//! A receipt: one entry with its body, the proof that the log holds it, and the checkpoint, in one text file that is
//! checked without a network (C2SP tlog-proof).

use crate::cbor::Value;
use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::leaf::{self, Leaf};
use crate::note::Note;
use crate::policy::{NotAccepted, Policy};
use crate::proof::{ProofError, check_inclusion};
use crate::tile::decimal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fmt;

/// The first line of the file.
const HEAD: &str = "c2sp.org/tlog-proof@v1";

/// An entry and its proof, as read; nothing is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's place in the log, from 0.
    pub index: u64,
    /// From the leaf's sibling to the root's child.
    pub proof: Vec<Hash>,
    /// The log's checkpoint, with the signatures it has.
    pub checkpoint: Note,
    /// The leaf's bytes.
    pub leaf: Vec<u8>,
    /// The body and its salt; `None` where the holder may not have them or they were erased.
    pub opening: Option<Opening>,
}

/// What opens a leaf's commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The salt.
    pub salt: [u8; 32],
    /// The body, in deterministic CBOR.
    pub body: Vec<u8>,
}

/// What a receipt shows once it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The checkpoint that holds the entry.
    pub checkpoint: Checkpoint,
    /// The witnesses of the policy that signed the checkpoint.
    pub witnesses: Vec<String>,
    /// What the world may see of the entry.
    pub leaf: Leaf,
    /// What it is about; `None` when the receipt does not open it.
    pub body: Option<Value>,
}

/// Why a receipt shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is no receipt.
    #[error("this is no proof file: {0}")]
    Form(String),
    /// Its checkpoint is not to be believed.
    #[error(transparent)]
    NotAccepted(#[from] NotAccepted),
    /// The log does not hold the entry.
    #[error("the log does not hold this entry: {0}")]
    Inclusion(#[from] ProofError),
    /// The entry is about something else than the file says.
    #[error("the entry is not about what the file says: the body or its salt was changed")]
    Opening,
}

impl Receipt {
    /// Reads a proof file.
    ///
    /// # Errors
    /// When it is not of the form.
    pub fn read(text: &str) -> Result<Self, ReceiptError> {
        let form = |what: &str| ReceiptError::Form(what.to_owned());
        let (head, note) = text.split_once("\n\n").ok_or(form("no empty line stands before the checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEAD) {
            return Err(form("its first line is not `c2sp.org/tlog-proof@v1`"));
        }
        let extra = lines.next().and_then(|line| line.strip_prefix("extra ")).ok_or(form("it has no line `extra`"))?;
        let index = lines.next().and_then(|line| decimal(line.strip_prefix("index ")?));
        let index = index.ok_or(form("it has no line `index NUMBER`"))?;
        let proof =
            lines.map(str::parse).collect::<Result<_, _>>().map_err(|e: crate::hash::NotAHash| form(&e.to_string()))?;
        let checkpoint = Note::read(note.as_bytes()).map_err(|error| form(&error.to_string()))?;
        let extra = STANDARD.decode(extra).map_err(|_| form("its line `extra` is not base64"))?;
        let extra = Value::read(&extra).map_err(|error| form(&error.to_string()))?;
        let bytes = |key: &str| extra.get(key).and_then(Value::as_bytes);
        let leaf = bytes("leaf").ok_or(form("its line `extra` has no leaf"))?.to_owned();
        let opening = match (bytes("salt"), bytes("body")) {
            (Some(salt), Some(body)) => {
                let salt = salt.try_into().map_err(|_| form("a salt has 32 bytes"))?;
                Some(Opening { salt, body: body.to_owned() })
            }
            // A file that lost a part of its opening is a changed file, not one without it.
            _ if matches!(&extra, Value::Map(map) if map.len() == 1) => None,
            _ => return Err(form("its line `extra` has more than a leaf, and not both salt and body")),
        };
        Ok(Self { index, proof, checkpoint, leaf, opening })
    }

    /// Checks everything: signatures by the policy, the place in the tree, and that the entry is about its body.
    ///
    /// # Errors
    /// When something does not hold.
    pub fn check(&self, policy: &Policy) -> Result<Shown, ReceiptError> {
        let (checkpoint, witnesses) = policy.accept(&self.checkpoint)?;
        check_inclusion(self.index, checkpoint.size, Hash::of_leaf(&self.leaf), &self.proof, checkpoint.root)?;
        let leaf = Leaf::read(&self.leaf).map_err(|error| ReceiptError::Form(error.to_string()))?;
        let body = self.opening.as_ref().map(|opening| opening.body_of(&leaf)).transpose()?;
        Ok(Shown { checkpoint, witnesses, leaf, body })
    }
}

impl Opening {
    /// The body, when the leaf commits to it and says the same kind.
    ///
    /// # Errors
    /// When it is another's.
    pub fn body_of(&self, leaf: &Leaf) -> Result<Value, ReceiptError> {
        let body = Value::read(&self.body).map_err(|error| ReceiptError::Form(error.to_string()))?;
        let same_kind = body.get("kind").and_then(Value::as_text) == Some(leaf.kind.word());
        let holds = leaf::commitment(&self.salt, &self.body) == leaf.commitment;
        if holds && same_kind { Ok(body) } else { Err(ReceiptError::Opening) }
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut extra = BTreeMap::from([("leaf".to_owned(), Value::Bytes(self.leaf.clone()))]);
        if let Some(opening) = &self.opening {
            extra.insert("salt".to_owned(), Value::Bytes(opening.salt.to_vec()));
            extra.insert("body".to_owned(), Value::Bytes(opening.body.clone()));
        }
        writeln!(f, "{HEAD}\nextra {}\nindex {}", STANDARD.encode(Value::Map(extra).to_bytes()), self.index)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::root_of;
    use crate::leaf::Kind;
    use crate::note::LogSigner;

    fn signer() -> LogSigner {
        LogSigner::new("lab.example/2026", &[7; 32]).unwrap()
    }

    fn receipt() -> Receipt {
        let body = Value::Map(BTreeMap::from([("kind".to_owned(), "read-case".into())])).to_bytes();
        let opening = Opening { salt: [5; 32], body };
        let commitment = leaf::commitment(&opening.salt, &opening.body);
        let leaf = Leaf { kind: Kind::ReadCase, node: "n".to_owned(), time: 60, tag: None, commitment }.to_bytes();
        let hashes = [Hash::of_leaf(b"before"), Hash::of_leaf(&leaf), Hash::of_leaf(b"after")];
        let checkpoint = Checkpoint::new("lab.example/2026", 3, root_of(&hashes)).sign(&signer());
        Receipt { index: 1, proof: vec![hashes[0], hashes[2]], checkpoint, leaf, opening: Some(opening) }
    }

    #[test]
    fn a_receipt_reads_back_and_shows_its_entry() {
        let receipt = Receipt::read(&receipt().to_string()).unwrap();
        let shown = receipt.check(&Policy::of_log(signer().verifier())).unwrap();
        assert_eq!((shown.leaf.kind, shown.checkpoint.size), (Kind::ReadCase, 3));
        assert_eq!(shown.body.unwrap().get("kind"), Some(&"read-case".into()));
    }

    #[test]
    fn every_changed_byte_is_found() {
        let (text, policy) = (receipt().to_string(), Policy::of_log(signer().verifier()));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let read = String::from_utf8(bytes).ok().and_then(|changed| Receipt::read(&changed).ok());
            assert!(read.is_none_or(|receipt| receipt.check(&policy).is_err()), "byte {at}");
        }
    }
}
