//! HPO features of a case, observed or **excluded**; an excluded one is an observation too.

use crate::curie::Curie;
use serde::{Deserialize, Serialize};

/// One feature looked for in a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PhenotypeFeature {
    /// The HPO term as given (obsolete terms are mapped when read against the ontology).
    pub term: Curie,
    /// Its name as given; may be empty.
    pub label: String,
    /// `true`: looked for and absent.
    pub excluded: bool,
    /// Onset as an HPO term or an ISO 8601 age, as given.
    pub onset: Option<String>,
}
