//! What the positions of a description count on.

use crate::digest::RefgetAccession;
use crate::hgvs::{Axis, NucleotideChange, Offset, Position};
use crate::interbase::Interval;
use crate::project::{NAMELESS, Point, Projector, Reading, RepeatRule, Whole};
use crate::sequence::SequenceSource;
use crate::transcript::{Alignment, AlignmentId, Strand, Transcript, TranscriptId};

use super::{MeasuredOn, NormalizeError};

/// Whether a shift on a transcript's own bases may cross an exon/exon junction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JunctionRule {
    /// It stops there, as HGVS asks of `c.` and `n.`.
    #[default]
    Stop,
    /// It runs on, as on `r.`.
    Cross,
}

/// What positions count on, and where the bases are read.
#[derive(Debug, Clone)]
pub(super) enum Ground<'a> {
    /// `g.`, `m.`, `o.`: the sequence itself.
    Genomic { sequence: RefgetAccession, length: u64, axis: Axis },
    /// A transcript by its own bases.
    Own(OnTranscript<'a>),
    /// A transcript on a genomic sequence, where an intron or the reference asks for it.
    Through { on: OnTranscript<'a>, id: AlignmentId, alignment: &'a Alignment, sequence: RefgetAccession },
}

/// A transcript and how positions count on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnTranscript<'a> {
    pub id: TranscriptId,
    pub transcript: &'a Transcript,
    pub axis: Axis,
    pub junctions: JunctionRule,
    /// The alignment that introns are read through, when a genomic reference was named or can be chosen.
    pub context: Option<AlignmentId>,
    /// Whether the description names the genomic sequence itself.
    pub context_named: bool,
}

impl Ground<'_> {
    pub fn set_junction_rule(&mut self, rule: JunctionRule) {
        match self {
            Self::Own(on) | Self::Through { on, .. } if on.axis != Axis::Rna => on.junctions = rule,
            _ => {}
        }
    }

    pub fn measured_on(&self) -> MeasuredOn {
        match self {
            Self::Genomic { sequence, .. } | Self::Through { sequence, .. } => MeasuredOn::Genomic(*sequence),
            Self::Own(on) => MeasuredOn::Transcript(on.id),
        }
    }

    /// Whether positions of the sequence run against those of the description.
    pub fn is_read_backwards(&self) -> bool {
        matches!(self, Self::Through { alignment, .. } if alignment.strand() == Strand::Minus)
    }

    /// Whether the last base is a neighbour of the first.
    pub fn is_circular(&self) -> bool {
        matches!(self, Self::Genomic { axis: Axis::Mitochondrial | Axis::Circular, .. })
    }

    /// Whether this is a circle of so many bases.
    pub fn ends_its_circle_at(&self, end: u64) -> bool {
        self.is_circular() && matches!(self, Self::Genomic { length, .. } if *length == end)
    }

    pub fn axis(&self) -> Axis {
        match self {
            Self::Genomic { axis, .. } => *axis,
            Self::Own(on) | Self::Through { on, .. } => on.axis,
        }
    }

    pub fn transcript(&self) -> Option<&OnTranscript<'_>> {
        match self {
            Self::Genomic { .. } => None,
            Self::Own(on) | Self::Through { on, .. } => Some(on),
        }
    }

    /// Repeats are restricted where the description counts codons.
    pub fn repeat_rule(&self) -> RepeatRule {
        match self.transcript() {
            Some(on) if on.axis != Axis::NonCoding && on.transcript.cds().is_some() => RepeatRule::WholeCodons,
            _ => RepeatRule::Any,
        }
    }
}

impl<'a, S: SequenceSource> Projector<'a, S> {
    /// The ground on which all these changes can be measured: the genome when one lies in an intron, or when the
    /// description names a genomic sequence whose bases are loaded there; else the transcript's own bases.
    pub(super) fn ground_for(
        &self,
        ground: &Ground<'a>,
        changes: &[&NucleotideChange],
    ) -> Result<Ground<'a>, NormalizeError> {
        let Ground::Own(on) = ground else { return Ok(ground.clone()) };
        let ends: Vec<Position> = changes.iter().filter_map(|c| c.location.exact()).flat_map(|(a, b)| [a, b]).collect();
        let intronic = ends.iter().any(|p| p.offset != Offset::None);
        if on.axis == Axis::Rna || !(intronic || on.context_named) {
            return Ok(ground.clone());
        }
        let through = self.through(on);
        match through {
            Some(through) if intronic || self.is_loaded_at(&through, on, &ends) => Ok(through),
            None if intronic => Err(NormalizeError::Gap {
                accession: on.transcript.accession().to_string(),
                gap: crate::transcript::TargetGap::Outside,
            }),
            _ => Ok(ground.clone()),
        }
    }

    fn through(&self, on: &OnTranscript<'a>) -> Option<Ground<'a>> {
        let id = on.context?;
        let alignment = self.transcripts.alignment(id);
        let sequence = self.transcripts.target_refget(alignment.target())?;
        Some(Ground::Through { on: *on, id, alignment, sequence })
    }

    fn is_loaded_at(&self, through: &Ground<'_>, on: &OnTranscript<'_>, ends: &[Position]) -> bool {
        let Ground::Through { alignment, sequence, .. } = through else { return false };
        ends.iter().all(|position| {
            Point::of_position(*position, on.axis, on.transcript)
                .ok()
                .and_then(|p| p.on_target(alignment, on.transcript, *position).ok())
                .is_some_and(|p| self.sequences.loaded_around(sequence, p).is_some())
        })
    }
}

/// The transcript's own bases with the bounds that the 3′ rule keeps.
pub(super) fn own_reading<'g, 'a>(
    on: &OnTranscript<'_>,
    source: &'g Whole<'a>,
    start: u64,
    end: u64,
) -> Reading<'g, Whole<'a>> {
    let length = source.0.len() as u64;
    let (mut low, mut high) = (0, length);
    if on.junctions == JunctionRule::Stop && on.axis != Axis::Rna {
        let exon = on.transcript.exon_around(start.min(end.saturating_sub(1)) as u32);
        let last = on.transcript.exon_around(end.max(start + 1).saturating_sub(1) as u32);
        (low, high) = (u64::from(exon.start).min(start), u64::from(last.end).max(end));
    }
    let bounds = Interval::new(low.min(high), high).unwrap_or_else(|| Interval::new(0, length).expect("from 0"));
    Reading { source, sequence: *NAMELESS, strand: Strand::Plus, bounds }
}
