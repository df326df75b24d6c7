//! What may leave a laboratory, by tier: each tier is a type, and one function leads from each to the
//! next. A function that takes one tier cannot be given another.
//!
//! | tier | who | holds |
//! |---|---|---|
//! | 0, [`Identified`] | the laboratory itself | everything |
//! | 1, [`Deidentified`] | laboratories under agreement | one case without a name, under an id of its own for each recipient |
//! | 2, [`VariantLevel`], [`SharedStatement`] | the network | how often a variant was seen, in buckets; what laboratories say of it; no case |
//! | 3, [`Public`] | anyone | whether it was seen often enough to say so |
//!
//! What goes out is a [`Released`] value. Only the conversions of this module make one, and each needs
//! a [`Permit`](crate::decision::Permit), which only a positive decision gives:
//!
//! ```compile_fail
//! use cairn_core::tier::{Released, Deidentified};
//! fn leak(case: Deidentified) -> Released<Deidentified> {
//!     Released { value: case }
//! }
//! ```
//!
//! ```compile_fail
//! let permit = cairn_core::decision::Permit { tier: cairn_core::tier::Tier::One };
//! ```
//!
//! A case of tier 0 is no case of tier 1:
//!
//! ```compile_fail
//! use cairn_core::tier::{Deidentified, Identified};
//! fn export(case: &Deidentified) {}
//! fn wrong(case: &Identified) { export(case) }
//! ```

mod deidentified;
mod statement;
mod variant_level;

pub use deidentified::{Deidentified, Identified, SeenVariant, SharedVariant};
pub use statement::{AtTier, SIGN_OFF, SharedStatement};
pub use variant_level::{Bucket, FEWEST_FOR_FEATURES, FeatureBucket, PUBLIC_FEWEST, Public, VariantLevel, tally};

use crate::discordance::words;
use serde::Serialize;

words! {
    /// How much of a case is given.
    Tier {
        /// Everything; never outside the laboratory.
        Zero = "0", "identified, inside the laboratory";
        /// The case without identity.
        One = "1", "de-identified case";
        /// Counts by variant.
        Two = "2", "variant level";
        /// For everybody.
        Three = "3", "public";
    }
}

/// A value that a decision released. There is no other way to make one than the conversions here.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Released<T> {
    value: T,
}

impl<T> Released<T> {
    /// The value, to be sent or shown.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.value
    }
}

/// The permit is for less than what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the decision releases tier {permitted} and not tier {asked}", permitted = .permitted.code(), asked = .asked.code())]
pub struct TierError {
    /// The tier of the decision.
    pub permitted: Tier,
    /// The tier of the conversion.
    pub asked: Tier,
}
