//! A stretch of a chromosome and what happens to it as a whole: `chr16:29580020-30176508 DEL`, `16:29580020-30176508x1`.
//!
//! How callers and array reports write copy number changes and other large events. Positions are 1-based, both
//! ends included. A mobile element of which only the sort is known comes between two bases: `7:100-101 ins:me:alu`.

use std::fmt;

use super::{ErrorCode, ParseError, english};
use crate::{assembly::Assembly, contig::Contig};

/// A stretch and its change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegionEvent {
    /// The assembly, if the text names it.
    pub assembly: Option<Assembly>,
    /// The chromosome.
    pub contig: Contig,
    /// First base, 1-based.
    pub start: u64,
    /// Last base, 1-based, included.
    pub end: u64,
    /// What happens to it.
    pub change: RegionChange,
}

/// A stretch of a chromosome without a change: where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// The assembly, if the text names it.
    pub assembly: Option<Assembly>,
    /// The chromosome.
    pub contig: Contig,
    /// First base, 1-based.
    pub start: u64,
    /// Last base, 1-based, included.
    pub end: u64,
}

impl Stretch {
    /// Reads `17:43,000,000-43,100,000`, `GRCh37 chr17:41197695-41276017`, `chr17:43045712`; `None` for anything else,
    /// a stretch with a change behind it and one that ends before it begins among them.
    pub fn parse(text: &str) -> Option<Self> {
        let (assembly, place, _) = leading_assembly(text.trim());
        let one_base = || {
            let (contig, position) = place.split_once(':')?;
            let (start, rest) = number(position)?;
            Some((Contig::from_name(contig.as_bytes())?, start, start, rest))
        };
        let (contig, start, end, rest) = stretch(place).or_else(one_base)?;
        (rest.trim().is_empty() && start > 0 && start <= end).then_some(Self { assembly, contig, start, end })
    }
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}-{}", self.contig, self.start, self.end)
    }
}

/// What happens to a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegionChange {
    /// Deleted: `del`, `DEL`, `<DEL>`. The text does not say on how many alleles.
    Deletion,
    /// Duplicated, `dup`, in tandem as far as known.
    Duplication,
    /// Inverted.
    Inversion,
    /// Fewer copies than expected: `loss`.
    Loss,
    /// More copies than expected: `gain`.
    Gain,
    /// So many copies in all: `x1`, `x2~3` (at least, at most).
    Copies(u32, u32),
    /// A mobile element comes between the two bases, its sequence and length not known: `<INS:ME:ALU>`.
    Element(MobileElement),
}

/// The families of mobile elements that callers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MobileElement {
    /// The family is not told: `<INS:ME>`.
    Any,
    /// Alu.
    Alu,
    /// LINE-1.
    Line1,
    /// SINE-VNTR-Alu.
    Sva,
    /// Human endogenous retrovirus.
    Herv,
}

impl MobileElement {
    /// The family of a name that a caller gives: `ALU`, `L1`, `LINE1`, `SVA`, `HERVK`; with nothing after it.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "" => Self::Any,
            "alu" => Self::Alu,
            "l1" | "line1" => Self::Line1,
            "sva" => Self::Sva,
            "herv" | "hervk" => Self::Herv,
            _ => return None,
        })
    }

    /// The word that enters identifiers and descriptions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Alu => "alu",
            Self::Line1 => "line1",
            Self::Sva => "sva",
            Self::Herv => "herv",
        }
    }
}

impl RegionChange {
    /// Reads the word for a change, in any case.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let word = word.trim_matches(['<', '>', '(', ')', '.']).to_ascii_lowercase();
        Some(match english(&word).unwrap_or(&word) {
            "del" | "deletion" | "deleted" => Self::Deletion,
            "dup" | "duplication" | "duplicated" | "dup:tandem" => Self::Duplication,
            "inv" | "inversion" | "inverted" => Self::Inversion,
            "loss" | "cnvloss" | "del:cnv" => Self::Loss,
            "gain" | "cnvgain" | "amplification" | "amp" => Self::Gain,
            "ins:me" => Self::Element(MobileElement::Any),
            _ => match word.strip_prefix("ins:me:") {
                Some(name) => Self::Element(MobileElement::from_name(name).filter(|e| *e != MobileElement::Any)?),
                None => return copies(&word),
            },
        })
    }
}

