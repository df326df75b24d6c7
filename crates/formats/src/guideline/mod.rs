//! Files of guidelines: the product's own form, and the specifications of ClinGen's expert panels
//! as the criteria specification registry gives them.

mod cspec;
mod cspec_rules;

use serde_json::Value;

/// Largest file: the registry's largest document is under 1 MiB.
pub const MAX_BYTES: usize = 16 << 20;

/// One guideline of a file, in the product's own form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidelineText {
    /// The guideline in the product's own form.
    pub text: String,
    /// What a person should know: what was read how, and what the file holds that is kept but not
    /// used.
    pub notes: Vec<String>,
}

/// The file is no guideline that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuidelineError {
    /// Larger than any guideline.
    #[error("the file is larger than {} MiB: a guideline is smaller", MAX_BYTES >> 20)]
    TooLarge,
    /// Not JSON.
    #[error("the file is not JSON: {0}")]
    NotJson(String),
    /// JSON of something else.
    #[error(
        "the file is neither a guideline of this product (`id`, `version`, `criteria`) nor a specification of ClinGen's registry (`SequenceVariantInterpretation`)"
    )]
    NotAGuideline,
    /// A field that must be there is not.
    #[error("{place}: `{field}` is missing")]
    Missing {
        /// Where.
        place: String,
        /// Which.
        field: &'static str,
    },
    /// A criterion is given twice and differently.
    #[error("criterion `{0}` is given twice and differently")]
    Contradiction(String),
    /// A rule cannot be read.
    #[error("rule `{rule}`: {why}")]
    Rule {
        /// Which.
        rule: String,
        /// Why.
        why: String,
    },
    /// Nothing says how criteria combine.
    #[error(
        "the specification gives no combining rules that can be read (it says `{0}`): name the rules it uses with --combine, such as --combine acmg-amp-svi@2020 or --combine acmg-svi-points@2020"
    )]
    NoRules(String),
}

/// Reads every guideline of a file. `combine` names the guideline whose way of combining is used
/// where a specification gives none.
///
/// # Errors
/// When the file is not a guideline, or says something that cannot be followed. Nothing is guessed.
pub fn read(bytes: &[u8], combine: Option<&str>) -> Result<Vec<GuidelineText>, GuidelineError> {
    if bytes.len() > MAX_BYTES {
        return Err(GuidelineError::TooLarge);
    }
    let json: Value = serde_json::from_slice(bytes).map_err(|error| GuidelineError::NotJson(error.to_string()))?;
    if json.get("criteria").is_some() && json.get("id").is_some() {
        let text = String::from_utf8_lossy(bytes).into_owned();
        return Ok(vec![GuidelineText { text, notes: Vec::new() }]);
    }
    cspec::read(&json, combine)
}
