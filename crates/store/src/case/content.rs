//! What of a case is sealed, and how it is found and opened all the same.
//!
//! Sealed with the case's key: the laboratory's own name of it, everything its versions say, the publications that
//! describe it. Kept as digests under the key store's index key: that name, for finding the case again; the digest that
//! tells a change; the terms of its features, for lists of a laboratory's cases. In the clear: which variants were seen in
//! it, and how (docs/decisions/0011-case-content-under-keys.md).

use crate::error::StoreError;
use crate::key_store::KeyStore;
use crate::seal::{Key, Place, is_sealed};
use crate::serial::LaboratorySerial;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// The table of the sealed name.
const CASE: &str = "clinical_case";
/// The table of what a version says.
pub(super) const VERSION: &str = "clinical_case_version";

/// Under which name the key store holds a case's key.
pub fn key_owner(uid: &str) -> String {
    format!("case:{uid}")
}

/// What a laboratory's own name of a case is found by.
pub(crate) fn label_digest(keys: &KeyStore, laboratory: LaboratorySerial, local_id: &str) -> String {
    keys.blind("case label", &laboratory.number().to_string(), local_id)
}

/// What a change of a case is judged by, as the record keeps it.
pub fn keyed_digest(keys: &KeyStore, laboratory: LaboratorySerial, digest: &str) -> String {
    keys.blind("case digest", &laboratory.number().to_string(), digest)
}

/// What a laboratory's cases with a feature are found by.
pub(super) fn term_digest(keys: &KeyStore, laboratory: LaboratorySerial, term: &str) -> String {
    keys.blind("case feature", &laboratory.number().to_string(), term)
}

/// A version's name in its seals.
fn row_of(uid: &str, version: i64) -> String {
    format!("{uid}.{version}")
}

/// Seals what a version says in a column.
pub(super) fn seal_version(keys: &KeyStore, key: &Key, column: &'static str, at: (&str, i64), text: &str) -> String {
    key.seal_text(Place { table: VERSION, column, row: &row_of(at.0, at.1) }, text, keys.random())
}

/// Seals the laboratory's own name of a case.
pub(super) fn seal_label(keys: &KeyStore, key: &Key, uid: &str, local_id: &str) -> String {
    key.seal_text(Place { table: CASE, column: "label", row: uid }, local_id, keys.random())
}

/// The keys of some cases, by uid.
pub(crate) struct Opener(HashMap<String, Key>);

impl Opener {
    /// Fetches the keys of these cases; an erased one has none.
    pub(crate) async fn of<'a>(keys: &KeyStore, uids: impl IntoIterator<Item = &'a str>) -> Result<Self, StoreError> {
        let mut owners: Vec<String> = uids.into_iter().map(key_owner).collect();
        owners.sort_unstable();
        owners.dedup();
        Ok(Self(keys.find(&owners).await?))
    }

    /// The laboratory's own name of a case; `None` when the case was erased.
    pub(crate) fn label(&self, uid: &str, text: &str) -> Result<Option<String>, StoreError> {
        if !is_sealed(text) {
            return Ok(Some(text.to_owned()));
        }
        let Some(key) = self.0.get(&key_owner(uid)) else { return Ok(None) };
        Ok(Some(key.open_text(Place { table: CASE, column: "label", row: uid }, text)?))
    }

    /// What a version says in a column; `None` when the case was erased.
    pub(crate) fn version<T: DeserializeOwned>(
        &self,
        column: &'static str,
        uid: &str,
        version: i64,
        text: &str,
    ) -> Result<Option<T>, StoreError> {
        let read = |plain: &str| serde_json::from_str(plain).map_err(|error| StoreError::damaged(VERSION, error));
        if !is_sealed(text) {
            return if text.is_empty() { Ok(None) } else { read(text).map(Some) };
        }
        let Some(key) = self.0.get(&key_owner(uid)) else { return Ok(None) };
        let plain = key.open_text(Place { table: VERSION, column, row: &row_of(uid, version) }, text)?;
        read(&plain).map(Some)
    }
}
