//! What two versions of a guideline define differently, whatever the evidence.

use super::definition::{CombiningRow, CriterionDefinition, Guideline};
use serde::Serialize;
use std::collections::BTreeMap;

/// One thing that two guidelines define differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DefinitionDifference {
    /// The criterion, or the rule.
    pub what: String,
    /// In the first; `None`: it is not there.
    pub a: Option<String>,
    /// In the second.
    pub b: Option<String>,
}

/// Criteria first, in the order of the second guideline, then rules and bands.
pub fn definition_differences(a: &Guideline, b: &Guideline) -> Vec<DefinitionDifference> {
    let gone = a.criteria.iter().filter(|c| b.criterion(&c.code).is_none());
    let pairs = b.criteria.iter().map(|new| (&new.code, a.criterion(&new.code), Some(new)));
    let pairs = pairs.chain(gone.map(|old| (&old.code, Some(old), None)));
    let criteria = pairs.map(|(code, old, new)| DefinitionDifference {
        what: code.clone(),
        a: old.map(in_words),
        b: new.map(in_words),
    });
    let (rows_a, rows_b) = (rows(a), rows(b));
    let ids: Vec<&String> = rows_b.keys().chain(rows_a.keys().filter(|id| !rows_b.contains_key(*id))).collect();
    let rules = ids.into_iter().map(|id| DefinitionDifference {
        what: id.clone(),
        a: rows_a.get(id).cloned(),
        b: rows_b.get(id).cloned(),
    });
    criteria.chain(rules).filter(|difference| difference.a != difference.b).collect()
}

/// A criterion as far as it decides: use, default, strengths or points, numbers.
fn in_words(criterion: &CriterionDefinition) -> String {
    if let Some(who) = &criterion.retired {
        return format!("retired: {who}");
    }
    if let Some(why) = &criterion.not_applicable {
        return format!("not used: {why}");
    }
    let mut parts = Vec::new();
    parts.extend(criterion.strength.map(|strength| format!("{} when not said", strength.suffix())));
    if !criterion.permitted.is_empty() {
        let permitted: Vec<&str> = criterion.permitted.iter().map(|strength| strength.suffix()).collect();
        parts.push(format!("may be {}", permitted.join(", ")));
    }
    if let Some(row) = &criterion.points {
        parts.push(row.default.map_or_else(|| "points must be stated".to_owned(), |points| format!("{points} points")));
        parts.push(format!("{} at most", row.max));
    }
    parts.extend(criterion.thresholds.iter().map(ToString::to_string));
    parts.extend(criterion.regions.iter().map(|region| format!("residues {} to {}", region.first, region.last)));
    parts.join("; ")
}

fn rows(guideline: &Guideline) -> BTreeMap<String, String> {
    let say = |row: CombiningRow| (row.id, format!("{}: {}", row.class, row.text));
    guideline.combining().into_iter().map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guideline::find;

    #[test]
    fn the_versions_of_svi_differ_in_pm2_and_one_rule() {
        let (a, b) = (find("acmg-amp-svi@2018").expect("one"), find("acmg-amp-svi@2020").expect("one"));
        let found = definition_differences(a, b);
        let what: Vec<&str> = found.iter().map(|difference| difference.what.as_str()).collect();
        assert_eq!(what, ["PM2", "Likely pathogenic (SVI, PM2 1.0)"]);
        assert!(found[0].a.as_deref().is_some_and(|text| text.starts_with("Moderate when not said")));
        assert_eq!(found[1].a, None);
        assert!(definition_differences(a, a).is_empty());
    }
}
