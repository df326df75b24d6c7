//! Where an identity lies on both assemblies, and which genes lie there.

use cairn_variant::{
    assembly::Assembly,
    interbase::Interval,
    liftover::lift_place,
    normalize::Shape,
    place::{Carried, Event, Place},
    vrs::Referable,
};

use super::{Identifying, allele::OnContig};
use crate::{
    Identity,
    identity::{Kind, Notice},
};

/// From this length on, a change is told with the place of its ends on the other assembly even where its bases cannot
/// be carried: the length from which the field speaks of structural variants.
const STRUCTURAL: u64 = 50;

impl Identifying<'_> {
    /// A place and the same on the other assembly, GRCh38 first; else why it is known on one only.
    pub fn on_both(self, given: Place) -> (Vec<Place>, Option<Notice>) {
        let wanted = given.contig().assembly.other();
        // Who gives a place on GRCh38 has the identity that all share, and needs no word about GRCh37.
        let matters = wanted == Assembly::Grch38;
        match lift_place(self.reference.liftover(), self.reference.sequences(), &given) {
            Ok(there) => {
                let notice = (matters && there.carried() == Some(Carried::NotVerified)).then(|| {
                    let message = format!(
                        "its place on {wanted} is carried over by its ends; the bases around them are not loaded to be \
                         compared"
                    );
                    Notice::new("lift_not_verified", message)
                        .with_remedy("load the sequence of both assemblies with `cairn reference add FILE`")
                });
                (newest_first(vec![given, there]), notice)
            }
            Err(error) => {
                let message = format!("it is identified on {} only: {error}", given.contig().assembly);
                let remedy = "load a chain file and the sequence of both assemblies with `cairn reference add FILE`";
                (vec![given], matters.then(|| Notice::new("not_lifted", message).with_remedy(remedy)))
            }
        }
    }

    /// The places of a change of bases: as given, and as carried over with its bases or at least by its ends.
    pub fn places_of(self, here: &OnContig, there: Option<&OnContig>) -> Vec<Place> {
        let Some(given) = here.place() else { return Vec::new() };
        if let Some(there) = there.and_then(OnContig::place) {
            return newest_first(vec![given, there.carried_over(Carried::Verified)]);
        }
        let is_structural = here.change.is_none() || given.widest().length() >= STRUCTURAL;
        if is_structural || !here.is_verified { self.on_both(given).0 } else { vec![given] }
    }

    /// The genes of which a loaded transcript overlaps one of these places.
    pub fn add_genes(self, places: &[Place], identity: &mut Identity) {
        let set = self.reference.transcripts();
        let mut found = Vec::new();
        for place in places {
            let (start, end) = (place.widest().start(), place.widest().end());
            // A cut or an insertion concerns the bases beside it.
            let (start, end) = if start == end { (start.saturating_sub(1), end + 1) } else { (start, end) };
            let (Some(target), Ok(start), Ok(end)) =
                (set.target(place.contig().refseq()), u32::try_from(start), u32::try_from(end))
            else {
                continue;
            };
            found.clear();
            set.overlapping(target, start..end, &mut found);
            for id in &found {
                let gene = set.transcript(set.alignment(*id).transcript()).gene().map(|gene| gene.symbol.to_string());
                if let Some(gene) = gene.filter(|gene| !identity.genes.contains(gene)) {
                    identity.genes.push(gene);
                }
            }
        }
    }
}

impl OnContig {
    /// Where it lies: leftmost, as in VCF, where the bases around it are loaded.
    fn place(&self) -> Option<Place> {
        let interval = match (&self.normalized, &self.change) {
            (Some(normalized), _) if normalized.shape() != Shape::Reference => Some(normalized.leftmost().interval()),
            (_, Some(change)) => Some(change.interval()),
            _ => self.located(),
        };
        Place::exact(self.contig, interval?, event_of(self.kind))
    }

    fn located(&self) -> Option<Interval> {
        match &self.allele.location {
            Referable::Inline(location) => location.interval(),
            _ => None,
        }
    }
}

fn event_of(kind: Kind) -> Event {
    match kind {
        Kind::Deletion => Event::Loss,
        Kind::Duplication => Event::Gain,
        Kind::Insertion => Event::Insertion,
        Kind::Inversion => Event::Inversion,
        Kind::Repeat => Event::Repeat,
        _ => Event::Change,
    }
}

fn newest_first(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_key(|place| std::cmp::Reverse(place.contig().assembly));
    places
}
