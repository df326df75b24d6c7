//! The bases that come in: spelt out, or copied from another place.

use crate::hgvs::{Axis, Count, Inserted, Location, Piece, Reference};
use crate::project::{Projector, reverse_complement};
use crate::sequence::SequenceSource;

use super::NormalizeError;
use super::ground::Ground;
use super::resolve::LONGEST_INSERTION;

impl<S: SequenceSource> Projector<'_, S> {
    /// In the direction of the description.
    pub(super) fn inserted_bases(&self, ground: &Ground<'_>, inserted: &Inserted) -> Result<Vec<u8>, NormalizeError> {
        let mut all = Vec::new();
        for piece in &inserted.0 {
            let (bases, copies) = match piece {
                Piece::Bases { bases, copies } => (bases.as_str().as_bytes().to_vec(), *copies),
                Piece::Copy { source, location, inverted, copies } => {
                    let bases = self.copied(ground, source.as_ref(), location)?;
                    (if *inverted { reverse_complement(&bases) } else { bases }, *copies)
                }
            };
            let copies = match copies {
                None => 1,
                Some(Count::Exact(copies)) => u64::from(copies),
                Some(_) => return Err(NormalizeError::UncertainCopies),
            };
            if bases.len() as u64 * copies + all.len() as u64 > LONGEST_INSERTION {
                return Err(NormalizeError::TooLong { limit: LONGEST_INSERTION });
            }
            all.extend(bases.repeat(copies as usize));
        }
        Ok(all)
    }

    fn copied(
        &self,
        ground: &Ground<'_>,
        source: Option<&(Reference, Axis)>,
        location: &Location,
    ) -> Result<Vec<u8>, NormalizeError> {
        match source {
            None => self.bases_at(ground, location),
            Some((reference, axis)) => self.bases_at(&self.ground(reference, *axis)?.ground, location),
        }
    }
}
