//! How long a trial runs, by which seed, and what it says in the end.

use std::io::Write;
use std::time::Instant;

/// A run of a trial.
pub(crate) struct Trial {
    name: &'static str,
    pub(crate) seed: u64,
    pub(crate) rounds: usize,
    begun: Instant,
}

impl Trial {
    /// A trial with the rounds of its short form.
    pub(crate) fn new(name: &'static str, rounds: usize) -> Self {
        let given = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
        let rounds = given("CAIRN_SOAK_ROUNDS").map_or(rounds, |rounds| usize::try_from(rounds).unwrap());
        Self { name, seed: given("CAIRN_SOAK_SEED").unwrap_or(20_260_101), rounds, begun: Instant::now() }
    }

    /// Numbers that the seed decides.
    pub(crate) fn numbers(&self) -> Numbers {
        Numbers(self.seed)
    }

    /// Says that it went as it should.
    pub(crate) fn passed(&self, what: &str) {
        self.say("passed", what);
    }

    /// Says that this machine does not allow it.
    pub(crate) fn not_run(&self, why: &str) {
        self.say("not run", why);
    }

    fn say(&self, verdict: &str, what: &str) {
        let Self { name, seed, .. } = self;
        let seconds = self.begun.elapsed().as_secs();
        println!("{name}: {verdict}: {what} (seed {seed}, {seconds} s)");
        if let Some(path) = std::env::var_os("CAIRN_SOAK_RESULTS") {
            let mut file = std::fs::File::options().append(true).create(true).open(path).unwrap();
            writeln!(file, "{name}\t{verdict}\t{what}\t{seed}\t{seconds}").unwrap();
        }
    }
}

/// Numbers by a seed (SplitMix64, Steele et al. 2014): equal seeds give equal trials.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
