//! The transcripts and bases that the files of one folder give.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use cairn_variant::contig::GenomeContig;
use cairn_variant::digest::RefgetAccession;
use cairn_variant::project::Projector;
use cairn_variant::sequence::MemorySequences;
use cairn_variant::transcript::{
    AlignmentRecord, Cds, ExonRecord, Gene, Strand, TranscriptRecord, TranscriptSet, TranscriptSetBuilder,
};
use serde::Deserialize;

/// What can be read of one folder's files, its own first, then those of the other folders of the suite.
pub(super) struct Given {
    pub transcripts: TranscriptSet,
    pub sequences: MemorySequences,
}

#[derive(Deserialize, Default)]
struct Windows {
    #[serde(default)]
    contig_lengths: HashMap<String, u64>,
    #[serde(default)]
    transcripts: Vec<GivenTranscript>,
    #[serde(default)]
    genomic: Vec<GivenBases>,
    #[serde(default)]
    placements: Vec<Placement>,
}

#[derive(Deserialize, Clone)]
struct GivenTranscript {
    id: String,
    #[serde(default)]
    gene_symbol: Option<String>,
    #[serde(default)]
    strand: Option<String>,
    #[serde(default)]
    sequence: Option<String>,
    cds_start: Option<u32>,
    cds_end: Option<u32>,
    #[serde(default)]
    exons: Vec<GivenExon>,
    #[serde(default)]
    chromosome: Option<String>,
    #[serde(default)]
    protein_id: Option<String>,
    #[serde(default)]
    cds_start_incomplete: bool,
}

#[derive(Deserialize, Clone)]
struct GivenExon {
    start: u32,
    end: u32,
    genomic_start: Option<u32>,
    genomic_end: Option<u32>,
}

#[derive(Deserialize)]
struct GivenBases {
    contig: String,
    start: u64,
    bases: String,
}

/// Where a gene region lies on a chromosome, 1-based inclusive.
#[derive(Deserialize)]
struct Placement {
    parent: String,
    nc: String,
    nc_start: u32,
    nc_end: u32,
    strand: String,
}

#[derive(Deserialize)]
struct Snapshot {
    transcripts: HashMap<String, SnapshotTranscript>,
}

#[derive(Deserialize)]
struct SnapshotTranscript {
    cds_start: Option<u32>,
    cds_end: Option<u32>,
    gene_symbol: Option<String>,
    protein: Option<String>,
}

impl Given {
    /// Reads the folder's own files, then `others` in order; of two that differ the first stands.
    pub fn read(own: &Path, others: &[PathBuf]) -> Self {
        let mut gathered = Gathered::default();
        for file in std::iter::once(own.to_owned()).chain(others.iter().cloned()).flat_map(|f| json_files(&f)) {
            gathered.file(&file);
        }
        gathered.place_regions();
        Self { transcripts: gathered.builder.build(), sequences: gathered.sequences }
    }

    pub fn projector(&self) -> Projector<'_, MemorySequences> {
        Projector::new(&self.transcripts, &self.sequences)
    }
}

#[derive(Default)]
struct Gathered {
    builder: TranscriptSetBuilder,
    sequences: MemorySequences,
    lengths: HashMap<String, u64>,
    placements: Vec<Placement>,
    /// Kept to place transcripts and bases of chromosomes on gene regions.
    on_chromosome: Vec<GivenTranscript>,
    windows: Vec<GivenBases>,
}

impl Gathered {
    fn file(&mut self, path: &Path) {
        let Ok(text) = fs::read_to_string(path) else { return };
        if let Ok(snapshot) = serde_json::from_str::<Snapshot>(&text) {
            return self.snapshot(snapshot, path);
        }
        let windows = serde_json::from_str::<Windows>(&text)
            .or_else(|_| serde_json::from_str(&text).map(|transcripts| Windows { transcripts, ..Windows::default() }));
        let Ok(windows) = windows else { return };
        self.lengths.extend(windows.contig_lengths);
        for transcript in windows.transcripts {
            let alignments = transcript.chromosome.iter().filter_map(|c| transcript.on(c, Some)).collect();
            // A record that contradicts one read before is left out: the folder's own stands.
            let _ = self.builder.add(transcript.record(alignments));
            self.on_chromosome.push(transcript);
        }
        for window in windows.genomic {
            self.bases(&window.contig, window.start, window.bases.as_bytes());
            self.windows.push(window);
        }
        self.placements.extend(windows.placements);
    }

    fn snapshot(&mut self, snapshot: Snapshot, path: &Path) {
        let fasta = path.with_file_name("transcripts.fna");
        let text = fs::read_to_string(fasta).unwrap_or_default();
        for record in text.split('>').skip(1) {
            let Some((name, bases)) = record.split_once('\n') else { continue };
            let name = name.split_whitespace().next().unwrap_or_default();
            let Some(known) = snapshot.transcripts.get(name) else { continue };
            let transcript = GivenTranscript {
                id: name.to_owned(),
                gene_symbol: known.gene_symbol.clone(),
                strand: None,
                sequence: Some(bases.split_whitespace().collect()),
                cds_start: known.cds_start,
                cds_end: known.cds_end,
                exons: Vec::new(),
                chromosome: None,
                protein_id: known.protein.clone(),
                cds_start_incomplete: false,
            };
            let _ = self.builder.add(transcript.record(Vec::new()));
        }
    }

