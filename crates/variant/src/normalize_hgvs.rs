//! HGVS descriptions in their one recommended form, on every axis.
//!
//! What is checked and changed, after the HGVS recommendations (version 21): stated bases and lengths agree with
//! the reference; the change is as small as it can be and lies at its most 3′ place (the exon/exon junction is not
//! crossed on `c.` and `n.`); an inserted copy is a duplication, more copies a repeat (on `c.` only when the unit is
//! a whole number of codons); a replacement by the reverse complement is an inversion; changes on one molecule that
//! touch, or that lie one base apart in one codon, are one; a replacement with unchanged bases inside is several.

mod allele;
mod axes;
mod error;
mod ground;
mod inserted;
mod reference;
mod resolve;

use crate::hgvs::{Axis, Change, Composition, Hgvs, Location, NucleotideChange, NucleotideEdit, Relation, Variant};
use crate::project::Projector;
use crate::sequence::SequenceSource;

pub use error::NormalizeError;
pub use ground::JunctionRule;

use allele::Member;
use ground::Ground;

/// A description in its recommended form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalizedHgvs {
    /// The description.
    pub hgvs: Hgvs,
    /// The accession was given without a version and the newest loaded one was taken.
    pub newest_version_taken: bool,
}

/// What a description changes, on the sequence it is best measured on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacements {
    /// The sequence: a chromosome, a gene region, or the transcript itself.
    pub on: MeasuredOn,
    /// Each change, 0-based interbase, bases on the plus strand of that sequence, in order.
    pub changes: Vec<Replacement>,
}

/// Where [`Replacements`] are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasuredOn {
    /// A genomic sequence.
    Genomic(crate::digest::RefgetAccession),
    /// The transcript's own bases.
    Transcript(crate::transcript::TranscriptId),
}

/// `start..end` becomes `inserted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// Start, 0-based interbase.
    pub start: u64,
    /// End, excluded.
    pub end: u64,
    /// The bases instead.
    pub inserted: Vec<u8>,
}

