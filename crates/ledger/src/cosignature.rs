//! Cosignatures: a witness says when it saw a checkpoint that takes nothing back (C2SP tlog-cosignature, Ed25519).

use crate::note::{KeyKind, NoteError, NoteSignature, Verifier};
use ed25519_dalek::{Signer as _, SigningKey};

/// The secret half of a witness's key, with its name.
#[derive(Clone)]
pub struct WitnessSigner {
    verifier: Verifier,
    key: SigningKey,
}

impl WitnessSigner {
    /// The signer of a witness. Its key must be no log's key and no other witness's: what is signed does not name it.
    ///
    /// # Errors
    /// When the name is empty or has a space or `+` in it.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = SigningKey::from_bytes(seed);
        Ok(Self { verifier: Verifier::new(name, KeyKind::Witness, key.verifying_key())?, key })
    }

    /// The public half.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Signs a checkpoint's text as seen at `time`, in seconds since 1970.
    pub fn sign(&self, text: &str, time: u64) -> NoteSignature {
        let made = self.key.sign(message(text, time).as_bytes()).to_bytes();
        let signature = time.to_be_bytes().into_iter().chain(made).collect();
        NoteSignature { name: self.verifier.name().to_owned(), key_id: self.verifier.key_id(), signature }
    }
}

/// The time that a cosignature states, in seconds since 1970; `None` when it is none.
pub fn time_of(signature: &NoteSignature) -> Option<u64> {
    let (time, made) = signature.signature.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    (made.len() == 64 && time <= i64::MAX as u64).then_some(time)
}

/// Whether this (time, then Ed25519 signature) is the witness's of this text.
pub(crate) fn accepts(witness: &Verifier, text: &str, signature: &[u8]) -> bool {
    let Some((time, made)) = signature.split_first_chunk::<8>() else { return false };
    let time = u64::from_be_bytes(*time);
    time <= i64::MAX as u64 && witness.accepts_bytes(message(text, time).as_bytes(), made)
}

fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Note;

    #[test]
    fn a_cosignature_holds_with_its_time_and_no_other() {
        let witness = WitnessSigner::new("witness.example/w1", &[9; 32]).unwrap();
        let mut note = Note::new("lab.example\n1\n".to_owned());
        let good = witness.sign(note.text(), 1_679_315_147);
        assert_eq!(time_of(&good), Some(1_679_315_147));
        let mut later = good.clone();
        later.signature[7] += 1;
        note.add(good);
        assert_eq!(note.verify([witness.verifier()]).unwrap(), [witness.verifier()]);
        let mut moved = Note::new(note.text().to_owned());
        moved.add(later);
        assert!(moved.verify([witness.verifier()]).is_err());
    }
}
