//! The surroundings: clock and chance, as arguments, so that a test can hold them still.

use jiff::Timestamp;

/// Where a node takes the time and its random bits from.
#[derive(Debug, Clone, Copy)]
pub struct World {
    /// The present moment.
    pub now: fn() -> Timestamp,
    /// 128 bits that nobody can guess.
    pub random: fn() -> u128,
}

impl World {
    /// The machine's clock and the operating system's randomness.
    pub fn real() -> Self {
        Self { now: Timestamp::now, random: rand::random }
    }
}
