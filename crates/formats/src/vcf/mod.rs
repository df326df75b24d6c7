//! VCF and BCF: the strict validator, and the lenient importer of reported variants.

mod allele;
pub mod bcf;
mod import;
pub mod record;
pub mod structured;
pub mod validate;

pub use import::import;
