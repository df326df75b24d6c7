//! What tables say of genes and stretches of proteins: dosage sensitivity, constraint, hot spots, a laboratory's own
//! statements.

use std::{
    collections::HashMap,
    io::{self, BufRead},
};

use cairn_core::{
    condition::Inheritance,
    criterion::{Criterion, Strength},
    suggest::{
        EvidenceSource, Number,
        frequency::{FrequencyLimit, LimitMeasure},
        prediction::GeneFact,
        residue::{ProteinRegion, RegionKind},
    },
};

use crate::transcript::{TableError, table::Table};

/// Everything that loaded tables say of genes.
#[derive(Debug, Default)]
pub struct GeneTables {
    dosage: HashMap<String, Dosage>,
    /// The dosage tables.
    pub dosage_source: Option<EvidenceSource>,
    constraint: HashMap<String, Vec<Number>>,
    regions: HashMap<String, Vec<ProteinRegion>>,
    facts: HashMap<String, Vec<StatedFact>>,
    has_regions: bool,
}

/// ClinGen's dosage scores of a gene: 0 to 3, 30 (recessive), 40 (unlikely).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dosage {
    /// Haploinsufficiency.
    pub haploinsufficiency: Option<u32>,
    /// Triplosensitivity.
    pub triplosensitivity: Option<u32>,
}

/// One statement of a laboratory's own table about a gene.
#[derive(Clone, Debug, PartialEq)]
struct StatedFact {
    kind: FactKind,
    value: String,
    inheritance: Option<Inheritance>,
    condition: String,
    citation: String,
    source: EvidenceSource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FactKind {
    LofMechanism,
    MissenseMechanism,
    TruncatingOnly,
    Ba1,
    Bs1,
    Pm2,
}

impl FactKind {
    fn read(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "lof_mechanism" => Self::LofMechanism,
            "missense_mechanism" => Self::MissenseMechanism,
            "truncating_only" => Self::TruncatingOnly,
            "ba1_frequency" => Self::Ba1,
            "bs1_frequency" => Self::Bs1,
            "pm2_frequency" => Self::Pm2,
            _ => return None,
        })
    }
}

impl GeneTables {
    /// Reads a BED of ClinGen's dosage scores; which of the two stands in its track line.
    ///
    /// # Errors
    /// When the stream fails.
    pub fn read_dosage(&mut self, input: impl BufRead, source: &EvidenceSource) -> io::Result<usize> {
        let (mut count, mut is_triplo) = (0, false);
        for line in input.lines() {
            let line = line?;
            if line.starts_with("track") || line.starts_with('#') {
                is_triplo |= line.contains("Triplosensitivity");
                continue;
            }
            let mut cells = line.split('\t').skip(3);
            let (Some(gene), Some(Ok(score))) = (cells.next(), cells.next().map(|cell| cell.trim().parse::<u32>()))
            else {
                continue;
            };
            let held = self.dosage.entry(gene.trim().to_ascii_uppercase()).or_default();
            let place = if is_triplo { &mut held.triplosensitivity } else { &mut held.haploinsufficiency };
            // The newest file comes first.
            place.get_or_insert(score);
            count += 1;
        }
        self.dosage_source.get_or_insert_with(|| source.clone());
        Ok(count)
    }

    /// Reads gnomAD's constraint table, the MANE Select row of each gene first.
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_constraint(&mut self, input: impl BufRead, source: &EvidenceSource) -> Result<usize, TableError> {
        let mut table = Table::read(input, &["gene", "mane_select", "mis.z_score", "lof.oe_ci.upper", "lof.pLI"])?;
        let mut count = 0;
        while let Some([gene, mane, missense, loeuf, pli]) = table.next_row()? {
            let number = |name: &str, text: &str| text.parse().ok().map(|value| Number::new(name, value, "", source));
            let numbers: Vec<Number> =
                [number("missense Z score", missense), number("LOEUF", loeuf), number("pLI", pli)]
                    .into_iter()
                    .flatten()
                    .collect();
            if mane == "true" || !self.constraint.contains_key(&gene.to_ascii_uppercase()) {
                self.constraint.insert(gene.to_ascii_uppercase(), numbers);
            }
            count += 1;
        }
        Ok(count)
    }

