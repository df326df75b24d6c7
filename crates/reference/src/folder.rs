//! The reference folder of a node: what was loaded, in the form in which it is read, and the list of sources.
//!
//! `sources.json` names each file with its digest. A file is written under a temporary name, made durable and renamed
//! before the list names it, so an interrupted load leaves nothing half done.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    frequency::{self, FrequencyError},
    liftover::{ChainError, read_blocks, read_chain},
    score::{self, ScoreError},
    sequence::{
        fasta::{FastaPart, inflated, read_fasta},
        intake::{Intake, IntakeError, IntakeOptions, RecordProblem},
        pack::{Pack, PackError},
        store::{Differs, SequenceStore},
        twobit::{is_twobit, read_twobit},
    },
    source::{Source, SourceKind},
    transcript::{TableError, TranscriptFileError, cdot::read_cdot, flat, gff3::read_gff3},
    variant_names::{NamedAllele, read_variant_summary, read_vcf_names},
};

/// The folder `reference` of a node's data folder.
#[derive(Clone, Debug)]
pub struct ReferenceFolder {
    path: PathBuf,
}

/// How a file is to be added.
pub struct Adding<'a> {
    /// How sequence records are read.
    pub sequences: IntakeOptions,
    /// The moment, RFC 3339, for the list of sources.
    pub now: &'a str,
    /// Called with the number of bytes read so far: the file is read twice, first for its digest.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// What is loaded already, against which new sequences are checked.
    pub loaded: &'a SequenceStore,
}

/// What came of adding a file.
#[derive(Clone, Debug)]
pub enum Added {
    /// It is loaded; records that were not taken, with the reason.
    Loaded(Source, Vec<String>),
    /// The same bytes were loaded before.
    Already(Source),
}

/// The list of sources cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The operating system refused.
    #[error("cannot use the reference folder `{}`", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The list is damaged.
    #[error("the list of sources `{}` is damaged: move the folder away and load the files again", .path.display())]
    Damaged {
        /// The list.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// A file cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The file.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its sequences.
    #[error(transparent)]
    Sequences(#[from] IntakeError),
    /// The pack that was written.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// Its sequences disagree with those loaded before.
    #[error(transparent)]
    Differs(#[from] Differs),
    /// None of its records can be used.
    #[error("no record of the file can be used: {0}")]
    Nothing(String),
    /// Its transcripts.
    #[error(transparent)]
    Transcripts(#[from] TranscriptFileError),
    /// Its chains.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Its table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Its frequencies.
    #[error(transparent)]
    Frequencies(#[from] FrequencyError),
    /// Its scores.
    #[error(transparent)]
    Scores(#[from] ScoreError),
}

/// Reads a file while counting and digesting its bytes.
struct Digesting<'a, R> {
    input: R,
    hasher: Sha256,
    bytes: u64,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<R: Read> Read for Digesting<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.bytes += read as u64;
        (self.progress)(self.bytes);
        Ok(read)
    }
}

impl ReferenceFolder {
    /// The folder inside a node's data folder; it need not exist.
    pub fn of(data: &Path) -> Self {
        Self { path: data.join("reference") }
    }

    /// Where something that is kept lies.
    pub fn path_of(&self, stored: &str) -> PathBuf {
        self.path.join(stored)
    }

    /// The files that were loaded, in the order of loading; none when the folder does not exist.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn sources(&self) -> Result<Vec<Source>, FolderError> {
        let path = self.path_of("sources.json");
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|source| FolderError::Damaged { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(FolderError::Io { path, source }),
        }
    }

    /// Adds a file. Adding the same bytes again changes nothing.
    ///
    /// # Errors
    /// When the file cannot be read or holds nothing usable; the folder is then as before.
    pub fn add(&self, file: &Path, kind: SourceKind, adding: &Adding<'_>) -> Result<Added, AddError> {
        let read = |source| AddError::Read { path: file.to_owned(), source };
        let (sha256, bytes) = digest_of(file, adding.progress).map_err(read)?;
        let mut sources = self.sources()?;
        if let Some(known) = sources.iter().find(|known| known.sha256 == sha256) {
            return Ok(Added::Already(known.clone()));
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        fs::create_dir_all(&self.path).map_err(|source| self.failed(source))?;
        let stored = format!("{}-{}", &sha256[..16], stored_name(kind, &name));
        let part = self.path_of(&format!("{stored}.part"));
        let outcome = self.write(file, kind, adding, &part);
        let (gives, version, problems) = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                // The error matters, not whether the unfinished file could be removed.
                let _ = fs::remove_file(&part);
                return Err(error);
            }
        };
        fs::rename(&part, self.path_of(&stored)).map_err(|source| self.failed(source))?;
        let added = adding.now.to_owned();
        let source = Source { file: name, kind, version, sha256, bytes, added, gives, stored: vec![stored] };
        sources.push(source.clone());
        self.write_list(&sources)?;
        Ok(Added::Loaded(source, problems))
    }

    fn write(&self, file: &Path, kind: SourceKind, adding: &Adding<'_>, part: &Path) -> Result<Written, AddError> {
        match kind {
            SourceKind::Sequences => write_sequences(file, adding, part),
            SourceKind::Cdot | SourceKind::Gff3 => write_transcripts(file, kind, adding, part),
            SourceKind::ClinVarVcf | SourceKind::VariantSummary => write_names(file, kind, adding, part),
            SourceKind::Frequencies => write_frequencies(file, adding, part),
            SourceKind::Scores => write_scores(file, adding, part),
            _ => copy_checked(file, kind, part),
        }
    }

    fn write_list(&self, sources: &[Source]) -> Result<(), FolderError> {
        let (path, part) = (self.path_of("sources.json"), self.path_of("sources.json.part"));
        let text = serde_json::to_vec_pretty(sources).expect("plain data");
        let write = || {
            let mut out = File::create(&part)?;
            out.write_all(&text)?;
            out.sync_all()?;
            fs::rename(&part, &path)
        };
        write().map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> FolderError {
        FolderError::Io { path: self.path.clone(), source }
    }
}

/// Reads a file the second time while telling how far it is.
struct Telling<'a> {
    input: File,
    bytes: u64,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl Read for Telling<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bytes += read as u64;
        (self.progress)(self.bytes);
        Ok(read)
    }
}

