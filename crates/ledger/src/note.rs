//! Signed notes: a text with signatures below it (C2SP signed-note v1.0).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Signatures that a note may carry; more are refused unread. The specification asks for at least 16.
const MAX_SIGNATURES: usize = 64;

/// A text and the signatures it came with, none of them checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key that is said to have signed.
    pub name: String,
    /// The number of that key.
    pub key_id: u32,
    /// What the key made, without its number.
    pub signature: Vec<u8>,
}

/// What a key signs, by the type byte of its verifier text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// The note's text (`0x01`): a log's key.
    Log,
    /// The text below a line with the time (`0x04`, C2SP tlog-cosignature): a witness's key.
    Witness,
}

/// The public half of a key, with its name; written `name+number+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    kind: KeyKind,
    key: VerifyingKey,
}

/// The secret half of a log's key, with its name.
#[derive(Clone)]
pub struct LogSigner {
    name: String,
    key: SigningKey,
}

/// Why a note is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is no signed note.
    #[error("this is no signed note: {0}")]
    Form(&'static str),
    /// A known key is named, and the signature is not its.
    #[error("the signature of `{0}` does not hold: the text or the signature was changed")]
    Wrong(String),
    /// None of the signatures is by a known key.
    #[error("no signature is by a key that is trusted here")]
    Unknown,
    /// A key is not written as it should be.
    #[error("this is no key of the form NAME+NUMBER+BASE64: {0}")]
    Key(&'static str),
}

impl Note {
    /// A note without signatures, to be signed.
    pub fn new(text: String) -> Self {
        Self { text, signatures: Vec::new() }
    }

    /// Reads a note.
    ///
    /// # Errors
    /// When it is not of the form; a note has at least one signature.
    pub fn read(bytes: &[u8]) -> Result<Self, NoteError> {
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Form("it is not UTF-8"))?;
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Form("it contains a control character"));
        }
        let (text, lines) =
            note.rsplit_once("\n\n").ok_or(NoteError::Form("no empty line stands before signatures"))?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form("its last line has no end"))?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NoteError::Form("it has more than 64 signatures"));
        }
        let signatures = lines.split('\n').map(NoteSignature::read).collect::<Result<_, _>>()?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// What is signed, with the end of its last line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, as they stand.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature, unless it is there.
    pub fn add(&mut self, signature: NoteSignature) {
        if !self.signatures.contains(&signature) {
            self.signatures.push(signature);
        }
    }

    /// The keys of these that have signed, each once.
    ///
    /// # Errors
    /// When a signature names one of the keys and is not by it, or none of the keys has signed.
    pub fn verify<'a>(&self, known: impl IntoIterator<Item = &'a Verifier>) -> Result<Vec<&'a Verifier>, NoteError> {
        let mut signed = Vec::new();
        for verifier in known {
            let of_key = |s: &&NoteSignature| s.name == verifier.name && s.key_id == verifier.key_id();
            let mut named = self.signatures.iter().filter(of_key).peekable();
            if named.peek().is_none() {
                continue;
            }
            if !named.all(|signature| verifier.accepts(&self.text, &signature.signature)) {
                return Err(NoteError::Wrong(verifier.name.clone()));
            }
            signed.push(verifier);
        }
        if signed.is_empty() { Err(NoteError::Unknown) } else { Ok(signed) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl NoteSignature {
    /// Reads a line, without its end.
    ///
    /// # Errors
    /// When it is not `— NAME BASE64`.
    pub fn read(line: &str) -> Result<Self, NoteError> {
        let bad = NoteError::Form("a signature line is not `— NAME BASE64`");
        let (name, encoded) = line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(bad.clone())?;
        let bytes = STANDARD.decode(encoded).map_err(|_| bad.clone())?;
        let (key_id, signature) = bytes.split_first_chunk::<4>().ok_or(bad.clone())?;
        if !is_key_name(name) || signature.is_empty() {
            return Err(bad);
        }
        Ok(Self { name: name.to_owned(), key_id: u32::from_be_bytes(*key_id), signature: signature.to_owned() })
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = self.key_id.to_be_bytes().into_iter().chain(self.signature.iter().copied()).collect();
        write!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Witness => 4,
        }
    }

    fn of_byte(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness].into_iter().find(|kind| kind.byte() == byte)
    }
}

impl Verifier {
    /// The verifier of a key under this name.
    ///
    /// # Errors
    /// When the name is empty or has a space or `+` in it.
    pub fn new(name: &str, kind: KeyKind, key: VerifyingKey) -> Result<Self, NoteError> {
        if !is_key_name(name) {
            return Err(NoteError::Key("a key's name is not empty and has no space and no `+`"));
        }
        Ok(Self { name: name.to_owned(), kind, key })
    }

    /// The name that stands in signature lines.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key's 32 bytes.
    pub fn key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The number that stands in signature lines: the first 32 bits of a hash over name, kind and key.
    pub fn key_id(&self) -> u32 {
        key_id(&self.name, self.kind, &self.key)
    }