    /// Reads a table of protein regions: `gene`, `first`, `last`, `kind` (hotspot, domain, critical, repeat), `name`,
    /// `strength` (may be empty), `citation`.
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_regions(&mut self, input: impl BufRead, source: &EvidenceSource) -> Result<usize, TableError> {
        let mut table = Table::read(input, &["gene", "first", "last", "kind", "name", "strength", "citation"])?;
        let mut count = 0;
        while let Some([gene, first, last, kind, name, strength, citation]) = table.next_row()? {
            let kind = match kind.to_ascii_lowercase().as_str() {
                "hotspot" => RegionKind::Hotspot,
                "domain" => RegionKind::Domain,
                "critical" => RegionKind::Critical,
                "repeat" => RegionKind::Repeat,
                _ => continue,
            };
            // A region without a citation is an assertion nobody can check.
            let (Ok(first), Ok(last), false) = (first.parse(), last.parse(), citation.is_empty()) else { continue };
            self.regions.entry(gene.to_ascii_uppercase()).or_default().push(ProteinRegion {
                gene: gene.to_owned(),
                first,
                last,
                kind,
                name: name.to_owned(),
                strength: read_strength(strength),
                citation: citation.to_owned(),
                source: source.clone(),
            });
            count += 1;
        }
        self.has_regions |= count > 0;
        Ok(count)
    }

    /// Reads a table of statements about genes: `gene`, `fact` (lof_mechanism, missense_mechanism, truncating_only,
    /// ba1_frequency, bs1_frequency, pm2_frequency), `value` (yes, no, or a frequency), `inheritance`, `condition`,
    /// `citation`.
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_facts(&mut self, input: impl BufRead, source: &EvidenceSource) -> Result<usize, TableError> {
        let mut table = Table::read(input, &["gene", "fact", "value", "inheritance", "condition", "citation"])?;
        let mut count = 0;
        while let Some([gene, fact, value, inheritance, condition, citation]) = table.next_row()? {
            let (Some(kind), false) = (FactKind::read(fact), citation.is_empty()) else { continue };
            self.facts.entry(gene.to_ascii_uppercase()).or_default().push(StatedFact {
                kind,
                value: value.to_owned(),
                inheritance: Inheritance::read(inheritance),
                condition: condition.to_owned(),
                citation: citation.to_owned(),
                source: source.clone(),
            });
            count += 1;
        }
        Ok(count)
    }

    /// The dosage scores of a gene.
    pub fn dosage(&self, gene: &str) -> Option<Dosage> {
        self.dosage.get(&gene.to_ascii_uppercase()).copied()
    }

    /// The constraint of a gene.
    pub fn constraint(&self, gene: &str) -> &[Number] {
        self.constraint.get(&gene.to_ascii_uppercase()).map_or(&[], Vec::as_slice)
    }

    /// The regions of a gene's protein.
    pub fn regions(&self, gene: &str) -> &[ProteinRegion] {
        self.regions.get(&gene.to_ascii_uppercase()).map_or(&[], Vec::as_slice)
    }

    /// Whether any table of regions is loaded.
    pub fn has_regions(&self) -> bool {
        self.has_regions
    }

    fn fact(&self, gene: &str, kind: FactKind, mode: Option<Inheritance>) -> Option<GeneFact> {
        let held = self.facts.get(&gene.to_ascii_uppercase())?;
        let fits = |fact: &&StatedFact| fact.kind == kind && (fact.inheritance.is_none() || fact.inheritance == mode);
        let fact = held.iter().find(fits)?;
        let holds = match fact.value.to_ascii_lowercase().as_str() {
            "yes" => true,
            "no" => false,
            _ => return None,
        };
        let of = if fact.condition.is_empty() { String::new() } else { format!(" for {}", fact.condition) };
        Some(GeneFact {
            holds,
            detail: format!("{}: {}{of} ({})", fact.source.label(), fact.value, fact.citation),
            citation: fact.citation.clone(),
            source: fact.source.clone(),
        })
    }

    /// Whether loss of function of a gene causes disease.
    pub fn lof_mechanism(&self, gene: &str, mode: Option<Inheritance>) -> Option<GeneFact> {
        self.fact(gene, FactKind::LofMechanism, mode)
    }

    /// Whether missense variants are a common cause and few are benign.
    pub fn missense_mechanism(&self, gene: &str, mode: Option<Inheritance>) -> Option<GeneFact> {
        self.fact(gene, FactKind::MissenseMechanism, mode)
    }

