//! Says when two descriptions of a variant are the same variant. No I/O.
//!
//! Reading order: [`assembly`] and [`contig`] say where, [`digest`] and [`sequence`] say in which bases,
//! [`interbase`] says from where to where; everything else stands on these. [`hgvs`] is the nomenclature that people write.

pub mod assembly;
pub mod consequence;
pub mod contig;
pub mod cytogenetic;
pub mod digest;
pub mod exon_event;
pub mod expression;
pub mod hgvs;
pub mod interbase;
pub mod liftover;
pub mod normalize;
pub mod normalize_hgvs;
pub mod place;
pub mod project;
pub mod replacement;
pub mod residues;
pub mod sequence;
pub mod spdi;
pub mod transcript;
pub mod variant;
pub mod vcf;
pub mod vrs;
