//! VCF and BCF: the strict validator, and the lenient importer of reported variants.

mod allele;
pub mod bcf;
mod import;
pub mod record;
pub mod structured;
pub mod validate;

pub use import::import;

/// Whether the text is made of A, C, G, T and N alone, in either case.
pub fn is_bases(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b"ACGTNacgtn".contains(&b))
}
