//! The language of the product and its rules. No I/O, no clock, no randomness.
//!
//! The words are those of the glossary in `ARCHITECTURE.md`; each has its file here.

pub mod access_request;
pub mod accession;
pub mod aggregate;
pub mod alert;
pub mod amount;
pub mod case;
pub mod change;
pub mod citation;
pub mod classification;
pub mod condition;
pub mod condition_group;
pub mod consent;
pub mod criterion;
pub mod curation;
pub mod curie;
pub mod data_use;
pub mod date;
pub mod decision;
pub mod deidentify;
pub mod discordance;
pub mod draft;
pub mod equivalence;
pub mod free_text;
pub mod guideline;
pub mod id;
pub mod kmap;
pub mod laboratory;
pub mod membership;
pub mod nhs_number;
pub mod penetrance;
pub mod phenotype;
pub mod problem;
pub mod provenance;
pub mod reclassification;
pub mod sentence;
pub mod sharing;
pub mod statement;
pub mod submission;
pub mod suggest;
pub mod tier;
pub mod token_scope;
pub mod typing;
pub mod user;
pub mod worklist;
