//! `cairn setup`: loads all official files that a user has downloaded into one folder.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use cairn_reference::{recognise::recognise, sequence::intake::IntakeOptions, source::SourceKind};
use clap::Args;

use crate::reference::{add_file, data_to_write};

/// Loads every official file of a folder: genomes, chains, transcripts, gene names, HPO, MONDO, ClinVar, panels.
///
/// What a file is, is seen from its content. Files that are loaded already are left alone, so it can be run again.
#[derive(Args)]
pub struct Setup {
    /// The folder with the downloaded files; folders inside it are looked through too
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Only say what would be loaded
    #[arg(long)]
    dry_run: bool,
    /// Take chromosomes whose bases differ from the published ones because the file masks regions
    #[arg(long)]
    accept_masked: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// How deep folders are looked through.
const DEPTH: usize = 4;

/// What a user gains by a kind of file, and the name under which it is published; one line for each that a complete
/// node has.
const WANTED: [(&[SourceKind], &str); 10] = [
    (&[SourceKind::Sequences], "GCA_000001405.15_GRCh38_no_alt_analysis_set.fna.gz, human_g1k_v37.fasta.gz"),
    (&[SourceKind::Chain], "hg19ToHg38.over.chain.gz"),
    (&[SourceKind::Cdot, SourceKind::Gff3], "cdot-*.refseq.GRCh38.json.gz, GRCh38_latest_genomic.gff.gz"),
    (&[SourceKind::Mane], "MANE.GRCh38.v*.summary.txt.gz"),
    (&[SourceKind::Hgnc], "hgnc_complete_set.txt"),
    (&[SourceKind::Hpo], "hp.json"),
    (&[SourceKind::Hpoa], "phenotype.hpoa"),
    (&[SourceKind::MondoObo, SourceKind::Mondo, SourceKind::MondoMappings], "mondo.obo, mondo.sssom.tsv"),
    (&[SourceKind::ClinVarVcf, SourceKind::VariantSummary], "clinvar.vcf.gz, variant_summary.txt.gz"),
    (&[SourceKind::GenCc, SourceKind::ClinGenValidity], "gencc-submissions.tsv"),
];

impl Setup {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut files = Vec::new();
        collect(&self.from, DEPTH, &mut files)
            .with_context(|| format!("cannot read the folder `{}`", self.from.display()))?;
        files.sort();
        let mut known: BTreeMap<SourceKind, Vec<PathBuf>> = BTreeMap::new();
        let mut unknown = Vec::new();
        for file in files {
            match recognise(&file) {
                Ok(Some(kind)) => known.entry(kind).or_default().push(file),
                Ok(None) => unknown.push(file),
                Err(error) => eprintln!("{}: cannot be read: {error}", file.display()),
            }
        }
        let all_loaded = self.load(&known)?;
        say_missing(&known);
        if !unknown.is_empty() {
            println!("\n{} files are not known here and were left alone.", unknown.len());
        }
        Ok(if all_loaded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn load(&self, known: &BTreeMap<SourceKind, Vec<PathBuf>>) -> anyhow::Result<bool> {
        let options = IntakeOptions { assembly: None, accept_masked: self.accept_masked };
        let mut all_loaded = true;
        let data = if self.dry_run { None } else { Some(data_to_write(self.data.as_deref())?) };
        for (kind, file) in known.iter().flat_map(|(kind, files)| files.iter().map(move |file| (*kind, file))) {
            match &data {
                None => println!("{}: {} ({})", file.display(), kind.title(), kind.benefit()),
                Some(data) => all_loaded &= add_file(data, file, kind, options)?,
            }
        }
        Ok(all_loaded)
    }
}

/// Which files would make the node know more.
fn say_missing(known: &BTreeMap<SourceKind, Vec<PathBuf>>) {
    let missing = WANTED.iter().filter(|(kinds, _)| !kinds.iter().any(|kind| known.contains_key(kind)));
    for (at, (kinds, names)) in missing.enumerate() {
        if at == 0 {
            println!("\nNot in the folder:");
        }
        println!("  {} ({names}): {}", kinds[0].title(), kinds[0].benefit());
    }
}

/// The plain files of a folder and of those inside it. Indexes and hidden files are left out.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_index = [".fai", ".gzi", ".tbi", ".csi", ".md5", ".txt.sha256"].iter().any(|end| name.ends_with(end));
        if name.starts_with('.') || is_index {
            continue;
        }
        if kind.is_dir() && depth > 0 {
            collect(&path, depth - 1, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}
