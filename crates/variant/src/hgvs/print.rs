//! Writes descriptions in the recommended form: three-letter amino acids, `Ter`, nothing that the position tells.
//!
//! The alternate form `{:#}` also writes the bases or lengths that the text stated (`delAG`).

mod composition;
mod nucleotide;
mod protein;

use std::fmt::{Display, Formatter, Result};

use self::composition::{Member, compose};
use super::{Change, Composition, FusionPart, Hgvs, Variant};

impl Display for Hgvs {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Variant(variant) => variant.fmt(f),
            Self::Combination(composition) => composition.fmt(f),
            Self::Fusion(parts) => joined(f, parts, "::", Display::fmt),
        }
    }
}

impl Display for Variant {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}:", self.reference)?;
        self.change.fmt(f)
    }
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Nucleotide { axis, changes } => {
                write!(f, "{}.", axis.letter())?;
                compose(f, changes, *axis)
            }
            Self::Protein(changes) => {
                f.write_str("p.")?;
                compose(f, changes, ())
            }
        }
    }
}

impl Display for Composition<Variant> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        compose(f, self, ())
    }
}

impl Display for FusionPart {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Stretch { reference, axis, location } => write!(f, "{reference}:{}.{location}", axis.letter()),
            Self::Linker(bases) => f.write_str(&bases.as_str().to_ascii_lowercase().replace('t', "u")),
            Self::Gene(gene) => gene.fmt(f),
        }
    }
}

impl Member for Variant {
    type Context = ();

    fn is_predicted(&self) -> bool {
        false
    }

    fn shares_place(&self, _before: &Self) -> bool {
        false
    }

    fn write(&self, f: &mut Formatter<'_>, (): (), _with_place: bool) -> Result {
        self.fmt(f)
    }
}

/// The items with the separator between them.
fn joined<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    separator: &str,
    write: impl Fn(&T, &mut Formatter<'_>) -> Result,
) -> Result {
    for (rank, item) in items.iter().enumerate() {
        if rank > 0 {
            f.write_str(separator)?;
        }
        write(item, f)?;
    }
    Ok(())
}
