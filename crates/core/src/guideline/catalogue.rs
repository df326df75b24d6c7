//! The rule sets that are built into the program.

use super::definition::{CriterionDefinition, Guideline, GuidelineTrack, Method};
use super::gene_validity::ValidityMatrix;
use super::point_scale::PointScale;
use super::rule_table::{Rule, RuleTable};
use super::scope::Scope;
use crate::date::PartialDate;
use serde::Deserialize;
use std::sync::LazyLock;

/// A rule set stands behind the one it extends.
const FILES: &[&str] = &[
    include_str!("../../guidelines/acmg-amp-2015.json"),
    include_str!("../../guidelines/acmg-amp-svi-2018.json"),
    include_str!("../../guidelines/acmg-amp-svi-2020.json"),
    include_str!("../../guidelines/acmg-points-2020.json"),
    include_str!("../../guidelines/acmg-svi-points-2020.json"),
    include_str!("../../guidelines/acmg-cnv-loss-2020.json"),
    include_str!("../../guidelines/acmg-cnv-gain-2020.json"),
    include_str!("../../guidelines/acmg-cnv-gain-calculator-2020.json"),
    include_str!("../../guidelines/oncogenicity-2022.json"),
    include_str!("../../guidelines/amp-asco-cap-2017.json"),
    include_str!("../../guidelines/gene-validity-sop-11.json"),
    include_str!("../../guidelines/pten-3.2.1.json"),
];

static ALL: LazyLock<Vec<Guideline>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for file in FILES {
        let guideline = read(file, &all).expect("built-in files are read by a test");
        all.push(guideline);
    }
    all
});

/// No guideline has this address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no guideline `{asked}`: the known ones are {known}")]
pub struct UnknownGuideline {
    asked: String,
    known: String,
}

/// Every guideline in every version.
pub fn all() -> &'static [Guideline] {
    &ALL
}

/// The guideline of an address: `acmg-amp@2015`, or an id alone for its newest version.
///
/// # Errors
/// When there is none.
pub fn find(address: &str) -> Result<&'static Guideline, UnknownGuideline> {
    find_among(all().iter(), address)
}

fn find_among<'a>(
    all: impl Iterator<Item = &'a Guideline> + Clone,
    address: &str,
) -> Result<&'a Guideline, UnknownGuideline> {
    let (id, version) = address.split_once('@').map_or((address, None), |(id, version)| (id, Some(version)));
    let is_it = |g: &&Guideline| g.id.eq_ignore_ascii_case(id) && version.is_none_or(|v| g.version == v);
    all.clone().filter(is_it).max_by_key(|g| g.date).ok_or_else(|| UnknownGuideline {
        asked: address.chars().take(60).collect(),
        known: all.map(Guideline::address).collect::<Vec<_>>().join(", "),
    })
}

/// The guidelines that are built in, and those that somebody added, in every version.
#[derive(Debug, Clone, Default)]
pub struct Guidelines {
    added: Vec<Guideline>,
}

impl Guidelines {
    /// Reads a file of the product's own form and adds what it says. It may extend any guideline
    /// that is there already.
    ///
    /// # Errors
    /// When the file is not sound, or its address is taken.
    pub fn add(&mut self, text: &str) -> Result<&Guideline, GuidelineFileError> {
        let guideline = read(text, &self.iter().cloned().collect::<Vec<_>>())?;
        if self.iter().any(|known| known.address() == guideline.address()) {
            return Err(FileError::Taken(guideline.address()).into());
        }
        self.added.push(guideline);
        Ok(&self.added[self.added.len() - 1])
    }

    /// Every one, the built-in first.
    pub fn iter(&self) -> impl Iterator<Item = &Guideline> + Clone {
        all().iter().chain(&self.added)
    }

    /// The guideline of an address: `acmg-amp@2015`, or an id alone for its newest version.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, address: &str) -> Result<&Guideline, UnknownGuideline> {
        find_among(self.iter(), address)
    }

    /// The version before this one of the same id; `None` when it is the first.
    pub fn before(&self, guideline: &Guideline) -> Option<&Guideline> {
        let older = self.iter().filter(|g| g.id == guideline.id && g.date < guideline.date);
        older.max_by_key(|g| g.date)
    }
}

