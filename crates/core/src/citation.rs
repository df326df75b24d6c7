//! What a statement rests on: evidence items with their citations and numbers.

use crate::free_text::FreeText;
use serde::{Deserialize, Serialize};

/// Where something was published.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Citation {
    /// A PubMed record.
    Pubmed(u32),
    /// A PubMed Central record, without the `PMC`.
    PubmedCentral(u32),
    /// A digital object identifier.
    Doi(String),
    /// An address.
    Url(String),
    /// Anything else, as written.
    Other(String),
}

impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pubmed(id) => write!(f, "PMID:{id}"),
            Self::PubmedCentral(id) => write!(f, "PMC{id}"),
            Self::Doi(doi) => write!(f, "doi:{doi}"),
            Self::Url(text) | Self::Other(text) => f.write_str(text),
        }
    }
}

/// One datum behind a statement or one of its criteria.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceItem {
    /// The criterion it speaks for, such as `PS3`; `None` when it speaks for the whole statement.
    pub criterion: Option<String>,
    /// What it says, in the laboratory's words.
    pub text: FreeText,
    /// The number it rests on, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Where it was published.
    pub citations: Vec<Citation>,
}

/// A number with its unit, such as `0.00012` `allele frequency` or `3` `cases`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quantity {
    /// The number as written; a decimal number by [`Quantity::read`].
    pub value: String,
    /// What it counts; may be empty.
    pub unit: String,
}

/// The text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number: write it as `0.00012`, `3` or `1.2e-5`")]
pub struct QuantityError(String);

impl Quantity {
    /// A number and its unit.
    ///
    /// # Errors
    /// When the value is no finite decimal number.
    pub fn read(value: &str, unit: &str) -> Result<Self, QuantityError> {
        let value = value.trim();
        let plain = value.len() <= 40 && value.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        match value.parse::<f64>() {
            Ok(number) if plain && number.is_finite() => {
                Ok(Self { value: value.to_owned(), unit: unit.trim().chars().take(80).collect() })
            }
            _ => Err(QuantityError(value.chars().take(40).collect())),
        }
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.value, self.unit)
    }
}

/// One line for people: criterion, number, text, references.
impl std::fmt::Display for EvidenceItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let quantity = self.quantity.as_ref().map(|q| q.to_string().trim_end().to_owned());
        let parts: Vec<String> = [quantity, Some(self.text.as_str().to_owned())].into_iter().flatten().collect();
        let said = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        match &self.criterion {
            Some(criterion) => write!(f, "{criterion}: {said}")?,
            None => f.write_str(&said)?,
        }
        let citations: Vec<String> = self.citations.iter().map(ToString::to_string).collect();
        if citations.is_empty() { Ok(()) } else { write!(f, " ({})", citations.join("; ")) }
    }
}
