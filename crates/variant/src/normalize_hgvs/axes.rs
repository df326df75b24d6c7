//! A description on the other axes: `c.` on the genome, `g.` on every transcript, either as `r.` and `p.`.

use crate::hgvs::{
    Axis, Change, Composition, Hgvs, NucleotideChange, NucleotideEdit, Offset, Reference, Relation, Variant,
};
use crate::project::{GenomicChange, ProjectError, Projection, Projector, Spliced, predict, spliced_rna};
use crate::sequence::SequenceSource;
use crate::transcript::{TargetId, parse_accession};

use super::allele::Member;
use super::ground::{Ground, OnTranscript};
use super::{NormalizeError, stands_as_written};

/// What a description of one molecule does to a transcript.
enum OnSpliced {
    /// Bases `start..end` of the spliced transcript are replaced.
    Replaced(u32, u32, Vec<u8>),
    /// Described through the genome, for its introns.
    Projected(Box<Projection>),
}

impl<S: SequenceSource> Projector<'_, S> {
    /// A description on the genomic sequence: the one it names, else the newest assembly its transcript lies on.
    ///
    /// # Errors
    /// As [`Projector::normalize`]; also when the transcript lies on no sequence that is known here.
    pub fn on_genomic(&self, hgvs: &Hgvs) -> Result<Hgvs, NormalizeError> {
        let (ground, changes) = self.one_molecule_of(hgvs)?;
        let (through, target) = match &ground {
            Ground::Genomic { .. } => return self.normalize(hgvs).map(|n| n.hgvs),
            Ground::Own(on) => self.through_named(on)?,
            Ground::Through { alignment, .. } => (ground.clone(), alignment.target()),
        };
        let Ground::Through { sequence, .. } = &through else { return Err(NormalizeError::NotOneMolecule) };
        let length = self.sequences.length(sequence).unwrap_or(u64::from(u32::MAX));
        let genomic = Ground::Genomic { sequence: *sequence, length, axis: Axis::Genomic };
        let members = changes.iter().map(|c| self.resolve(&through, c).map(Member::new)).collect::<Result<_, _>>()?;
        let changes = self.described_all(&genomic, members)?;
        let accession = parse_accession(self.transcripts.target_accession(target));
        let accession = accession.map_err(|_| NormalizeError::NotOneMolecule)?;
        let change = Change::Nucleotide { axis: Axis::Genomic, changes };
        Ok(Hgvs::Variant(Variant { reference: Reference::sequence(accession), change }))
    }

    /// A genomic description of one change on every overlapping transcript, MANE Select first.
    ///
    /// # Errors
    /// As [`Projector::normalize`]. What fails on one transcript only stands in its place.
    pub fn on_transcripts(&self, hgvs: &Hgvs) -> Result<Vec<Result<Projection, ProjectError>>, NormalizeError> {
        let Hgvs::Variant(Variant { reference, .. }) = hgvs else { return Err(NormalizeError::NotOneMolecule) };
        let (ground, changes) = self.one_molecule_of(hgvs)?;
        let ([change], Ground::Genomic { sequence, .. }) = (&*changes, &ground) else {
            return Err(NormalizeError::NotOneMolecule);
        };
        let resolved = self.resolve(&ground, change)?;
        let named = |r: &Reference| match r {
            Reference::Sequence { accession, .. } => self.transcripts.target(&accession.text()),
            Reference::Chromosome { contig, assembly } => self.transcripts.target(contig.on((*assembly)?).refseq()),
            Reference::Gene(_) => None,
        };
        let Some(target) = named(reference) else { return Ok(Vec::new()) };
        debug_assert_eq!(self.transcripts.target_refget(target), Some(*sequence));
        let (start, end, inserted) = (resolved.start, resolved.end, &resolved.inserted);
        // Stated bases were checked when the change was resolved.
        let deleted = match &change.edit {
            NucleotideEdit::Substitution { reference, .. } => Some(reference.as_str().as_bytes()),
            _ => None,
        };
        Ok(self.project(GenomicChange { target, start, end, deleted, inserted }))
    }

    /// The predicted protein change of a description on a transcript; `None` when the transcript codes for none, its
    /// bases are not loaded, or its protein has no accession.
    ///
    /// # Errors
    /// As [`Projector::normalize`].
    pub fn on_protein(&self, hgvs: &Hgvs) -> Result<Option<Hgvs>, NormalizeError> {
        let (on, spliced) = self.on_spliced(hgvs)?;
        let Some(protein) = on.transcript.protein().cloned() else { return Ok(None) };
        let change = match spliced {
            OnSpliced::Replaced(start, end, inserted) => {
                predict(on.transcript, Spliced { start, end, inserted: &inserted })
            }
            OnSpliced::Projected(projection) => projection.protein,
        };
        Ok(change.map(|change| Hgvs::protein(Reference::sequence(protein), change)))
    }

    /// The predicted change of the RNA, in the reference of the description.
    ///
    /// # Errors
    /// As [`Projector::normalize`].
    pub fn on_rna(&self, hgvs: &Hgvs) -> Result<Option<Hgvs>, NormalizeError> {
        let (on, spliced) = self.on_spliced(hgvs)?;
        let Hgvs::Variant(variant) = hgvs else { return Err(NormalizeError::NotOneMolecule) };
        let reference = self.ground(&variant.reference, Axis::Rna)?.reference;
        Ok(match spliced {
            OnSpliced::Replaced(start, end, inserted) => spliced_rna(on.transcript, start, end, &inserted)
                .map(|change| Hgvs::nucleotide(reference, Axis::Rna, change)),
            OnSpliced::Projected(projection) => projection.rna(self.transcripts).map(|hgvs| match hgvs {
                Hgvs::Variant(v) => Hgvs::Variant(Variant { reference, change: v.change }),
                other => other,
            }),
        })
    }

    fn on_spliced(&self, hgvs: &Hgvs) -> Result<(OnTranscript<'_>, OnSpliced), NormalizeError> {
        let (ground, changes) = self.one_molecule_of(hgvs)?;
        let on = match &ground {
            Ground::Own(on) | Ground::Through { on, .. } => *on,
            Ground::Genomic { .. } => return Err(NormalizeError::NotOneMolecule),
        };
        if changes.iter().all(|c| is_exonic(c)) {
            let own = Ground::Own(on);
            let members = changes.iter().map(|c| self.resolve(&own, c).map(Member::new)).collect::<Result<_, _>>()?;
            let (start, end, inserted) = self.as_one(&own, members)?;
            return Ok((on, OnSpliced::Replaced(start as u32, end as u32, inserted)));
        }
        let (through, target) = self.through_named(&on)?;
        let Ground::Through { id, .. } = through else { return Err(NormalizeError::NotOneMolecule) };
        let members = changes.iter().map(|c| self.resolve(&through, c).map(Member::new)).collect::<Result<_, _>>()?;
        let (start, end, inserted) = self.as_one(&through, members)?;
        let change = GenomicChange { target, start, end, deleted: None, inserted: &inserted };
        Ok((on, OnSpliced::Projected(Box::new(self.project_on(id, change)?))))
    }

    fn one_molecule_of<'h>(&self, hgvs: &'h Hgvs) -> Result<(Ground<'_>, Vec<&'h NucleotideChange>), NormalizeError> {
        let Hgvs::Variant(Variant { reference, change: Change::Nucleotide { axis, changes } }) = hgvs else {
            return Err(NormalizeError::NotOneMolecule);
        };
        let changes = match changes {
            Composition::Single(change) => vec![change],
            Composition::Joined { relation: Relation::Cis, members } => {
                members.iter().map(Composition::only).collect::<Option<_>>().ok_or(NormalizeError::NotOneMolecule)?
            }
            Composition::Joined { .. } => return Err(NormalizeError::NotOneMolecule),
        };
        if let Some(change) = changes.iter().find(|c| stands_as_written(c)) {
            return Err(NormalizeError::Uncertain { location: change.location });
        }
        let ground = self.ground(reference, *axis)?.ground;
        Ok((self.ground_for(&ground, &changes)?, changes))
    }

    fn through_named<'g>(&'g self, on: &OnTranscript<'g>) -> Result<(Ground<'g>, TargetId), NormalizeError> {
        let missing = || NormalizeError::Gap {
            accession: on.transcript.accession().to_string(),
            gap: crate::transcript::TargetGap::Outside,
        };
        let id = on.context.ok_or_else(missing)?;
        let alignment = self.transcripts.alignment(id);
        let target = alignment.target();
        let sequence = self.transcripts.target_refget(target).ok_or_else(missing)?;
        Ok((Ground::Through { on: *on, id, alignment, sequence }, target))
    }
}

fn is_exonic(change: &NucleotideChange) -> bool {
    let ends = change.location.exact();
    ends.is_some_and(|(a, b)| a.offset == Offset::None && b.offset == Offset::None)
}
