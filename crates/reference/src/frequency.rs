//! How often alleles are seen in populations: sites files of gnomAD, ExAC and 1000 Genomes, and tables of counts.
//!
//! A file is read once, rows of several alternates are split, alleles brought to their leftmost form, and kept as a
//! sorted table that is mapped from disk.

mod fields;
mod record;
mod table;
mod vcf;

use std::{
    fs::File,
    io::{self, BufRead, BufWriter},
    path::Path,
};

use cairn_core::suggest::{
    EvidenceSource,
    frequency::{DatasetAnswer, Seen},
};
use cairn_variant::{assembly::Assembly, replacement::Replacement};
use serde::{Deserialize, Serialize};

use crate::{
    allele_table::{AlleleKey, AlleleTable, AlleleTableError},
    sequence::store::SequenceStore,
    source::Source,
};

/// Bases within which another site shows that a dataset reads a place.
pub const REACH: u32 = 1_000;

/// What a frequency table says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrequencyDescription {
    /// `ExAC`, `gnomAD exomes`.
    pub name: String,
    /// `r0.3`, `v4.1`; empty when the file does not say.
    pub version: String,
    /// The assembly of its positions.
    pub assembly: Assembly,
    /// Codes of its populations.
    pub populations: Vec<String>,
    /// It was asked for certain alleles only; what it does not list it says nothing about.
    pub only_listed: bool,
}

/// A file of frequencies cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum FrequencyError {
    /// The stream or the disk.
    #[error("cannot read the frequencies")]
    Io(#[from] io::Error),
    /// The rows.
    #[error(transparent)]
    Rows(#[from] AlleleTableError),
    /// The assembly.
    #[error("the file does not say its assembly: name it with `--assembly GRCh37` or `--assembly GRCh38`")]
    NoAssembly,
    /// The bases.
    #[error(
        "{differing} of {checked} reference bases differ from {assembly}: the positions are on another assembly; name it with `--assembly`"
    )]
    WrongAssembly {
        /// Rows whose bases differ.
        differing: u64,
        /// Rows whose bases are loaded.
        checked: u64,
        /// The assembly that was taken.
        assembly: Assembly,
    },
    /// A column.
    #[error("the heading lacks the columns chrom, pos, ref, alt, AC and AN")]
    NoColumns,
}

/// What was kept of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it is.
    pub description: FrequencyDescription,
    /// Alleles in it.
    pub alleles: u64,
}

/// Reads a file and writes its table.
///
/// # Errors
/// When it cannot be read, is not sorted, or stands on another assembly than it says.
pub fn write_table(
    input: &mut dyn BufRead,
    file: &str,
    assembly: Option<Assembly>,
    loaded: &SequenceStore,
    part: &Path,
) -> Result<Kept, FrequencyError> {
    let out = BufWriter::with_capacity(1 << 20, File::create(part)?);
    let is_vcf = input.fill_buf()?.starts_with(b"##");
    let (out, kept) = match is_vcf {
        true => vcf::write(input, file, assembly, loaded, out)?,
        false => table::write(input, file, assembly, loaded, out)?,
    };
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(kept)
}

/// All frequency tables of a node.
#[derive(Debug, Default)]
pub struct Frequencies(Vec<(EvidenceSource, AlleleTable<FrequencyDescription>)>);

impl Frequencies {
    /// Opens a kept table; a damaged one is left out, as a file that is gone would be.
    pub fn add(&mut self, path: &Path, source: &Source) {
        if let Ok(Some(table)) = AlleleTable::<FrequencyDescription>::open(path) {
            let told = &table.description;
            let evidence = EvidenceSource {
                name: told.name.clone(),
                version: told.version.clone(),
                digest: Some(source.sha256.clone()),
                file: Some(source.file.clone()),
            };
            self.0.push((evidence, table));
        }
    }

    /// Whether none is loaded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the loaded files are.
    pub fn sources(&self) -> impl Iterator<Item = &EvidenceSource> {
        self.0.iter().map(|(source, _)| source)
    }

    /// What each dataset says of a change, given on every assembly it has a place on; names of those that do not reach
    /// it. A dataset that is loaded on both assemblies, or in parts, answers once.
    pub fn of(
        &self,
        changes: &[(Assembly, Replacement)],
        sequences: &SequenceStore,
    ) -> (Vec<DatasetAnswer>, Vec<String>) {
        self.of_those(changes, sequences, |_| true)
    }

