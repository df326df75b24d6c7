//! The rule of a witness: it signs what continues the checkpoint it signed last, and nothing else (C2SP tlog-witness).

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::note::{Note, Verifier};
use crate::proof::check_consistency;
use crate::tile::decimal;
use std::fmt;

/// Hashes that a request may carry.
const MAX_PROOF: usize = 63;

/// What a log asks of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the log believes the witness signed last; 0 when it never did.
    pub old: u64,
    /// That the tree of that size is the beginning of the new one.
    pub proof: Vec<Hash>,
    /// The new checkpoint, signed by the log.
    pub note: Note,
}

/// What a witness remembers of a log: the checkpoint that it signed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witnessed {
    /// Its size.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Why a witness does not sign, with the meaning that the protocol gives to the status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 400: the request is not of the form, or its old size is above the new one.
    #[error("the request is not of the form: {0}")]
    Form(String),
    /// 404: this log is not known here.
    #[error("the log `{0}` is not known to this witness; its operator adds it with `cairn ledger witness add KEY`")]
    UnknownLog(String),
    /// 403: no signature is by a key of this log.
    #[error("no signature is by a key that this witness knows for the log")]
    Unsigned,
    /// 409: the old size is not the one that was signed last, which is this.
    #[error("this witness signed size {0} last")]
    OtherSize(u64),
    /// 409: the same size with another root: the log shows two histories.
    #[error("this witness signed another tree of the same size {0}: the log shows two histories")]
    Fork(u64),
    /// 422: the proof does not show that the new tree continues the old one.
    #[error("the proof does not show that nothing was taken back: {0}")]
    Inconsistent(crate::proof::ProofError),
}

impl Refusal {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Form(_) => 400,
            Self::UnknownLog(_) => 404,
            Self::Unsigned => 403,
            Self::OtherSize(_) | Self::Fork(_) => 409,
            Self::Inconsistent(_) => 422,
        }
    }
}

impl AddCheckpoint {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// When it is not of the form.
    pub fn read(body: &[u8]) -> Result<Self, Refusal> {
        let form = |what: &str| Refusal::Form(what.to_owned());
        let text = std::str::from_utf8(body).map_err(|_| form("it is not UTF-8"))?;
        let (head, note) = text.split_once("\n\n").ok_or(form("no empty line stands before the checkpoint"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| decimal(line.strip_prefix("old ")?));
        let old = old.ok_or(form("its first line is not `old SIZE`"))?;
        let proof: Vec<Hash> = lines
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|e: crate::hash::NotAHash| Refusal::Form(e.to_string()))?;
        if proof.len() > MAX_PROOF {
            return Err(form("a proof has at most 63 hashes"));
        }
        let note = Note::read(note.as_bytes()).map_err(|error| Refusal::Form(error.to_string()))?;
        Ok(Self { old, proof, note })
    }

    /// The log it names, unchecked.
    ///
    /// # Errors
    /// When its text is no checkpoint.
    pub fn checkpoint(&self) -> Result<Checkpoint, Refusal> {
        Checkpoint::read(self.note.text()).map_err(|error| Refusal::Form(error.to_string()))
    }

