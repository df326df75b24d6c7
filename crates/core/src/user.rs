//! Who asks: a person with an account in a laboratory, the part they play, and what for.

use crate::id::{LaboratoryId, UserId};
use serde::{Deserialize, Serialize};

/// The part a person plays in their laboratory or node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    /// Classifies variants and contributes.
    ClinicalScientist,
    /// Has a patient waiting: looks up.
    Clinician,
    /// Answers for what the laboratory shares.
    LaboratoryHead,
    /// Works out differences, alone or in an expert panel.
    Curator,
    /// Decides who may use data.
    Approver,
    /// Uses data that were released for research.
    Researcher,
    /// Installs, backs up, adds accounts.
    Operator,
}

impl UserRole {
    /// Every role, with its stable code and its words.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::ClinicalScientist, "clinical_scientist", "clinical scientist"),
        (Self::Clinician, "clinician", "clinician"),
        (Self::LaboratoryHead, "laboratory_head", "laboratory head"),
        (Self::Curator, "curator", "curator"),
        (Self::Approver, "approver", "data-access approver"),
        (Self::Researcher, "researcher", "researcher"),
        (Self::Operator, "operator", "operator"),
    ];

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        Self::ALL.iter().find(|row| row.0 == self).expect("every role has a row in ALL, which a test checks")
    }

    /// The stable code, as stored and written on the command line.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// The words for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// The role with this code; `-` for `_` is accepted.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.replace('-', "_");
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    /// Whether the role may send submissions for its laboratory.
    pub fn may_contribute(self) -> bool {
        matches!(self, Self::ClinicalScientist | Self::LaboratoryHead | Self::Curator)
    }

    /// Whether the role may give the second signature under a classification of its laboratory, and
    /// take a shared one back.
    pub fn may_approve(self) -> bool {
        matches!(self, Self::LaboratoryHead | Self::Approver)
    }

    /// Whether the role may see and end the accounts and tokens of its laboratory.
    pub fn may_administer(self) -> bool {
        matches!(self, Self::LaboratoryHead | Self::Operator)
    }
}

/// What a request is for, as data-use conditions ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Care of a patient.
    ClinicalCare,
    /// Research.
    Research,
    /// Keeping the node well.
    Operation,
}

impl Purpose {
    /// Every purpose, with its stable code and its words.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::ClinicalCare, "clinical_care", "clinical care"),
        (Self::Research, "research", "research"),
        (Self::Operation, "operation", "operation of the node"),
    ];

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        Self::ALL.iter().find(|row| row.0 == self).expect("every purpose has a row in ALL, which a test checks")
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// The words for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// The purpose with this code; `-` for `_` is accepted.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.replace('-', "_");
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// Where the person works; everything they contribute belongs to it.
    pub laboratory: LaboratoryId,
    /// The name to sign in with, lower case.
    pub username: String,
    /// The person's name as colleagues know it.
    pub name: String,
    /// The part they play.
    pub role: UserRole,
}

/// The text is no name to sign in with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name to sign in with has 1 to 64 letters, digits and . _ - @ +, without spaces, such as a.schmidt")]
pub struct UsernameError;

/// A name to sign in with: lower case, letters and digits of any script, and `. _ - @ +`.
///
/// # Errors
/// When it is empty, longer than 64 characters, or has others.
pub fn read_username(text: &str) -> Result<String, UsernameError> {
    let name = text.trim().to_lowercase();
    let plain = |letter: char| letter.is_alphanumeric() || "._-@+".contains(letter);
    let is_name = name.chars().any(char::is_alphanumeric) && name.chars().all(plain) && name.chars().count() <= 64;
    if is_name { Ok(name) } else { Err(UsernameError) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for (role, code, label) in UserRole::ALL {
            assert_eq!(UserRole::from_code(code), Some(*role));
            assert_eq!((role.code(), role.label()), (*code, *label));
        }
        for (purpose, code, label) in Purpose::ALL {
            assert_eq!(Purpose::from_code(code), Some(*purpose));
            assert_eq!((purpose.code(), purpose.label()), (*code, *label));
        }
        assert_eq!(UserRole::from_code("laboratory-head"), Some(UserRole::LaboratoryHead));
        assert_eq!(UserRole::from_code("root"), None);
    }

    #[test]
    fn a_name_to_sign_in_with_is_one_word() {
        for (text, name) in
            [(" A.Schmidt ", "a.schmidt"), ("jürgen", "jürgen"), ("x@clinic.example", "x@clinic.example")]
        {
            assert_eq!(read_username(text).as_deref(), Ok(name));
        }
        for text in ["", " ", "a b", "<script>", "...", "a/b", &"x".repeat(65)] {
            assert_eq!(read_username(text), Err(UsernameError), "{text}");
        }
    }
}
