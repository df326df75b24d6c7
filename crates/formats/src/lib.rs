//! Files that many parties share, one bounded door per format.

pub mod age;
pub mod assembly;
pub mod cairn_statement;
pub mod citations;
pub mod clinvar;
pub mod detect;
pub mod door;
pub mod findings;
pub mod genome_vcf;
pub mod guideline;
pub mod lovd;
pub mod open;
pub mod phenopacket;
pub mod sheet;
pub mod statement;
pub mod table;
pub mod text;
pub mod tsv;
pub mod vcf;
pub mod vocabulary;
