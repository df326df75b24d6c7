//! Residues in two bits each, with the few that are no A, C, G or T kept apart as runs.

use serde::{Deserialize, Serialize};

/// A run of one residue that two bits cannot hold: `N`, an IUPAC code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// First residue of the run, 0-based within the segment.
    pub start: u64,
    /// Number of residues.
    pub length: u64,
    /// The residue, upper case.
    pub residue: u8,
}

/// Packs residues as they arrive.
#[derive(Debug, Default)]
pub struct Packer {
    codes: Vec<u8>,
    runs: Vec<Run>,
    length: u64,
}

const LETTERS: [u8; 4] = *b"ACGT";

/// Four letters for each byte of codes, so that unpacking is a copy.
static UNPACKED: [[u8; 4]; 256] = unpacked_table();

impl Packer {
    /// Appends residues in either case; anything but letters is the caller's to remove.
    pub fn push(&mut self, residues: &[u8]) {
        for residue in residues {
            self.push_one(residue.to_ascii_uppercase());
        }
    }

    fn push_one(&mut self, residue: u8) {
        let code = match residue {
            b'A' => 0,
            b'C' => 1,
            b'G' => 2,
            b'T' => 3,
            other => {
                self.push_exception(other);
                0
            }
        };
        let shift = 6 - 2 * (self.length % 4) as u32;
        if shift == 6 {
            self.codes.push(code << 6);
        } else if let Some(last) = self.codes.last_mut() {
            *last |= code << shift;
        }
        self.length += 1;
    }

    fn push_exception(&mut self, residue: u8) {
        match self.runs.last_mut() {
            Some(run) if run.residue == residue && run.start + run.length == self.length => run.length += 1,
            _ => self.runs.push(Run { start: self.length, length: 1, residue }),
        }
    }

    /// Residues so far.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The codes, four residues a byte with the first in the high bits, and the exceptions in order.
    pub fn finish(self) -> (Vec<u8>, Vec<Run>) {
        (self.codes, self.runs)
    }
}

/// Unpacks the residues `start..end` of a segment; `None` when the codes are shorter than that.
pub fn unpack(codes: &[u8], runs: &[Run], start: u64, end: u64) -> Option<Vec<u8>> {
    let (first, last) = (usize::try_from(start / 4).ok()?, usize::try_from(end.div_ceil(4)).ok()?);
    let mut codes = codes.get(first..last)?;
    let mut residues = vec![0; usize::try_from(end.checked_sub(start)?).ok()?];
    let skip = (start % 4) as usize;
    let before_a_byte = ((4 - skip) % 4).min(residues.len());
    let (head, rest) = residues.split_at_mut(before_a_byte);
    if let (false, Some((code, others))) = (head.is_empty(), codes.split_first()) {
        head.copy_from_slice(&UNPACKED[*code as usize][skip..skip + before_a_byte]);
        codes = others;
    }
    let mut fours = rest.chunks_exact_mut(4);
    for (four, code) in (&mut fours).zip(codes) {
        four.copy_from_slice(&UNPACKED[*code as usize]);
    }
    let tail = fours.into_remainder();
    if let (false, Some(code)) = (tail.is_empty(), codes.last()) {
        tail.copy_from_slice(&UNPACKED[*code as usize][..tail.len()]);
    }
    restore(&mut residues, runs, start, end);
    Some(residues)
}

/// Writes the exceptions that fall into `start..end` over unpacked residues.
fn restore(residues: &mut [u8], runs: &[Run], start: u64, end: u64) {
    let first = runs.partition_point(|run| run.start + run.length <= start);
    for run in runs[first..].iter().take_while(|run| run.start < end) {
        let from = run.start.max(start) - start;
        let to = (run.start + run.length).min(end) - start;
        residues[from as usize..to as usize].fill(run.residue);
    }
}

const fn unpacked_table() -> [[u8; 4]; 256] {
    let mut table = [[0; 4]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut place = 0;
        while place < 4 {
            table[byte][place] = LETTERS[(byte >> (6 - 2 * place)) & 3];
            place += 1;
        }
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pack(residues: &[u8]) -> (Vec<u8>, Vec<Run>) {
        let mut packer = Packer::default();
        packer.push(residues);
        packer.finish()
    }

    #[test]
    fn gaps_and_ambiguity_codes_survive() {
        let (codes, runs) = pack(b"acgtNNNNacRgt");
        assert_eq!(unpack(&codes, &runs, 0, 13).as_deref(), Some(b"ACGTNNNNACRGT".as_slice()));
        assert_eq!(unpack(&codes, &runs, 3, 6).as_deref(), Some(b"TNN".as_slice()));
        assert_eq!(runs.len(), 2);
    }

    #[test]
    fn reading_beyond_the_codes_is_refused() {
        let (codes, runs) = pack(b"ACGT");
        assert_eq!(unpack(&codes, &runs, 0, 9), None);
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(text in "[ACGTNR]{1,200}", a in 0usize..200, b in 0usize..200) {
            let (from, to) = (a.min(b).min(text.len()), a.max(b).min(text.len()));
            let (codes, runs) = pack(text.as_bytes());
            let got = unpack(&codes, &runs, from as u64, to as u64);
            prop_assert_eq!(got.as_deref(), Some(&text.as_bytes()[from..to]));
        }
    }
}
