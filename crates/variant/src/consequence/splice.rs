//! Splice sites and their surroundings: two bases of the intron are the site, three of the exon and eight of the
//! intron its region (Sequence Ontology 0001574, 0001575, 0001630, 0001787, 0002169, 0002170).

use crate::project::{Edit, Point, Projection};
use crate::transcript::Transcript;

use super::{Consequence, Consequences, exon_ends, is_addition};

/// Exonic bases next to an intron that belong to the splice region.
const EXONIC: i32 = 3;

pub(super) fn add(projection: &Projection, transcript: &Transcript, found: &mut Consequences) {
    let (first, last) = (projection.first, projection.last);
    if is_addition(&projection.edit) {
        return added_behind(projection, transcript, found);
    }
    if projection.edit == Edit::Identity {
        return;
    }
    let (mut donor, mut acceptor) = (Reach::default(), Reach::default());
    match (first.offset, last.offset) {
        (0, 0) => within_exons(first, last, transcript, found, &mut donor, &mut acceptor),
        (a, b) if same_intron(first, last, transcript) => {
            if a > 0 {
                donor = Reach::of(a, if b > 0 { b } else { i32::MAX });
            }
            if b < 0 {
                acceptor = Reach::of(-b, if a < 0 { -a } else { i32::MAX });
            }
        }
        (a, b) => {
            // The change leaves the intron it begins in, or enters the one it ends in.
            if a > 0 {
                donor = Reach::of(a, i32::MAX);
            }
            if a != 0 || b < 0 {
                acceptor = Reach::of(if a < 0 || b >= 0 { 1 } else { -b }, i32::MAX);
            }
            if b > 0 || (a == 0 && b < 0) || (a != 0 && b != 0) {
                donor = donor.or(Reach::of(1, if b > 0 { b } else { i32::MAX }));
            }
        }
    }
    donor.add_donor(found);
    acceptor.add_acceptor(found);
}

/// The nearest and furthest intronic base reached, counted from the exon; 0 is none.
#[derive(Clone, Copy, Default)]
struct Reach {
    near: i32,
    far: i32,
}

impl Reach {
    fn of(near: i32, far: i32) -> Self {
        Self { near, far }
    }

    fn or(self, other: Self) -> Self {
        if self.near == 0 { other } else { Self { near: self.near.min(other.near), far: self.far.max(other.far) } }
    }

    fn touches(self, from: i32, to: i32) -> bool {
        self.near != 0 && self.near <= to && self.far >= from
    }

    fn add_donor(self, found: &mut Consequences) {
        if self.touches(1, 2) {
            found.add(Consequence::SpliceDonor);
        }
        if self.touches(5, 5) {
            found.add(Consequence::SpliceDonorFifthBase);
        } else if self.touches(3, 6) {
            found.add(Consequence::SpliceDonorRegion);
        }
        self.add_region(found);
    }

    fn add_acceptor(self, found: &mut Consequences) {
        if self.touches(1, 2) {
            found.add(Consequence::SpliceAcceptor);
        }
        if self.touches(3, 17) {
            found.add(Consequence::SplicePolypyrimidineTract);
        }
        self.add_region(found);
    }

    fn add_region(self, found: &mut Consequences) {
        if self.touches(3, 8) && !self.touches(1, 2) {
            found.add(Consequence::SpliceRegion);
        }
    }
}

/// Both ends exonic: next to an intron, or with whole introns between.
fn within_exons(
    first: Point,
    last: Point,
    transcript: &Transcript,
    found: &mut Consequences,
    donor: &mut Reach,
    acceptor: &mut Reach,
) {
    let (start, end) = exon_ends(transcript, last.base);
    if exon_ends(transcript, first.base) != (start, end) {
        *donor = Reach::of(1, i32::MAX);
        *acceptor = Reach::of(1, i32::MAX);
        found.add(Consequence::Intron);
        return;
    }
    let length = transcript.length() as i32;
    let near_donor = end < length && last.base >= end - EXONIC;
    let near_acceptor = start > 0 && first.base < start + EXONIC;
    if near_donor || near_acceptor {
        found.add(Consequence::SpliceRegion);
    }
}

/// An addition touches what lies on both of its sides.
fn added_behind(projection: &Projection, transcript: &Transcript, found: &mut Consequences) {
    let last = match &projection.edit {
        // The neighbours of an insertion are its place; a copy is added behind its last base.
        Edit::Insertion(_) => projection.first,
        _ => projection.last,
    };
    let (start, end) = exon_ends(transcript, last.base);
    let length = transcript.length() as i32;
    match last.offset {
        0 if end < length && last.base > end - EXONIC - 1 => found.add(Consequence::SpliceRegion),
        0 if start > 0 && last.base < start + EXONIC - 1 => found.add(Consequence::SpliceRegion),
        1 => found.add(Consequence::SpliceDonor),
        2..=8 => found.add(Consequence::SpliceRegion),
        -2 => found.add(Consequence::SpliceAcceptor),
        -1 | -8..=-3 => found.add(Consequence::SpliceRegion),
        _ => {}
    }
    if (-17..=-4).contains(&last.offset) {
        found.add(Consequence::SplicePolypyrimidineTract);
    }
}

fn same_intron(first: Point, last: Point, transcript: &Transcript) -> bool {
    // An intron is told by the exon before it: the anchor's own for `+`, the one before for `-`.
    let before = |p: Point| {
        let (start, end) = exon_ends(transcript, p.base);
        if p.offset > 0 { end } else { start }
    };
    first.offset != 0 && last.offset != 0 && before(first) == before(last)
}
