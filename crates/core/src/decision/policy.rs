//! Policies as text that an approver can read.
//!
//! ```text
//! policy 1
//! group staff = clinical_scientist clinician
//! permit staff: read list on case when own at tier 0 for care
//! permit staff: read on case when agreed at tier 1 with consent
//! permit staff: read on case when agreed network at tier 1 with break-glass
//! permit staff: read on case_counts when network at tier 2 unless objected
//! ```
//!
//! One permission a line; `#` begins a comment; what no line permits is denied. A line about data of a
//! person says at which tier and on what ground. There is no `forbid`: a reader finds what is allowed by
//! looking for it, and nothing takes it back elsewhere.

use super::{Action, Relation, Resource, Role};
use crate::tier::Tier;
use std::collections::BTreeMap;

/// On what ground data of a person may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Care in the person's own laboratory.
    Care,
    /// Nothing is needed until the person says something.
    NoObjection,
    /// The person agreed.
    Consent,
    /// An emergency that somebody reviews.
    BreakGlass,
}

/// One line of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The line of the text, from 1.
    pub line: usize,
    roles: u16,
    actions: u16,
    resources: u16,
    relations: u16,
    /// Of data of a person, the tier.
    pub tier: Option<Tier>,
    /// Of data of a person, the ground.
    pub ground: Ground,
}

/// A policy in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    version: String,
    rules: Vec<Rule>,
}

/// A text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {what}")]
pub struct PolicyError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl Rule {
    /// Whether it speaks of this.
    pub fn covers(&self, role: Role, action: Action, resource: Resource, relation: Relation) -> bool {
        let has = |bits: u16, at: usize| bits & (1 << at) != 0;
        has(self.roles, role as usize)
            && has(self.actions, action as usize)
            && has(self.resources, resource as usize)
            && has(self.relations, relation as usize)
    }
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// When a line is not understood; nothing of the text is then used.
    pub fn read(text: &str) -> Result<Self, PolicyError> {
        let mut version = None;
        let mut groups: BTreeMap<&str, u16> = BTreeMap::new();
        let mut rules = Vec::new();
        for (index, whole) in text.lines().enumerate() {
            let line = index + 1;
            let fail = |what: String| PolicyError { line, what };
            let words = whole.split('#').next().unwrap_or_default().trim();
            let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
            match first {
                "" => {}
                "policy" => version = Some(rest.trim().to_owned()),
                "group" => {
                    let (name, members) =
                        rest.split_once('=').ok_or_else(|| fail("write `group NAME = ROLE …`".to_owned()))?;
                    let members = roles(members, &groups).map_err(fail)?;
                    groups.insert(name.trim(), members);
                }
                "permit" => rules.push(rule(line, rest, &groups).map_err(fail)?),
                other => return Err(fail(format!("`{other}` begins no line: write policy, group or permit"))),
            }
        }
        let version = version.filter(|version| !version.is_empty());
        let version =
            version.ok_or(PolicyError { line: 1, what: "the text does not say `policy VERSION`".to_owned() })?;
        Ok(Self { version, rules })
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The rules that speak of this.
    pub fn rules_for(
        &self,
        role: Role,
        action: Action,
        resource: Resource,
        relation: Relation,
    ) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.covers(role, action, resource, relation))
    }
}

fn roles(text: &str, groups: &BTreeMap<&str, u16>) -> Result<u16, String> {
    let mut bits = 0;
    for word in text.split_whitespace() {
        let of_role = Role::from_code(word).map(|role| 1 << role as usize);
        bits |= of_role.or_else(|| groups.get(word).copied()).ok_or_else(|| format!("`{word}` is no role or group"))?;
    }
    if bits == 0 { Err("nobody is named".to_owned()) } else { Ok(bits) }
}

fn bits<T: Copy>(
    text: &str,
    what: &str,
    read: impl Fn(&str) -> Option<T>,
    at: impl Fn(T) -> usize,
) -> Result<u16, String> {
    let mut bits = 0;
    for word in text.split_whitespace() {
        bits |= 1 << at(read(word).ok_or_else(|| format!("`{word}` is no {what}"))?);
    }
    if bits == 0 { Err(format!("no {what} is named")) } else { Ok(bits) }
}

