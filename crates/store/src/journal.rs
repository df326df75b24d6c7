//! Whether the journal beside the record lost something: asked before the record is opened, for opening drops what does
//! not follow.
//!
//! The journal is a chain: each frame, one page, holds a checksum over itself and all before it (SQLite file format,
//! section 4). The database reads as far as the chain holds and takes the rest for a write that was cut off. A commit
//! behind the break shows that it was not: something in the middle changed afterwards. A break in the very last commit
//! cannot be told from a write that was cut off.

use std::path::Path;

/// Bytes of the journal's head.
const HEAD: usize = 32;
/// Bytes of a frame's head.
const FRAME_HEAD: usize = 24;
/// The first four bytes, with checksums over little-endian words; the last bit says big-endian.
const MAGIC: u32 = 0x377f_0682;

/// A chain of checksums.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sum(u32, u32);

impl Sum {
    fn over(mut self, bytes: &[u8], is_big: bool) -> Self {
        let word = |four: &[u8]| {
            let four = [four[0], four[1], four[2], four[3]];
            if is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
        };
        for pair in bytes.chunks_exact(8) {
            self.0 = self.0.wrapping_add(word(&pair[..4])).wrapping_add(self.1);
            self.1 = self.1.wrapping_add(word(&pair[4..])).wrapping_add(self.0);
        }
        self
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn stored(bytes: &[u8], at: usize) -> Sum {
    Sum(number(bytes, at), number(bytes, at + 4))
}

/// What is wrong with the journal of a record that nobody has open; `None` when nothing is, or there is none.
///
/// # Errors
/// When the file cannot be read.
pub fn fault(record: &Path) -> std::io::Result<Option<String>> {
    let mut path = record.as_os_str().to_owned();
    path.push("-wal");
    match std::fs::read(&path) {
        Ok(bytes) => Ok(fault_of(&bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn fault_of(bytes: &[u8]) -> Option<String> {
    if bytes.len() < HEAD + FRAME_HEAD {
        return None;
    }
    let (magic, page) = (number(bytes, 0), number(bytes, 8) as usize);
    let is_big = magic & 1 == 1;
    let sum = Sum(0, 0).over(&bytes[..24], is_big);
    if magic & !1 != MAGIC || sum != stored(bytes, 24) || !page.is_power_of_two() || !(512..=65_536).contains(&page) {
        return Some("the head of the journal is damaged: what was committed in it cannot be read".to_owned());
    }
    let frames: Vec<&[u8]> = bytes[HEAD..].chunks_exact(FRAME_HEAD + page).collect();
    let is_of_now = |frame: &[u8]| frame[8..16] == bytes[16..24];
    let holds = |before: Sum, frame: &[u8]| {
        is_of_now(frame) && before.over(&frame[..8], is_big).over(&frame[FRAME_HEAD..], is_big) == stored(frame, 16)
    };
    let mut before = sum;
    let mut whole = 0;
    while let Some(frame) = frames.get(whole).filter(|frame| holds(before, frame)) {
        before = stored(frame, 16);
        whole += 1;
    }
    // By what the frame before it says of itself, each of the rest may still hold; a commit names the database's size.
    let is_commit = |at: &usize| number(frames[*at], 4) != 0 && holds(stored(frames[*at - 1], 16), frames[*at]);
    let lost = (whole + 1..frames.len()).find(is_commit)?;
    Some(format!(
        "the journal is damaged at page {} of {}: what was committed behind it, up to page {}, is lost",
        whole + 1,
        frames.len(),
        lost + 1
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A journal of commits of so many pages, as SQLite writes it.
    fn journal(commits: &[usize]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for word in [MAGIC, 3_007_000, 512, 0, 11, 22] {
            bytes.extend(word.to_be_bytes());
        }
        let mut sum = Sum(0, 0).over(&bytes, false);
        bytes.extend([sum.0, sum.1].iter().flat_map(|word| word.to_be_bytes()));
        for pages in commits {
            for at in 1..=*pages {
                let size = if at == *pages { 9 } else { 0 };
                let mut frame: Vec<u8> = [at as u32, size, 11, 22].iter().flat_map(|word| word.to_be_bytes()).collect();
                let page = vec![at as u8; 512];
                sum = sum.over(&frame[..8], false).over(&page, false);
                frame.extend([sum.0, sum.1].iter().flat_map(|word| word.to_be_bytes()));
                bytes.extend(frame);
                bytes.extend(page);
            }
        }
        bytes
    }

    #[test]
    fn a_break_before_a_commit_is_damage_and_a_tail_is_not() {
        let whole = journal(&[2, 3, 1]);
        assert_eq!(fault_of(&whole), None);
        let frame = FRAME_HEAD + 512;
        assert_eq!(fault_of(&whole[..HEAD + 4 * frame + 100]), None, "a write that was cut off");
        for at in [HEAD + 40, HEAD + 16, HEAD + 3 * frame + 9, HEAD + 3 * frame + 300] {
            let mut damaged = whole.clone();
            damaged[at] ^= 4;
            assert!(fault_of(&damaged).is_some_and(|fault| fault.contains("is lost")), "byte {at}");
        }
        let mut head = whole.clone();
        head[17] ^= 1;
        assert!(fault_of(&head).is_some());
        let mut tail = whole;
        let last = tail.len() - 1;
        tail[last] ^= 1;
        assert_eq!(fault_of(&tail), None, "the last commit might not have been written in full");
    }

    #[test]
    fn what_was_taken_back_is_no_damage() {
        // Three pages that were written early and taken back lie behind a commit that took their place.
        let (kept, spilled) = (journal(&[2]), journal(&[4, 5]));
        let frame = FRAME_HEAD + 512;
        let mut bytes = kept;
        bytes.extend(&spilled[HEAD + 5 * frame..HEAD + 8 * frame]);
        assert_eq!(fault_of(&bytes), None);
    }
}