/// A guideline file cannot be used; says why.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct GuidelineFileError(#[from] FileError);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    version: String,
    title: String,
    date: PartialDate,
    track: GuidelineTrack,
    source: String,
    provenance: String,
    #[serde(default)]
    extends: Option<String>,
    #[serde(default)]
    scope: Option<Scope>,
    #[serde(default)]
    general: bool,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    method: Option<MethodFile>,
    #[serde(default)]
    criteria: Vec<CriterionDefinition>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum MethodFile {
    Rules(RuleTable),
    /// Rules beside those of the extended guideline.
    MoreRules {
        rules: Vec<Rule>,
    },
    Points(PointScale),
    ValidityMatrix(ValidityMatrix),
}

#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("`{0}` extends `{1}`, which does not stand before it")]
    NoBase(String, String),
    #[error("`{0}` has no way of combining of its own and extends none that fits")]
    NoMethod(String),
    #[error("`{0}` is here already: a version never changes, give the new one its own version")]
    Taken(String),
    #[error("`{0}` needs an id and a version of letters, digits, `.` and `-`")]
    Address(String),
    #[error("the bands of `{0}` leave a sum without class")]
    Bands(String),
}

fn read(text: &str, before: &[Guideline]) -> Result<Guideline, FileError> {
    let file: File = serde_json::from_str(text)?;
    let name = format!("{}@{}", file.id, file.version);
    if !is_plain(&file.id) || !is_plain(&file.version) {
        return Err(FileError::Address(name.chars().take(60).collect()));
    }
    let base = match &file.extends {
        Some(address) => {
            let found = before.iter().find(|g| g.address() == *address);
            Some(found.ok_or_else(|| FileError::NoBase(name.clone(), address.clone()))?)
        }
        None => None,
    };
    let method = match (file.method, base.map(|b| &b.method)) {
        (Some(MethodFile::Rules(table)), _) => Method::Rules(table),
        (Some(MethodFile::Points(scale)), _) => Method::Points(scale),
        (Some(MethodFile::ValidityMatrix(matrix)), _) => Method::Validity(matrix),
        (Some(MethodFile::MoreRules { rules }), Some(Method::Rules(table))) => {
            let mut table = table.clone();
            table.rules.extend(rules);
            Method::Rules(table)
        }
        (None, Some(method)) => method.clone(),
        (Some(MethodFile::MoreRules { .. }) | None, _) => return Err(FileError::NoMethod(name)),
    };
    if let Method::Points(scale) = &method
        && !scale.is_sound()
    {
        return Err(FileError::Bands(name));
    }
    Ok(Guideline {
        criteria: merged(base.map_or(&[][..], |b| &b.criteria), file.criteria),
        id: file.id,
        version: file.version,
        title: file.title,
        date: file.date,
        track: file.track,
        source: file.source,
        provenance: file.provenance,
        scope: file.scope,
        is_general: file.general,
        notes: file.notes,
        extends: file.extends,
        method,
    })
}

/// What may stand in an address of a page and in a command.
fn is_plain(text: &str) -> bool {
    (1..=60).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
}

/// The base's criteria, each replaced by the newer definition of its code; new codes at the end.
fn merged(base: &[CriterionDefinition], newer: Vec<CriterionDefinition>) -> Vec<CriterionDefinition> {
    let mut all = base.to_vec();
    for definition in newer {
        match all.iter_mut().find(|c| c.code == definition.code) {
            Some(old) => *old = definition,
            None => all.push(definition),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_has_an_address_of_its_own() {
        let mut read_so_far = Vec::new();
        for file in FILES {
            let guideline = read(file, &read_so_far).expect("a sound file");
            assert!(read_so_far.iter().all(|g: &Guideline| g.address() != guideline.address()));
            read_so_far.push(guideline);
        }
    }

    #[test]
    fn an_id_alone_is_the_newest_version() {
        assert_eq!(find("acmg-amp-svi").map(Guideline::address).as_deref(), Ok("acmg-amp-svi@2020"));
        assert_eq!(find("ACMG-AMP-SVI@2018").map(Guideline::address).as_deref(), Ok("acmg-amp-svi@2018"));
        assert!(find("acmg-amp@1999").is_err());
    }
}
