//! Parts of a description read alone, for forms that ask for them in fields of their own.
//!
//! Every function reads the whole text or says where it stops; remarks on the way of writing are dropped.

use super::{
    amino_acid,
    cursor::{Cursor, Parsed},
    nucleotide, position, protein, reference,
};
use crate::{
    expression::ErrorCode,
    hgvs::{Accession, AminoAcid, Axis, Bases, Location, NewStop, Position, ProteinLocation, Reference, Text},
};

/// A place without a change: `NM_007294.4:c.68_69`, `NP_009225.1:p.Glu23`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The sequence.
    pub reference: Reference,
    /// Where on it.
    pub location: PlaceLocation,
}

/// Where on a sequence, by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceLocation {
    /// On DNA or RNA.
    Nucleotide(Axis, Location),
    /// On a protein.
    Protein(ProteinLocation),
}

/// `NM_007294.4`.
pub fn accession(text: &str) -> Parsed<Accession> {
    whole(text, |c| {
        let reference = reference::reference(c)?;
        match reference {
            Reference::Sequence { accession, selector: None } => Ok(Some(accession)),
            _ => Ok(None),
        }
    })
}

/// `BRCA1`, as to its form.
pub fn gene_symbol(text: &str) -> Parsed<Text> {
    reference::gene(text, 0)
}

/// `NM_007294.4(BRCA1)`.
pub fn sequence(text: &str) -> Parsed<Reference> {
    whole(text, |c| reference::reference(c).map(Some))
}

/// `88+1`.
pub fn nucleotide_position(text: &str, axis: Axis) -> Parsed<Position> {
    whole(text, |c| position::position(c, axis))
}

/// `88+1_92`, `(4071+1_4072-1)_(5154+1_5155-1)`.
pub fn nucleotide_location(text: &str, axis: Axis) -> Parsed<Location> {
    whole(text, |c| position::location(c, axis))
}

/// `Trp24`, `Lys23_Val25`.
pub fn protein_location(text: &str) -> Parsed<ProteinLocation> {
    whole(text, protein::location)
}

/// `ACGT`; of DNA, or on [`Axis::Rna`] of RNA.
pub fn bases(text: &str, axis: Axis) -> Parsed<Bases> {
    whole(text, |c| nucleotide::bases(c, axis))
}

/// `Trp` or `W`.
pub fn one_amino_acid(text: &str) -> Parsed<AminoAcid> {
    whole(text, |c| Ok(amino_acid::amino_acid(c)))
}

/// `GlnSerTer` or `QS*`: a stop only at the end.
pub fn amino_acids(text: &str) -> Parsed<Vec<AminoAcid>> {
    whole(text, |c| protein::residues(c).map(|found| (!found.is_empty()).then_some(found)))
}

/// `Ter23`, `*?`.
pub fn new_stop(text: &str) -> Parsed<NewStop> {
    whole(text, protein::new_stop)
}

/// A place without a change.
pub fn place(text: &str) -> Parsed<Place> {
    whole(text, |c| {
        let reference = reference::reference_and_colon(c)?;
        let location = match super::axis_or_protein(c, &reference)? {
            Some(axis) => position::location(c, axis)?.map(|location| PlaceLocation::Nucleotide(axis, location)),
            None => protein::location(c)?.map(PlaceLocation::Protein),
        };
        Ok(location.map(|location| Place { reference, location }))
    })
}

fn whole<T>(text: &str, read: impl FnOnce(&mut Cursor<'_>) -> Parsed<Option<T>>) -> Parsed<T> {
    super::check_length(text)?;
    let mut c = Cursor::new(text);
    let found = read(&mut c)?;
    c.expect_end()?;
    found.ok_or_else(|| {
        c.error(ErrorCode::NotRecognised, "the text is not of the form expected here", "write it as HGVS does")
    })
}