/// A file to be read a second time, inflated.
fn again<'a>(file: &Path, adding: &Adding<'a>) -> io::Result<Box<dyn io::BufRead + 'a>> {
    let input = File::open(file)?;
    let bytes = input.metadata()?.len();
    inflated(Telling { input, bytes, progress: adding.progress })
}

/// What a file gives, its version, and what of it was not taken.
type Written = (String, String, Vec<String>);

fn digest_of(file: &Path, progress: &(dyn Fn(u64) + Sync)) -> io::Result<(String, u64)> {
    let mut input = Digesting { input: File::open(file)?, hasher: Sha256::new(), bytes: 0, progress };
    io::copy(&mut input, &mut io::sink())?;
    Ok((hex::encode(input.hasher.finalize()), input.bytes))
}

fn write_sequences(file: &Path, adding: &Adding<'_>, part: &Path) -> Result<Written, AddError> {
    let read = |source| AddError::Read { path: file.to_owned(), source };
    let out = BufWriter::with_capacity(1 << 20, File::create(part).map_err(IntakeError::Io)?);
    let mut intake = Intake::new(out, adding.sequences, Box::new(|_| ())).map_err(IntakeError::Io)?;
    let mut start = [0; 4];
    let is_twobit = File::open(file).and_then(|mut input| input.read_exact(&mut start)).is_ok() && is_twobit(&start);
    if is_twobit {
        let bytes = fs::read(file).map_err(read)?;
        read_twobit(&bytes, |piece| intake.take(piece))?;
    } else {
        let input = again(file, adding).map_err(read)?;
        let mut lengths: Vec<(String, u64)> = Vec::new();
        read_fasta(input, |piece| {
            match &piece {
                FastaPart::Heading(heading) => {
                    lengths.push((heading.split_ascii_whitespace().next().unwrap_or_default().to_owned(), 0));
                }
                FastaPart::Residues(residues) => {
                    lengths.last_mut().into_iter().for_each(|(_, length)| *length += residues.len() as u64);
                }
            }
            intake.take(piece)
        })?;
        check_index(file, &lengths)?;
    }
    let (out, segments, problems) = intake.finish()?;
    out.into_inner().map_err(|error| IntakeError::Io(error.into_error()))?.sync_all().map_err(IntakeError::Io)?;
    if segments.is_empty() {
        let first = problems.first().map_or_else(|| "it has no records".to_owned(), RecordProblem::to_string);
        return Err(AddError::Nothing(first));
    }
    adding.loaded.check(&Pack::open(part)?)?;
    let bases: u64 = segments.iter().map(|segment| segment.length).sum();
    let gives = format!("{} {}, {bases} bases", segments.len(), if segments.len() == 1 { "region" } else { "regions" });
    Ok((gives, String::new(), problems.iter().map(RecordProblem::to_string).collect()))
}

