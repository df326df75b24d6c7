//! Where the variants of a gene lie on its protein, and what is said about them.
//!
//! The protein lies in the middle with the exons that code it. Pathogenic, likely pathogenic and
//! disputed variants rise above it, all others hang below; the more statements, the longer the stem. Each head has the shape and colour of its class, and its letter where there is room.

use crate::mark;
use cairn_core::classification::Classification;
use std::collections::BTreeMap;
use std::fmt::Write;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 12.0;
const MIDDLE: f64 = 168.0;
const BAND: f64 = 16.0;
const TALLEST: f64 = 128.0;
const HEIGHT: f64 = 352.0;
/// More heads than this are put together by neighbourhood.
const MOST_PLACES: u32 = 130;
/// Up to this many heads carry their letters.
const MOST_LETTERS: usize = 70;

/// The protein and its variants.
#[derive(Debug, Clone, Default)]
pub struct Lollipop {
    /// Gene symbol.
    pub gene: String,
    /// The transcript whose protein is drawn.
    pub transcript: String,
    /// Residues of the protein.
    pub length: u32,
    /// Exons that code it, in order.
    pub exons: Vec<Exon>,
    /// Its variants.
    pub stems: Vec<Stem>,
}

/// The part of a protein that an exon codes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exon {
    /// Its number on the transcript, from 1.
    pub number: usize,
    /// First residue, from 1; an exon border inside a codon counts the codon to both.
    pub first: u32,
    /// Last residue.
    pub last: u32,
}

/// What is said of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stem {
    /// First residue changed, from 1.
    pub residue: u32,
    /// What most say, or that laboratories differ.
    pub side: Side,
    /// Number of statements.
    pub statements: usize,
    /// Its name.
    pub name: String,
    /// Its page.
    pub link: String,
}

/// What the statements of a variant say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Laboratories differ.
    Differ,
    /// One class, the most severe of its side.
    Class(Classification),
}

impl Side {
    /// The name of its colour in the sheet.
    pub fn colour(self) -> &'static str {
        match self {
            Self::Differ => "k-conflict",
            Self::Class(class) => mark::colour(class),
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Self::Differ => "◪",
            Self::Class(class) => class.letter(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Differ => "laboratories differ",
            Self::Class(class) => class.label(),
        }
    }

    fn rises(self) -> bool {
        matches!(self.colour(), "k-p" | "k-lp" | "k-conflict")
    }
}

/// Variants drawn as one head.
struct Head<'a> {
    residue: f64,
    side: Side,
    statements: usize,
    variants: Vec<&'a Stem>,
}

impl Lollipop {
    /// The drawing; empty when there is no protein to draw on.
    pub fn svg(&self) -> String {
        let heads = self.heads();
        if self.length == 0 || heads.is_empty() {
            return String::new();
        }
        let most = heads.iter().map(|head| head.statements).max().unwrap_or(1).max(4);
        let mut out = String::with_capacity(400 * heads.len() + 4000);
        let title = format!("Variants of {} along its protein, {} residues", self.gene, self.length);
        let _ = write!(
            out,
            r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{}"><title>{}</title>"#,
            escape(&title),
            escape(&title)
        );
        self.axes(most, &mut out);
        let letters = heads.len() <= MOST_LETTERS;
        for head in &heads {
            self.head(head, most, letters, &mut out);
        }
        self.protein(&mut out);
        out.push_str("</svg>");
        out
    }

    fn heads(&self) -> Vec<Head<'_>> {
        let places: std::collections::BTreeSet<u32> = self.stems.iter().map(|stem| stem.residue).collect();
        let step = if places.len() > MOST_PLACES as usize { self.length.div_ceil(MOST_PLACES).max(1) } else { 1 };
        let mut found: BTreeMap<(u32, &'static str), Head<'_>> = BTreeMap::new();
        for stem in self.stems.iter().filter(|stem| (1..=self.length).contains(&stem.residue)) {
            let place = (stem.residue - 1) / step;
            let residue = f64::from(place * step) + f64::from(step + 1) / 2.0;
            let head = found.entry((place, stem.side.colour())).or_insert(Head {
                residue,
                side: stem.side,
                statements: 0,
                variants: Vec::new(),
            });
            head.statements += stem.statements;
            head.variants.push(stem);
        }
        let mut heads: Vec<_> = found.into_values().collect();
        heads.sort_by_key(|head| head.statements);
        heads
    }