/// `x1`, `x2~3`, `cn1`, `cn=1`, `<CN0>`.
fn copies(word: &str) -> Option<RegionChange> {
    let number = word.strip_prefix("cn=").or_else(|| word.strip_prefix("cn")).or_else(|| word.strip_prefix('x'))?;
    let (least, most) = number.split_once(['~', '-']).unwrap_or((number, number));
    let read = |text: &str| {
        (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    let (least, most) = (read(least)?, read(most)?);
    (least <= most).then_some(RegionChange::Copies(least, most))
}

impl RegionEvent {
    /// Reads a stretch and its change; `None` if the text does not begin with a stretch of a chromosome.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, ParseError>> {
        let (assembly, rest, skipped) = leading_assembly(text);
        let words: Vec<&str> = rest.split([' ', '\t']).filter(|w| !w.is_empty()).collect();
        // `DEL chr16:1-2` and `chr16:1-2 DEL`.
        let (place, words) = match words.as_slice() {
            [change, place, more @ ..] if RegionChange::from_word(change).is_some() => {
                (*place, [&[*change], more].concat())
            }
            [place, words @ ..] => (*place, words.to_vec()),
            [] => return None,
        };
        let (contig, start, end, tail) = stretch(place)?;
        let change = if tail.is_empty() { words.join("") } else { [&[tail], words.as_slice()].concat().join("") };
        Some(Self::assemble(assembly, (contig, start, end), &change, skipped + place.len()))
    }

    fn assemble(
        assembly: Option<Assembly>,
        (contig, start, end): (Contig, u64, u64),
        change: &str,
        offset: usize,
    ) -> Result<Self, ParseError> {
        if start == 0 || end < start {
            return Err(ParseError::new(
                ErrorCode::Region,
                0,
                "the region ends before it starts",
                "write the first base, then the last, both from 1",
            ));
        }
        let change = RegionChange::from_word(change.trim_start_matches(['-', ':', '_', '='])).ok_or_else(|| {
            ParseError::new(
                ErrorCode::Region,
                offset,
                "the region has no change",
                "add what happens to it: del, dup, inv, gain, loss, or a copy number such as x1",
            )
        })?;
        if matches!(change, RegionChange::Element(_)) && start.checked_add(1) != Some(end) {
            return Err(ParseError::new(
                ErrorCode::InsertionPlace,
                0,
                "an element comes between two neighbouring bases",
                "write the base before it and the base behind it, such as 7:100-101",
            ));
        }
        Ok(Self { assembly, contig, start, end, change })
    }
}

/// `GRCh38 `, `GRCh37/hg19 `, `[hg19]`, `GRCh38:` in front; how many bytes were skipped.
pub(crate) fn leading_assembly(text: &str) -> (Option<Assembly>, &str, usize) {
    let open = text.len() - text.trim_start_matches(['[', '(']).len();
    let end = text[open..].find([' ', '\t', ']', ')', ':', '(', '/']).map_or(text.len(), |end| open + end);
    let Ok(assembly) = text[open..end].parse::<Assembly>() else { return (None, text, 0) };
    if !text[open..end].bytes().any(|b| b.is_ascii_alphabetic()) {
        return (None, text, 0);
    }
    let mut rest = &text[end..];
    if let Some(second) = rest.strip_prefix('/') {
        let end = second.find([' ', '\t', ']', ')', ':']).unwrap_or(second.len());
        if second[..end].parse::<Assembly>() == Ok(assembly) {
            rest = &second[end..];
        }
    }
    let rest = rest.trim_start_matches([']', ')', ':', ' ', '\t']);
    (Some(assembly), rest, text.len() - rest.len())
}

/// `chr16:29580020-30176508`, `16-29580020-30176508`, with commas in the numbers; what follows comes back too.
fn stretch(text: &str) -> Option<(Contig, u64, u64, &str)> {
    let (contig, rest) = text.split_once([':', '-'])?;
    let contig = Contig::from_name(contig.as_bytes())?;
    let (start, rest) = number(rest)?;
    let rest = rest.strip_prefix("..").or_else(|| rest.strip_prefix(['-', '_']))?;
    let (end, tail) = number(rest)?;
    Some((contig, start, end, tail))
}

/// A number, thousands separated by commas or not.
pub(crate) fn number(text: &str) -> Option<(u64, &str)> {
    let length = text.bytes().position(|b| !(b.is_ascii_digit() || b == b',')).unwrap_or(text.len());
    let (digits, rest) = text.split_at(length);
    let well_formed = digits.bytes().next().is_some_and(|b| b.is_ascii_digit())
        && digits.len() <= 15
        && digits.split(',').skip(1).all(|group| group.len() == 3);
    if !well_formed {
        return None;
    }
    Some((digits.replace(',', "").parse().ok()?, rest))
}

impl fmt::Display for RegionEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(assembly) = self.assembly {
            write!(f, "{assembly} ")?;
        }
        write!(f, "chr{}:{}-{} {}", self.contig, self.start, self.end, self.change)
    }
}

