//! What pages show, made from what the node answers: words, links and marks, no rules.

pub mod aggregate;
pub mod amount;
pub mod cases;
pub mod citation;
pub mod condition;
pub mod consequence;
pub mod counts;
pub mod guideline;
pub mod hit;
pub mod names;
pub mod nearby;
pub mod penetrance;
pub mod place;
pub mod problem;
pub mod statement;
pub mod told;
