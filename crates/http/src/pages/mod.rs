//! The pages: HTML that reads without JavaScript.

pub mod account;
pub mod alert_settings;
pub mod alerts;
pub mod case;
pub mod case_shared;
pub mod condition;
pub mod confirm;
pub mod consent;
pub mod contribute;
pub mod discordance;
pub mod drafts;

pub mod frame;
pub mod gene;
pub mod guideline;
pub mod home;
pub mod job;
pub mod laboratory;
pub mod ledger;
pub mod list;
pub mod passkeys;
pub mod peers;
pub mod penetrance;
pub mod phenotype;
pub mod provider;
pub mod region;
pub mod search;
pub mod second_factor;
pub mod sign_in;
pub mod since;
pub mod statement;
pub mod statistics;
pub mod submission;
pub mod suggestions;
pub mod variant;
pub mod worklist;
