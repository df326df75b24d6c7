//! Which conditions allow no more than others: the order in which a consent may be narrowed.
//!
//! Permissions follow their definitions in the ontology: no restriction allows every use, general
//! research every research, health research that on every disease, and a disease what lies below it.
//! A modifier only takes away, so one may be added, and none may be left out unless a stricter one
//! stands in its place. Clinical care is a use of its own: only no restriction contains it.

use super::Condition;
use super::purpose::DiseaseTree;

/// Whether the conditions allow nothing that the others do not allow.
pub fn is_within(narrow: &[Condition], wide: &[Condition], diseases: &dyn DiseaseTree) -> bool {
    let uses = |one: &&Condition| !one.is_limit();
    let adds_no_use = narrow.iter().filter(uses).all(|new| wide.iter().any(|old| contains(old, new, diseases)));
    let keeps_limits = wide.iter().filter(|one| one.is_limit()).all(|limit| is_kept(limit, narrow));
    adds_no_use && keeps_limits
}

/// Whether a permitted use lies within another.
fn contains(wide: &Condition, narrow: &Condition, diseases: &dyn DiseaseTree) -> bool {
    if wide == narrow {
        return true;
    }
    match (wide.code.as_str(), narrow.code.as_str()) {
        ("NRES", "GRU" | "HMB" | "DS" | "POA" | "CC") => true,
        ("GRU", "HMB" | "DS" | "POA") => true,
        ("HMB", "DS") => true,
        ("DS", "DS") => match (&narrow.value, &wide.value) {
            (Some(disease), Some(above)) => diseases.is_within(disease, above) == Some(true),
            _ => false,
        },
        _ => false,
    }
}

/// Whether the conditions hold a limit that is at least as strict.
fn is_kept(limit: &Condition, narrow: &[Condition]) -> bool {
    let has = |code: &str| narrow.iter().any(|one| one.code == code);
    match limit.code.as_str() {
        "NPU" | "NCU" if has("NPUNCU") => true,
        "NPUNCU" if has("NPU") && has("NCU") => true,
        _ => narrow.iter().any(|one| one.code == limit.code && is_as_strict(one, limit)),
    }
}

/// Of two limits of one code, whether the first leaves no more than the second. To name the project,
/// institution, user or country is stricter than not to; a time limit that ends earlier is stricter,
/// and so is a moratorium that ends later.
fn is_as_strict(new: &Condition, old: &Condition) -> bool {
    let day = |one: &Condition| one.value.as_ref().and_then(|value| value.parse::<jiff::civil::Date>().ok());
    match (&new.value, &old.value) {
        (new, old) if new == old => true,
        (Some(_), None) => true,
        _ => match (old.code.as_str(), day(new), day(old)) {
            ("TS", Some(new), Some(old)) => new <= old,
            ("MOR", Some(new), Some(old)) => new >= old,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::purpose::NoTree;
    use super::*;

    /// Breast cancer lies below cancer.
    struct Cancer;

    impl DiseaseTree for Cancer {
        fn is_within(&self, disease: &str, above: &str) -> Option<bool> {
            Some(disease == above || (disease, above) == ("MONDO:0007254", "MONDO:0004992"))
        }
    }

    fn read(codes: &[&str]) -> Vec<Condition> {
        codes.iter().map(|code| Condition::read(code).unwrap()).collect()
    }

    fn check(wide: &[&str], narrow: &[&str], expected: bool) {
        assert_eq!(is_within(&read(narrow), &read(wide), &Cancer), expected, "{narrow:?} within {wide:?}");
    }

    #[test]
    fn permissions_follow_the_ontology() {
        let (cancer, breast) = ("DS=MONDO:0004992", "DS=MONDO:0007254");
        let chain = ["NRES", "GRU", "HMB", cancer, breast];
        for (at, wide) in chain.iter().enumerate() {
            for (below, narrow) in chain.iter().enumerate() {
                check(&[wide], &[narrow], at <= below);
            }
        }
        check(&["NRES"], &["CC"], true);
        check(&["GRU"], &["CC"], false);
        check(&["CC"], &["HMB"], false);
        check(&["GRU"], &["POA"], true);
        check(&["HMB"], &["POA"], false);
        check(&["POA"], &[cancer], false);
        assert!(!is_within(&read(&[breast]), &read(&[cancer]), &NoTree), "what is not known is not within");
    }

    #[test]
    fn a_part_is_within_the_whole() {
        check(&["HMB", "CC"], &["CC"], true);
        check(&["HMB", "CC"], &["HMB"], true);
        check(&["HMB"], &["HMB", "CC"], false);
        check(&["GRU", "CC"], &["HMB", "CC"], true);
    }

    #[test]
    fn modifiers_are_added_and_kept() {
        for added in ["NPU", "NCU", "NPUNCU", "US", "IS", "PUB", "IRB", "GS=GB", "TS=2027-01-01"] {
            check(&["GRU"], &["GRU", added], true);
            check(&["GRU"], &["HMB", added], true);
            check(&["GRU", added], &["GRU"], false);
        }
        check(&["GRU", "NPU"], &["HMB", "NPUNCU"], true);
        check(&["GRU", "NPUNCU"], &["HMB", "NPU"], false);
        check(&["GRU", "NPUNCU"], &["HMB", "NPU", "NCU"], true);
        check(&["GRU", "US"], &["GRU", "US=one user"], true);
        check(&["GRU", "US=one user"], &["GRU", "US"], false);
        check(&["GRU", "GS=GB"], &["GRU", "GS=DE"], false);
        check(&["GRU", "TS=2028-01-01"], &["GRU", "TS=2027-01-01"], true);
        check(&["GRU", "TS=2027-01-01"], &["GRU", "TS=2028-01-01"], false);
        check(&["GRU", "MOR=2027-01-01"], &["GRU", "MOR=2026-01-01"], false);
    }
}
