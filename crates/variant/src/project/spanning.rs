//! Changes that are not inside one exon: intronic, across exon borders, across whole exons.

use crate::sequence::SequenceSource;
use crate::transcript::{Place, TargetGap};

use super::{Described, Edit, Point, ProjectError, Projection, Spliced, SplicedChange, Through, predict, unknown};

/// Intronic bases next to an exon without which it is not spliced: `GT` behind it, `AG` before the next.
const SPLICE_SITE: i32 = 2;

impl<S: SequenceSource> Through<'_, '_, S> {
    /// Describes a change by its ends on the transcript; the edit is the genome's, on the transcript's strand.
    pub(super) fn spanning(&self, described: &Described) -> Result<Projection, ProjectError> {
        let places = [described.first, described.last].map(|p| self.alignment.locate(p as u32));
        let beside = |a: fn(&Place) -> bool| places.iter().all(a);
        if beside(|p| matches!(p, Place::Upstream(_))) || beside(|p| matches!(p, Place::Downstream(_))) {
            return Err(self.outside());
        }
        let span = self.alignment.transcript_span();
        let point = |place: Place| {
            Point::of_place(place, &span).ok_or_else(|| match place {
                Place::Uncertain(exon) => self.gap(TargetGap::Uncertain(exon)),
                _ => self.gap(TargetGap::Outside),
            })
        };
        let mut projection = self.placed(point(places[0])?, point(places[1])?, described.edit.clone());
        projection.spliced = self.spliced(places, &described.edit);
        projection.protein = self.protein_of(&projection.spliced, &described.edit);
        Ok(projection)
    }

    fn spliced(&self, [first, last]: [Place; 2], edit: &Edit) -> SplicedChange {
        let is_insertion = matches!(edit, Edit::Insertion(_));
        let (start, end) = (self.exonic_start(first, is_insertion), self.exonic_end(last, is_insertion));
        let at_border = is_insertion && matches!((first, last), (Place::Exon(_), _) | (_, Place::Exon(_)));
        if start >= end {
            return if at_border { SplicedChange::Border { start: end, end } } else { SplicedChange::None };
        }
        let clean = leaves_donor(first) && leaves_acceptor(last) && is_exonic(first) == is_exonic(last);
        match edit {
            Edit::Deletion if clean => SplicedChange::Replaced { start, end, inserted: Vec::new() },
            Edit::DeletionInsertion(bases) if is_exonic(first) && is_exonic(last) => {
                SplicedChange::Replaced { start, end, inserted: bases.clone() }
            }
            _ => SplicedChange::Border { start, end },
        }
    }

    fn protein_of(&self, spliced: &SplicedChange, edit: &Edit) -> Option<crate::hgvs::ProteinChange> {
        let cds = self.transcript.cds()?;
        match spliced {
            SplicedChange::Replaced { start, end, inserted } => {
                predict(self.transcript, Spliced { start: *start, end: *end, inserted })
            }
            SplicedChange::Border { start, end }
                if *edit == Edit::Deletion && *start <= cds.start && *end >= cds.end =>
            {
                predict(self.transcript, Spliced { start: *start, end: *end, inserted: &[] })
            }
            _ => Some(unknown()),
        }
    }

    /// The first exonic base at or behind the place.
    fn exonic_start(&self, place: Place, is_insertion: bool) -> u32 {
        let span = self.alignment.transcript_span();
        match place {
            Place::Exon(n) => n + u32::from(is_insertion),
            Place::Intron { exon, .. } => self.alignment.exon(exon + 1).map_or(span.end, |(t, _)| t.start),
            Place::Downstream(_) => span.end,
            Place::Upstream(_) | Place::TargetOnly(_) | Place::Uncertain(_) => span.start,
        }
    }

    /// Behind the last exonic base at or before the place.
    fn exonic_end(&self, place: Place, is_insertion: bool) -> u32 {
        let span = self.alignment.transcript_span();
        match place {
            Place::Exon(n) => n + u32::from(!is_insertion),
            Place::Intron { exon, .. } => self.alignment.exon(exon).map_or(span.start, |(t, _)| t.end),
            Place::Upstream(_) => span.start,
            Place::Downstream(_) | Place::TargetOnly(_) | Place::Uncertain(_) => span.end,
        }
    }
}

fn is_exonic(place: Place) -> bool {
    matches!(place, Place::Exon(_))
}

/// Whether the donor site before a deletion that begins here is left, or is deleted with its exon.
fn leaves_donor(first: Place) -> bool {
    match first {
        Place::Exon(_) => true,
        Place::Intron { offset, .. } => !(0..=SPLICE_SITE).contains(&offset),
        _ => false,
    }
}

/// Whether the acceptor site behind a deletion that ends here is left.
fn leaves_acceptor(last: Place) -> bool {
    match last {
        Place::Exon(_) => true,
        Place::Intron { offset, .. } => !(-SPLICE_SITE..=0).contains(&offset),
        _ => false,
    }
}