impl<S: SequenceSource> Projector<'_, S> {
    /// Gives a description its recommended form. Protein descriptions are put on the
    /// protein's own accession where it is known; they, fusions, and changes whose effect is not known are otherwise
    /// returned as they are.
    ///
    /// # Errors
    /// When the reference is not loaded or does not agree, or a position does not exist.
    pub fn normalize(&self, hgvs: &Hgvs) -> Result<NormalizedHgvs, NormalizeError> {
        self.normalize_with(hgvs, JunctionRule::Stop)
    }

    /// The same with a say in whether a shift on a transcript's own bases may cross an exon/exon junction.
    ///
    /// # Errors
    /// As [`Projector::normalize`].
    pub fn normalize_with(&self, hgvs: &Hgvs, junctions: JunctionRule) -> Result<NormalizedHgvs, NormalizeError> {
        let Hgvs::Variant(variant) = hgvs else {
            return Ok(NormalizedHgvs { hgvs: hgvs.clone(), newest_version_taken: false });
        };
        let Change::Nucleotide { axis, changes } = &variant.change else {
            let hgvs = Hgvs::Variant(Variant { reference: self.of_protein(&variant.reference), ..variant.clone() });
            return Ok(NormalizedHgvs { hgvs, newest_version_taken: false });
        };
        let mut found = self.ground(&variant.reference, *axis)?;
        found.ground.set_junction_rule(junctions);
        let changes = self.composition(&found.ground, changes)?;
        let change = Change::Nucleotide { axis: *axis, changes };
        let hgvs = Hgvs::Variant(Variant { reference: found.reference, change });
        Ok(NormalizedHgvs { hgvs, newest_version_taken: found.newest_version_taken })
    }

    /// What a description of one molecule changes, in bases: members in cis in order, each measured on a genomic
    /// sequence where one is named or an intron asks for it, else on the transcript.
    ///
    /// # Errors
    /// When the description is uncertain or of several molecules, or does not agree with the reference.
    pub fn replacements(&self, hgvs: &Hgvs) -> Result<Replacements, NormalizeError> {
        let Hgvs::Variant(Variant { reference, change: Change::Nucleotide { axis, changes } }) = hgvs else {
            return Err(NormalizeError::NotOneMolecule);
        };
        let ground = self.ground(reference, *axis)?.ground;
        let members = match changes {
            Composition::Single(change) => vec![change],
            Composition::Joined { relation: Relation::Cis, members } => {
                members.iter().map(Composition::only).collect::<Option<_>>().ok_or(NormalizeError::NotOneMolecule)?
            }
            Composition::Joined { .. } => return Err(NormalizeError::NotOneMolecule),
        };
        let ground = self.ground_for(&ground, &members)?;
        let mut found = Vec::with_capacity(members.len());
        for change in members {
            let resolved = self.resolve(&ground, change)?;
            found.push(Replacement { start: resolved.start, end: resolved.end, inserted: resolved.inserted });
        }
        found.sort_by_key(|r| (r.start, r.end));
        Ok(Replacements { on: ground.measured_on(), changes: found })
    }

    fn composition(
        &self,
        ground: &Ground<'_>,
        changes: &Composition<NucleotideChange>,
    ) -> Result<Composition<NucleotideChange>, NormalizeError> {
        match changes {
            Composition::Single(change) if stands_as_written(change) => Ok(changes.clone()),
            Composition::Single(change) => self.one_molecule(ground, &[change]),
            Composition::Joined { relation: Relation::Cis, members } => {
                let singles: Option<Vec<_>> = members.iter().map(Composition::only).collect();
                match singles {
                    Some(singles) if !singles.iter().any(|c| stands_as_written(c)) => {
                        self.one_molecule(ground, &singles)
                    }
                    _ => self.each(ground, Relation::Cis, members),
                }
            }
            Composition::Joined { relation, members } => self.each(ground, *relation, members),
        }
    }

    fn each(
        &self,
        ground: &Ground<'_>,
        relation: Relation,
        members: &[Composition<NucleotideChange>],
    ) -> Result<Composition<NucleotideChange>, NormalizeError> {
        let members = members.iter().map(|m| self.composition(ground, m)).collect::<Result<_, _>>()?;
        Ok(Composition::Joined { relation, members })
    }

    /// Changes on one molecule: resolved, joined where they are one, divided where one is several, described.
    fn one_molecule(
        &self,
        ground: &Ground<'_>,
        changes: &[&NucleotideChange],
    ) -> Result<Composition<NucleotideChange>, NormalizeError> {
        let ground = self.ground_for(ground, changes)?;
        let predicted = changes.iter().any(|c| c.predicted);
        let members = changes.iter().map(|c| self.resolve(&ground, c).map(Member::new)).collect::<Result<_, _>>()?;
        let mut described = self.described_all(&ground, members)?;
        if predicted {
            mark_predicted(&mut described);
        }
        Ok(described)
    }

    fn described_all(
        &self,
        ground: &Ground<'_>,
        members: Vec<Member>,
    ) -> Result<Composition<NucleotideChange>, NormalizeError> {
        let members = self.arrange(ground, members)?;
        let mut described = Vec::with_capacity(members.len());
        for (i, member) in members.iter().enumerate() {
            let until = members.get(i + 1).map(|next| next.start);
            let since = i.checked_sub(1).map(|i| members[i].end);
            described.push(Composition::Single(self.describe_member(ground, member, since, until)?));
        }
        if ground.is_read_backwards() {
            described.reverse();
        }
        match <[_; 1]>::try_from(described) {
            Ok([single]) => Ok(single),
            Err(members) => Ok(Composition::Joined { relation: Relation::Cis, members }),
        }
    }
}

fn mark_predicted(changes: &mut Composition<NucleotideChange>) {
    match changes {
        Composition::Single(change) => change.predicted = true,
        Composition::Joined { members, .. } => members.iter_mut().for_each(mark_predicted),
    }
}

/// Changes without a place or without a known effect: there is nothing to measure.
fn stands_as_written(change: &NucleotideChange) -> bool {
    let effect_unknown =
        matches!(change.edit, NucleotideEdit::Unknown | NucleotideEdit::Absent | NucleotideEdit::Splicing);
    effect_unknown || change.location == Location::Whole
}

#[cfg(test)]
mod tests;

/// The letter of an axis, for messages.
fn axis_letter(axis: Axis) -> char {
    axis.letter()
}
