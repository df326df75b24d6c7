//! The curation workspace: drafts of classifications, from empty to shared.
//!
//! Every page is a plain form that works without JavaScript; `drafts.js` sends a field as soon as it
//! changes. Both bring with every field the revision at which it was shown, so that nobody overwrites
//! what they have not seen.

pub mod act;
mod form;
pub mod list;
pub mod new;
mod rows;
pub mod save;
pub mod settings;
pub mod sheet;
pub mod show;
pub mod since;
pub mod suggested;
pub mod validity;

use super::frame::PageError;
use crate::person::Person;
use cairn_core::id::DraftId;
use cairn_node::curation::{Actor, CurationError};
use cairn_node::lookup::variant::VariantView;
use jiff::Timestamp;

/// Who acts, as the workspace knows them.
pub(crate) fn actor(person: &Person) -> Actor {
    Actor { user: person.user.clone(), laboratory: person.at.clone() }
}

fn id(text: &str) -> Result<DraftId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// What to ask for to get to the variant of a draft: a place on the genome where it has one, else its
/// name, for a variant that nobody has a statement on is not found by its id.
fn expression_of(variant: &VariantView) -> String {
    let place = variant.alleles.iter().rev().find_map(|allele| allele.hgvs_g.clone().or_else(|| allele.spdi.clone()));
    let name = || Some(variant.label.clone()).filter(|label| !label.is_empty());
    place.or_else(|| variant.hgvs_c.clone()).or_else(name).unwrap_or_else(|| variant.id.to_string())
}

/// A moment as the workspace writes it.
fn when(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M").to_string()
}

/// What cannot be done becomes a page that says why; a failure of the node is told apart.
impl From<CurationError> for PageError {
    fn from(error: CurationError) -> Self {
        match error {
            CurationError::NotFound => Self::NotFound,
            CurationError::Node(error) => Self::from(error),
            CurationError::Refused(refusal @ cairn_core::curation::Refusal::Role { .. }) => {
                Self::NotAllowed(sentence(&refusal.to_string()))
            }
            other => Self::NotUnderstood(sentence(&other.to_string())),
        }
    }
}

/// An error as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map_or_else(String::new, |first| first.to_uppercase().collect());
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
