//! The sequences of a node: whole genomes or any regions, transcripts, genes, proteins.
//!
//! A FASTA or `.2bit` file is read by [`fasta`] or [`twobit`], its headings by [`record_name`]; [`intake`] checks
//! each record and writes it to a [`pack`]; [`store`] reads any number of packs.

pub mod fasta;
pub mod intake;
pub mod pack;
pub mod packed;
pub mod record_name;
pub mod store;
pub mod twobit;
