//! Files that many parties share, one bounded door per format.

pub mod vcf;
