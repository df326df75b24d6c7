//! Fields of a map of the wire form, taken out one by one; one that nobody asked for is refused.

use cairn_ledger::cbor::{CborError, Value};
use std::collections::BTreeMap;

/// Bytes that are not of the form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// They are no deterministic CBOR.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// A field is missing, of another type, or one too many.
    #[error("the field `{0}` is missing, wrong or not known")]
    Field(String),
}

/// The fields of a map.
pub(crate) struct Fields(BTreeMap<String, Value>);

impl Fields {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, FormError> {
        Self::of(Value::read(bytes)?)
    }

    pub(crate) fn of(value: Value) -> Result<Self, FormError> {
        match value {
            Value::Map(map) => Ok(Self(map)),
            _ => Err(FormError::Field("(map)".to_owned())),
        }
    }

    fn take(&mut self, name: &str) -> Result<Value, FormError> {
        self.0.remove(name).ok_or_else(|| FormError::Field(name.to_owned()))
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<u64, FormError> {
        self.take(name)?.as_number().ok_or_else(|| FormError::Field(name.to_owned()))
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<String, FormError> {
        match self.take(name)? {
            Value::Text(text) => Ok(text),
            _ => Err(FormError::Field(name.to_owned())),
        }
    }

    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, FormError> {
        if self.0.contains_key(name) { self.text(name).map(Some) } else { Ok(None) }
    }

    pub(crate) fn optional_number(&mut self, name: &str) -> Result<Option<u64>, FormError> {
        if self.0.contains_key(name) { self.number(name).map(Some) } else { Ok(None) }
    }

    pub(crate) fn truth(&mut self, name: &str) -> Result<bool, FormError> {
        match self.take(name)? {
            Value::Truth(truth) => Ok(truth),
            _ => Err(FormError::Field(name.to_owned())),
        }
    }

    pub(crate) fn bytes(&mut self, name: &str) -> Result<Vec<u8>, FormError> {
        match self.take(name)? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(FormError::Field(name.to_owned())),
        }
    }

    /// Bytes of a fixed length.
    pub(crate) fn array<const N: usize>(&mut self, name: &str) -> Result<[u8; N], FormError> {
        self.bytes(name)?.try_into().map_err(|_| FormError::Field(name.to_owned()))
    }

    pub(crate) fn optional_array<const N: usize>(&mut self, name: &str) -> Result<Option<[u8; N]>, FormError> {
        if self.0.contains_key(name) { self.array(name).map(Some) } else { Ok(None) }
    }

    pub(crate) fn list(&mut self, name: &str) -> Result<Vec<Value>, FormError> {
        match self.take(name)? {
            Value::List(list) => Ok(list),
            _ => Err(FormError::Field(name.to_owned())),
        }
    }

    pub(crate) fn all_bytes(&mut self, name: &str) -> Result<Vec<Vec<u8>>, FormError> {
        let bytes = |value| match value {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(FormError::Field(name.to_owned())),
        };
        self.list(name)?.into_iter().map(bytes).collect()
    }

    pub(crate) fn texts(&mut self, name: &str) -> Result<Vec<String>, FormError> {
        let text = |value| match value {
            Value::Text(text) => Ok(text),
            _ => Err(FormError::Field(name.to_owned())),
        };
        self.list(name)?.into_iter().map(text).collect()
    }

    pub(crate) fn optional_texts(&mut self, name: &str) -> Result<Option<Vec<String>>, FormError> {
        if self.0.contains_key(name) { self.texts(name).map(Some) } else { Ok(None) }
    }

    pub(crate) fn value(&mut self, name: &str) -> Result<Value, FormError> {
        self.take(name)
    }

    pub(crate) fn map(&mut self, name: &str) -> Result<Self, FormError> {
        Self::of(self.take(name)?).map_err(|_| FormError::Field(name.to_owned()))
    }

    /// A text that a type reads.
    pub(crate) fn parsed<T: std::str::FromStr>(&mut self, name: &str) -> Result<T, FormError> {
        self.text(name)?.parse().map_err(|_| FormError::Field(name.to_owned()))
    }

    /// Refuses what is left.
    pub(crate) fn end(self) -> Result<(), FormError> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(name) => Err(FormError::Field(name)),
        }
    }
}

/// A map of the wire form.
pub(crate) fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The same with a further field, where there is a value.
pub(crate) fn with(value: Value, name: &str, further: Option<Value>) -> Value {
    match (value, further) {
        (Value::Map(mut map), Some(further)) => {
            map.insert(name.to_owned(), further);
            Value::Map(map)
        }
        (value, _) => value,
    }
}
