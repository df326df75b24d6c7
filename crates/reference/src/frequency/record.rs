//! Counts of an allele in bytes: numbers in groups of seven bits, 0 for what the dataset does not give.

use cairn_core::suggest::frequency::{AlleleFrequencies, Counts};

use crate::allele_table::{get, get_bytes, put};

pub(super) fn encode(found: &AlleleFrequencies, populations: &[String]) -> Vec<u8> {
    let mut out = Vec::with_capacity(48);
    put(&mut out, found.filter.len() as u64);
    out.extend_from_slice(found.filter.as_bytes());
    counts(&mut out, &found.all);
    let given: Vec<(usize, &Counts)> = found
        .populations
        .iter()
        .filter(|(_, counts)| *counts != Counts::default())
        .filter_map(|(code, counts)| Some((populations.iter().position(|held| held == code)?, counts)))
        .collect();
    put(&mut out, given.len() as u64);
    for (at, of) in given {
        put(&mut out, at as u64);
        counts(&mut out, of);
    }
    match &found.published {
        Some((group, frequency)) => {
            put(&mut out, group.len() as u64 + 1);
            out.extend_from_slice(group.as_bytes());
            out.extend_from_slice(&frequency.to_le_bytes());
        }
        None => put(&mut out, 0),
    }
    out
}

fn counts(out: &mut Vec<u8>, of: &Counts) {
    let optional = |value: Option<u64>| value.map_or(0, |value| value + 1);
    for value in [of.count, of.number, of.homozygotes, of.hemizygotes] {
        put(out, optional(value));
    }
    // With both counts the frequency follows from them.
    if of.count.is_none() || of.number.is_none() {
        out.extend_from_slice(&of.frequency.unwrap_or(f64::NAN).to_le_bytes());
    }
}

pub(super) fn decode(bytes: &[u8], populations: &[String]) -> Option<AlleleFrequencies> {
    let mut rest = bytes;
    let filter = text(&mut rest)?;
    let all = read_counts(&mut rest)?;
    let mut found = Vec::new();
    for _ in 0..get(&mut rest)? {
        let code = populations.get(usize::try_from(get(&mut rest)?).ok()?)?;
        found.push((code.clone(), read_counts(&mut rest)?));
    }
    let published = match get(&mut rest)? {
        0 => None,
        length => {
            let group = get_bytes(&mut rest, usize::try_from(length - 1).ok()?)?;
            Some((String::from_utf8_lossy(group).into_owned(), float(&mut rest)?))
        }
    };
    Some(AlleleFrequencies { filter, all, populations: found, published })
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(get(rest)?).ok()?;
    Some(String::from_utf8_lossy(get_bytes(rest, length)?).into_owned())
}

fn float(rest: &mut &[u8]) -> Option<f64> {
    Some(f64::from_le_bytes(get_bytes(rest, 8)?.try_into().ok()?))
}

fn read_counts(rest: &mut &[u8]) -> Option<Counts> {
    let mut optional = || get(rest).map(|value| value.checked_sub(1));
    let mut of = Counts {
        count: optional()?,
        number: optional()?,
        homozygotes: optional()?,
        hemizygotes: optional()?,
        frequency: None,
    };
    if of.count.is_none() || of.number.is_none() {
        of.frequency = Some(float(rest)?).filter(|value| !value.is_nan());
    }
    Some(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_back() {
        let populations = ["AFR".to_owned(), "EUR".to_owned()];
        let found = AlleleFrequencies {
            filter: "AC0;RF".into(),
            all: Counts { count: Some(0), number: Some(121_408), homozygotes: Some(0), ..Counts::default() },
            populations: vec![("EUR".into(), Counts { frequency: Some(0.0023), ..Counts::default() })],
            published: Some(("nfe".into(), 1.5e-5)),
        };
        let bytes = encode(&found, &populations);
        assert_eq!(decode(&bytes, &populations), Some(found));
        for cut in 0..bytes.len() {
            assert_eq!(decode(&bytes[..cut], &populations), None, "{cut}");
        }
    }
}
