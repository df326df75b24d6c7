//! `cairn reference`: the sequences, transcripts, names and ontologies of a node.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use cairn_reference::{
    Reference,
    bundle::{BUNDLED, BundledKind},
    folder::{Added, Adding, ReferenceFolder},
    recognise::recognise,
    sequence::intake::IntakeOptions,
    source::SourceKind,
};
use cairn_variant::assembly::Assembly;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

/// Sequences, transcripts, names and ontologies of the node.
#[derive(Subcommand)]
pub enum ReferenceCommand {
    /// Loads files: FASTA, .2bit, chain, cdot, GFF3, GenBank, LRG, MANE, HGNC, HPO, MONDO, ClinVar, ClinGen, GenCC, PanelApp.
    ///
    /// What a file is, is seen from its content. Loading a file again changes nothing.
    Add(Add),
    /// Lists what is loaded: file, version, digest, what it gives.
    List(List),
}

/// What `cairn reference add` takes.
#[derive(Args)]
pub struct Add {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The assembly of records that do not say theirs: GRCh38 or GRCh37
    #[arg(long, value_name = "A")]
    assembly: Option<Assembly>,
    /// Take chromosomes whose bases differ from the published ones because the file masks regions; what is masked
    /// counts as not loaded
    #[arg(long)]
    accept_masked: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn reference list` takes.
#[derive(Args)]
pub struct List {
    /// One JSON array
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl ReferenceCommand {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Add(add) => add.run(),
            Self::List(list) => list.run(),
        }
    }
}

impl Add {
    fn run(self) -> anyhow::Result<ExitCode> {
        let options = IntakeOptions { assembly: self.assembly, accept_masked: self.accept_masked };
        let data = data_to_write(self.data.as_deref())?;
        let mut all_loaded = true;
        for file in &self.files {
            let kind = recognise(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            let Some(kind) = kind else {
                eprintln!(
                    "{}: not a file that is known here; `cairn reference add --help` names those that are",
                    file.display()
                );
                all_loaded = false;
                continue;
            };
            all_loaded &= add_file(&data, file, kind, options)?;
        }
        Ok(if all_loaded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl List {
    fn run(self) -> anyhow::Result<ExitCode> {
        let reference = open(self.data.as_deref())?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(reference.sources())?);
            return Ok(ExitCode::SUCCESS);
        }
        for source in reference.sources() {
            let version = if source.version.is_empty() { "-" } else { &source.version };
            println!("{:<30} {:<12} {}", source.kind.title(), version, source.file);
            println!("{:<30} {}, sha256 {}…, {}", "", source.gives, &source.sha256[..16], source.added);
        }
        for file in BUNDLED {
            let title = match file.kind {
                BundledKind::Source(kind) => kind.title(),
                BundledKind::Mitochondrion => "transcripts (GenBank)",
                _ => "transcripts (LRG)",
            };
            println!(
                "{title:<30} {:<12} {} (inside the program)",
                if file.version.is_empty() { "-" } else { file.version },
                file.name
            );
        }
        for problem in reference.problems() {
            println!("note: {problem}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Loads one file with a progress bar and says what came of it; false when nothing of it could be loaded.
pub fn add_file(data: &Path, file: &Path, kind: SourceKind, options: IntakeOptions) -> anyhow::Result<bool> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let loaded = Reference::open(data)?;
    let bar = progress_bar(file, &name);
    let now = now();
    let adding = Adding {
        sequences: options,
        now: &now,
        progress: &|bytes| bar.set_position(bytes),
        loaded: loaded.sequences(),
    };
    let outcome = ReferenceFolder::of(data).add(file, kind, &adding);
    bar.finish_and_clear();
    match outcome {
        Ok(Added::Loaded(source, problems)) => {
            println!("{name}: {}, {}", kind.title(), source.gives);
            problems.iter().take(10).for_each(|problem| println!("  not taken: {problem}"));
            if problems.len() > 10 {
                println!("  and {} more records were not taken", problems.len() - 10);
            }
            Ok(true)
        }
        Ok(Added::Already(source)) => {
            println!("{name}: {}, already loaded on {}", kind.title(), source.added);
            Ok(true)
        }
        Err(error) => {
            eprintln!("{name}: {:#}", anyhow::Error::from(error));
            Ok(false)
        }
    }
}

fn progress_bar(file: &Path, name: &str) -> ProgressBar {
    // The file is read twice: for its digest, then for what it holds.
    let length = std::fs::metadata(file).map_or(0, |meta| meta.len() * 2);
    let style = ProgressStyle::with_template("{msg} {bar:30} {percent} % {eta}");
    let bar = ProgressBar::new(length).with_message(name.to_owned());
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

/// The moment, RFC 3339, for the list of sources.
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The reference of the node when there is one, else the one inside the program.
pub fn open(data: Option<&Path>) -> anyhow::Result<Reference> {
    match existing_data(data) {
        Some(folder) => Reference::open(&folder)
            .with_context(|| format!("the reference of `{}` cannot be opened", folder.display())),
        None => Ok(Reference::bundled()),
    }
}

/// `--data`, else `$CAIRN_DATA`, else `./cairn-data`, else `./cairn-demo`; the last two only where they exist.
fn existing_data(data: Option<&Path>) -> Option<PathBuf> {
    let stated = data.map(Path::to_owned).or_else(|| std::env::var_os("CAIRN_DATA").map(PathBuf::from));
    stated.or_else(|| ["cairn-data", "cairn-demo"].map(PathBuf::from).into_iter().find(|folder| folder.is_dir()))
}

/// The same for writing: `./cairn-data` is made when nothing else is named.
pub fn data_to_write(data: Option<&Path>) -> anyhow::Result<PathBuf> {
    let folder = existing_data(data).unwrap_or_else(|| PathBuf::from("cairn-data"));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the data folder `{}`", folder.display()))?;
    Ok(folder)
}
