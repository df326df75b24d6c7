//! Which diseases show which phenotypes: `phenotype.hpoa`, and tables of disease or gene to HPO terms.

use std::{collections::HashMap, io::BufRead};

use crate::transcript::{TableError, table::Table};

/// How often a phenotype is seen among people with the disease.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Frequency {
    /// So many of so many people.
    Counted {
        /// With the phenotype.
        seen: u32,
        /// Looked at.
        of: u32,
    },
    /// A share between 0 and 1, or the middle of an HPO frequency class.
    Share(f32),
}

/// A phenotype of a disease.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhenotypeLink {
    /// The number of the HPO identifier.
    pub term: u32,
    /// How often; `None` when the source does not say.
    pub frequency: Option<Frequency>,
    /// The disease is known *not* to show it.
    pub is_absent: bool,
}

/// A disease and its phenotypes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiseasePhenotypes {
    /// `OMIM:604370`, `ORPHA:558`.
    pub id: String,
    /// Its name in the source.
    pub name: String,
    /// Its phenotypes, by term.
    pub phenotypes: Vec<PhenotypeLink>,
}

/// Diseases by identifier.
#[derive(Debug, Default)]
pub struct DiseaseLinks {
    diseases: Vec<DiseasePhenotypes>,
    by_id: HashMap<String, u32>,
}

impl DiseaseLinks {
    /// Reads `phenotype.hpoa` (tab-separated; the heading may be a comment).
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_hpoa(&mut self, input: impl BufRead) -> Result<usize, TableError> {
        let mut table =
            Table::read(input, &["database_id", "disease_name", "qualifier", "hpo_id", "frequency", "aspect"])?;
        let mut count = 0;
        while let Some([id, name, qualifier, term, frequency, aspect]) = table.next_row()? {
            // Aspects other than P are inheritance, course and modifiers, which are no phenotypes.
            let Some(term) = hpo_number(term).filter(|_| aspect == "P") else { continue };
            let link = PhenotypeLink { term, frequency: parse_frequency(frequency), is_absent: qualifier == "NOT" };
            self.add(id, name, link);
            count += 1;
        }
        Ok(count)
    }

    /// Reads a table `disease_id`, `disease_name`, `hpo_ids` (parted by `|`).
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_table(&mut self, input: impl BufRead) -> Result<usize, TableError> {
        let mut table = Table::read(input, &["disease_id", "disease_name", "hpo_ids"])?;
        let mut count = 0;
        while let Some([id, name, terms]) = table.next_row()? {
            let terms: Vec<u32> = terms.split('|').filter_map(hpo_number).collect();
            let (id, name) = (id.to_owned(), name.to_owned());
            for term in terms {
                self.add(&id, &name, PhenotypeLink { term, frequency: None, is_absent: false });
                count += 1;
            }
        }
        Ok(count)
    }

    /// The disease with an identifier.
    pub fn find(&self, id: &str) -> Option<&DiseasePhenotypes> {
        self.by_id.get(id).map(|at| &self.diseases[*at as usize])
    }

    /// All diseases.
    pub fn iter(&self) -> impl Iterator<Item = &DiseasePhenotypes> {
        self.diseases.iter()
    }

    /// Adds a link, or a frequency to one that is known without.
    fn add(&mut self, id: &str, name: &str, link: PhenotypeLink) {
        let id = normal_id(id);
        let next = self.diseases.len() as u32;
        let at = *self.by_id.entry(id.clone()).or_insert(next) as usize;
        if at == self.diseases.len() {
            self.diseases.push(DiseasePhenotypes { id, name: name.to_owned(), phenotypes: Vec::new() });
        }
        let held = &mut self.diseases[at].phenotypes;
        match held.iter_mut().find(|known| known.term == link.term && known.is_absent == link.is_absent) {
            Some(known) => known.frequency = known.frequency.or(link.frequency),
            None => held.push(link),
        }
    }
}

/// `ORPHANET:558` and `Orphanet:558` as `ORPHA:558`.
pub fn normal_id(id: &str) -> String {
    let (prefix, local) = id.split_once(':').unwrap_or(("", id));
    match prefix.to_ascii_lowercase().as_str() {
        "orphanet" | "orpha" => format!("ORPHA:{local}"),
        "mim" | "omim" => format!("OMIM:{local}"),
        "mondo" => format!("MONDO:{local}"),
        _ => id.to_owned(),
    }
}

fn hpo_number(id: &str) -> Option<u32> {
    id.trim().strip_prefix("HP:")?.parse().ok()
}

/// `12/45`, `17%`, or an HPO frequency class (HP:0040280 obligate to HP:0040285 excluded).
fn parse_frequency(text: &str) -> Option<Frequency> {
    if let Some((seen, of)) = text.split_once('/') {
        return Some(Frequency::Counted {
            seen: seen.trim().parse().ok()?,
            of: of.trim().parse().ok().filter(|of| *of > 0)?,
        });
    }
    if let Some(percent) = text.strip_suffix('%') {
        return percent
            .trim()
            .parse::<f32>()
            .ok()
            .filter(|share| (0.0..=100.0).contains(share))
            .map(|share| Frequency::Share(share / 100.0));
    }
    let share = match hpo_number(text)? {
        40_280 => 1.0,
        40_281 => 0.895,
        40_282 => 0.545,
        40_283 => 0.17,
        40_284 => 0.025,
        40_285 => 0.0,
        _ => return None,
    };
    Some(Frequency::Share(share))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sequence::fasta::inflated, testdata};

    #[test]
    fn frequencies_in_their_three_forms() {
        assert_eq!(parse_frequency("1/2"), Some(Frequency::Counted { seen: 1, of: 2 }));
        assert_eq!(parse_frequency("17%"), Some(Frequency::Share(0.17)));
        assert_eq!(parse_frequency("HP:0040280"), Some(Frequency::Share(1.0)));
        for text in ["", "1/0", "often", "HP:0000001", "%"] {
            assert_eq!(parse_frequency(text), None, "{text}");
        }
    }

    #[test]
    fn the_published_files_load() {
        let mut links = DiseaseLinks::default();
        let hpoa = testdata("hpo/phenotype.reduced.v2023-04-05.hpoa.gz");
        links.read_hpoa(inflated(&hpoa[..]).expect("gzip")).expect("a table");
        let table = testdata("hpo/disease_to_phenotype.v2025-01-16.tsv.gz");
        assert_eq!(links.read_table(inflated(&table[..]).expect("gzip")).expect("a table"), 270_104);
        assert!(links.iter().count() >= 12_640);
        let marfan = links.find("OMIM:154700").expect("in the table");
        assert!(marfan.phenotypes.iter().any(|link| link.term == 1166));
    }
}
