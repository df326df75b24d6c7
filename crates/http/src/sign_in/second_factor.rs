//! Who needs more than a password.

use cairn_core::user::UserRole;
use std::fmt;
use std::str::FromStr;

/// Who needs a second factor: a code generator or a passkey. Whoever set one up is always asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SecondFactor {
    /// Nobody needs one.
    #[default]
    Nobody,
    /// People with these roles.
    Roles(Vec<UserRole>),
    /// Everybody.
    Everybody,
}

impl SecondFactor {
    /// Whether people with this role need one.
    pub fn needs(&self, role: UserRole) -> bool {
        match self {
            Self::Nobody => false,
            Self::Roles(roles) => roles.contains(&role),
            Self::Everybody => true,
        }
    }
}

/// A word that says neither nobody, nor everybody, nor a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither `nobody`, `everybody` nor a role such as laboratory_head, approver, operator")]
pub struct SecondFactorError(String);

impl FromStr for SecondFactor {
    type Err = SecondFactorError;

    fn from_str(text: &str) -> Result<Self, SecondFactorError> {
        match text.trim() {
            "" | "nobody" => Ok(Self::Nobody),
            "everybody" => Ok(Self::Everybody),
            roles => {
                let words = roles.split([' ', ',']).filter(|word| !word.is_empty());
                let roles =
                    words.map(|word| UserRole::from_code(word).ok_or_else(|| SecondFactorError(word.to_owned())));
                roles.collect::<Result<_, _>>().map(Self::Roles)
            }
        }
    }
}

impl fmt::Display for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody"),
            Self::Everybody => f.write_str("everybody"),
            Self::Roles(roles) => {
                let codes: Vec<_> = roles.iter().map(|role| role.code()).collect();
                f.write_str(&codes.join(" "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_by_role_for_all_or_for_none() {
        let roles: SecondFactor = "laboratory_head, approver operator".parse().unwrap();
        assert!(roles.needs(UserRole::Operator) && !roles.needs(UserRole::Clinician));
        assert_eq!(roles.to_string(), "laboratory_head approver operator");
        assert_eq!("nobody".parse(), Ok(SecondFactor::Nobody));
        assert!("everybody".parse::<SecondFactor>().unwrap().needs(UserRole::Clinician));
        assert!("admins".parse::<SecondFactor>().is_err());
    }
}
