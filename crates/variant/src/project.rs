//! From a change of a genome to what it is on every transcript and protein, and back.
//!
//! [`Projector::project`] takes a change of a target sequence and gives one [`Projection`] for each overlapping
//! transcript, MANE Select first. Descriptions follow the HGVS recommendations (version 21): the 3′ rule is
//! applied on the genome along the transcript's strand, which leaves a change on its side of an exon/exon
//! junction, and then on the transcript's own bases within the exon, which are what `c.` and `p.` count. Nothing
//! is printed here: [`Projection::coding`] and [`Projection::protein`] give the words.

mod carry;
mod describe;
#[cfg(test)]
pub(crate) mod fixture;
mod place;
mod protein;
mod rna;
mod spanning;
mod strand;
mod words;

use thiserror::Error;

use crate::hgvs::ProteinChange;
use crate::interbase::Interval;
use crate::residues::complement;
use crate::sequence::{SequenceError, SequenceSource};
use crate::transcript::{
    Alignment, AlignmentId, Place, Strand, TargetGap, TargetId, Transcript, TranscriptId, TranscriptSet,
};

pub use describe::{Described, Edit};
pub use place::{PlaceError, Point};

pub(crate) use carry::{Carried, Side, carry};
pub(crate) use describe::{RepeatRule, Replaced, describe};
pub(crate) use protein::{Spliced, predict, unknown};
pub(crate) use rna::spliced as spliced_rna;
pub(crate) use strand::{NAMELESS, Reading, Whole, reverse_complement};
pub(crate) use words::edit_words;

/// A change of a target sequence: `start..end` (0-based interbase) becomes `inserted`.
#[derive(Debug, Clone, Copy)]
pub struct GenomicChange<'a> {
    /// The sequence.
    pub target: TargetId,
    /// Start, 0-based.
    pub start: u64,
    /// End, excluded; equal to the start for an insertion.
    pub end: u64,
    /// The bases there, when known; upper case. Needed where the sequence is not loaded.
    pub deleted: Option<&'a [u8]>,
    /// The bases instead, upper case, on the plus strand of the target.
    pub inserted: &'a [u8],
}

/// What a reader of a projection must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Notes {
    /// The transcript has another base than the genome where the change is; `c.` and `p.` use the transcript's.
    pub transcript_differs: bool,
    /// The transcript's bases were cut from the genome, for lack of its own record.
    pub bases_from_genome: bool,
    /// The 3′ rule could not be applied to the end: bases of the genome are not loaded.
    pub not_shifted: bool,
    /// The change touches a gap of the alignment.
    pub in_gap: bool,
}

/// A change on one transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// The transcript.
    pub transcript: TranscriptId,
    /// The alignment it was projected through.
    pub alignment: AlignmentId,
    /// The first base concerned, or the one before an insertion.
    pub first: Point,
    /// The last base concerned, or the one behind an insertion.
    pub last: Point,
    /// What happens there, on the transcript's strand.
    pub edit: Edit,
    /// The predicted protein change; `None` for a non-coding transcript or one without bases.
    pub protein: Option<ProteinChange>,
    /// What is left of the transcript, as far as that can be said.
    pub spliced: SplicedChange,
    /// What the reader must be told.
    pub notes: Notes,
}

/// The change of the spliced transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplicedChange {
    /// Nothing of an exon changes.
    None,
    /// One base, the commonest case: 0-based, and the base found.
    Base(u32, u8),
    /// Bases `start..end` are replaced.
    Replaced {
        /// Start, 0-based.
        start: u32,
        /// End, excluded.
        end: u32,
        /// The bases instead.
        inserted: Vec<u8>,
    },
    /// Exonic bases `start..end` are concerned, and an exon/intron border with them: what is spliced is not known.
    Border {
        /// Start, 0-based.
        start: u32,
        /// End, excluded.
        end: u32,
    },
}

/// Why a change has no place on a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProjectError {
    /// An alignment gap that cannot be placed.
    #[error("{accession}: {gap}; load the transcript's alignment with its gaps (cdot or GFF3)")]
    Gap {
        /// The transcript.
        accession: String,
        /// The gap.
        gap: TargetGap,
    },
    /// Bases are missing.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// The change does not touch the transcript.
    #[error("the change lies outside {accession}")]
    Outside {
        /// The transcript.
        accession: String,
    },
    /// The target's bases have no identity here, so nothing can be read of it.
    #[error("the bases of {target} are not known here: add them with `cairn reference add FILE`")]
    UnknownTarget {
        /// The sequence.
        target: String,
    },
    /// The interval is reversed or beyond the coordinates of any chromosome.
    #[error("{start}..{end} is no interval of a sequence")]
    Interval {
        /// Start as given.
        start: u64,
        /// End as given.
        end: u64,
    },
}