    fn x(&self, residue: f64) -> f64 {
        LEFT + (residue - 0.5) / f64::from(self.length) * (WIDTH - LEFT - RIGHT)
    }

    fn axes(&self, most: usize, out: &mut String) {
        for n in ticks(most) {
            for (up, base) in [(-1.0, MIDDLE - BAND / 2.0), (1.0, MIDDLE + BAND / 2.0)] {
                let y = base + up * length_of(n, most);
                let _ = write!(
                    out,
                    r#"<line class="axis" x1="{}" x2="{LEFT}" y1="{y:.1}" y2="{y:.1}"/><text x="{}" y="{:.1}" text-anchor="end">{n}</text>"#,
                    LEFT - 4.0,
                    LEFT - 7.0,
                    y + 3.5
                );
            }
        }
        let (top, bottom) = (MIDDLE - BAND / 2.0 - TALLEST, MIDDLE + BAND / 2.0 + TALLEST);
        let _ = write!(
            out,
            r#"<line class="axis" x1="{LEFT}" x2="{LEFT}" y1="{top}" y2="{bottom}"/><text x="{LEFT}" y="14">statements</text>"#
        );
        let step = tick_step_of(self.length);
        let y = bottom + 12.0;
        for residue in std::iter::once(1).chain((step..=self.length).step_by(step as usize)) {
            let x = self.x(f64::from(residue));
            let _ = write!(
                out,
                r#"<line class="axis" x1="{x:.1}" x2="{x:.1}" y1="{y}" y2="{}"/><text x="{x:.1}" y="{}" text-anchor="middle">{residue}</text>"#,
                y + 4.0,
                y + 16.0
            );
        }
        let _ = write!(
            out,
            r#"<line class="axis" x1="{LEFT}" x2="{}" y1="{y}" y2="{y}"/><text x="{}" y="{}" text-anchor="end">residue of the protein of {}</text>"#,
            WIDTH - RIGHT,
            WIDTH - RIGHT,
            y + 32.0,
            escape(&self.transcript)
        );
    }

    fn protein(&self, out: &mut String) {
        let top = MIDDLE - BAND / 2.0;
        for exon in &self.exons {
            let (from, to) = (self.x(f64::from(exon.first) - 0.5), self.x(f64::from(exon.last) + 0.5));
            let odd = if exon.number % 2 == 1 { " odd" } else { "" };
            let _ = write!(
                out,
                r#"<rect class="exon{odd}" x="{from:.1}" y="{top}" width="{:.1}" height="{BAND}"><title>exon {}, residues {} to {}</title></rect>"#,
                (to - from).max(0.5),
                exon.number,
                exon.first,
                exon.last
            );
            if to - from > 16.0 {
                let _ = write!(
                    out,
                    r#"<text x="{:.1}" y="{}" text-anchor="middle">{}</text>"#,
                    f64::midpoint(from, to),
                    MIDDLE + 3.5,
                    exon.number
                );
            }
        }
        if self.exons.is_empty() {
            let _ = write!(
                out,
                r#"<rect class="exon" x="{LEFT}" y="{top}" width="{}" height="{BAND}"/>"#,
                WIDTH - LEFT - RIGHT
            );
        }
    }

