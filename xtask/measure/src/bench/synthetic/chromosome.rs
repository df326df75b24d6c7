//! A chromosome of random bases with planted tandem repeats.

use std::io::{self, Write};

use super::random::Random;

/// Bases between two planted repeats.
const REPEAT_EVERY: u64 = 2_000;

/// A made-up chromosome.
pub(crate) struct Chromosome {
    /// Its name as a VCF file writes it: `chr22`.
    pub(crate) name: String,
    /// Upper-case bases; the first and last 10,000 are N, as in a telomere.
    pub(crate) bases: Vec<u8>,
    pub(super) repeats: Vec<Repeat>,
}

/// A planted tandem repeat. The base before it differs from the unit's last, so that an indel at
/// `start` cannot slide to the left.
pub(super) struct Repeat {
    /// 0-based.
    pub(super) start: usize,
    pub(super) unit: usize,
    pub(super) copies: usize,
}

impl Chromosome {
    /// Bases of `length`, at least 40,000, determined by name and length.
    pub(crate) fn new(name: &str, length: usize) -> Self {
        let mut random = Random::new(name, length as u64);
        let mut bases: Vec<u8> = (0..length).map(|_| base(&mut random)).collect();
        let mut repeats = Vec::new();
        let mut at = 12_000;
        while at + 12_000 < length {
            repeats.push(plant(&mut bases, at, &mut random));
            at += (REPEAT_EVERY / 2 + random.below(REPEAT_EVERY)) as usize;
        }
        bases[..10_000].fill(b'N');
        bases[length - 10_000..].fill(b'N');
        Self { name: name.to_owned(), bases, repeats }
    }

    /// Writes a FASTA record with 60 bases a line.
    pub(crate) fn write_fasta(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, ">{}", self.name)?;
        for line in self.bases.chunks(60) {
            out.write_all(line)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

fn base(random: &mut Random) -> u8 {
    match random.below(256) {
        0..75 => b'A',
        75..128 => b'C',
        128..181 => b'G',
        _ => b'T',
    }
}

/// Another base than the given one.
pub(super) fn other_base(base: u8, random: &mut Random) -> u8 {
    let others: Vec<u8> = b"ACGT".iter().copied().filter(|b| *b != base).collect();
    others[random.below(3) as usize]
}

fn plant(bases: &mut [u8], start: usize, random: &mut Random) -> Repeat {
    let unit = 1 + random.below(6) as usize;
    let copies = 3 + random.below(if unit == 1 { 15 } else { 8 }) as usize;
    for i in unit..unit * copies {
        bases[start + i] = bases[start + i - unit];
    }
    let last = bases[start + unit - 1];
    if bases[start - 1] == last {
        bases[start - 1] = other_base(last, random);
    }
    Repeat { start, unit, copies }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeat_repeats_and_cannot_slide_to_the_left() {
        let made = Chromosome::new("chr22", 100_000);
        assert!(made.repeats.len() > 30);
        for r in &made.repeats {
            let planted = &made.bases[r.start..r.start + r.unit * r.copies];
            assert!(planted.chunks(r.unit).all(|copy| copy == &planted[..r.unit]));
            assert_ne!(made.bases[r.start - 1], planted[r.unit - 1]);
        }
    }
}
