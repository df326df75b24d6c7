//! What a column of a laboratory's sheet can hold.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::vocabulary::plain;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $label:literal;)+) => {
        /// A target of a column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Field { $(#[doc = $label] #[serde(rename = $code)] $name,)+ }

        impl Field {
            /// Every field, in the order shown to users.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable code, as stored.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The words for people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }
    };
}

fields! {
    Variant, "variant", "variant in any notation";
    HgvsC, "hgvs_c", "HGVS on a transcript (c. or n.)";
    HgvsG, "hgvs_g", "HGVS on the genome (g. or m.)";
    HgvsP, "hgvs_p", "HGVS on a protein (p.)";
    Gene, "gene", "gene symbol";
    Transcript, "transcript", "transcript or reference sequence";
    Chrom, "chrom", "chromosome";
    Pos, "pos", "position, first base from 1";
    End, "end", "last position";
    Ref, "ref", "reference allele";
    Alt, "alt", "alternate allele";
    Assembly, "assembly", "genome assembly";
    VariantType, "variant_type", "type of variant";
    CopyNumber, "copy_number", "copy number";
    Rsid, "rsid", "dbSNP number";
    VariantXref, "variant_xref", "identifier of the variant elsewhere";
    Classification, "classification", "classification";
    Criteria, "criteria", "criteria met";
    CriteriaNotMet, "criteria_not_met", "criteria not met";
    Guideline, "guideline", "guideline or assertion method";
    ConditionName, "condition_name", "condition";
    ConditionId, "condition_id", "condition identifier";
    ConditionIdType, "condition_id_type", "vocabulary of the condition identifier";
    Inheritance, "inheritance", "mode of inheritance";
    DateEvaluated, "date_evaluated", "date last evaluated";
    Citations, "citations", "publications";
    Summary, "summary", "summary or comment";
    Curator, "curator", "curator";
    LocalKey, "local_key", "the laboratory's own key of the record";
    SourceAccession, "source_accession", "accession at the source (SCV)";
    Laboratory, "laboratory", "laboratory";
    ReviewStatus, "review_status", "review status";
    Method, "method", "collection method";
    CaseId, "case_id", "case or sample (pseudonym)";
    FamilyId, "family_id", "family (pseudonym)";
    Zygosity, "zygosity", "zygosity or genotype";
    AlleleFraction, "allele_fraction", "share of cells or genomes";
    Origin, "origin", "allele origin";
    Sex, "sex", "sex";
    Age, "age", "age or age band";
    Affected, "affected", "affected or not";
    Proband, "proband", "proband or relative";
    HpoObserved, "hpo_observed", "phenotype observed (HPO)";
    HpoExcluded, "hpo_excluded", "phenotype excluded (HPO)";
}

impl Field {
    /// Whether several columns may feed it.
    pub fn takes_several(self) -> bool {
        matches!(
            self,
            Self::Citations
                | Self::Summary
                | Self::HpoObserved
                | Self::HpoExcluded
                | Self::VariantXref
                | Self::Criteria
                | Self::ConditionId
                | Self::Variant
        )
    }

    /// The field that a heading means by itself.
    pub fn of_heading(heading: &str) -> Option<Self> {
        HEADINGS.get(plain(heading).as_str()).copied().flatten()
    }

    /// Whether a heading is known and has no field: its column is a remark.
    pub fn is_known_remark(heading: &str) -> bool {
        HEADINGS.get(plain(heading).as_str()).is_some_and(Option::is_none)
    }

    /// The field of the longest known heading among the heading's words, such as `gene` in
    /// `Gene (HGNC approved)`. Headings of fewer than three letters are too weak for this.
    pub fn within_heading(heading: &str) -> Option<(Self, &'static str)> {
        let words = format!(" {} ", plain(heading));
        let known = HEADINGS.iter().filter(|(name, _)| name.len() >= 3 && words.contains(&format!(" {name} ")));
        known.max_by_key(|(name, _)| (name.len(), *name)).and_then(|(name, field)| Some(((*field)?, *name)))
    }
}

static HEADINGS: LazyLock<HashMap<&str, Option<Field>>> = LazyLock::new(|| {
    let mut headings = HashMap::new();
    for line in include_str!("headings.tsv").lines().filter(|l| !l.starts_with('#')) {
        let (code, names) = line.split_once('\t').expect("a test reads every line of the table");
        let field = Field::ALL.iter().find(|f| f.code() == code).copied();
        names.split('|').for_each(|name| {
            headings.entry(name).or_insert(field);
        });
    }
    headings
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_heading_stands_once_in_its_plain_form() {
        let mut seen = HashSet::new();
        for line in include_str!("headings.tsv").lines().filter(|l| !l.starts_with('#')) {
            for name in line.split_once('\t').unwrap().1.split('|') {
                assert_eq!(plain(name), name);
                assert!(seen.insert(name), "`{name}` stands twice");
            }
        }
        assert!(seen.len() > 400);
        assert!(Field::ALL.iter().all(|f| HEADINGS.values().any(|h| *h == Some(*f))));
        let codes =
            include_str!("headings.tsv").lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('\t').next());
        assert!(codes.into_iter().all(|code| code == "-" || Field::ALL.iter().any(|f| f.code() == code)));
    }

    #[test]
    fn headings_of_the_field() {
        for (heading, field) in [
            ("ACMG Klasse", Field::Classification),
            ("HGVS_c", Field::HgvsC),
            ("Date last evaluated", Field::DateEvaluated),
            ("Critères ACMG", Field::Criteria),
            ("##Local ID", Field::LocalKey),
        ] {
            assert_eq!(Field::of_heading(heading), Some(field), "{heading}");
        }
        assert_eq!(Field::within_heading("Gene (approved)").map(|f| f.0), Some(Field::Gene));
    }
}
