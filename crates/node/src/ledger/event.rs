//! What happened, before it is an entry.

use cairn_ledger::cbor::Value;
use cairn_ledger::leaf::Kind;
use cairn_store::serial::{CaseSerial, LaboratorySerial};
use std::collections::BTreeMap;

/// Something that is to stand in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub(super) kind: Kind,
    pub(super) case: Option<CaseSerial>,
    pub(super) laboratory: Option<LaboratorySerial>,
    pub(super) body: BTreeMap<String, Value>,
}

impl Event {
    /// An event of a kind, about nobody and by nobody yet.
    pub fn new(kind: Kind) -> Self {
        Self { kind, case: None, laboratory: None, body: BTreeMap::new() }
    }

    /// About a case: the entry gets the case's next tag, and its body goes when the case is erased.
    pub fn about(mut self, case: CaseSerial) -> Self {
        self.case = Some(case);
        self
    }

    /// By a laboratory: its members may open the body.
    pub fn by(mut self, laboratory: LaboratorySerial) -> Self {
        self.laboratory = Some(laboratory);
        self
    }

    /// With a fact in its body, such as `purpose`. A body is read by the person it is about: names of fields are
    /// words, and what identifies somebody else does not belong there.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }
}
