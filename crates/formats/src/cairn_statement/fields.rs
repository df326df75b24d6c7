//! Fields of a JSON object, read one by one; what is wrong is a problem that names the field.

use cairn_core::problem::Severity;
use serde_json::{Map, Value};

use crate::findings::{Findings, shown};

/// An object whose fields are taken out one after the other.
pub(super) struct Fields<'a> {
    path: String,
    object: Map<String, Value>,
    findings: &'a mut Findings,
    /// Whether a field was so wrong that the record cannot be taken.
    pub is_refused: bool,
}

impl<'a> Fields<'a> {
    /// The fields of an object at this path; `None` with a problem when it is none.
    pub(super) fn of(path: &str, value: Value, findings: &'a mut Findings) -> Option<Self> {
        match value {
            Value::Object(object) => Some(Self { path: path.to_owned(), object, findings, is_refused: false }),
            other => {
                let message = format!("{} is {}, not an object", place(path), kind(&other));
                findings.add(Severity::Error, "statement_file.field", path, message, "write `{…}` with named fields");
                None
            }
        }
    }

    /// Where a field stands.
    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Says what is wrong with a field; the record is not taken.
    pub(super) fn refuse(&mut self, name: &str, message: String, remedy: &str) {
        self.is_refused = true;
        let path = self.path(name);
        self.findings.add(Severity::Error, "statement_file.field", &path, message, remedy);
    }

    /// Takes a field out; null is absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.object.remove(name).filter(|value| !value.is_null())
    }

    /// A field of text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            other => {
                self.refuse(name, format!("`{name}` is {}, not text", kind(&other)), "write it as text in quotes");
                None
            }
        }
    }

    /// A field of text that means something; `what` says how to write it.
    pub(super) fn word<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>, what: &str) -> Option<T> {
        let text = self.text(name)?;
        let found = read(&text);
        if found.is_none() {
            self.refuse(name, format!("{} is no {what}", shown(&text)), "the schema in formats.md lists the words");
        }
        found
    }

    /// A list.
    pub(super) fn list(&mut self, name: &str) -> Vec<Value> {
        match self.take(name) {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.refuse(name, format!("`{name}` is {}, not a list", kind(&other)), "write `[…]`");
                Vec::new()
            }
        }
    }

    /// Objects of a list, each read by its own function.
    pub(super) fn each<T>(&mut self, name: &str, read: impl Fn(&mut Fields<'_>) -> Option<T>) -> Vec<T> {
        let mut all = Vec::new();
        for (at, item) in self.list(name).into_iter().enumerate() {
            let path = format!("{}[{at}]", self.path(name));
            let Some(mut inner) = Fields::of(&path, item, self.findings) else {
                self.is_refused = true;
                continue;
            };
            all.extend(read(&mut inner));
            let refused = inner.finish();
            self.is_refused |= refused;
        }
        all
    }

    /// An object of one field.
    pub(super) fn inner<T>(&mut self, name: &str, read: impl Fn(&mut Fields<'_>) -> Option<T>) -> Option<T> {
        let value = self.take(name)?;
        let path = self.path(name);
        let Some(mut inner) = Fields::of(&path, value, self.findings) else {
            self.is_refused = true;
            return None;
        };
        let found = read(&mut inner);
        let refused = inner.finish();
        self.is_refused |= refused;
        found
    }

    /// Names the fields that nobody asked for. Returns whether something was refused.
    pub(super) fn finish(self) -> bool {
        for name in self.object.keys() {
            let path = if self.path.is_empty() { name.clone() } else { format!("{}.{name}", self.path) };
            let message = format!("the format has no field {}; it was not read", shown(&path));
            let remedy = "check its spelling; the schema stands in formats.md";
            self.findings.add(Severity::Warning, "statement_file.unknown_field", &path, message, remedy);
        }
        self.is_refused
    }
}

fn place(path: &str) -> String {
    if path.is_empty() { "the statement".to_owned() } else { format!("`{path}`") }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
