//! Each message counts once: the gate lets a sequence through that it has not seen and that is not too old.
//!
//! Messages of one peer may overtake each other on two connections, so the last few sequences are remembered each; what
//! is older than all of them is refused.

use crate::message::Refusal;
use std::collections::BTreeSet;

/// Sequences that are remembered each.
const REMEMBERED: usize = 64;

/// What was let through from one peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Nothing up to this sequence counts.
    floor: u64,
    seen: BTreeSet<u64>,
}

impl Gate {
    /// A gate that lets nothing through that was sent up to this sequence. Sequences begin from the sender's clock, in
    /// microseconds since 1970: a gate from the moment at which a node started keeps out what was recorded before.
    pub fn after(sequence: u64) -> Self {
        Self { floor: sequence, seen: BTreeSet::new() }
    }

    /// Lets a message through, once.
    ///
    /// # Errors
    /// When the sequence was let through before, or is too old for that to be known.
    pub fn pass(&mut self, sequence: u64) -> Result<(), Refusal> {
        if sequence <= self.floor || !self.seen.insert(sequence) {
            return Err(Refusal::Replayed { sequence, last: self.seen.last().copied().unwrap_or(self.floor) });
        }
        if self.seen.len() > REMEMBERED {
            self.floor = self.seen.pop_first().unwrap_or(self.floor);
        }
        Ok(())
    }
}

/// The sequence after one, which is not before the clock (microseconds since 1970).
pub fn next_sequence(last: u64, now: u64) -> u64 {
    now.max(last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_counts_once() {
        let mut gate = Gate::after(10);
        assert!(gate.pass(10).is_err(), "sent before the gate was there");
        assert!(gate.pass(12).is_ok());
        assert!(gate.pass(12).is_err(), "replayed");
        assert!(gate.pass(11).is_ok(), "overtaken on another connection");
        assert!(gate.pass(11).is_err(), "replayed");
    }

    #[test]
    fn what_is_old_counts_no_longer() {
        let mut gate = Gate::after(0);
        for sequence in 101..=200 {
            assert!(gate.pass(sequence).is_ok());
        }
        assert!(gate.pass(50).is_err(), "held back for long");
        assert!(gate.pass(201).is_ok());
    }

    #[test]
    fn sequences_grow_when_the_clock_does_not() {
        assert_eq!(next_sequence(5, 3), 6);
        assert_eq!(next_sequence(5, 9), 9);
    }
}
