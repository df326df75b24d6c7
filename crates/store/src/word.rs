//! Stored words and documents: the spelling is the one the record language gives to serde.

use crate::error::StoreError;
use serde::{Serialize, de::DeserializeOwned};

/// The stored word of a value that serialises to a string.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a word of the record language is a string, not {other:?}"),
    }
}

/// The value of a stored word.
pub(crate) fn read_word<T: DeserializeOwned>(table: &'static str, word: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|error| StoreError::damaged(table, error))
}

/// The stored form of a structure.
pub(crate) fn document<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("the record language has string keys only")
}

/// The structure of a stored form.
pub(crate) fn read_document<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::damaged(table, error))
}

/// Reads a value with its own parser: ids, dates, accessions.
pub(crate) fn parse<T>(table: &'static str, text: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| StoreError::damaged(table, error))
}