/// Projects changes through the transcripts and sequences of a node.
#[derive(Debug)]
pub struct Projector<'a, S> {
    /// The transcripts.
    pub transcripts: &'a TranscriptSet,
    /// The bases.
    pub sequences: &'a S,
}

impl<S> Clone for Projector<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Projector<'_, S> {}

impl<'a, S: SequenceSource> Projector<'a, S> {
    /// A projector.
    pub fn new(transcripts: &'a TranscriptSet, sequences: &'a S) -> Self {
        Self { transcripts, sequences }
    }

    /// Projects a change onto every overlapping transcript, in the order of a report. `alignments` and `found`
    /// are cleared and filled, so that a stream of changes needs no new memory.
    pub fn project_into(
        &self,
        change: GenomicChange<'_>,
        alignments: &mut Vec<AlignmentId>,
        found: &mut Vec<Result<Projection, ProjectError>>,
    ) {
        found.clear();
        alignments.clear();
        let (Ok(start), Ok(end)) = (u32::try_from(change.start), u32::try_from(change.end)) else {
            return;
        };
        self.transcripts.overlapping(change.target, start..end, alignments);
        for id in alignments.iter() {
            match self.project_on(*id, change) {
                Err(ProjectError::Outside { .. }) => {}
                other => found.push(other),
            }
        }
    }

    /// Projects a change onto every overlapping transcript, in the order of a report.
    pub fn project(&self, change: GenomicChange<'_>) -> Vec<Result<Projection, ProjectError>> {
        let (mut alignments, mut found) = (Vec::new(), Vec::new());
        self.project_into(change, &mut alignments, &mut found);
        found
    }

    /// Projects a change through one alignment.
    ///
    /// # Errors
    /// When it cannot be placed: an unplaced gap, bases that are not loaded, or a change beside the transcript.
    pub fn project_on(&self, id: AlignmentId, change: GenomicChange<'_>) -> Result<Projection, ProjectError> {
        let alignment = self.transcripts.alignment(id);
        let transcript = self.transcripts.transcript(alignment.transcript());
        if change.start > change.end || change.end > u64::from(u32::MAX) {
            return Err(ProjectError::Interval { start: change.start, end: change.end });
        }
        let through = Through { projector: self, id, alignment, transcript };
        if let (1, [alternative]) = (change.end - change.start, change.inserted)
            && let Some(projection) = through.substitution(change, *alternative)?
        {
            return Ok(projection);
        }
        through.any(change)
    }
}

/// One alignment and what lies behind it.
struct Through<'p, 'a, S> {
    projector: &'p Projector<'a, S>,
    id: AlignmentId,
    alignment: &'a Alignment,
    transcript: &'a Transcript,
}

impl<S: SequenceSource> Through<'_, '_, S> {
    /// The fast way: one base by another outside alignment gaps.
    fn substitution(&self, change: GenomicChange<'_>, alternative: u8) -> Result<Option<Projection>, ProjectError> {
        let place = self.alignment.locate(change.start as u32);
        let alternative = self.on_strand(alternative);
        let genome = || self.genome_base(change).map(|b| self.on_strand(b));
        match place {
            Place::Exon(n) => {
                let own = self.transcript.sequence().map(|s| s[n as usize]);
                let stated = change.deleted.and_then(|d| d.first()).map(|b| self.on_strand(*b));
                let reference = match own {
                    Some(base) => base,
                    None => genome()?,
                };
                let mut projection = self.at(Point::exonic(n), sub(reference, alternative));
                projection.notes.transcript_differs = stated.is_some_and(|b| b != reference);
                projection.protein =
                    predict(self.transcript, Spliced { start: n, end: n + 1, inserted: &[alternative] });
                projection.spliced = SplicedChange::Base(n, alternative);
                Ok(Some(projection))
            }
            Place::Intron { anchor, offset, .. } => {
                let mut projection = self.at(Point { base: anchor as i32, offset }, sub(genome()?, alternative));
                projection.protein = self.transcript.cds().map(|_| unknown());
                Ok(Some(projection))
            }
            Place::Uncertain(exon) => Err(self.gap(TargetGap::Uncertain(exon))),
            Place::Upstream(_) | Place::Downstream(_) => Err(self.outside()),
            Place::TargetOnly(_) => Ok(None),
        }
    }

