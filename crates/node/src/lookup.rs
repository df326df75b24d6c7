//! Answers to questions, as of a moment and for a [`Viewer`](crate::access::Viewer).
//!
//! Everything here reads one state of the record: take an [`AsOf`](cairn_store::entry::AsOf) once
//! and pass it on. Identity is found by the reference layer; these functions take the recorded
//! variant.

pub mod carriers;
pub mod case;
pub mod condition;
pub mod expression;
pub mod gene;
mod kept_text;
pub mod load;
pub mod near;
pub mod penetrance;
mod profile;
pub mod protein;
pub mod region;
pub mod search;
pub mod shared_case;
pub mod since;
pub mod statement;
pub mod submission;
pub mod variant;

use cairn_core::laboratory::Laboratory;
use cairn_store::serial::LaboratorySerial;
use cairn_store::{Connection, StoreError, laboratory};
use std::collections::{BTreeSet, HashMap};

/// The laboratories behind these serials.
pub(crate) async fn laboratories(
    connection: &mut Connection,
    serials: impl Iterator<Item = LaboratorySerial>,
) -> Result<HashMap<LaboratorySerial, Laboratory>, StoreError> {
    let distinct: Vec<_> = serials.collect::<BTreeSet<_>>().into_iter().collect();
    let found = laboratory::by_serials(connection, &distinct).await?;
    Ok(found.into_iter().map(|recorded| (recorded.serial, recorded.laboratory)).collect())
}
