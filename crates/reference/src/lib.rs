//! The knowledge a node loads: sequences, transcripts, genes, phenotypes, diseases.

pub mod sequence;
