//! Whether a gene causes a disease: curated assertions of ClinGen and of the members of the GenCC.

use std::{collections::HashMap, io};

use serde::Serialize;

/// One assertion, as its source words it. Assertions of several submitters are never merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ValidityAssertion {
    /// Gene symbol.
    pub gene: String,
    /// `HGNC:1100`.
    pub hgnc_id: String,
    /// Disease name.
    pub disease: String,
    /// Disease identifier: `MONDO:0011450`.
    pub disease_id: String,
    /// Mode of inheritance.
    pub inheritance: String,
    /// `Definitive`, `Strong`, `Moderate`, `Limited`, `Disputed`, `Refuted` …
    pub classification: String,
    /// Who says so.
    pub submitter: String,
    /// Date of the assertion as written.
    pub date: String,
    /// Address of the report.
    pub report: String,
}

/// Assertions by gene.
#[derive(Debug, Default)]
pub struct Validity {
    assertions: Vec<ValidityAssertion>,
    by_gene: HashMap<String, Vec<u32>>,
}

/// A file of assertions cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ValidityError {
    /// Not a well-formed table.
    #[error("cannot read the table")]
    Csv(#[from] csv::Error),
    /// The heading lacks a column.
    #[error("the heading has no column `{0}`")]
    NoColumn(&'static str),
}

impl Validity {
    /// Reads ClinGen's export (CSV with a preamble; rows of plus signs around the heading).
    ///
    /// # Errors
    /// When it is no CSV or has no heading.
    pub fn read_clingen(&mut self, input: impl io::Read) -> Result<usize, ValidityError> {
        let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input).into_records();
        let heading = rows.find(|row| row.as_ref().is_ok_and(|row| row.iter().any(|cell| cell == "GENE SYMBOL")));
        let heading = heading.ok_or(ValidityError::NoColumn("GENE SYMBOL"))??;
        let names = [
            "GENE SYMBOL",
            "GENE ID (HGNC)",
            "DISEASE LABEL",
            "DISEASE ID (MONDO)",
            "MOI",
            "CLASSIFICATION",
            "GCEP",
            "CLASSIFICATION DATE",
            "ONLINE REPORT",
        ];
        let columns = columns_of(&heading, names)?;
        let mut count = 0;
        for row in rows {
            let row = row?;
            if !row.get(columns[1]).is_some_and(|id| id.starts_with("HGNC:")) {
                continue;
            }
            self.add(&row, columns);
            count += 1;
        }
        Ok(count)
    }

    /// Reads the GenCC's `gencc-submissions` (tab- or comma-separated; quoted values may hold line ends).
    ///
    /// # Errors
    /// When it is no table or lacks a column.
    pub fn read_gencc(&mut self, mut input: impl io::BufRead) -> Result<usize, ValidityError> {
        let start = input.fill_buf().map_err(csv::Error::from)?;
        let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let delimiter = if line.contains(&b'\t') { b'\t' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input);
        let names = [
            "gene_symbol",
            "gene_curie",
            "disease_title",
            "disease_curie",
            "moi_title",
            "classification_title",
            "submitter_title",
            "submitted_as_date",
            "submitted_as_public_report_url",
        ];
        let columns = columns_of(reader.headers()?, names)?;
        let mut count = 0;
        for row in reader.into_records() {
            self.add(&row?, columns);
            count += 1;
        }
        Ok(count)
    }

    /// What is asserted of a gene, by its symbol in any case.
    pub fn of_gene(&self, symbol: &str) -> impl Iterator<Item = &ValidityAssertion> {
        let held = self.by_gene.get(&symbol.to_ascii_uppercase()).map_or(&[][..], Vec::as_slice);
        held.iter().map(|at| &self.assertions[*at as usize])
    }

    /// Every assertion, in the order of the files.
    pub fn all(&self) -> &[ValidityAssertion] {
        &self.assertions
    }

    /// How many assertions there are.
    pub fn len(&self) -> usize {
        self.assertions.len()
    }

    /// Whether none is loaded.
    pub fn is_empty(&self) -> bool {
        self.assertions.is_empty()
    }

    fn add(&mut self, row: &csv::StringRecord, columns: [usize; 9]) {
        // Some exports of the GenCC put an apostrophe before dates.
        let cell = |at: usize| row.get(columns[at]).unwrap_or("").trim().trim_start_matches('\'').to_owned();
        let assertion = ValidityAssertion {
            gene: cell(0),
            hgnc_id: cell(1),
            disease: cell(2),
            disease_id: cell(3),
            inheritance: cell(4),
            classification: cell(5),
            submitter: cell(6),
            date: cell(7),
            report: cell(8),
        };
        let at = self.assertions.len() as u32;
        self.by_gene.entry(assertion.gene.to_ascii_uppercase()).or_default().push(at);
        self.assertions.push(assertion);
    }
}

fn columns_of(heading: &csv::StringRecord, names: [&'static str; 9]) -> Result<[usize; 9], ValidityError> {
    let mut columns = [0; 9];
    for (slot, name) in columns.iter_mut().zip(names) {
        *slot = heading.iter().position(|held| held.trim() == name).ok_or(ValidityError::NoColumn(name))?;
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::fasta::inflated;

    #[test]
    fn clingen_curations_load() {
        let Some(file) = crate::shared("data/gene_disease/clingen_gene_disease_validity.2025-01-09.csv.gz") else {
            return;
        };
        let mut validity = Validity::default();
        assert_eq!(validity.read_clingen(inflated(&file[..]).expect("gzip")).expect("a table"), 2953);
        let brca1: Vec<_> = validity.of_gene("brca1").map(|found| found.classification.as_str()).collect();
        assert!(brca1.contains(&"Definitive"), "{brca1:?}");
    }

    #[test]
    fn gencc_rows_of_several_submitters_stay_apart() {
        let heading = "sgc_id\tgene_curie\tgene_symbol\tdisease_curie\tdisease_title\tclassification_title\tmoi_title\tsubmitter_title\tsubmitted_as_date\tsubmitted_as_public_report_url\n";
        let rows = "1\tHGNC:1100\tBRCA1\tMONDO:0011450\t\"breast\ncancer\"\tStrong\tAutosomal dominant\tA\t'2020-01-01\t\n2\tHGNC:1100\tBRCA1\tMONDO:0011450\tx\tLimited\tAutosomal dominant\tB\t2021\t\n";
        let mut validity = Validity::default();
        assert_eq!(validity.read_gencc(format!("{heading}{rows}").as_bytes()).expect("a table"), 2);
        let dates: Vec<_> = validity.of_gene("BRCA1").map(|found| found.date.as_str()).collect();
        assert_eq!(dates, ["2020-01-01", "2021"]);
        assert!(validity.read_gencc(&b"a\tb\n"[..]).is_err());
    }
}
