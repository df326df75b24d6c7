//! Which variants are weighed as copy number changes, and by which guideline.

use cairn_reference::identity::{Identity, Kind};
use cairn_variant::place::{Direction, Place};

/// From this length on a deletion or duplication is weighed as a copy number change.
const LEAST_BASES: u64 = 1_000;

/// Whether a variant is weighed as a copy number change, and which way: one that is given as a number of copies, or that
/// is long enough. `place` is where it lies on the main assembly.
pub(crate) fn direction(is_given_as_copies: bool, place: Option<Place>) -> Option<Direction> {
    let place = place?;
    let direction = place.direction()?;
    (is_given_as_copies || place.widest().length() >= LEAST_BASES).then_some(direction)
}

/// The same of what a text was found to mean.
pub(crate) fn of_identity(identity: &Identity) -> Option<Direction> {
    let is_given_as_copies = matches!(identity.kind, Some(Kind::CopyNumberChange | Kind::CopyNumberCount));
    direction(is_given_as_copies, identity.places.first().copied())
}

/// The same of a recorded variant, by the word of its kind.
pub(crate) fn of_record(kind: &str, place: Option<Place>) -> Option<Direction> {
    direction(matches!(kind, "copy_number_change" | "copy_number_count"), place)
}

/// The guideline for a copy number change in a direction; an id stands for its newest version.
pub(crate) const fn guideline(direction: Direction) -> &'static str {
    match direction {
        Direction::Loss => "acmg-cnv-loss",
        Direction::Gain => "acmg-cnv-gain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_variant::assembly::Assembly;
    use cairn_variant::contig::Contig;
    use cairn_variant::interbase::Interval;
    use cairn_variant::place::Event;

    #[test]
    fn the_kind_of_a_variant_says_which_guideline() {
        let place = |event, length: u64| {
            let contig = Contig::autosome(17).unwrap().on(Assembly::Grch38);
            Place::exact(contig, Interval::new(1_000, 1_000 + length).unwrap(), event)
        };
        for (kind, event, length, expected) in [
            ("deletion", Event::Loss, 20, None),
            ("deletion", Event::Loss, 1_000, Some("acmg-cnv-loss")),
            ("copy_number_change", Event::Gain, 400, Some("acmg-cnv-gain")),
            ("copy_number_count", Event::Copies(1, Some(1)), 400, Some("acmg-cnv-loss")),
            ("copy_number_count", Event::Copies(2, Some(2)), 400, None),
            ("inversion", Event::Inversion, 50_000, None),
        ] {
            assert_eq!(of_record(kind, place(event, length)).map(guideline), expected, "{kind} {length}");
        }
        assert_eq!(of_record("substitution", None), None);
    }
}
