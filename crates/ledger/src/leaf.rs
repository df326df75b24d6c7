//! Leaves: what the world may see of an event (docs/decisions/0010-the-ledger.md).
//!
//! A leaf says what kind of event happened at which node in which minute. What it was about is a *body* outside the
//! log; the leaf holds a commitment to it, which says nothing without the body's salt, and a tag, which only the holder
//! of the case's tag key can tell from a random number.

use crate::cbor::{CborError, Value};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The version of the form of leaves.
pub const LEAF_VERSION: u64 = 1;
/// Seconds that a leaf's time is rounded down to.
pub const LEAF_SECONDS: u64 = 60;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal / $plain:literal),+ $(,)?) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $($(#[$doc])* $name),+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word in leaves.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// What it means, for people.
            pub fn plain(self) -> &'static str {
                match self { $(Self::$name => $plain),+ }
            }
        }
    };
}

kinds! {
    /// A laboratory sent something, or a case was recorded.
    Submit = "submit" / "recorded by the laboratory",
    /// Statements took a class.
    Classify = "classify" / "variant classified",
    /// A record was given to somebody outside.
    Share = "share" / "shared with others",
    /// Somebody was answered a count, a frequency or a look-up.
    QueryAggregate = "query-aggregate" / "asked for numbers",
    /// Somebody read a case.
    ReadCase = "read-case" / "case read",
    /// A case was compared with others'.
    Match = "match" / "compared with other cases",
    /// Records left as a file, or a copy of the node was made.
    Export = "export" / "copied to a file",
    /// Consent was recorded or changed.
    Consent = "consent" / "consent recorded",
    /// Consent was taken back.
    Withdraw = "withdraw" / "consent withdrawn",
    /// A case was erased.
    Erase = "erase" / "erased",
    /// Somebody read a case in an emergency.
    BreakGlass = "break-glass" / "emergency access",
    /// Rules changed.
    Policy = "policy" / "rules changed",
    /// A key was made or retired.
    Key = "key" / "key made or retired",
    /// A release of aggregates was closed.
    Epoch = "epoch" / "release of totals",
}

/// A word that is no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of ledger entry")]
pub struct NotAKind(String);

impl FromStr for Kind {
    type Err = NotAKind;

    fn from_str(word: &str) -> Result<Self, NotAKind> {
        let found = Self::ALL.iter().copied().find(|kind| kind.word() == word);
        found.ok_or_else(|| NotAKind(word.chars().take(40).collect()))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What the log holds of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// What happened.
    pub kind: Kind,
    /// The node where it happened: its id, opaque.
    pub node: String,
    /// When, in seconds since 1970, rounded down to the minute.
    pub time: u64,
    /// The blinded tag of the case; `None` where no case is involved.
    pub tag: Option<[u8; 32]>,
    /// The commitment to the body.
    pub commitment: [u8; 32],
}

/// Bytes that are no leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// They are no deterministic CBOR.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// A field is missing, of another type, or one too many.
    #[error("this is no leaf of version 1: `{0}` is missing or wrong")]
    Field(&'static str),
}

impl Leaf {
    /// The leaf's bytes: a map in deterministic CBOR, below 1 KiB.
    pub fn to_bytes(&self) -> Vec<u8> {
        let entry = |key: &str, value: Value| (key.to_owned(), value);
        let tag = self.tag.map_or_else(Vec::new, |tag| tag.to_vec());
        Value::Map(BTreeMap::from([
            entry("v", Value::Number(LEAF_VERSION)),
            entry("kind", self.kind.word().into()),
            entry("node", self.node.as_str().into()),
            entry("time", Value::Number(self.time)),
            entry("tag", Value::Bytes(tag)),
            entry("commitment", Value::Bytes(self.commitment.to_vec())),
        ]))
        .to_bytes()
    }

    /// Reads a leaf.
    ///
    /// # Errors
    /// When the bytes are not exactly a leaf's.
    pub fn read(bytes: &[u8]) -> Result<Self, LeafError> {
        let value = Value::read(bytes)?;
        if !matches!(&value, Value::Map(map) if map.len() == 6) || value.get("v") != Some(&Value::Number(LEAF_VERSION))
        {
            return Err(LeafError::Field("v"));
        }
        let text = |key: &'static str| value.get(key).and_then(Value::as_text).ok_or(LeafError::Field(key));
        let bytes = |key: &'static str| value.get(key).and_then(Value::as_bytes).ok_or(LeafError::Field(key));
        let time = value.get("time").and_then(Value::as_number).filter(|time| time.is_multiple_of(LEAF_SECONDS));
        let tag = match bytes("tag")? {
            [] => None,
            tag => Some(tag.try_into().map_err(|_| LeafError::Field("tag"))?),
        };
        Ok(Self {
            kind: text("kind")?.parse().map_err(|_| LeafError::Field("kind"))?,
            node: text("node")?.to_owned(),
            time: time.ok_or(LeafError::Field("time"))?,
            tag,
            commitment: bytes("commitment")?.try_into().map_err(|_| LeafError::Field("commitment"))?,
        })
    }
}

/// The commitment to a body under its salt: HMAC-SHA-256 with the salt as key. Who lacks the salt learns nothing from it,
/// even knowing all bodies that are possible.
pub fn commitment(salt: &[u8; 32], body: &[u8]) -> [u8; 32] {
    keyed(salt, body)
}

/// The tag of a case's `number`-th entry, from 1: HMAC-SHA-256 of the number in eight bytes, big end first, under the
/// case's tag key.
pub fn tag(key: &[u8; 32], number: u64) -> [u8; 32] {
    keyed(key, &number.to_be_bytes())
}

fn keyed(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf() -> Leaf {
        Leaf {
            kind: Kind::ReadCase,
            node: "n".repeat(36),
            time: 1_764_000_000,
            tag: Some([1; 32]),
            commitment: [2; 32],
        }
    }

    #[test]
    fn a_leaf_reads_back_and_is_small() {
        for kind in Kind::ALL {
            for tag in [None, Some([3; 32])] {
                let leaf = Leaf { kind: *kind, tag, ..leaf() };
                assert!(leaf.to_bytes().len() < 256);
                assert_eq!(Leaf::read(&leaf.to_bytes()), Ok(leaf));
            }
        }
    }

    #[test]
    fn what_is_not_exactly_a_leaf_is_refused() {
        let with = |key: &str, value: Value| {
            let Value::Map(mut map) = Value::read(&leaf().to_bytes()).unwrap() else { unreachable!() };
            map.insert(key.to_owned(), value);
            Leaf::read(&Value::Map(map).to_bytes())
        };
        assert_eq!(with("v", Value::Number(2)), Err(LeafError::Field("v")));
        assert_eq!(with("more", Value::Null), Err(LeafError::Field("v")));
        assert_eq!(with("kind", "gossip".into()), Err(LeafError::Field("kind")));
        assert_eq!(with("time", Value::Number(61)), Err(LeafError::Field("time")));
        assert_eq!(with("tag", Value::Bytes(vec![1; 31])), Err(LeafError::Field("tag")));
        assert_eq!(with("commitment", Value::Null), Err(LeafError::Field("commitment")));
    }

    #[test]
    fn commitments_and_tags_are_hmac() {
        // RFC 4231, test case 1, with its 20-byte key filled with zeros to 32, which HMAC does too.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(hex::encode(commitment(&key, b"Hi There")), expected);
        assert_ne!(tag(&key, 1), tag(&key, 2));
    }
}
