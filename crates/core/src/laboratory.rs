//! The organisations that contribute. Everything in a node belongs to one of them.

use crate::id::LaboratoryId;
use serde::{Deserialize, Serialize};

/// A laboratory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Laboratory {
    /// Its id in this node.
    pub id: LaboratoryId,
    /// Its full name; unique in the node, compared without regard to case.
    pub name: String,
    /// A name for addresses and commands, such as `invitae`: lower case letters, digits, `-`.
    pub slug: String,
    /// ClinVar's organisation number, where there is one.
    pub clinvar_org_id: Option<u32>,
    /// Whether it has accounts here, or is only known by its statements.
    pub is_member: bool,
}

/// The name under which an archive's own summary of its submitters stands: it repeats what
/// laboratories said and is not one of them.
pub const ARCHIVE_SUMMARY: &str = "ClinVar (aggregate)";

/// The slug of a name: lower case ASCII letters and digits, other runs as one `-`, at most 60
/// characters. May be empty, and may meet another laboratory's: the store appends a number then.
pub fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if out.len() >= 60 {
            break;
        }
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("Biesecker Lab/Clinical Genomics Section, NIH"), "biesecker-lab-clinical-genomics-section-nih");
        assert_eq!(slug("  ÉÉ "), "");
    }
}