/// An index beside the file (`NAME.fai`) must name the same records with the same lengths: another one means that
/// one of both was exchanged or cut short.
fn check_index(file: &Path, lengths: &[(String, u64)]) -> Result<(), AddError> {
    let mut index = file.as_os_str().to_owned();
    index.push(".fai");
    let Ok(text) = fs::read_to_string(&index) else { return Ok(()) };
    let index = Path::new(&index).display();
    let differs = |what: String| {
        AddError::Nothing(format!("the index `{index}` is of another file: {what}; download both again, or remove it"))
    };
    let mut indexed = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let mut fields = line.split('\t');
        let (name, length) = (fields.next().unwrap_or_default(), fields.next().and_then(|n| n.parse::<u64>().ok()));
        let Some(expected) = length else { return Err(differs(format!("`{line}` is no line of an index"))) };
        match lengths.iter().find(|(one, _)| one == name) {
            Some((_, found)) if *found == expected => indexed.push(name),
            Some((_, found)) => {
                return Err(differs(format!("of `{name}` it has {expected} bases, the file {found} bases")));
            }
            None => return Err(differs(format!("it has `{name}`, the file has not"))),
        }
    }
    match lengths.iter().find(|(name, _)| !indexed.contains(&name.as_str())) {
        Some((name, _)) => Err(differs(format!("it has no `{name}`"))),
        None => Ok(()),
    }
}

fn write_transcripts(file: &Path, kind: SourceKind, adding: &Adding<'_>, part: &Path) -> Result<Written, AddError> {
    let failed = |source: io::Error| AddError::Transcripts(TranscriptFileError::Io(source));
    let input = again(file, adding).map_err(failed)?;
    let mut out = BufWriter::with_capacity(1 << 20, File::create(part).map_err(failed)?);
    writeln!(out, "{}", flat::HEADING).map_err(failed)?;
    let (mut count, mut problems, mut written) = (0u64, Vec::new(), Ok(()));
    let mut take = |record: Result<_, super::transcript::TranscriptProblem>| match record {
        Ok(record) if written.is_ok() => {
            written = writeln!(out, "{}", flat::write_line(&record));
            count += 1;
        }
        Ok(_) => {}
        Err(problem) => problems.push(problem.to_string()),
    };
    let name = file.to_string_lossy();
    let version = match kind {
        SourceKind::Cdot => read_cdot(input, "", &mut take).map_err(TranscriptFileError::from)?,
        _ => {
            let assembly = adding.sequences.assembly.or_else(|| assembly_in_name(&name));
            read_gff3(input, assembly, "", |record| take(Ok(record))).map_err(failed)?;
            None
        }
    };
    written.map_err(failed)?;
    out.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
    if count == 0 {
        let reason = "no transcript lies on a chromosome of GRCh37 or GRCh38; name the assembly with `--assembly`";
        return Err(AddError::Nothing(problems.first().cloned().unwrap_or_else(|| reason.to_owned())));
    }
    Ok((format!("{count} transcripts"), version.unwrap_or_default(), problems))
}

