//! The forms of the workspace: what they offer, and what was typed when an act could not be done.

use axum::http::StatusCode;
use cairn_core::discordance::{ContinueReason, FlagGroup, FlagReason, LiftReason};
use std::collections::HashMap;

/// What the select fields offer.
#[derive(Debug)]
pub struct Lists {
    /// Why a statement is doubted, by group.
    pub flags: Vec<(&'static str, Vec<FlagReason>)>,
    /// Why a doubt ends.
    pub lifts: &'static [LiftReason],
    /// Why laboratories go on differing.
    pub continues: &'static [ContinueReason],
}

impl Default for Lists {
    fn default() -> Self {
        let group = |group: &FlagGroup| {
            let of_group = FlagReason::ALL.iter().copied().filter(|reason| reason.group() == *group);
            (group.label(), of_group.collect())
        };
        Self {
            flags: FlagGroup::ALL.iter().map(group).collect(),
            lifts: LiftReason::ALL,
            continues: ContinueReason::ALL,
        }
    }
}

/// What the reader typed into a form whose act could not be done.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Which act; empty: none failed.
    pub act: String,
    /// Its fields.
    pub fields: HashMap<String, String>,
    /// Why it could not be done.
    pub why: String,
    /// Whether somebody came first.
    pub changed: bool,
}

impl Typed {
    /// What stood in a field of an act that could not be done; empty otherwise.
    pub fn value(&self, act: &str, field: &str) -> &str {
        if self.act == act { self.fields.get(field).map_or("", String::as_str) } else { "" }
    }

    /// Whether this choice of a field was made.
    pub fn chose(&self, act: &str, field: &str, value: &str) -> bool {
        !value.is_empty() && self.value(act, field) == value
    }

    /// The version that the reader had seen, when somebody came first.
    pub fn seen(&self) -> Option<u32> {
        self.changed.then(|| self.fields.get("seen")?.parse().ok()).flatten()
    }

    /// The status of the answer that shows it.
    pub fn status(&self) -> StatusCode {
        match (self.act.is_empty(), self.changed) {
            (true, _) => StatusCode::OK,
            (false, true) => StatusCode::CONFLICT,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}
