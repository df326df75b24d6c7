//! Which blocks a transaction touched: told by the database for each row that it adds, changes or removes.

use super::{ROWS, has_digests};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Blocks by table. A set that is too large costs a digest; one that is too small cannot be, for the database tells of
/// every row, also of those that a failed statement takes back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Touched(Arc<Mutex<HashMap<String, BTreeSet<i64>>>>);

impl Touched {
    /// A row was touched.
    pub(crate) fn note(&self, relation: &str, row: i64) {
        if !has_digests(relation) {
            return;
        }
        let mut touched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match touched.get_mut(relation) {
            Some(blocks) => {
                blocks.insert(row.div_euclid(ROWS));
            }
            None => {
                touched.insert(relation.to_owned(), BTreeSet::from([row.div_euclid(ROWS)]));
            }
        }
    }

    /// What was touched since the last time.
    pub(super) fn take(&self) -> Vec<(String, i64)> {
        let touched = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let blocks = |(relation, blocks): (String, BTreeSet<i64>)| {
            blocks.into_iter().map(move |block| (relation.clone(), block)).collect::<Vec<_>>()
        };
        touched.into_iter().flat_map(blocks).collect()
    }
}