    /// Whether mainly truncating variants cause disease.
    pub fn truncating_only(&self, gene: &str, mode: Option<Inheritance>) -> Option<GeneFact> {
        self.fact(gene, FactKind::TruncatingOnly, mode)
    }

    /// The frequencies that tables set for a gene.
    pub fn frequency_limits(&self, gene: &str) -> Vec<FrequencyLimit> {
        let held = self.facts.get(&gene.to_ascii_uppercase()).map_or(&[][..], Vec::as_slice);
        let limit = |fact: &StatedFact| {
            let (criterion, below) = match fact.kind {
                FactKind::Ba1 => ("BA1", false),
                FactKind::Bs1 => ("BS1", false),
                FactKind::Pm2 => ("PM2", true),
                _ => return None,
            };
            Some(FrequencyLimit {
                criterion: criterion.to_owned(),
                value: fact.value.parse().ok().filter(|value| (0.0..=1.0).contains(value))?,
                inclusive: true,
                below,
                measure: LimitMeasure::HighestPopulation,
                minimum_alleles: 0,
                strength: None,
                inheritance: fact.inheritance,
                text: format!("highest population frequency, {} of {gene}", fact.source.label()),
                citation: fact.citation.clone(),
            })
        };
        held.iter().filter_map(limit).collect()
    }
}

/// A strength as people write it behind a criterion.
fn read_strength(text: &str) -> Option<Strength> {
    format!("PM1_{text}").parse::<Criterion>().ok()?.strength
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> EvidenceSource {
        EvidenceSource { name: "a table".into(), ..EvidenceSource::default() }
    }

    #[test]
    fn clingen_dosage_scores() {
        let text = "track name='ClinGen Gene Curation Haploinsufficiency Scores' db=hg19\nchr17\t41196311\t41277500\tBRCA1\t3\n";
        let mut tables = GeneTables::default();
        assert_eq!(tables.read_dosage(text.as_bytes(), &source()).expect("text"), 1);
        let triplo = "track name='ClinGen Gene Curation Triplosensitivity Scores' db=hg19\nchr17\t1\t2\tBRCA1\t0\n";
        tables.read_dosage(triplo.as_bytes(), &source()).expect("text");
        assert_eq!(tables.dosage("brca1"), Some(Dosage { haploinsufficiency: Some(3), triplosensitivity: Some(0) }));
    }

    #[test]
    fn constraint_of_gnomad_takes_mane_select() {
        let Some(bytes) = crate::shared("data/gene_disease/gnomad.v4.1.constraint.reduced.tsv.gz") else { return };
        let mut tables = GeneTables::default();
        let input = crate::sequence::fasta::inflated(&bytes[..]).expect("gzip");
        assert_eq!(tables.read_constraint(input, &source()).expect("a table"), 3_754);
        assert!(tables.constraint("AAGAB").iter().any(|number| number.name == "missense Z score"));
    }

    #[test]
    fn regions_and_facts_without_citation_are_left_out() {
        let mut tables = GeneTables::default();
        let heading = "gene\tfirst\tlast\tkind\tname\tstrength\tcitation\n";
        let rows = "BRCA1\t1650\t1857\tdomain\tBRCT repeats\tsupporting\tPMID:1\nBRCA1\t2\t101\tdomain\tRING\t\t\n";
        assert_eq!(tables.read_regions(format!("{heading}{rows}").as_bytes(), &source()).expect("a table"), 1);
        assert_eq!(tables.regions("BRCA1")[0].strength, Some(Strength::Supporting));
        let heading = "gene\tfact\tvalue\tinheritance\tcondition\tcitation\n";
        let rows = "MYH7\tlof_mechanism\tno\tAD\t\tPMID:2\nMYH7\tpm2_frequency\t0.00004\tAD\t\tPMID:2\nMYH7\tlof_mechanism\tyes\t\t\t\n";
        assert_eq!(tables.read_facts(format!("{heading}{rows}").as_bytes(), &source()).expect("a table"), 2);
        let fact = tables.lof_mechanism("MYH7", Some(Inheritance::AutosomalDominant)).expect("stated");
        assert!(!fact.holds && fact.citation == "PMID:2");
        assert_eq!(tables.lof_mechanism("MYH7", Some(Inheritance::AutosomalRecessive)), None);
        assert_eq!(tables.frequency_limits("MYH7")[0].value, 0.000_04);
    }
}