impl fmt::Display for RegionChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deletion => f.write_str("del"),
            Self::Duplication => f.write_str("dup"),
            Self::Inversion => f.write_str("inv"),
            Self::Loss => f.write_str("loss"),
            Self::Gain => f.write_str("gain"),
            Self::Copies(least, most) if least == most => write!(f, "x{least}"),
            Self::Copies(least, most) => write!(f, "x{least}~{most}"),
            Self::Element(MobileElement::Any) => f.write_str("ins:me"),
            Self::Element(element) => write!(f, "ins:me:{}", element.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let read = |text| {
            RegionEvent::recognise(text)
                .unwrap_or_else(|| panic!("`{text}` is no region"))
                .unwrap_or_else(|e| panic!("`{text}`: {e}"))
        };
        let event = read(text);
        assert_eq!(event.to_string(), canonical);
        assert_eq!(read(canonical), event);
    }

    #[test]
    fn callers_and_arrays() {
        check("chr16:29580020-30176508 DEL", "chr16:29580020-30176508 del");
        check("chr16:29580020-30176508 <DEL>", "chr16:29580020-30176508 del");
        check("16:29580020-30176508x1", "chr16:29580020-30176508 x1");
        check("16:29,580,020-30,176,508 loss", "chr16:29580020-30176508 loss");
        check("16-29580020-30176508-DUP", "chr16:29580020-30176508 dup");
        check("del chr16:29580020-30176508", "chr16:29580020-30176508 del");
        check("GRCh37/hg19 chr16:29580020_30176508 x2~3", "GRCh37 chr16:29580020-30176508 x2~3");
        check("hg38:chrX:100-200 inv", "GRCh38 chrX:100-200 inv");
        check("17:1000-2000 CN=4", "chr17:1000-2000 x4");
        check("7:100-101 <INS:ME:ALU>", "chr7:100-101 ins:me:alu");
        check("GRCh37 7:100-101 INS:ME:L1", "GRCh37 chr7:100-101 ins:me:line1");
        check("7:100-101 INS:ME", "chr7:100-101 ins:me");
    }

    #[test]
    fn a_stretch_to_look_in_has_no_change() {
        for (text, expected) in [
            ("17:43,000,000-43,100,000", Some("17:43000000-43100000")),
            ("chr17:43000000..43100000", Some("17:43000000-43100000")),
            ("GRCh37 chrX:100-200", Some("X:100-200")),
            ("hg38:chrX:7", Some("X:7-7")),
            ("17-43045712-T-C", None),
            ("chr17:43000000-43100000 del", None),
            ("17:200-100", None),
            ("17:0-100", None),
            ("NM_007294.4:c.68", None),
            ("BRCA1", None),
        ] {
            assert_eq!(Stretch::parse(text).map(|found| found.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(Stretch::parse("hg19 chrX:100-200").and_then(|found| found.assembly), Some(Assembly::Grch37));
    }

    #[test]
    fn a_region_needs_a_change_and_an_order() {
        for text in [
            "chr16:29580020-30176508",
            "chr16:200-100 del",
            "chr16:100-200 xyz",
            "chr16:100-200 ins:me:alu",
            "chr16:100-101 ins:me:other",
        ] {
            assert!(matches!(RegionEvent::recognise(text), Some(Err(_))), "{text}");
        }
        for text in ["chr16:100A>G", "BRCA1", "17-43045712-T-C"] {
            assert_eq!(RegionEvent::recognise(text), None, "{text}");
        }
    }
}
