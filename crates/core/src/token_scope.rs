//! What a token may be used for. A token never allows more than its owner's role does.

use std::fmt;
use std::str::FromStr;

/// One thing a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenScope {
    /// Looks up, and computes without keeping anything.
    Read,
    /// Sends submissions.
    Contribute,
    /// Drafts, signs, works on discordances, acknowledges notices.
    Curate,
    /// Sees and ends sessions, tokens and accounts; changes settings.
    Administer,
}

impl TokenScope {
    /// Every scope, with its stable code and its words.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Read, "read", "look up"),
        (Self::Contribute, "contribute", "send submissions"),
        (Self::Curate, "curate", "draft, sign, work on discordances and notices"),
        (Self::Administer, "administer", "sessions, tokens, accounts and settings"),
    ];

    /// The stable code, as stored and named in answers.
    pub fn code(self) -> &'static str {
        let row = Self::ALL.iter().find(|row| row.0 == self);
        row.expect("every scope has a row in ALL, which a test checks").1
    }

    /// The scope with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What a token may be used for: any of the scopes, none of them twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenScopes(u8);

impl TokenScopes {
    /// What a token may be used for when its owner said nothing: everything but administration.
    pub fn usual() -> Self {
        [TokenScope::Read, TokenScope::Contribute, TokenScope::Curate].into_iter().collect()
    }

    /// Whether the token may be used for this.
    pub fn allow(self, scope: TokenScope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether it may be used for nothing.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What both allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The scopes in their order.
    pub fn iter(self) -> impl Iterator<Item = TokenScope> {
        TokenScope::ALL.iter().map(|row| row.0).filter(move |scope| self.allow(*scope))
    }
}

impl FromIterator<TokenScope> for TokenScopes {
    fn from_iter<I: IntoIterator<Item = TokenScope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for TokenScopes {
    /// Their codes in their order, with spaces between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{}", scope.code())?;
        }
        Ok(())
    }
}

/// A word that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no scope `{0}`: there are read, contribute, curate and administer")]
pub struct ScopeError(String);

impl FromStr for TokenScopes {
    type Err = ScopeError;

    /// Reads codes with spaces or commas between them.
    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        words
            .map(|word| TokenScope::from_code(word).ok_or_else(|| ScopeError(word.chars().take(40).collect())))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for (scope, code, _) in TokenScope::ALL {
            assert_eq!((scope.code(), TokenScope::from_code(code)), (*code, Some(*scope)));
        }
        for bits in 0..16 {
            let scopes = TokenScopes(bits);
            assert_eq!(scopes.to_string().parse(), Ok(scopes));
        }
        assert_eq!("curate,read".parse::<TokenScopes>().unwrap().to_string(), "read curate");
        assert!("read write".parse::<TokenScopes>().is_err());
    }

    #[test]
    fn the_usual_token_does_not_administer() {
        let usual = TokenScopes::usual();
        assert_eq!(usual.to_string(), "read contribute curate");
        assert!(!usual.allow(TokenScope::Administer));
        assert!(TokenScopes::default().is_empty() && !usual.is_empty());
        assert_eq!(usual.and("read administer".parse().unwrap()).to_string(), "read");
    }
}
