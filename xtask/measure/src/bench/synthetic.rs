//! Input of any size that costs no download: a chromosome with tandem repeats, and one person's
//! variants on it as a caller writes them. The same arguments give the same bytes.
//!
//! Shaped like a human genome: 41 % GC, a repeat every 2,000 bases so that indels have somewhere to
//! slide, a variant every 714 bases, 14 % of them indels, half of those at repeats and half of these
//! not left-aligned, 1 % multi-allelic sites.

mod chromosome;
mod random;
mod sample;

pub(crate) use chromosome::Chromosome;
pub(crate) use random::Random;
pub(crate) use sample::write_sample;
