//! Numbers and enumerations in proto3's JSON form.
//!
//! A 64-bit number may be written as a number or as text, a double also as `"NaN"`; an enumeration
//! as its name or its number. The written form is remembered so that writing changes nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A whole number, equal to another whatever its written form.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    /// The number.
    pub number: i64,
    as_text: bool,
}

impl Whole {
    /// A number that is written as a number.
    pub fn new(number: i64) -> Self {
        Self { number, as_text: false }
    }
}

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_text {
            true => serializer.serialize_str(&self.number.to_string()),
            false => serializer.serialize_i64(self.number),
        }
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = match &value {
            Value::Number(n) => n.as_i64().or_else(|| n.as_f64().and_then(exact)),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| serde::de::Error::custom(format!("{value} is not a whole number")))?;
        Ok(Self { number, as_text: value.is_string() })
    }
}

/// Proto3 accepts `3.0` for a whole number.
fn exact(number: f64) -> Option<i64> {
    // 2^53: up to here every whole number is exact.
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
}

/// A number with a fraction, in the form it was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Real(Value);

impl Real {
    /// The number.
    pub fn number(&self) -> f64 {
        match &self.0 {
            Value::String(text) => text.parse().unwrap_or(f64::NAN),
            value => value.as_f64().unwrap_or(f64::NAN),
        }
    }
}

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let valid = match &value {
            Value::Number(_) => true,
            Value::String(text) => text.parse::<f64>().is_ok(),
            _ => false,
        };
        match valid {
            true => Ok(Self(value)),
            false => Err(serde::de::Error::custom(format!("{value} is not a number"))),
        }
    }
}

/// Declares an enumeration of the schema: names in the order of their numbers.
macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $(#[doc = concat!("`", $text, "`")] $variant,)+ }

        impl $name {
            /// Every value; its place is its number in the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in the schema.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
                let found = match &value {
                    serde_json::Value::String(text) => Self::ALL.iter().find(|v| v.name() == text).copied(),
                    serde_json::Value::Number(n) => {
                        n.as_u64().and_then(|n| Self::ALL.get(usize::try_from(n).ok()?).copied())
                    }
                    _ => None,
                };
                found.ok_or_else(|| serde::de::Error::custom(format!(
                    "{value} is none of {}", Self::ALL.iter().map(|v| v.name()).collect::<Vec<_>>().join(", ")
                )))
            }
        }
    };
}
pub(super) use enumeration;
