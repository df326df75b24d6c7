//! Files that many parties share, one bounded door per format.

pub mod age;
pub mod assembly;
pub mod citations;
pub mod clinvar;

pub mod door;
pub mod findings;
pub mod genome_vcf;
pub mod phenopacket;
pub mod statement;
pub mod text;
pub mod tsv;
pub mod vcf;
pub mod vocabulary;
