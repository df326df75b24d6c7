//! Where a structural variant lies, in words.

use cairn_variant::place::{Carried, Event, Place};
use cairn_variant::vrs::Quantity;

/// `17:43,045,678–43,124,000, 1 copy`, with what is not known of its ends.
pub fn words(place: &Place) -> String {
    let widest = place.widest();
    let contig = place.contig().contig;
    if let (false, Event::CutAfter | Event::CutBefore) = (widest.is_empty(), place.event()) {
        let side = if place.event() == Event::CutAfter { "before" } else { "behind" };
        let (first, last) = (number(widest.start() + 1), number(widest.end()));
        return format!("{contig}:{first}–{last}, cut somewhere here; what lies {side} the cut is joined elsewhere");
    }
    let stretch = match (widest.is_empty(), place.event()) {
        (_, Event::CutAfter) => format!("{contig}:{}, what lies before goes on elsewhere", number(widest.start())),
        (_, Event::CutBefore) => {
            format!("{contig}:{}, what lies behind comes from elsewhere", number(widest.start() + 1))
        }
        (true, event) => {
            format!("{contig}:{}^{}, {}", number(widest.start()), number(widest.start() + 1), of_event(event))
        }
        (false, event) => {
            format!("{contig}:{}–{}, {}", number(widest.start() + 1), number(widest.end()), of_event(event))
        }
    };
    let ends = [rough("begins", place.start(), 1), rough("ends", place.end(), 0)];
    let carried = match place.carried() {
        None => "",
        Some(Carried::Verified) => "; carried over, bases compared",
        Some(Carried::NotVerified) => "; carried over by its ends, bases not compared",
    };
    let ends: String = ends.into_iter().flatten().map(|end| format!("; {end}")).collect();
    format!("{stretch}{ends}{carried}")
}

/// What is not known of an end. A start is counted from the base behind it (`shift` 1), an end by the base before it.
fn rough(verb: &str, end: Quantity, shift: u64) -> Option<String> {
    match (end.least(), end.most()) {
        (Some(least), Some(most)) if least == most => None,
        (Some(least), Some(most)) => {
            Some(format!("{verb} between {} and {}", number(least + shift), number(most + shift)))
        }
        (Some(least), None) => Some(format!("{verb} at {} or behind", number(least + shift))),
        (None, Some(most)) => Some(format!("{verb} at {} or before", number(most + shift))),
        (None, None) => None,
    }
}

fn of_event(event: Event) -> String {
    let copies = |n: u32| if n == 1 { "1 copy".to_owned() } else { format!("{n} copies") };
    match event {
        Event::Copies(least, Some(most)) if least == most => copies(least),
        Event::Copies(least, Some(most)) => format!("{least} to {}", copies(most)),
        Event::Copies(least, None) => format!("at least {}", copies(least)),
        other => other.word().replace('_', " "),
    }
}

/// A position with thousands set apart.
pub fn number(position: u64) -> String {
    let digits = position.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_variant::assembly::Assembly;
    use cairn_variant::contig::Contig;
    use cairn_variant::place::bounds;

    #[track_caller]
    fn check(start: (Option<u64>, Option<u64>), end: (Option<u64>, Option<u64>), event: Event, expected: &str) {
        let (start, end) = (bounds(start.0, start.1).expect("known"), bounds(end.0, end.1).expect("known"));
        let contig = Contig::autosome(17).expect("an autosome").on(Assembly::Grch38);
        assert_eq!(words(&Place::new(contig, start, end, event).expect("a place")), expected);
    }

    #[test]
    fn places_read_like_a_report() {
        let at = |position| (Some(position), Some(position));
        check(at(43_045_677), at(43_124_000), Event::Copies(1, Some(1)), "17:43,045,678–43,124,000, 1 copy");
        check(
            (None, Some(99)),
            (Some(200), None),
            Event::Loss,
            "17:100–200, loss; begins at 100 or before; ends at 200 or behind",
        );
        check((Some(79), Some(99)), at(1200), Event::Gain, "17:80–1,200, gain; begins between 80 and 100");
        check(at(100), at(100), Event::Insertion, "17:100^101, insertion");
        check(at(100), at(100), Event::CutAfter, "17:100, what lies before goes on elsewhere");
    }
}