    /// The same of some of the loaded files only, as before others of them came.
    pub fn of_those(
        &self,
        changes: &[(Assembly, Replacement)],
        sequences: &SequenceStore,
        is_wanted: impl Fn(&EvidenceSource) -> bool,
    ) -> (Vec<DatasetAnswer>, Vec<String>) {
        let (mut answers, mut out_of_reach) = (Vec::new(), Vec::new());
        for (source, table) in self.0.iter().filter(|(source, _)| is_wanted(source)) {
            let change = changes.iter().find(|(assembly, _)| *assembly == table.description.assembly);
            let key = change.and_then(|(_, change)| AlleleKey::of(change, sequences));
            match key.and_then(|key| seen(table, &key)) {
                Some(seen) => add_answer(&mut answers, DatasetAnswer { source: source.clone(), seen }),
                None => out_of_reach.push(format!("{} on {}", source.label(), table.description.assembly)),
            }
        }
        // A file that was loaded in parts, one a chromosome, reaches where one of its parts does.
        out_of_reach.retain(|name| !answers.iter().any(|answer| name.starts_with(&answer.source.label())));
        out_of_reach.dedup();
        (answers, out_of_reach)
    }
}

/// Adds an answer; of two of one dataset the one that has the allele stays, else the first.
fn add_answer(answers: &mut Vec<DatasetAnswer>, answer: DatasetAnswer) {
    let is_same = |held: &&mut DatasetAnswer| {
        held.source.name == answer.source.name && held.source.version == answer.source.version
    };
    match answers.iter_mut().find(is_same) {
        Some(held) if matches!(answer.seen, Seen::Found(_)) && !matches!(held.seen, Seen::Found(_)) => *held = answer,
        Some(_) => {}
        None => answers.push(answer),
    }
}

fn seen(table: &AlleleTable<FrequencyDescription>, key: &AlleleKey) -> Option<Seen> {
    let populations = &table.description.populations;
    if let Some(payload) = table.find(key) {
        let found = record::decode(&payload, populations)?;
        let is_asked = table.description.only_listed && found.all.number.is_none() && found.all.frequency.is_none();
        return Some(if is_asked { Seen::AskedAndAbsent } else { Seen::Found(found) });
    }
    if table.description.only_listed {
        return None;
    }
    let nearest = table.nearest(key.contig, key.start, key.start + key.deleted, REACH)?;
    let alleles = record::decode(&nearest.payload, populations).and_then(|found| found.all.number);
    Some(Seen::Absent { distance: nearest.distance, alleles })
}

/// The name and version of a dataset, from its file's name and its header.
fn named(file: &str, header: &str) -> (String, String) {
    let file = file.rsplit('/').next().unwrap_or(file);
    let (lower, told) = (file.to_ascii_lowercase(), header.to_ascii_lowercase());
    let name = if lower.contains("exac") || told.contains("id=ac_adj") {
        "ExAC".to_owned()
    } else if lower.contains("gnomad") || told.contains("gnomad") {
        let part = ["exomes", "genomes", "joint"].into_iter().find(|part| lower.contains(part));
        part.map_or_else(|| "gnomAD".to_owned(), |part| format!("gnomAD {part}"))
    } else if lower.contains("1000g") || told.contains("1000genomes") {
        "1000 Genomes".to_owned()
    } else {
        file.split(".vcf").next().unwrap_or(file).trim_end_matches(".tsv.gz").to_owned()
    };
    let version = match version_in(&lower) {
        found if !found.is_empty() => found,
        _ if told.contains("1000genomesphase3") => "phase 3".to_owned(),
        _ => String::new(),
    };
    (name, version)
}

/// `r0.3`, `v4.1.1`, `phase3` in the name of a file.
fn version_in(lower: &str) -> String {
    let bytes = lower.as_bytes();
    for (at, pair) in bytes.windows(2).enumerate() {
        let begins = at == 0 || matches!(bytes[at - 1], b'.' | b'_' | b'-');
        if begins && matches!(pair[0], b'r' | b'v') && pair[1].is_ascii_digit() {
            let rest = &lower[at + 1..];
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            return format!("{}{}", pair[0] as char, rest[..end].trim_end_matches('.'));
        }
    }
    lower.find("phase").map_or_else(String::new, |at| {
        let digit: String = lower[at + 5..].chars().take_while(char::is_ascii_digit).collect();
        if digit.is_empty() { String::new() } else { format!("phase {digit}") }
    })
}

/// Compares the reference bases of rows with those that are loaded.
#[derive(Debug, Default)]
struct BaseCheck {
    checked: u64,
    differing: u64,
}

impl BaseCheck {
    fn look(&mut self, change: &Replacement, loaded: &SequenceStore) {
        use cairn_variant::sequence::SequenceSource;
        if self.checked >= 1_000 {
            return;
        }
        if let Ok(bases) = loaded.residues(change.sequence(), change.interval())
            && change.interval().length() > 0
        {
            self.checked += 1;
            self.differing += u64::from(*bases != *change.deleted().as_bytes());
        }
    }

    /// # Errors
    /// When more than a tenth of the bases differ.
    fn judge(&self, assembly: Assembly) -> Result<(), FrequencyError> {
        match self.checked >= 10 && self.differing * 10 > self.checked {
            true => Err(FrequencyError::WrongAssembly { differing: self.differing, checked: self.checked, assembly }),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
