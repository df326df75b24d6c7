//! Whose signatures make a checkpoint believable: a policy file (C2SP tlog-policy), such as two of three witnesses.

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::note::{KeyKind, Note, NoteError, Verifier};
use std::collections::{BTreeMap, BTreeSet};

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Verifier>,
    witnesses: Vec<Witness>,
    groups: BTreeMap<String, Group>,
    quorum: Option<String>,
}

/// A witness of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name in the file.
    pub name: String,
    /// Its key.
    pub verifier: Verifier,
    /// Where it takes checkpoints, without `/add-checkpoint`; `None` where the policy only checks.
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    needed: usize,
    members: Vec<String>,
}

/// A line of a policy file that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {what}")]
pub struct PolicyError {
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Why a policy does not accept a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// No log of the policy has signed it as its own.
    #[error("the checkpoint is not signed by a log of the policy: {0}")]
    Log(CheckpointError),
    /// A cosignature is wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Too few witnesses have signed.
    #[error("the witnesses that signed ({}) are not the quorum `{quorum}` of the policy", list(.signed))]
    Quorum {
        /// The group or witness that had to sign.
        quorum: String,
        /// The witnesses that did.
        signed: Vec<String>,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Policy {
    /// The policy that trusts one log without witnesses.
    pub fn of_log(log: Verifier) -> Self {
        Self { logs: vec![log], witnesses: Vec::new(), groups: BTreeMap::new(), quorum: None }
    }

    /// Reads a policy file.
    ///
    /// # Errors
    /// When a line cannot be followed, or the quorum is missing.
    pub fn read(text: &str) -> Result<Self, PolicyError> {
        let mut reading = Reading::default();
        for (number, line) in text.split('\n').enumerate() {
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            if words.first().is_none_or(|word| word.starts_with('#')) {
                continue;
            }
            if line.chars().any(|c| c < ' ' && c != '\t') {
                return Err(PolicyError { line: number + 1, what: "it contains a control character".to_owned() });
            }
            reading.line(&words).map_err(|what| PolicyError { line: number + 1, what })?;
        }
        let missing = || PolicyError {
            line: 0,
            what: "there is no line `quorum NAME`; `quorum none` asks for no witness".to_owned(),
        };
        let quorum = reading.quorum.ok_or_else(missing)?;
        Ok(Self { logs: reading.logs, witnesses: reading.witnesses, groups: reading.groups, quorum })
    }

    /// The logs it trusts.
    pub fn logs(&self) -> &[Verifier] {
        &self.logs
    }

    /// Adds a log, where it is known from elsewhere.
    pub fn with_log(mut self, log: Verifier) -> Self {
        if !self.logs.contains(&log) {
            self.logs.push(log);
        }
        self
    }

    /// Its witnesses, in the order of the file.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Whether it asks for witnesses at all.
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Believes a checkpoint: what it says, and the names of the witnesses that signed.
    ///
    /// # Errors
    /// When no log of the policy or too few witnesses have signed, or a signature is wrong.
    pub fn accept(&self, note: &Note) -> Result<(Checkpoint, Vec<String>), NotAccepted> {
        let mut refused = NotAccepted::Log(CheckpointError::Note(NoteError::Unknown));
        for log in &self.logs {
            match Checkpoint::open(note, log) {
                Ok(checkpoint) => return Ok((checkpoint, self.quorum_of(note)?)),
                Err(CheckpointError::Note(NoteError::Unknown)) => {}
                Err(error) => refused = NotAccepted::Log(error),
            }
        }
        Err(refused)
    }

    fn quorum_of(&self, note: &Note) -> Result<Vec<String>, NotAccepted> {
        let signed = match note.verify(self.witnesses.iter().map(|witness| &witness.verifier)) {
            Ok(signed) => signed,
            Err(NoteError::Unknown) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let has_signed = |witness: &&Witness| signed.contains(&&witness.verifier);
        let signed: Vec<String> =
            self.witnesses.iter().filter(has_signed).map(|witness| witness.name.clone()).collect();
        match &self.quorum {
            Some(quorum) if !self.is_met(quorum, &signed) => {
                Err(NotAccepted::Quorum { quorum: quorum.clone(), signed })
            }
            _ => Ok(signed),
        }
    }

    fn is_met(&self, name: &str, signed: &[String]) -> bool {
        match self.groups.get(name) {
            Some(group) => group.members.iter().filter(|member| self.is_met(member, signed)).count() >= group.needed,
            None => signed.iter().any(|witness| witness == name),
        }
    }
}

/// A file being read.
#[derive(Default)]
struct Reading {
    logs: Vec<Verifier>,
    witnesses: Vec<Witness>,
    groups: BTreeMap<String, Group>,
    /// Names that are in a group already.
    placed: BTreeSet<String>,
    quorum: Option<Option<String>>,
}

impl Reading {
    fn line(&mut self, words: &[&str]) -> Result<(), String> {
        match words {
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, url] => self.witness(name, key, Some(url)),
            ["group", name, needed, members @ ..] => self.group(name, needed, members),
            ["quorum", name] => self.quorum(name),
            _ => Err(
                "it is none of `log KEY [URL]`, `witness NAME KEY [URL]`, `group NAME COUNT MEMBER…`, `quorum NAME`"
                    .to_owned(),
            ),
        }
    }

    fn log(&mut self, key: &str) -> Result<(), String> {
        let verifier = key_of(key, KeyKind::Log)?;
        if self.logs.iter().any(|log| log.key() == verifier.key()) {
            return Err("this log's key stands there already".to_owned());
        }
        self.logs.push(verifier);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>) -> Result<(), String> {
        let verifier = key_of(key, KeyKind::Witness)?;
        self.new_name(name)?;
        if self.witnesses.iter().any(|witness| witness.verifier.key() == verifier.key()) {
            return Err("this witness's key stands there already".to_owned());
        }
        self.witnesses.push(Witness { name: name.to_owned(), verifier, url: url.map(str::to_owned) });
        Ok(())
    }

    fn group(&mut self, name: &str, needed: &str, members: &[&str]) -> Result<(), String> {
        self.new_name(name)?;
        let needed = match needed {
            "any" => 1,
            "all" => members.len(),
            digits => crate::tile::decimal(digits).ok_or("the count is a number, `any` or `all`")? as usize,
        };
        if members.is_empty() || needed == 0 || needed > members.len() {
            return Err(format!("{needed} of {} cannot be asked for", members.len()));
        }
        for member in members {
            self.known(member)?;
            if !self.placed.insert((*member).to_owned()) {
                return Err(format!("`{member}` is in a group already"));
            }
        }
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.insert(name.to_owned(), Group { needed, members });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), String> {
        if self.quorum.is_some() {
            return Err("there is a quorum already".to_owned());
        }
        if name != "none" {
            self.known(name)?;
        }
        self.quorum = Some((name != "none").then(|| name.to_owned()));
        Ok(())
    }

    fn known(&self, name: &str) -> Result<(), String> {
        let there = self.groups.contains_key(name) || self.witnesses.iter().any(|witness| witness.name == name);
        if there { Ok(()) } else { Err(format!("`{name}` is no witness and no group of a line above")) }
    }

    fn new_name(&self, name: &str) -> Result<(), String> {
        match name {
            "none" => Err("`none` cannot be a name".to_owned()),
            _ if self.known(name).is_ok() => Err(format!("`{name}` stands there already")),
            _ => Ok(()),
        }
    }
}

fn key_of(text: &str, kind: KeyKind) -> Result<Verifier, String> {
    let verifier: Verifier = text.parse().map_err(|error: NoteError| error.to_string())?;
    match (verifier.kind() == kind, kind) {
        (true, _) => Ok(verifier),
        (false, KeyKind::Log) => Err("this is a witness's key, not a log's".to_owned()),
        (false, KeyKind::Witness) => Err("this is a log's key, not a witness's".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cosignature::WitnessSigner;
    use crate::hash::Hash;
    use crate::note::LogSigner;

    fn witness(n: u8) -> WitnessSigner {
        WitnessSigner::new(&format!("witness.example/{n}"), &[n; 32]).unwrap()
    }

    fn file() -> String {
        let log = LogSigner::new("lab.example", &[50; 32]).unwrap().verifier();
        let lines: String = (1..=3).map(|n| format!("witness w{n} {}\n", witness(n).verifier())).collect();
        format!("# two of three\nlog {log}\n{lines}\n group g 2 w1\tw2 w3\nquorum g\n")
    }

    fn note(witnesses: &[u8]) -> Note {
        let signer = LogSigner::new("lab.example", &[50; 32]).unwrap();
        let mut note = Checkpoint::new("lab.example", 0, Hash::of_nothing()).sign(&signer);
        witnesses.iter().for_each(|n| note.add(witness(*n).sign(note.text(), 1)));
        note
    }

    #[test]
    fn two_of_three_are_asked_for() {
        let policy = Policy::read(&file()).unwrap();
        assert_eq!(policy.accept(&note(&[1, 3])).unwrap().1, ["w1", "w3"]);
        assert_eq!(policy.accept(&note(&[1, 2, 3])).unwrap().1.len(), 3);
        for few in [&[][..], &[2], &[2, 2], &[2, 9]] {
            assert!(matches!(policy.accept(&note(few)), Err(NotAccepted::Quorum { .. })), "{few:?}");
        }
    }

    #[test]
    fn a_wrong_cosignature_spoils_the_note() {
        let policy = Policy::read(&file()).unwrap();
        let mut spoiled = note(&[1, 3]);
        spoiled.add(witness(2).sign("another text\n", 1));
        assert!(matches!(policy.accept(&spoiled), Err(NotAccepted::Note(_))));
    }

    #[test]
    fn lines_that_cannot_be_followed_are_named() {
        let check = |from: &str, to: &str| Policy::read(&file().replace(from, to)).unwrap_err();
        assert_eq!(check("quorum g", "").line, 0);
        assert_eq!(check("quorum g", "quorum h").line, 8);
        assert_eq!(check("quorum g", "quorum g\nquorum none").line, 9);
        assert_eq!(check("group g 2", "group g 4").line, 7);
        assert_eq!(check("group g 2", "group w1 2").line, 7);
        assert_eq!(check("w1\tw2", "w1 w1 w2").line, 7);
        assert_eq!(check("log ", "witness x ").line, 2);
        assert_eq!(check("# two", "about two").line, 1);
    }

    #[test]
    fn a_quorum_of_none_believes_the_log_alone() {
        let policy = Policy::read(&file().replace("quorum g", "quorum none")).unwrap();
        assert!(policy.accept(&note(&[])).is_ok());
        let stranger = LogSigner::new("lab.example", &[51; 32]).unwrap();
        let forged = Checkpoint::new("lab.example", 0, Hash::of_nothing()).sign(&stranger);
        assert!(matches!(policy.accept(&forged), Err(NotAccepted::Log(_))));
    }
}