    fn bases(&mut self, name: &str, start: u64, bases: &[u8]) {
        let (id, length) = self.identity(name);
        let _ = self.sequences.add_part(id, length, start, bases);
        let _ = self.builder.declare_target(name, id);
    }

    /// Chromosomes by their refget accession; another sequence, of which only parts are given, by its name.
    fn identity(&self, name: &str) -> (RefgetAccession, u64) {
        match GenomeContig::from_refseq(name) {
            Some(contig) => (contig.refget(), contig.length()),
            None => {
                let length = self.lengths.get(name).copied().unwrap_or(u64::from(u32::MAX));
                (RefgetAccession::of_sequence(name.as_bytes()), length)
            }
        }
    }

    /// Transcripts and bases of a chromosome are those of a gene region that lies there.
    fn place_regions(&mut self) {
        for placement in std::mem::take(&mut self.placements) {
            let name = placement.parent.clone();
            self.lengths.entry(name.clone()).or_insert(u64::from(placement.nc_end - placement.nc_start) + 1);
            for transcript in self.on_chromosome.clone() {
                let here = transcript.chromosome.as_deref() == Some(&*placement.nc);
                let alignment = here.then(|| transcript.on(&name, |p| placement.inside(p))).flatten();
                if let Some(mut alignment) = alignment {
                    if placement.strand == "-" {
                        alignment.strand = other(alignment.strand);
                    }
                    let _ = self.builder.add(transcript.record(vec![alignment]));
                }
            }
            for window in std::mem::take(&mut self.windows) {
                if window.contig == placement.nc
                    && let Some((start, bases)) = placement.bases(&window)
                {
                    self.bases(&name, start, &bases);
                }
                self.windows.push(window);
            }
        }
    }
}

impl Placement {
    /// A 1-based position of the chromosome as one of the region.
    fn inside(&self, position: u32) -> Option<u32> {
        (self.nc_start..=self.nc_end).contains(&position).then(|| match &*self.strand {
            "-" => self.nc_end - position + 1,
            _ => position - self.nc_start + 1,
        })
    }

    fn bases(&self, window: &GivenBases) -> Option<(u64, Vec<u8>)> {
        let first = u32::try_from(window.start + 1).ok()?;
        let last = u32::try_from(window.start + window.bases.len() as u64).ok()?;
        let (a, b) = (self.inside(first)?, self.inside(last)?);
        let bases = match &*self.strand {
            "-" => window.bases.bytes().rev().map(complement).collect(),
            _ => window.bases.clone().into_bytes(),
        };
        Some((u64::from(a.min(b)) - 1, bases))
    }
}

impl GivenTranscript {
    fn record(&self, alignments: Vec<AlignmentRecord>) -> TranscriptRecord {
        // Some files count a coding sequence on transcripts of the NR_ series as well.
        let coding = !self.id.starts_with("NR_");
        let cds = match (self.cds_start, self.cds_end) {
            (Some(start), Some(end)) if coding => {
                Some(Cds { start_complete: !self.cds_start_incomplete, ..Cds::complete(start.max(1) - 1, end) })
            }
            _ => None,
        };
        TranscriptRecord {
            accession: self.id.clone(),
            gene: self.gene_symbol.as_deref().map(|s| Gene { symbol: s.into(), hgnc_id: None }),
            cds,
            protein: self.protein_id.clone().or_else(|| lrg_protein(&self.id)),
            sequence: self.sequence.clone().filter(|s| !s.is_empty()).map(String::into_bytes),
            exons: self.exons.iter().map(|e| e.start - 1..e.end).collect(),
            source: "vectors".into(),
            alignments,
            ..TranscriptRecord::default()
        }
    }

    /// The alignment on a sequence; `place` gives the 1-based position there.
    fn on(&self, target: &str, place: impl Fn(u32) -> Option<u32>) -> Option<AlignmentRecord> {
        let exon = |e: &GivenExon| {
            let (a, b) = (place(e.genomic_start?)?, place(e.genomic_end?)?);
            Some(ExonRecord { transcript: e.start - 1..e.end, target: a.min(b) - 1..a.max(b), gaps: Vec::new() })
        };
        let exons: Option<Vec<ExonRecord>> = self.exons.iter().map(exon).collect();
        let strand = if self.strand.as_deref() == Some("-") { Strand::Minus } else { Strand::Plus };
        exons.filter(|e| !e.is_empty()).map(|exons| AlignmentRecord { target: target.to_owned(), strand, exons })
    }
}

fn lrg_protein(transcript: &str) -> Option<String> {
    transcript.starts_with("LRG_").then(|| transcript.replacen('t', "p", 1))
}

fn other(strand: Strand) -> Strand {
    match strand {
        Strand::Plus => Strand::Minus,
        Strand::Minus => Strand::Plus,
    }
}

fn complement(base: u8) -> u8 {
    cairn_variant::residues::complement(base).unwrap_or(base)
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
