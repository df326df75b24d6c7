//! A scope and a consent as people write them, at the command line, in a form, or in a request.

use crate::error::NodeError;
use crate::node::Node;
use cairn_core::alert::Consent as Wish;
use cairn_core::consent::{Basis, Consent, Document, Minor, Recipients, Scope};
use cairn_core::data_use::Condition;
use cairn_core::id::UserId;
use cairn_core::tier::Tier;
use jiff::civil::Date;
use serde::Deserialize;

/// A scope in words: `1:CC+HMB:agreed:2027-12-31` at the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct AskedScope {
    /// `1`, `2` or `3`.
    pub tier: String,
    /// Data-use codes, such as `CC`, `HMB`, `DS=MONDO:0005027`.
    pub conditions: Vec<String>,
    /// `agreed`, `network`, or names of laboratories.
    pub recipients: Vec<String>,
    /// First day.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day.
    #[serde(default)]
    pub until: Option<Date>,
}

/// A consent in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct AskedConsent {
    /// What is allowed.
    #[serde(default)]
    pub scopes: Vec<AskedScope>,
    /// A national ground, where no document was signed.
    #[serde(default)]
    pub national: Option<String>,
    /// SHA-256 of the signed document.
    #[serde(default)]
    pub document_sha256: Option<String>,
    /// The language version shown.
    #[serde(default)]
    pub language: Option<String>,
    /// The day from which a child decides alone.
    #[serde(default)]
    pub reconsent: Option<Date>,
    /// `agreed`, `refused` or `unknown`: being looked at again.
    #[serde(default)]
    pub reanalysis: Option<String>,
    /// The same: being told.
    #[serde(default)]
    pub recontact: Option<String>,
    /// The same: findings that were not looked for.
    #[serde(default)]
    pub secondary_findings: Option<String>,
    /// Whether a profile that few share may be given all the same.
    #[serde(default)]
    pub allows_rare_profile: bool,
}

fn refuse(text: impl Into<String>) -> NodeError {
    NodeError::Refused(text.into())
}

impl AskedScope {
    /// A scope as the command line writes it: `TIER:CODES:RECIPIENTS[:UNTIL]`, codes joined by `+`.
    ///
    /// # Errors
    /// When a part is missing or the day is none.
    pub fn read(text: &str) -> Result<Self, NodeError> {
        let form = || {
            refuse(format!(
                "`{text}` is no scope: write TIER:CODES:RECIPIENTS[:UNTIL], such as 1:CC+HMB:agreed:2027-12-31"
            ))
        };
        // Codes may hold colons of their own, as in `DS=MONDO:0005027`; the first, and those after the codes, part.
        let (tier, rest) = text.split_once(':').ok_or_else(form)?;
        let parts: Vec<&str> = rest.split(':').collect();
        let last_is_day = parts.last().and_then(|last| last.parse::<Date>().ok());
        let ends = parts.len() - usize::from(last_is_day.is_some());
        let (recipients, codes) = parts[..ends].split_last().ok_or_else(form)?;
        let codes = codes.join(":");
        if codes.is_empty() {
            return Err(form());
        }
        Ok(Self {
            tier: tier.trim().to_owned(),
            conditions: codes.split('+').map(|code| code.trim().to_owned()).collect(),
            recipients: recipients.split(',').map(|name| name.trim().to_owned()).collect(),
            from: None,
            until: last_is_day,
        })
    }
}

impl Node {
    /// The scopes that people wrote.
    ///
    /// # Errors
    /// When one is not understood, or names a laboratory that is not known here.
    pub async fn read_scopes(&self, asked: &[AskedScope]) -> Result<Vec<Scope>, NodeError> {
        let mut scopes = Vec::new();
        for one in asked {
            let tier = Tier::from_code(one.tier.trim()).filter(|tier| *tier != Tier::Zero);
            let tier = tier.ok_or_else(|| {
                refuse(format!("`{}` is no tier that can leave a laboratory: write 1, 2 or 3", one.tier))
            })?;
            let conditions: Result<Vec<_>, _> = one.conditions.iter().map(|code| Condition::read(code)).collect();
            let conditions = conditions.map_err(|error| refuse(error.to_string()))?;
            if conditions.is_empty() {
                return Err(refuse("a scope says what for: data-use codes such as CC or HMB"));
            }
            let recipients = match one.recipients.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                ["agreed"] | [] => Recipients::Agreed,
                ["network"] => Recipients::Network,
                _ => Recipients::Named(self.recipients(&one.recipients).await?),
            };
            scopes.push(Scope { tier, conditions, recipients, from: one.from, until: one.until });
        }
        Ok(scopes)
    }

    /// The consent that people wrote, not yet given.
    ///
    /// # Errors
    /// When a part is not understood.
    pub async fn read_consent(&self, asked: &AskedConsent, recorder: Option<UserId>) -> Result<Consent, NodeError> {
        let wish = |word: &Option<String>| match word.as_deref() {
            None | Some("") => Ok(Wish::Unknown),
            Some(word) => {
                Wish::from_code(word).ok_or_else(|| refuse(format!("`{word}`: write agreed, refused or unknown")))
            }
        };
        let sha256 = asked.document_sha256.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let document = match sha256 {
            None => None,
            Some(text) if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) => Some(Document {
                sha256: text.to_ascii_lowercase(),
                language: asked.language.clone().filter(|l| !l.is_empty()),
            }),
            Some(_) => {
                return Err(refuse(
                    "the digest of the document is SHA-256: 64 hexadecimal digits, as `sha256sum FILE` prints",
                ));
            }
        };
        let national = asked.national.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let basis = match (national, &document) {
            (Some(ground), _) => Some(Basis::National { ground: ground.to_owned() }),
            (None, Some(_)) => Some(Basis::Explicit),
            (None, None) => None,
        };
        Ok(Consent {
            scopes: self.read_scopes(&asked.scopes).await?,
            basis,
            document,
            minor: asked.reconsent.map(|reconsent| Minor { reconsent, grace_months: Minor::GRACE_MONTHS }),
            reanalysis: wish(&asked.reanalysis)?,
            recontact: wish(&asked.recontact)?,
            secondary_findings: wish(&asked.secondary_findings)?,
            allows_rare_profile: asked.allows_rare_profile,
            recorder,
            ..Consent::none()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_the_command_line_writes_them() {
        let scope = AskedScope::read("1:CC+DS=MONDO:0005027:agreed:2027-12-31").unwrap();
        assert_eq!(scope.conditions, ["CC", "DS=MONDO:0005027"]);
        assert_eq!((scope.tier.as_str(), scope.recipients[0].as_str()), ("1", "agreed"));
        assert_eq!(scope.until, Some(jiff::civil::date(2027, 12, 31)));
        let plain = AskedScope::read("2:GRU:network").unwrap();
        assert_eq!((plain.conditions, plain.until), (vec!["GRU".to_owned()], None));
        assert_eq!(AskedScope::read("1:CC:north-lab,south-lab").unwrap().recipients.len(), 2);
        for wrong in ["", "1", "1:agreed", "1:2027-12-31"] {
            assert!(AskedScope::read(wrong).is_err(), "{wrong}");
        }
    }
}