    /// Whether this is its signature (without the key's number) of this text.
    fn accepts(&self, text: &str, signature: &[u8]) -> bool {
        match self.kind {
            KeyKind::Log => self.accepts_bytes(text.as_bytes(), signature),
            KeyKind::Witness => crate::cosignature::accepts(self, text, signature),
        }
    }

    /// Whether this is the key's Ed25519 signature (RFC 8032) of these bytes.
    pub(crate) fn accepts_bytes(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = std::iter::once(self.kind.byte()).chain(*self.key.as_bytes()).collect();
        write!(f, "{}+{:08x}+{}", self.name, self.key_id(), STANDARD.encode(bytes))
    }
}

impl FromStr for Verifier {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        // Base64 may contain `+` too, a name may not.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(number), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key("it has fewer than three parts"));
        };
        let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::Key("its last part is not base64"))?;
        let (kind, key) = bytes.split_first().ok_or(NoteError::Key("its last part is empty"))?;
        let kind = KeyKind::of_byte(*kind).ok_or(NoteError::Key("it is of a kind other than Ed25519 (1, 4)"))?;
        let key: [u8; 32] = key.try_into().map_err(|_| NoteError::Key("an Ed25519 key has 32 bytes"))?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| NoteError::Key("its bytes are no Ed25519 key"))?;
        let verifier = Self::new(name, kind, key)?;
        if number != format!("{:08x}", verifier.key_id()) {
            return Err(NoteError::Key("its number does not belong to its name and key: one of them was changed"));
        }
        Ok(verifier)
    }
}

impl LogSigner {
    /// The signer of a log: its name is the log's origin.
    ///
    /// # Errors
    /// When the name is empty or has a space or `+` in it.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = SigningKey::from_bytes(seed);
        Verifier::new(name, KeyKind::Log, key.verifying_key())?;
        Ok(Self { name: name.to_owned(), key })
    }

    /// Reads a secret key as other programs write it: `PRIVATE+KEY+name+number+base64`.
    ///
    /// # Errors
    /// When it is not of that form.
    pub fn from_text(text: &str) -> Result<Self, NoteError> {
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or(NoteError::Key("it does not begin with PRIVATE+KEY+"))?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(number), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key("it has fewer than three parts after PRIVATE+KEY+"));
        };
        let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::Key("its last part is not base64"))?;
        let seed: [u8; 32] = match bytes.split_first() {
            Some((1, seed)) => seed.try_into().map_err(|_| NoteError::Key("an Ed25519 seed has 32 bytes"))?,
            _ => return Err(NoteError::Key("it is of a kind other than Ed25519 (1)")),
        };
        let signer = Self::new(name, &seed)?;
        if number != format!("{:08x}", signer.verifier().key_id()) {
            return Err(NoteError::Key("its number does not belong to its name and key"));
        }
        Ok(signer)
    }

    /// The public half.
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), kind: KeyKind::Log, key: self.key.verifying_key() }
    }

    /// Signs a text, which ends with the end of a line.
    pub fn sign(&self, text: &str) -> NoteSignature {
        let signature = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        NoteSignature { name: self.name.clone(), key_id: self.verifier().key_id(), signature }
    }
}

pub(crate) fn key_id(name: &str, kind: KeyKind, key: &VerifyingKey) -> u32 {
    let digest = Sha256::new().chain_update(name).chain_update([b'\n', kind.byte()]).chain_update(key.as_bytes());
    let [a, b, c, d, ..]: [u8; 32] = digest.finalize().into();
    u32::from_be_bytes([a, b, c, d])
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+' || c < ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_note_reads_back_and_holds() {
        let signer = LogSigner::new("lab.example/2026", &[7; 32]).unwrap();
        let mut note = Note::new("lab.example/2026\n1\n\nwith an empty line\n".to_owned());
        note.add(signer.sign(note.text()));
        let read = Note::read(note.to_string().as_bytes()).unwrap();
        assert_eq!(read, note);
        let verifier: Verifier = signer.verifier().to_string().parse().unwrap();
        assert_eq!(read.verify([&verifier]).unwrap(), [&verifier]);
        let other = LogSigner::new("lab.example/2026", &[8; 32]).unwrap().verifier();
        assert_eq!(read.verify([&other]), Err(NoteError::Unknown));
    }

    #[test]
    fn a_changed_text_is_refused_by_name() {
        let signer = LogSigner::new("lab.example", &[7; 32]).unwrap();
        let mut note = Note::new("lab.example\n1\n".to_owned());
        note.add(signer.sign("lab.example\n2\n"));
        assert_eq!(note.verify([&signer.verifier()]), Err(NoteError::Wrong("lab.example".to_owned())));
    }

    #[test]
    fn keys_with_a_wrong_number_or_form_are_refused() {
        let good = LogSigner::new("lab.example", &[7; 32]).unwrap().verifier().to_string();
        let renamed = good.replace("lab.", "lib.");
        for bad in ["", "lab.example", "a+b", &renamed, &good[..good.len() - 4], "a b+00000000+AA=="] {
            assert!(bad.parse::<Verifier>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_private_key_of_other_programs_is_read() {
        // golang.org/x/mod/sumdb/note: the key of its documentation.
        let text = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(LogSigner::from_text(text).unwrap().verifier().to_string(), public);
    }
}