/// Database names of variants and their alleles, a line each.
fn write_names(file: &Path, kind: SourceKind, adding: &Adding<'_>, part: &Path) -> Result<Written, AddError> {
    let read = |source| AddError::Read { path: file.to_owned(), source };
    let input = again(file, adding).map_err(read)?;
    let mut out = BufWriter::with_capacity(1 << 20, File::create(part).map_err(read)?);
    let (mut count, mut written) = (0u64, Ok(()));
    let mut take = |allele: NamedAllele| {
        if written.is_ok() {
            written = writeln!(out, "{}", allele.to_line());
            count += 1;
        }
    };
    match kind {
        SourceKind::VariantSummary => read_variant_summary(input, &mut take)?,
        _ => {
            let assembly = adding.sequences.assembly.or_else(|| assembly_in_name(&file.to_string_lossy()));
            read_vcf_names(input, assembly, &mut take).map_err(read)?;
        }
    }
    written.map_err(read)?;
    out.into_inner().map_err(|error| read(error.into_error()))?.sync_all().map_err(read)?;
    if count == 0 {
        return Err(AddError::Nothing(
            "no row has an identifier and an assembly; name it with `--assembly`".to_owned(),
        ));
    }
    Ok((format!("{count} names of variants"), version_in_name(&file.to_string_lossy()), Vec::new()))
}

/// Counts of alleles in populations, sorted.
fn write_frequencies(file: &Path, adding: &Adding<'_>, part: &Path) -> Result<Written, AddError> {
    let read = |source| AddError::Read { path: file.to_owned(), source };
    let mut input = again(file, adding).map_err(read)?;
    let name = file.to_string_lossy();
    let kept = frequency::write_table(&mut *input, &name, adding.sequences.assembly, adding.loaded, part)?;
    if kept.alleles == 0 {
        return Err(AddError::Nothing("it has no allele on a chromosome".to_owned()));
    }
    let told = kept.description;
    let gives = format!("{} alleles of {} on {}", kept.alleles, told.name, told.assembly);
    Ok((gives, told.version, Vec::new()))
}

/// Scores of predictors, sorted.
fn write_scores(file: &Path, adding: &Adding<'_>, part: &Path) -> Result<Written, AddError> {
    let read = |source| AddError::Read { path: file.to_owned(), source };
    let mut input = again(file, adding).map_err(read)?;
    let name = file.to_string_lossy();
    let (told, alleles) = score::write_table(&mut *input, &name, adding.sequences.assembly, adding.loaded, part)?;
    if alleles == 0 {
        return Err(AddError::Nothing("it has no score on a chromosome".to_owned()));
    }
    Ok((
        format!("{alleles} alleles with {} on {}", told.predictors.join(", "), told.assembly),
        told.version,
        Vec::new(),
    ))
}

/// The file itself, once it has been read to the end.
fn copy_checked(file: &Path, kind: SourceKind, part: &Path) -> Result<Written, AddError> {
    let read = |source| AddError::Read { path: file.to_owned(), source };
    let open = || File::open(file).and_then(inflated).map_err(read);
    let gives = match kind {
        SourceKind::Chain => format!("{} blocks", read_chain(open()?)?.len()),
        SourceKind::Blocks => format!("{} blocks", read_blocks(open()?)?.len()),
        other => super::checking::gives(other, open()?)?,
    };
    let mut out = File::create(part).map_err(read)?;
    io::copy(&mut File::open(file).map_err(read)?, &mut out).map_err(read)?;
    out.sync_all().map_err(read)?;
    Ok((gives, version_in_name(&file.to_string_lossy()), Vec::new()))
}

/// The end of a kept file's name, by which a person may know it.
fn stored_name(kind: SourceKind, name: &str) -> String {
    let plain: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).take(80).collect();
    match kind {
        SourceKind::Sequences => format!("{plain}.seq"),
        SourceKind::Cdot | SourceKind::Gff3 => format!("{plain}.transcripts.tsv"),
        SourceKind::ClinVarVcf | SourceKind::VariantSummary => format!("{plain}.names.tsv"),
        SourceKind::Frequencies | SourceKind::Scores => format!("{plain}.alleles"),
        _ => plain,
    }
}

pub(crate) fn assembly_in_name(name: &str) -> Option<cairn_variant::assembly::Assembly> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .find_map(|word| if word.len() > 3 { word.parse().ok() } else { None })
}

/// A date or version such as `v2024-08-13`, `1.3` in a file's name.
fn version_in_name(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let is_date = |word: &str| {
        matches!(word.len(), 7 | 10)
            && word.as_bytes()[4] == b'-'
            && word.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    };
    let words = file.split(['_', '.', ' ']).map(|word| word.trim_start_matches('v'));
    words.clone().find(|word| is_date(word)).unwrap_or("").to_owned()
}
