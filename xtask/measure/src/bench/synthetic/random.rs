//! A small generator of random numbers (SplitMix64), so that input never changes with a dependency.

/// Deterministic numbers from a seed.
pub(crate) struct Random(u64);

impl Random {
    /// A stream of its own for each name.
    pub(crate) fn new(name: &str, seed: u64) -> Self {
        let fold = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, fold) ^ seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is not 0. The bias of the remainder does not matter here.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// True in `percent` of the calls.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_and_seed_give_the_same_numbers_and_others_do_not() {
        let numbers = |name, seed| -> Vec<u64> {
            let mut random = Random::new(name, seed);
            (0..4).map(|_| random.next()).collect()
        };
        assert_eq!(numbers("chr1", 1), numbers("chr1", 1));
        assert_ne!(numbers("chr1", 1), numbers("chr2", 1));
        assert_ne!(numbers("chr1", 1), numbers("chr1", 2));
    }
}
