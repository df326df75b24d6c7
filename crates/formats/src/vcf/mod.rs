//! VCF and BCF.

pub mod structured;
pub mod validate;
