//! Flows between classes: bands from the class before to the class after, as wide as they are many.

use crate::mark::{colour, shape};
use cairn_core::classification::Classification;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Flows to draw.
pub struct Flows {
    /// From, to, how many.
    pub flows: Vec<(Classification, Classification, u64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 570.0;
const BAR: f64 = 10.0;
const GAP: f64 = 14.0;

/// A class on one side: where it begins, how high it is, how far it is filled.
struct Place {
    top: f64,
    height: f64,
    filled: f64,
    count: u64,
}

impl Flows {
    /// The drawing; empty when there is nothing to draw.
    pub fn svg(&self) -> String {
        let total: u64 = self.flows.iter().map(|flow| flow.2).sum();
        if total == 0 {
            return String::new();
        }
        let mut before = places(self.flows.iter().map(|flow| (flow.0, flow.2)), total);
        let mut after = places(self.flows.iter().map(|flow| (flow.1, flow.2)), total);
        let mut out = String::new();
        let _ = write!(
            out,
            r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Flows between classes, changes: {total}" class="flows"><title>Changes of class, from the class before to the class after: {total}</title>"#
        );
        let mut ordered: Vec<&(Classification, Classification, u64)> = self.flows.iter().collect();
        ordered.sort();
        for (from, to, n) in ordered {
            out.push_str(&band(before.get_mut(from), after.get_mut(to), *from, *to, *n));
        }
        for (class, place) in &before {
            out.push_str(&bar(LEFT - BAR, *class, place));
            out.push_str(&label(LEFT - BAR - 6.0, "end", *class, place));
        }
        for (class, place) in &after {
            out.push_str(&bar(RIGHT, *class, place));
            out.push_str(&label(RIGHT + BAR + 6.0, "start", *class, place));
        }
        out.push_str("</svg>");
        out
    }
}

/// The classes of one side from the top, each as high as its share.
fn places(flows: impl Iterator<Item = (Classification, u64)>, total: u64) -> BTreeMap<Classification, Place> {
    let mut counts: BTreeMap<Classification, u64> = BTreeMap::new();
    flows.for_each(|(class, n)| *counts.entry(class).or_insert(0) += n);
    let room = HEIGHT - GAP * counts.len() as f64;
    let mut top = GAP / 2.0;
    let place = |(class, count): (Classification, u64)| {
        let height = (room * count as f64 / total as f64).max(2.0);
        let place = Place { top, height, filled: 0.0, count };
        top += height + GAP;
        (class, place)
    };
    counts.into_iter().map(place).collect()
}

fn band(
    before: Option<&mut Place>,
    after: Option<&mut Place>,
    from: Classification,
    to: Classification,
    n: u64,
) -> String {
    let (Some(before), Some(after)) = (before, after) else { return String::new() };
    let take = |place: &mut Place| {
        let height = place.height * n as f64 / place.count as f64;
        let top = place.top + place.filled;
        place.filled += height;
        (top, top + height)
    };
    let ((a, b), (c, d)) = (take(before), take(after));
    let middle = (LEFT + RIGHT) / 2.0;
    format!(
        r#"<path class="{}" d="M{LEFT} {a:.1}C{middle} {a:.1} {middle} {c:.1} {RIGHT} {c:.1}L{RIGHT} {d:.1}C{middle} {d:.1} {middle} {b:.1} {LEFT} {b:.1}Z"><title>{} to {}: {n}</title></path>"#,
        fill(to),
        from.label(),
        to.label(),
    )
}

/// A class whose mark is filled; outlined ones would draw an empty band.
fn fill(class: Classification) -> &'static str {
    match colour(class) {
        "k-lp" => "k-p",
        "k-lb" => "k-b",
        other => other,
    }
}

fn bar(x: f64, class: Classification, place: &Place) -> String {
    let Place { top, height, .. } = place;
    format!(r#"<rect class="{}" x="{x}" y="{top:.1}" width="{BAR}" height="{height:.1}"/>"#, fill(class))
}

fn label(x: f64, anchor: &str, class: Classification, place: &Place) -> String {
    let y = place.top + place.height / 2.0 + 4.0;
    let count = place.count;
    format!(
        r#"<text x="{x}" y="{y:.1}" text-anchor="{anchor}" fill="currentColor" font-size="13">{} {} {count}</text>"#,
        shape(class),
        class.letter()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classification as C;

    #[test]
    fn every_flow_is_a_band_with_its_count() {
        let flows =
            vec![(C::Uncertain, C::LikelyPathogenic, 9), (C::Uncertain, C::Benign, 1), (C::Benign, C::Uncertain, 2)];
        let svg = Flows { flows }.svg();
        assert_eq!(svg.matches("<path").count(), 3);
        assert!(svg.contains("<title>Uncertain significance to Likely pathogenic: 9</title>"), "{svg}");
        assert_eq!(svg.matches("<rect").count(), 5);
        assert_eq!(Flows { flows: Vec::new() }.svg(), "");
    }

    #[test]
    fn classes_fit_the_drawing() {
        let flows: Vec<_> = C::ALL.iter().take(10).map(|class| (*class, C::Benign, 1)).collect();
        let places = places(flows.iter().map(|flow| (flow.0, flow.2)), 10);
        assert!(places.values().all(|place| place.top + place.height <= HEIGHT));
    }
}
