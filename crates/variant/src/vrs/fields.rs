//! The members of one VRS JSON object, read with the place kept for messages.

use serde_json::{Map, Value};

use super::quantity::Quantity;
use crate::residues::Residues;

/// VRS JSON that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VrsJsonError {
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// Some member is wrong.
    #[error("{place}: {problem}")]
    Member {
        /// The path to it, such as `Allele.location.start`.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// Members that describe an object and do not enter its identity.
const DECORATION: [&str; 8] = ["id", "name", "label", "description", "aliases", "extensions", "digest", "expressions"];

/// The largest whole number that every JSON reader keeps exactly (I-JSON).
const LARGEST: u64 = (1 << 53) - 1;

/// One JSON object of a known class.
pub(super) struct Fields<'a> {
    place: String,
    members: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The members of an object.
    pub(super) fn of(value: &'a Value, place: &str) -> Result<Self, VrsJsonError> {
        match value {
            Value::Object(members) => Ok(Self { place: place.to_owned(), members }),
            _ => Err(wrong(place, "an object is expected")),
        }
    }

    /// The class the object says it is.
    pub(super) fn class(&self) -> Result<&'a str, VrsJsonError> {
        match self.members.get("type") {
            Some(Value::String(class)) => Ok(class),
            Some(_) => Err(self.wrong("type", "a string is expected")),
            None => Err(self.wrong("type", "is missing")),
        }
    }

    /// Checks the class and that only its own members and decoration are there, so that no misspelt member is passed
    /// over. `type` may be missing where only one class can stand.
    pub(super) fn expect(&self, class: &str, own: &[&str]) -> Result<(), VrsJsonError> {
        if self.members.contains_key("type") && self.class()? != class {
            return Err(self.wrong("type", &format!("`{class}` is expected")));
        }
        let known = |name: &str| name == "type" || own.contains(&name) || DECORATION.contains(&name);
        match self.members.keys().find(|name| !known(name)) {
            Some(name) => Err(self.wrong(name, &format!("is not a member of {class}"))),
            None => Ok(()),
        }
    }

    /// A member, when present and not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// A member that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&'a Value, VrsJsonError> {
        self.get(name).ok_or_else(|| self.wrong(name, "is missing"))
    }

    /// The path of a member.
    pub(super) fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.place)
    }

    /// An error about a member.
    pub(super) fn wrong(&self, name: &str, problem: &str) -> VrsJsonError {
        wrong(&self.at(name), problem)
    }

    /// Residues, if present.
    pub(super) fn residues(&self, name: &str) -> Result<Option<Residues>, VrsJsonError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if text.bytes().any(|letter| letter.is_ascii_lowercase()) {
            return Err(self.wrong(name, "residues are written in upper case"));
        }
        text.parse().map(Some).map_err(|error| self.wrong(name, &format!("{error}")))
    }

    /// A string, if present.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, VrsJsonError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "a string is expected")),
        }
    }

    /// A truth value, if present.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, VrsJsonError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(name, "true or false is expected")),
        }
    }

    /// A list, with the path of each item.
    pub(super) fn list(&self, name: &str) -> Result<Vec<(String, &'a Value)>, VrsJsonError> {
        match self.need(name)? {
            Value::Array(items) => {
                Ok(items.iter().enumerate().map(|(at, item)| (format!("{}[{at}]", self.at(name)), item)).collect())
            }
            _ => Err(self.wrong(name, "a list is expected")),
        }
    }

    /// A whole number or a range, if present.
    pub(super) fn quantity(&self, name: &str) -> Result<Option<Quantity>, VrsJsonError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value {
            Value::Array(ends) => match ends.as_slice() {
                [least, most] => {
                    let (least, most) = (self.end(name, least)?, self.end(name, most)?);
                    Quantity::range(least, most).map(Some).map_err(|error| self.wrong(name, &error.to_string()))
                }
                _ => Err(self.wrong(name, "a range has two ends")),
            },
            number => self.whole(name, number).map(|number| Some(Quantity::Exact(number))),
        }
    }

    /// A whole number from 0.
    pub(super) fn whole(&self, name: &str, value: &Value) -> Result<u64, VrsJsonError> {
        match value.as_u64() {
            Some(number) if number <= LARGEST => Ok(number),
            _ => Err(self.wrong(name, "a whole number from 0 is expected")),
        }
    }

    fn end(&self, name: &str, value: &Value) -> Result<Option<u64>, VrsJsonError> {
        if value.is_null() { Ok(None) } else { self.whole(name, value).map(Some) }
    }
}

/// An error at a place.
pub(super) fn wrong(place: &str, problem: &str) -> VrsJsonError {
    VrsJsonError::Member { place: place.to_owned(), problem: problem.to_owned() }
}