    /// Any other change.
    fn any(&self, change: GenomicChange<'_>) -> Result<Projection, ProjectError> {
        let (described, not_shifted) = self.on_genome(change)?;
        let mut projection = match self.exonic(&described)? {
            Some(projection) => projection,
            None => self.spanning(&described)?,
        };
        projection.notes.not_shifted = not_shifted;
        Ok(projection)
    }

    /// The change at its most 3′ place of the genome, along the transcript. Where the bases for that are not
    /// loaded it stays where it was given, and the second value says so.
    fn on_genome(&self, change: GenomicChange<'_>) -> Result<(Described, bool), ProjectError> {
        let replaced =
            Replaced { start: change.start, end: change.end, deleted: change.deleted, inserted: change.inserted };
        let reading = self.genome()?;
        match describe(&reading, replaced, self.repeat_rule()) {
            Ok(described) => Ok((described, false)),
            Err(error) if error.is_remedied_by_loading() => {
                if change.inserted.is_empty() && change.start < change.end {
                    let (first, last) = reading.ends(change.start, change.end);
                    return Ok((Described { first, last, edit: Edit::Deletion }, true));
                }
                let bounds = Interval::new(change.start, change.end).unwrap_or(reading.bounds);
                let fixed = Reading { bounds, ..reading };
                Ok((describe(&fixed, replaced, RepeatRule::Never)?, true))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A change inside one exon, described on the transcript's own bases; `None` when it is not.
    fn exonic(&self, described: &Described) -> Result<Option<Projection>, ProjectError> {
        let reading = self.genome()?;
        let (low, high) = (described.first.min(described.last), described.first.max(described.last));
        let places = [low, high].map(|p| self.alignment.locate(p as u32));
        if let Some(Place::Uncertain(exon)) = places.iter().find(|p| matches!(p, Place::Uncertain(_))) {
            return Err(self.gap(TargetGap::Uncertain(*exon)));
        }
        let exons = places.map(|p| match p {
            Place::Exon(n) | Place::TargetOnly(n) => self.alignment.exon_of(n.min(self.transcript.length() - 1)),
            _ => None,
        });
        let [Some(exon), Some(other)] = exons else { return Ok(None) };
        if exon != other && !self.same_exon(low, high) {
            return Ok(None);
        }
        let (start, end, inserted) = described.as_replacement(&reading)?;
        let carried = carry(self.alignment, Side::Target, start as u32, end as u32).map_err(|gap| self.gap(gap))?;
        let inserted = self.with_gap_bases(&reading, &carried, &inserted)?;
        let mut projection = self.on_transcript(&carried, &inserted, exon, described)?;
        projection.notes.in_gap =
            places.iter().any(|p| matches!(p, Place::TargetOnly(_))) || carried.there.len() as u64 != end - start;
        projection.notes.transcript_differs |= projection.notes.in_gap;
        Ok(Some(projection))
    }

    /// The inserted bases on the transcript's strand, with those of the gap that stand beside them.
    fn with_gap_bases(
        &self,
        reading: &Reading<'_, S>,
        carried: &Carried,
        inserted: &[u8],
    ) -> Result<Vec<u8>, ProjectError> {
        let of = |range: &std::ops::Range<u32>| match range.is_empty() {
            true => Ok(Vec::new()),
            false => reading.bases(u64::from(range.start), u64::from(range.end)),
        };
        Ok([of(&carried.before)?, reading.read(inserted), of(&carried.after)?].concat())
    }

    fn on_transcript(
        &self,
        carried: &Carried,
        inserted: &[u8],
        exon: u16,
        on_genome: &Described,
    ) -> Result<Projection, ProjectError> {
        let there = &carried.there;
        let Some(own) = self.transcript.sequence() else {
            return self.without_bases(there, inserted, on_genome);
        };
        let source = Whole(own);
        let change = Replaced { start: u64::from(there.start), end: u64::from(there.end), deleted: None, inserted };
        let described = describe(&self.own_reading(&source, exon, there), change, self.repeat_rule())?;
        let mut projection =
            self.placed(Point::exonic(described.first as u32), Point::exonic(described.last as u32), described.edit);
        projection.protein = predict(self.transcript, Spliced { start: there.start, end: there.end, inserted });
        projection.spliced =
            SplicedChange::Replaced { start: there.start, end: there.end, inserted: inserted.to_vec() };
        projection.notes.transcript_differs = self.differs(there, on_genome);
        Ok(projection)
    }

    /// Without the transcript's bases the genome's description stands, and there is no protein.
    fn without_bases(
        &self,
        there: &std::ops::Range<u32>,
        inserted: &[u8],
        on_genome: &Described,
    ) -> Result<Projection, ProjectError> {
        let span = self.alignment.transcript_span();
        let point = |p: u64| Point::of_place(self.alignment.locate(p as u32), &span);
        let gap = self.gap(TargetGap::Outside);
        let (Some(first), Some(last)) = (point(on_genome.first), point(on_genome.last)) else { return Err(gap) };
        let mut projection = self.placed(first, last, on_genome.edit.clone());
        projection.spliced =
            SplicedChange::Replaced { start: there.start, end: there.end, inserted: inserted.to_vec() };
        Ok(projection)
    }

    /// The transcript's own bases, bounded by the exon: the 3′ rule does not cross an exon/exon junction.
    fn own_reading<'s>(
        &self,
        source: &'s Whole<'s>,
        exon: u16,
        there: &std::ops::Range<u32>,
    ) -> Reading<'s, Whole<'s>> {
        let exon = self.alignment.exon(exon).map_or(0..self.transcript.length(), |(t, _)| t);
        let (start, end) = (exon.start.min(there.start), exon.end.max(there.end));
        Reading {
            source,
            sequence: *NAMELESS,
            strand: Strand::Plus,
            bounds: Interval::new(u64::from(start), u64::from(end)).expect("an exon's start is before its end"),
        }
    }

    /// Whether the transcript has other bases than the genome where the change is.
    fn differs(&self, there: &std::ops::Range<u32>, on_genome: &Described) -> bool {
        let (low, high) = (on_genome.first.min(on_genome.last), on_genome.first.max(on_genome.last));
        let Some(own) = self.transcript.sequence() else { return false };
        let Ok(reading) = self.genome() else { return false };
        if there.is_empty() || high + 1 - low != there.len() as u64 || there.len() > 10_000 {
            return false;
        }
        let own = &own[there.start as usize..there.end as usize];
        reading.bases(low, high + 1).is_ok_and(|genome| genome != own)
    }

    fn same_exon(&self, low: u64, high: u64) -> bool {
        let holds = |exon: u16| {
            self.alignment.exon(exon).is_some_and(|(_, t)| t.contains(&(low as u32)) && t.contains(&(high as u32)))
        };
        (0..self.alignment.exon_count()).any(holds)
    }

    fn genome(&self) -> Result<Reading<'_, S>, ProjectError> {
        let target = self.alignment.target();
        let transcripts = self.projector.transcripts;
        let unknown = || ProjectError::UnknownTarget { target: transcripts.target_accession(target).to_owned() };
        let sequence = transcripts.target_refget(target).ok_or_else(unknown)?;
        let length = self.projector.sequences.length(&sequence).unwrap_or(u64::from(u32::MAX));
        let bounds = Interval::new(0, length).expect("starts at 0");
        Ok(Reading { source: self.projector.sequences, sequence, strand: self.alignment.strand(), bounds })
    }

    fn genome_base(&self, change: GenomicChange<'_>) -> Result<u8, ProjectError> {
        match change.deleted {
            Some([base]) => Ok(*base),
            _ => Ok(self.genome()?.stored(change.start, change.start + 1)?[0]),
        }
    }

    fn on_strand(&self, base: u8) -> u8 {
        match self.alignment.strand() {
            Strand::Plus => base,
            Strand::Minus => complement(base).unwrap_or(base),
        }
    }

    fn repeat_rule(&self) -> RepeatRule {
        if self.transcript.cds().is_some() { RepeatRule::WholeCodons } else { RepeatRule::Any }
    }

    fn at(&self, point: Point, edit: Edit) -> Projection {
        self.placed(point, point, edit)
    }

    fn placed(&self, first: Point, last: Point, edit: Edit) -> Projection {
        let from_genome = self.transcript.sequence_origin() == Some(crate::transcript::SequenceOrigin::Genome);
        Projection {
            transcript: self.alignment.transcript(),
            alignment: self.id,
            first,
            last,
            edit,
            protein: None,
            spliced: SplicedChange::None,
            notes: Notes { bases_from_genome: from_genome, ..Notes::default() },
        }
    }

    fn gap(&self, gap: TargetGap) -> ProjectError {
        ProjectError::Gap { accession: self.transcript.accession().to_string(), gap }
    }

    fn outside(&self) -> ProjectError {
        ProjectError::Outside { accession: self.transcript.accession().to_string() }
    }
}

fn sub(reference: u8, alternative: u8) -> Edit {
    if reference == alternative { Edit::Identity } else { Edit::Substitution { reference, alternative } }
}
