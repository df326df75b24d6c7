//! Values of INFO and FORMAT fields against the number and type of their key.

use super::definition::{Definition, Kind, Number};

/// Integers at the low end are kept for BCF's missing and end-of-vector marks (clause 1.3, 4.3 on).
const LOWEST_INTEGER: i64 = -2_147_483_640;

/// How many alleles the record has, and how many the sample's genotype has.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Alternate alleles; none where ALT is missing, and then no list is counted by alleles.
    pub alternates: usize,
    /// Ploidy of the sample; `None` where it is not known.
    pub ploidy: Option<usize>,
}

impl Counts {
    /// Number of unordered genotypes of `alternates + 1` alleles at this ploidy (clause 1.6.2, GL).
    fn genotypes(self) -> Option<usize> {
        let (alleles, ploidy) = (self.alternates + 1, self.ploidy?);
        // C(ploidy + alleles - 1, ploidy), refusing what no file could hold.
        let mut count: usize = 1;
        for k in 1..=ploidy {
            count = count.checked_mul(alleles - 1 + k)? / k;
        }
        Some(count)
    }

    fn expected(self, number: Number) -> Option<usize> {
        match number {
            Number::Count(n) => Some(n),
            Number::A | Number::R | Number::G if self.alternates == 0 => None,
            Number::A => Some(self.alternates),
            Number::R => Some(self.alternates + 1),
            Number::G => self.genotypes(),
            Number::P => self.ploidy,
            Number::Local | Number::Unknown => None,
        }
    }
}

/// Says what is wrong with the text of a value, list or flag, if anything.
pub fn fault(text: &str, definition: Definition, counts: Counts) -> Option<String> {
    if text == "." || text.is_empty() {
        return None;
    }
    // Writers put text with a comma in quotes: it is one value.
    let is_quoted = definition.kind == Kind::String && text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let values: Vec<&str> = if is_quoted { vec![text] } else { text.split(',').collect() };
    if let Some(expected) = counts.expected(definition.number)
        && expected != values.len()
        && expected > 0
    {
        return Some(format!("has {} values, not {expected}", values.len()));
    }
    values.iter().find_map(|value| kind_fault(value, definition.kind))
}

fn kind_fault(value: &str, kind: Kind) -> Option<String> {
    if value == "." {
        return None;
    }
    let right = match kind {
        Kind::Integer => match value.parse::<i64>() {
            Ok(n) if n < LOWEST_INTEGER => {
                return Some(format!("`{value}` is kept for missing values"));
            }
            Ok(n) => i32::try_from(n).is_ok(),
            Err(_) => false,
        },
        Kind::Float => is_float(value),
        Kind::Flag => matches!(value, "0" | "1"),
        Kind::Character => value.chars().count() == 1,
        Kind::String => true,
    };
    (!right).then(|| format!("`{}` is not {kind:?}", value.chars().take(40).collect::<String>()))
}

/// `^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$`, or an infinity or a not-a-number in any case (clause 1.3).
pub fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if ["inf", "infinity", "nan"].iter().any(|word| unsigned.eq_ignore_ascii_case(word)) {
        return true;
    }
    unsigned.bytes().next().is_some_and(|b| b.is_ascii_digit() || b == b'.') && unsigned.parse::<f64>().is_ok()
}

/// Rules of single reserved keys beyond number and type: counts and frequencies are not negative,
/// a CIGAR is made of lengths and operations.
pub fn reserved_fault(key: &str, text: &str) -> Option<String> {
    let not_negative = ["AC", "AF", "AN", "BQ", "DP", "END", "MQ", "MQ0", "NS"];
    if not_negative.contains(&key) && text.split(',').any(|v| v.starts_with('-')) {
        return Some(format!("`{key}` is negative"));
    }
    if key == "CIGAR" && !text.split(',').all(|v| v == "." || is_cigar(v)) {
        return Some("is not a CIGAR".to_owned());
    }
    None
}

fn is_cigar(text: &str) -> bool {
    let mut digits = 0;
    for b in text.bytes() {
        match b {
            b'0'..=b'9' => digits += 1,
            b if digits > 0 && b"MIDNSHP=X".contains(&b) => digits = 0,
            _ => return false,
        }
    }
    digits == 0 && !text.is_empty()
}
