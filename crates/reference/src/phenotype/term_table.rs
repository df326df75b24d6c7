//! HPO terms as a table: `hpo_id`, `name`, `obsolete`, `replaced_by`, `parents` (parted by `|`).

use std::io::BufRead;

use super::ontology::TermRecord;
use crate::transcript::{TableError, table::Table};

/// Reads all terms.
///
/// # Errors
/// When a column is missing or the stream fails.
pub fn read_term_table(input: impl BufRead) -> Result<Vec<TermRecord>, TableError> {
    let number = |id: &str| id.strip_prefix("HP:")?.parse::<u32>().ok();
    let mut table = Table::read(input, &["hpo_id", "name", "obsolete", "replaced_by", "parents"])?;
    let mut terms = Vec::new();
    while let Some([id, name, obsolete, replaced_by, parents]) = table.next_row()? {
        let Some(id) = number(id) else { continue };
        terms.push(TermRecord {
            id,
            label: name.to_owned(),
            parents: parents.split('|').filter_map(number).collect(),
            is_obsolete: obsolete == "1",
            replaced_by: number(replaced_by),
            ..TermRecord::default()
        });
    }
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        phenotype::ontology::{Ontology, TermMatch},
        sequence::fasta::inflated,
    };

    #[test]
    fn the_version_of_2025_loads() {
        let Some(file) = crate::shared("data/hpo/hpo_terms.v2025-01-16.tsv.gz") else { return };
        let terms = read_term_table(inflated(&file[..]).expect("gzip")).expect("a table");
        assert_eq!(terms.len(), 19_484);
        let hpo = Ontology::new("2025-01-16".into(), terms);
        assert!(matches!(hpo.find("HP:0000003"), TermMatch::Current(_)));
    }
}
