//! One data row, of which the first five columns are looked at.

use memchr::memchr;

/// The columns of a row up to ALT.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    pub(super) contig: &'a [u8],
    pub(super) position: &'a [u8],
    pub(super) reference: &'a [u8],
    pub(super) alternates: &'a [u8],
}

impl<'a> Row<'a> {
    /// The row on a line without its end; `None` when it has fewer than five columns.
    pub(super) fn of(line: &'a [u8]) -> Option<Self> {
        let (contig, rest) = column(line)?;
        let (position, rest) = column(rest)?;
        let (_id, rest) = column(rest)?;
        let (reference, rest) = column(rest)?;
        let alternates = column(rest).map_or(rest, |(alternates, _)| alternates);
        (!alternates.is_empty()).then_some(Self { contig, position, reference, alternates })
    }
}

/// The bytes before the next tab and those after it. Columns are short here, so a plain search is the fastest.
fn column(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let near = line.iter().take(32).position(|byte| *byte == b'\t');
    let tab = near.or_else(|| memchr(b'\t', line))?;
    Some((&line[..tab], &line[tab + 1..]))
}

/// A position from 1; `None` when it is none or does not fit.
pub(super) fn position(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 10 {
        return None;
    }
    let mut number: u64 = 0;
    for digit in text {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u64::from(digit - b'0');
    }
    u32::try_from(number).ok().filter(|number| (1..=i32::MAX as u32).contains(number))
}

/// Whether all bytes are bases in either case.
pub(super) fn are_bases(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| IS_BASE[*byte as usize])
}

static IS_BASE: [bool; 256] = {
    let mut table = [false; 256];
    let bases = b"ACGTNacgtn";
    let mut at = 0;
    while at < bases.len() {
        table[bases[at] as usize] = true;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_columns_are_enough() {
        let row = Row::of(b"chr1\t12\t.\tA\tC,G").expect("five");
        assert_eq!((row.contig, row.alternates), (b"chr1".as_slice(), b"C,G".as_slice()));
        assert!(Row::of(b"chr1\t12\t.\tA").is_none());
        assert!(Row::of(b"").is_none());
    }

    #[test]
    fn positions_are_digits_from_one() {
        assert_eq!(position(b"43045712"), Some(43_045_712));
        for text in [b"".as_slice(), b"0", b"-1", b"12a", b"2147483648", b"99999999999"] {
            assert_eq!(position(text), None, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn symbols_are_no_bases() {
        assert!(are_bases(b"ACgtN"));
        for text in [b"".as_slice(), b".", b"*", b"<DEL>", b"A]1:2]", b"R"] {
            assert!(!are_bases(text));
        }
    }
}