    fn head(&self, head: &Head<'_>, most: usize, letter: bool, out: &mut String) {
        let (x, length) = (self.x(head.residue), length_of(head.statements, most).max(9.0));
        let up = head.side.rises();
        let base = if up { MIDDLE - BAND / 2.0 } else { MIDDLE + BAND / 2.0 };
        let y = if up { base - length } else { base + length };
        let link = match head.variants.as_slice() {
            [only] => only.link.clone(),
            several => {
                let first = several.iter().map(|stem| stem.residue).min().unwrap_or(1);
                format!("?residue={first}#residue-{first}")
            }
        };
        let _ = write!(
            out,
            r#"<a href="{}"><title>{}</title><line class="stem" x1="{x:.1}" x2="{x:.1}" y1="{base}" y2="{y:.1}"/><path class="mark {}" d="{}"/>"#,
            escape(&link),
            escape(&describe(head)),
            head.side.colour(),
            outline(head.side.colour(), x, y)
        );
        if letter {
            let at = if up { y - 8.0 } else { y + 16.0 };
            let _ = write!(out, r#"<text x="{x:.1}" y="{at:.1}" text-anchor="middle">{}</text>"#, head.side.letter());
        }
        out.push_str("</a>");
    }
}

fn describe(head: &Head<'_>) -> String {
    let statements = match head.statements {
        1 => "1 statement".to_owned(),
        n => format!("{n} statements"),
    };
    match head.variants.as_slice() {
        [only] => format!("{}: {}, {statements}", only.name, only.side.words()),
        several => {
            let residues = several.iter().map(|stem| stem.residue);
            let (first, last) = (residues.clone().min().unwrap_or(0), residues.max().unwrap_or(0));
            format!("{} variants at residues {first} to {last}: {}, {statements}", several.len(), head.side.words())
        }
    }
}

/// Length of a stem, in units of the drawing. The square root keeps one statement visible beside a
/// hundred.
fn length_of(statements: usize, most: usize) -> f64 {
    (statements as f64 / most as f64).sqrt() * TALLEST
}

/// Round numbers of statements up to `most`, far enough apart on the root scale to be read.
fn ticks(most: usize) -> Vec<usize> {
    let round = (0..6).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_usize.pow(power)));
    let mut kept: Vec<usize> = Vec::new();
    for n in round.take_while(|n| *n <= most).collect::<Vec<_>>().into_iter().rev() {
        if kept.last().is_none_or(|above| length_of(*above, most) - length_of(n, most) >= 14.0) {
            kept.push(n);
        }
    }
    kept.reverse();
    kept
}

/// A round step (1, 2, 10, 20, 100 …) with at most five ticks up to `most`.
fn tick_step(most: usize) -> usize {
    let mut step = 1;
    for factor in [2, 5].into_iter().cycle() {
        if most / step <= 5 {
            break;
        }
        step *= factor;
    }
    step
}

fn tick_step_of(length: u32) -> u32 {
    u32::try_from(tick_step(length as usize / 2)).unwrap_or(length).max(1)
}

/// The outline of a head around a point.
fn outline(colour: &str, x: f64, y: f64) -> String {
    match colour {
        "k-p" | "k-lp" => format!("M{:.1} {:.1}l5 9h-10z", x, y - 5.0),
        "k-lb" | "k-b" => format!("M{:.1} {:.1}l5 -9h-10z", x, y + 5.0),
        "k-vus" => format!("M{:.1} {:.1}l5 5l-5 5l-5 -5z", x, y - 5.0),
        "k-conflict" => format!("M{:.1} {:.1}h9v9h-9z", x - 4.5, y - 4.5),
        _ => format!("M{:.1} {:.1}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z", x - 2.0, y),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem(residue: u32, side: Side, statements: usize) -> Stem {
        Stem { residue, side, statements, name: format!("p.{residue}"), link: format!("/variants/{residue}") }
    }

    fn protein(stems: Vec<Stem>) -> Lollipop {
        let exons = vec![Exon { number: 2, first: 1, last: 27 }, Exon { number: 3, first: 27, last: 100 }];
        Lollipop { gene: "GENE<1>".into(), transcript: "NM_1.1".into(), length: 100, exons, stems }
    }

    #[test]
    fn a_small_protein() {
        let stems = vec![
            stem(10, Side::Class(Classification::Pathogenic), 3),
            stem(50, Side::Differ, 2),
            stem(60, Side::Class(Classification::Benign), 1),
        ];
        insta::assert_snapshot!(protein(stems).svg().replace("><", ">\n<"));
    }

    #[test]
    fn many_variants_become_few_heads_and_none_is_lost() {
        let side = Side::Class(Classification::LikelyBenign);
        let plot = Lollipop { length: 3000, ..protein((1..=3000).map(|n| stem(n, side, 2)).collect()) };
        let heads = plot.heads();
        assert!(heads.len() <= MOST_PLACES as usize, "{}", heads.len());
        assert_eq!(heads.iter().map(|head| head.statements).sum::<usize>(), 6000);
    }

    #[test]
    fn nothing_to_draw_is_nothing() {
        assert_eq!(protein(Vec::new()).svg(), "");
        assert_eq!(protein(vec![stem(200, Side::Differ, 1)]).svg(), "");
    }

    #[test]
    fn ticks_are_round_and_few() {
        for (most, step) in [(4, 1), (5, 1), (9, 2), (75, 20), (40, 10), (600, 200)] {
            assert_eq!(tick_step(most), step, "{most}");
        }
        assert_eq!(ticks(4), [1, 2]);
        assert_eq!(ticks(75), [2, 10, 20, 50]);
    }
}
