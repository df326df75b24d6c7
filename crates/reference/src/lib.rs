//! The knowledge a node loads: sequences, transcripts, genes, phenotypes, diseases.

mod allele_table;
pub mod bundle;
mod checking;
pub mod completion;
pub mod condition;
pub mod cytoband;
pub mod folder;
pub mod frequency;
pub mod gene;
pub mod gene_table;
pub mod identify;
pub mod identity;
pub mod legacy;
pub mod liftover;
pub mod mondo;
pub mod panel;
pub mod phenotype;
pub mod recognise;
pub mod reference;
pub mod score;
pub mod sequence;
pub mod source;
pub mod transcript;
pub mod validity;
pub mod variant_names;

pub use identify::{IdentifyOptions, identify, identify_expression};
pub use identity::Identity;
pub use reference::Reference;

/// A file of the repository's `testdata`.
#[cfg(test)]
fn testdata(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of the bulk data beside the repository; `None`, with a note, when it is not there.
#[cfg(test)]
fn shared(name: &str) -> Option<Vec<u8>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: {} is not here", path.display());
    }
    bytes
}
