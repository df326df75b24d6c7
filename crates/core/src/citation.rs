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
    /// Where it was published.
    pub citations: Vec<Citation>,
}
