//! The gap structure of one exon, always in transcript order (5′ to 3′ of the transcript).

use thiserror::Error;

/// One run of an exon's alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapOp {
    /// Bases that stand opposite each other, equal or not.
    Match(u32),
    /// Bases of the transcript that the target sequence lacks.
    TranscriptOnly(u32),
    /// Bases of the target sequence that the transcript lacks.
    TargetOnly(u32),
}

/// Why a gap text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GapError {
    /// A run that is not a letter and a positive number.
    #[error("`{0}` is not a run of an alignment gap: expected one of M, I, D with a length")]
    Run(String),
    /// More runs than any exon has.
    #[error("the alignment gap has more than {MAX_RUNS} runs")]
    TooLong,
}

const MAX_RUNS: usize = 10_000;

impl GapOp {
    /// Reads a GFF3 `Gap` attribute (`M185 I3 M250`), as GFF3 alignments and cdot files write it: the
    /// genome is the reference and the transcript the target, so `I` is a base only the transcript has.
    /// The runs follow the transcript, also on the minus strand.
    ///
    /// # Errors
    /// When a run is not `M`, `I` or `D` with a positive length.
    pub fn parse_gff3(text: &str) -> Result<Vec<Self>, GapError> {
        let mut runs = Vec::new();
        for word in text.split_ascii_whitespace() {
            let bad = || GapError::Run(word.chars().take(20).collect());
            let letter = word.bytes().next().filter(u8::is_ascii).ok_or_else(bad)?;
            push(&mut runs, letter, &word[1..]).ok_or_else(bad)?;
            check_count(&runs)?;
        }
        Ok(runs)
    }

    /// Reads a CIGAR (`185M3I250M`, also `=` and `X`) with the transcript as the read and the target
    /// sequence as the reference. The runs must follow the transcript: reverse them first where a source
    /// writes them along the genome of a minus-strand transcript.
    ///
    /// # Errors
    /// When a run is not a positive length with one of `M`, `=`, `X`, `I`, `D`.
    pub fn parse_cigar(text: &str) -> Result<Vec<Self>, GapError> {
        let mut runs = Vec::new();
        for word in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
            let bad = || GapError::Run(word.chars().take(20).collect());
            let letter = word.bytes().last().filter(u8::is_ascii).ok_or_else(bad)?;
            push(&mut runs, letter, &word[..word.len() - 1]).ok_or_else(bad)?;
            check_count(&runs)?;
        }
        Ok(runs)
    }

    /// How many bases of the transcript and of the target the run takes.
    pub fn lengths(self) -> (u32, u32) {
        match self {
            Self::Match(n) => (n, n),
            Self::TranscriptOnly(n) => (n, 0),
            Self::TargetOnly(n) => (0, n),
        }
    }
}

fn push(runs: &mut Vec<GapOp>, letter: u8, digits: &str) -> Option<()> {
    let n = digits.parse::<u32>().ok().filter(|n| *n > 0)?;
    let run = match letter {
        b'M' | b'=' | b'X' => GapOp::Match(n),
        b'I' => GapOp::TranscriptOnly(n),
        b'D' => GapOp::TargetOnly(n),
        _ => return None,
    };
    match (runs.last_mut(), run) {
        (Some(GapOp::Match(before)), GapOp::Match(n)) => *before = before.checked_add(n)?,
        _ => runs.push(run),
    }
    Some(())
}

fn check_count(runs: &[GapOp]) -> Result<(), GapError> {
    if runs.len() > MAX_RUNS { Err(GapError::TooLong) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gff3_and_cigar_say_the_same() {
        let runs = vec![GapOp::Match(185), GapOp::TranscriptOnly(3), GapOp::Match(250)];
        assert_eq!(GapOp::parse_gff3("M185 I3 M250").unwrap(), runs);
        assert_eq!(GapOp::parse_cigar("180=5X3I250=").unwrap(), runs);
    }

    #[test]
    fn other_runs_are_refused() {
        for text in ["M", "M0", "Q3", "3M", "é3", "M99999999999"] {
            assert!(GapOp::parse_gff3(text).is_err(), "{text}");
        }
        for text in ["M", "0M", "3", "3N", "3é"] {
            assert!(GapOp::parse_cigar(text).is_err(), "{text}");
        }
    }
}