    /// Decides by what the witness remembers: the checkpoint to remember and to sign, or why not. The caller must keep
    /// it before it answers, and let nobody decide between reading and keeping.
    ///
    /// # Errors
    /// When it is not to be signed.
    pub fn decide(&self, log: &Verifier, last: Option<Witnessed>) -> Result<Checkpoint, Refusal> {
        let checkpoint = self.checkpoint()?;
        if checkpoint.origin != log.name() {
            return Err(Refusal::UnknownLog(checkpoint.origin));
        }
        self.note.verify([log]).map_err(|_| Refusal::Unsigned)?;
        if self.old > checkpoint.size {
            return Err(Refusal::Form("the old size is above the new one".to_owned()));
        }
        let last = last.unwrap_or(Witnessed { size: 0, root: Hash::of_nothing() });
        if self.old != last.size {
            return Err(Refusal::OtherSize(last.size));
        }
        if self.old == checkpoint.size && last.root != checkpoint.root {
            return Err(Refusal::Fork(last.size));
        }
        check_consistency((last.size, last.root), (checkpoint.size, checkpoint.root), &self.proof)
            .map_err(Refusal::Inconsistent)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::root_of;
    use crate::note::LogSigner;
    use crate::proof::Prover;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| Hash::of_leaf(&n.to_be_bytes())).collect()
    }

    fn request(signer: &LogSigner, leaves: &[Hash], old: u64) -> AddCheckpoint {
        let size = leaves.len() as u64;
        let mut prover = Prover::new(|level, index| {
            let width = 256usize.pow(u32::from(level));
            Ok::<_, ()>(root_of(&leaves[index as usize * width..(index as usize + 1) * width]))
        });
        let proof = prover.consistency(old, size).unwrap();
        let note = Checkpoint::new("lab.example", size, root_of(leaves)).sign(signer);
        AddCheckpoint { old, proof, note }
    }

    fn signer() -> LogSigner {
        LogSigner::new("lab.example", &[1; 32]).unwrap()
    }

    #[test]
    fn a_request_reads_back() {
        let request = request(&signer(), &leaves(300), 17);
        assert_eq!(AddCheckpoint::read(request.to_string().as_bytes()), Ok(request));
    }

    #[test]
    fn what_continues_is_signed() {
        let log = signer().verifier();
        let (first, second) = (leaves(17), leaves(300));
        let kept = request(&signer(), &first, 0).decide(&log, None).unwrap();
        let last = Some(Witnessed { size: kept.size, root: kept.root });
        assert_eq!(request(&signer(), &second, 17).decide(&log, last).unwrap().size, 300);
        assert_eq!(request(&signer(), &first, 17).decide(&log, last).unwrap().size, 17);
    }

    #[test]
    fn what_does_not_continue_is_refused_with_its_status() {
        let log = signer().verifier();
        let first = leaves(17);
        let last = Some(Witnessed { size: 17, root: root_of(&first) });
        let decide = |request: AddCheckpoint| request.decide(&log, last).unwrap_err().status();
        assert_eq!(decide(request(&signer(), &leaves(300), 16)), 409);
        assert_eq!(decide(request(&signer(), &leaves(300), 0)), 409);
        assert_eq!(decide(request(&signer(), &leaves(5), 17)), 400);
        let mut unproved = request(&signer(), &leaves(300), 17);
        unproved.proof.pop();
        assert_eq!(decide(unproved), 422);
        let stranger = LogSigner::new("lab.example", &[2; 32]).unwrap();
        assert_eq!(decide(request(&stranger, &leaves(300), 17)), 403);
        let mut renamed = request(&signer(), &leaves(300), 17);
        renamed.note = Checkpoint::new("other.example", 300, root_of(&leaves(300))).sign(&signer());
        assert_eq!(decide(renamed), 404);
    }

    /// A hundred ways to change the past, each with the best proof its forger can make: none is signed.
    #[test]
    fn a_hundred_forks_are_refused() {
        let log = signer().verifier();
        let honest = leaves(300);
        for way in 0..100u64 {
            let old = 1 + (way * 37) % 257;
            let last = Some(Witnessed { size: old, root: root_of(&honest[..old as usize]) });
            let mut forked = honest.clone();
            let at = (way * 13 % old) as usize;
            match way % 4 {
                0 => forked[at] = Hash::of_leaf(b"another"),
                1 => drop(forked.remove(at)),
                2 => forked.insert(at, Hash::of_leaf(b"slipped in")),
                _ => {
                    forked.truncate(old as usize);
                    forked[at] = Hash::of_leaf(b"another tree of the same size");
                }
            }
            let refusal = request(&signer(), &forked, old).decide(&log, last).unwrap_err();
            assert!(matches!(refusal.status(), 409 | 422), "{way}: {refusal}");
        }
    }

    #[test]
    fn requests_of_another_form_are_refused() {
        let good = request(&signer(), &leaves(30), 17).to_string();
        let long = format!(
            "old 1\n{}\n{}",
            format!("{}\n", Hash::of_nothing()).repeat(64),
            &good[good.find("\n\n").unwrap() + 2..]
        );
        for bad in ["", "old 1", &good.replace("old 17", "old 017"), &good.replace("old ", "size "), &long] {
            assert_eq!(AddCheckpoint::read(bad.as_bytes()).unwrap_err().status(), 400, "{bad}");
        }
    }
}