/// `ROLES: ACTIONS on RESOURCES when RELATIONS [at tier N GROUND]`.
fn rule(line: usize, text: &str, groups: &BTreeMap<&str, u16>) -> Result<Rule, String> {
    const FORM: &str = "write `permit ROLES: ACTIONS on RESOURCES when RELATIONS [at tier N GROUND]`";
    let (who, rest) = text.split_once(':').ok_or(FORM)?;
    let (actions, rest) = rest.split_once(" on ").ok_or(FORM)?;
    let (resources, rest) = rest.split_once(" when ").ok_or(FORM)?;
    let (relations, data) = rest.split_once(" at tier ").map_or((rest, None), |(near, data)| (near, Some(data)));
    let resources = bits(resources, "resource", Resource::from_code, |r| r as usize)?;
    let (tier, ground) = match data {
        None => (None, Ground::Care),
        Some(data) => {
            let (tier, ground) = data.trim().split_once(' ').ok_or("say on what ground")?;
            (Some(Tier::from_code(tier).ok_or_else(|| format!("`{tier}` is no tier"))?), read_ground(ground.trim())?)
        }
    };
    let of_persons = (1 << Resource::Case as usize) | (1 << Resource::CaseCounts as usize);
    let actions = bits(actions, "action", Action::from_code, |a| a as usize)?;
    let gives =
        [Action::Read, Action::List, Action::Share, Action::Export].map(|a| 1_u16 << a as usize).iter().sum::<u16>();
    if tier.is_none() && resources & of_persons != 0 && actions & gives != 0 {
        return Err("a line that gives data of a person says at which tier and on what ground".to_owned());
    }
    Ok(Rule {
        line,
        roles: roles(who, groups)?,
        actions,
        resources,
        relations: bits(relations, "relation", Relation::from_code, |r| r as usize)?,
        tier,
        ground,
    })
}

fn read_ground(text: &str) -> Result<Ground, String> {
    match text {
        "for care" => Ok(Ground::Care),
        "unless objected" => Ok(Ground::NoObjection),
        "with consent" => Ok(Ground::Consent),
        "with break-glass" => Ok(Ground::BreakGlass),
        other => Err(format!("`{other}` is no ground: for care, unless objected, with consent, with break-glass")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(text: &str, line: usize, what: &str) {
        let error = Policy::read(text).unwrap_err();
        assert_eq!((error.line, error.what.contains(what)), (line, true), "{error}");
    }

    #[test]
    fn a_policy_says_who_may_what() {
        let text = "policy 7 # the seventh\ngroup staff = clinician curator\n\npermit staff operator: read on statement when own network\n";
        let policy = Policy::read(text).unwrap();
        assert_eq!(policy.version(), "7");
        let allowed = |role, relation| policy.rules_for(role, Action::Read, Resource::Statement, relation).count();
        assert_eq!((allowed(Role::Clinician, Relation::Own), allowed(Role::Operator, Relation::Network)), (1, 1));
        assert_eq!((allowed(Role::Approver, Relation::Own), allowed(Role::Curator, Relation::Agreed)), (0, 0));
    }

    #[test]
    fn a_wrong_line_is_named() {
        fails("permit clinician: read on case when own", 1, "at which tier");
        fails("policy 1\npermit surgeon: read on statement when own", 2, "`surgeon` is no role");
        fails("policy 1\npermit clinician: look on statement when own", 2, "`look` is no action");
        fails("policy 1\npermit clinician: read on case when own at tier 9 for care", 2, "`9` is no tier");
        fails("policy 1\npermit clinician: read on case when own at tier 0 because", 2, "no ground");
        fails("policy 1\nforbid clinician", 2, "begins no line");
        fails("group a = clinician", 1, "policy VERSION");
    }
}
