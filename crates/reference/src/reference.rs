//! Everything a node knows from files, in one value that is cheap to clone and read by any number of threads.
//!
//! Sequences, transcripts and liftover are read when it is opened: identification needs them. Names, ontologies and
//! links are read when they are first asked for.

use std::{
    io::{self, BufRead},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use cairn_core::suggest::EvidenceSource;
use cairn_variant::{
    liftover::{LiftBlock, LiftMap},
    project::Projector,
    sequence::SequenceSource,
    transcript::{TranscriptRecord, TranscriptSet, TranscriptSetBuilder},
};
use rayon::prelude::*;

use crate::{
    bundle::{self, Bundled, BundledKind},
    condition::{Conditions, ConditionsBuilder},
    cytoband::Cytobands,
    folder::{FolderError, ReferenceFolder},
    frequency::Frequencies,
    gene::{Genes, GenesBuilder},
    gene_table::GeneTables,
    liftover::{read_blocks, read_chain},
    mondo::{read_mondo_json, read_mondo_obo},
    panel::{Panel, read_panels},
    phenotype::{links::DiseaseLinks, obographs::read_obographs, ontology::Ontology, term_table::read_term_table},
    score::Scores,
    sequence::{
        fasta::{FastaPart, inflated, read_fasta},
        intake::{Intake, IntakeError, IntakeOptions},
        pack::{Pack, PackError},
        store::SequenceStore,
    },
    source::{Source, SourceKind},
    transcript::{
        cdot::read_cdot,
        flat,
        genbank::{AnnotatedRecord, read_genbank},
        lrg::LrgTranscripts,
        lrg_xml::read_lrg_xml,
        mane::read_mane,
    },
    validity::Validity,
    variant_names::{NamedAllele, VariantNames},
};

/// The knowledge of a node.
#[derive(Clone, Debug)]
pub struct Reference(Arc<Loaded>);

#[derive(Debug)]
struct Loaded {
    folder: Option<ReferenceFolder>,
    sources: Vec<Source>,
    sequences: SequenceStore,
    transcripts: TranscriptSet,
    liftover: LiftMap,
    problems: Vec<String>,
    genes: OnceLock<Genes>,
    phenotypes: OnceLock<Ontology>,
    disease_links: OnceLock<DiseaseLinks>,
    conditions: OnceLock<Conditions>,
    validity: OnceLock<Validity>,
    panels: OnceLock<Vec<Panel>>,
    variant_names: OnceLock<VariantNames>,
    frequencies: OnceLock<Frequencies>,
    scores: OnceLock<Scores>,
    gene_tables: OnceLock<GeneTables>,
    cytobands: OnceLock<Cytobands>,
}

/// The reference of a node cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The list of sources cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A pack of sequences is missing or damaged.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A kept file cannot be read.
    #[error("cannot read `{}`: add the file again with `cairn reference add`", .path.display())]
    Read {
        /// The file in the reference folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Reference {
    /// What is inside the program.
    pub fn bundled() -> Self {
        let mut building = Building::default();
        building.add_bundle();
        building.finish(None, Vec::new())
    }

    /// What is inside the program and what the node's data folder holds. A folder without reference is no error.
    ///
    /// # Errors
    /// When something that was loaded is missing or damaged.
    pub fn open(data: &Path) -> Result<Self, OpenError> {
        let folder = ReferenceFolder::of(data);
        let sources = folder.sources()?;
        let mut building = Building::default();
        building.add_folder(&folder, &sources)?;
        building.add_bundle();
        Ok(building.finish(Some(folder), sources))
    }

    /// The bases that are loaded.
    pub fn sequences(&self) -> &SequenceStore {
        &self.0.sequences
    }

    /// The transcripts that are loaded.
    pub fn transcripts(&self) -> &TranscriptSet {
        &self.0.transcripts
    }

    /// Projects between genome, transcripts and proteins.
    pub fn projector(&self) -> Projector<'_, SequenceStore> {
        Projector::new(&self.0.transcripts, &self.0.sequences)
    }

    /// Where the assemblies are the same.
    pub fn liftover(&self) -> &LiftMap {
        &self.0.liftover
    }

    /// The files a user has loaded; those inside the program are not among them.
    pub fn sources(&self) -> &[Source] {
        &self.0.sources
    }

    /// What could not be used of the files that were loaded.
    pub fn problems(&self) -> &[String] {
        &self.0.problems
    }

    /// Genes by name.
    pub fn genes(&self) -> &Genes {
        self.0.genes.get_or_init(|| {
            let mut genes = GenesBuilder::default();
            // A file that was read when it was added and fails now is treated as absent; `sources` still names it.
            self.each_file(SourceKind::Hgnc, |input| genes.read_hgnc(input).map(drop).ok());
            self.each_file(SourceKind::NcbiGenes, |input| genes.read_ncbi(input).map(drop).ok());
            genes.build()
        })
    }

    /// Human phenotypes.
    pub fn phenotypes(&self) -> &Ontology {
        self.0.phenotypes.get_or_init(|| {
            let (mut version, mut terms) = (String::new(), Vec::new());
            self.each_file(SourceKind::Hpo, |input| {
                let read = read_obographs(input, "HP").ok()?;
                version = version.clone().max(read.version);
                terms.extend(read.terms.into_iter().map(|found| found.term));
                Some(())
            });
            self.each_file(SourceKind::HpoTerms, |input| {
                terms.extend(read_term_table(input).ok()?);
                Some(())
            });
            Ontology::new(version, terms)
        })
    }

    /// Diseases and their phenotypes.
    pub fn disease_links(&self) -> &DiseaseLinks {
        self.0.disease_links.get_or_init(|| {
            let mut links = DiseaseLinks::default();
            self.each_file(SourceKind::Hpoa, |input| links.read_hpoa(input).map(drop).ok());
            self.each_file(SourceKind::DiseasePhenotypes, |input| links.read_table(input).map(drop).ok());
            links
        })
    }

    /// Conditions by name and identifier.
    pub fn conditions(&self) -> &Conditions {
        self.0.conditions.get_or_init(|| {
            let mut conditions = ConditionsBuilder::default();
            self.each_file(SourceKind::MondoObo, |input| read_mondo_obo(input, &mut conditions).map(drop).ok());
            self.each_file(SourceKind::Mondo, |input| read_mondo_json(input, &mut conditions).map(drop).ok());
            self.each_file(SourceKind::MondoMappings, |input| conditions.read_mappings(input).map(drop).ok());
            self.each_file(SourceKind::MondoEdges, |input| conditions.read_edges(input).map(drop).ok());
            conditions.add_diseases(self.disease_links());
            conditions.build()
        })
    }

    /// Gene-disease validity.
    pub fn validity(&self) -> &Validity {
        self.0.validity.get_or_init(|| {
            let mut validity = Validity::default();
            self.each_file(SourceKind::ClinGenValidity, |input| validity.read_clingen(input).map(drop).ok());
            self.each_file(SourceKind::GenCc, |input| validity.read_gencc(input).map(drop).ok());
            validity
        })
    }

    /// Gene panels.
    pub fn panels(&self) -> &[Panel] {
        self.0.panels.get_or_init(|| {
            let mut panels = Vec::new();
            self.each_file(SourceKind::PanelApp, |input| {
                panels.extend(read_panels(input).ok()?);
                Some(())
            });
            panels
        })
    }

    /// Bands of the chromosomes.
    pub fn cytobands(&self) -> &Cytobands {
        self.0.cytobands.get_or_init(|| {
            let mut bands = Cytobands::default();
            self.each_file(SourceKind::Cytobands, |input| bands.read(input).map(drop).ok());
            bands
        })
    }

    /// Names that databases give to variants.
    pub fn variant_names(&self) -> &VariantNames {
        self.0.variant_names.get_or_init(|| {
            let mut alleles = Vec::new();
            for kind in [SourceKind::ClinVarVcf, SourceKind::VariantSummary] {
                self.each_file(kind, |input| {
                    alleles
                        .extend(input.lines().map_while(Result::ok).filter_map(|line| NamedAllele::from_line(&line)));
                    Some(())
                });
            }
            VariantNames::new(alleles)
        })
    }

    /// Population frequencies.
    pub fn frequencies(&self) -> &Frequencies {
        self.0.frequencies.get_or_init(|| {
            let mut frequencies = Frequencies::default();
            self.each_path(SourceKind::Frequencies, |path, source| frequencies.add(path, source));
            frequencies
        })
    }

    /// Scores of predictors.
    pub fn scores(&self) -> &Scores {
        self.0.scores.get_or_init(|| {
            let mut scores = Scores::default();
            self.each_path(SourceKind::Scores, |path, source| scores.add(path, source));
            scores
        })
    }

    /// What tables say of genes.
    pub fn gene_tables(&self) -> &GeneTables {
        self.0.gene_tables.get_or_init(|| {
            let mut tables = GeneTables::default();
            let each = |kind: SourceKind, read: &mut dyn FnMut(Box<dyn BufRead>, &EvidenceSource)| {
                self.each_path(kind, |path, source| {
                    let evidence = source.as_evidence(kind.title());
                    if let Ok(input) = std::fs::File::open(path).and_then(inflated) {
                        read(input, &evidence);
                    }
                });
            };
            each(SourceKind::Dosage, &mut |input, source| drop(tables.read_dosage(input, source)));
            each(SourceKind::Constraint, &mut |input, source| drop(tables.read_constraint(input, source)));
            each(SourceKind::ProteinRegions, &mut |input, source| drop(tables.read_regions(input, source)));
            each(SourceKind::GeneFacts, &mut |input, source| drop(tables.read_facts(input, source)));
            tables
        })
    }

    /// Every kept file of a sort, the newest first.
    fn each_path(&self, kind: SourceKind, mut each: impl FnMut(&Path, &Source)) {
        let Some(folder) = &self.0.folder else { return };
        for source in self.0.sources.iter().rev().filter(|source| source.kind == kind) {
            for name in &source.stored {
                each(&folder.path_of(name), source);
            }
        }
    }

    /// Reads every file of a sort: the user's first, the newest first, then the bundled one.
    fn each_file(&self, kind: SourceKind, mut read: impl FnMut(&mut dyn BufRead) -> Option<()>) {
        if let Some(folder) = &self.0.folder {
            for source in self.0.sources.iter().rev().filter(|source| source.kind == kind) {
                for path in source.stored.iter().map(|name| folder.path_of(name)) {
                    let input = std::fs::File::open(path).and_then(inflated);
                    input.ok().and_then(|mut input| read(&mut input));
                }
            }
        }
        for file in bundle::of_kind(BundledKind::Source(kind)) {
            inflated(file.bytes).ok().and_then(|mut input| read(&mut input));
        }
    }
}

/// What is being opened.
#[derive(Default)]
struct Building {
    sequences: SequenceStore,
    transcripts: TranscriptSetBuilder,
    blocks: Vec<LiftBlock>,
    problems: Vec<String>,
}

impl Building {
    fn finish(mut self, folder: Option<ReferenceFolder>, sources: Vec<Source>) -> Reference {
        self.blocks.sort_by_key(|block| (block.from, block.from_start, block.to, block.to_start, block.length));
        self.blocks.dedup();
        let held = &self.sequences;
        self.transcripts.splice_missing(|target, range| {
            let contig = cairn_variant::contig::GenomeContig::from_refseq(target);
            let sequence = contig.map(|contig| contig.refget()).or_else(|| held.named(target))?;
            let interval = cairn_variant::interbase::Interval::new(u64::from(range.start), u64::from(range.end))?;
            held.residues(&sequence, interval).ok().map(std::borrow::Cow::into_owned)
        });
        Reference(Arc::new(Loaded {
            folder,
            sources,
            transcripts: self.transcripts.build(),
            liftover: LiftMap::new(self.blocks),
            sequences: self.sequences,
            problems: self.problems,
            genes: OnceLock::new(),
            phenotypes: OnceLock::new(),
            disease_links: OnceLock::new(),
            conditions: OnceLock::new(),
            validity: OnceLock::new(),
            panels: OnceLock::new(),
            variant_names: OnceLock::new(),
            frequencies: OnceLock::new(),
            scores: OnceLock::new(),
            gene_tables: OnceLock::new(),
            cytobands: OnceLock::new(),
        }))
    }

    fn add_transcript(&mut self, record: TranscriptRecord) {
        if let Err(error) = self.transcripts.add(record) {
            self.problems.push(error.to_string());
        }
    }

    fn add_folder(&mut self, folder: &ReferenceFolder, sources: &[Source]) -> Result<(), OpenError> {
        for source in sources {
            for path in source.stored.iter().map(|name| folder.path_of(name)) {
                match source.kind {
                    SourceKind::Sequences => self.sequences.add(Pack::open(&path)?),
                    SourceKind::GenBank | SourceKind::LrgXml => self.add_annotated(source, &path)?,
                    SourceKind::Cdot | SourceKind::Gff3 => self.add_flat(&path, &source.file)?,
                    SourceKind::Chain | SourceKind::Blocks | SourceKind::Mane => self.add_table(source, &path)?,
                    _ => {}
                }
            }
        }
        self.add_own_bases();
        Ok(())
    }

    /// A GenBank file or an LRG record: its sequences by their accession, and the transcripts on them.
    fn add_annotated(&mut self, source: &Source, path: &Path) -> Result<(), OpenError> {
        let read = |source| OpenError::Read { path: path.to_owned(), source };
        let input = std::fs::File::open(path).and_then(inflated).map_err(read)?;
        let mut records = Vec::new();
        match source.kind {
            SourceKind::LrgXml => {
                let record = read_lrg_xml(input, &source.file).map_err(|error| read(io::Error::other(error)))?;
                records.push(record);
            }
            _ => read_genbank(input, &source.file, |record| records.push(record)).map_err(read)?,
        }
        for record in records {
            self.add_record(record).map_err(|error| read(io::Error::other(error)))?;
        }
        Ok(())
    }

    fn add_record(&mut self, record: AnnotatedRecord) -> Result<(), IntakeError> {
        if !record.sequence.is_empty() {
            let mut intake = Intake::new(Vec::new(), IntakeOptions::default(), Box::new(|_| ()))?;
            intake.take(FastaPart::Heading(&record.accession))?;
            intake.take(FastaPart::Residues(&record.sequence))?;
            let (bytes, _, problems) = intake.finish()?;
            self.problems.extend(problems.iter().map(ToString::to_string));
            let pack = Pack::from_bytes(bytes).ok_or_else(|| IntakeError::Io(io::ErrorKind::InvalidData.into()))?;
            self.sequences.add(pack);
        }
        record.transcripts.into_iter().for_each(|transcript| self.add_transcript(transcript));
        if let Some(refget) = self.sequences.named(&record.accession)
            && let Err(error) = self.transcripts.declare_target(&record.accession, refget)
        {
            self.problems.push(error.to_string());
        }
        Ok(())
    }

    /// Transcripts in our own form, read on all cores.
    fn add_flat(&mut self, path: &Path, source: &str) -> Result<(), OpenError> {
        let read = |source| OpenError::Read { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(read)?;
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let records: Vec<_> = lines.par_iter().map(|line| flat::parse_line(line, source)).collect();
        for record in records {
            match record {
                Some(record) => self.add_transcript(record),
                None => return Err(read(io::ErrorKind::InvalidData.into())),
            }
        }
        Ok(())
    }

    fn add_table(&mut self, source: &Source, path: &Path) -> Result<(), OpenError> {
        let read = |source| OpenError::Read { path: path.to_owned(), source };
        let broken = |_| read(io::ErrorKind::InvalidData.into());
        let input = std::fs::File::open(path).and_then(inflated).map_err(read)?;
        match source.kind {
            SourceKind::Chain => self.blocks.extend(read_chain(input).map_err(|error| read(io::Error::other(error)))?),
            SourceKind::Blocks => self.blocks.extend(read_blocks(input).map_err(broken)?),
            SourceKind::Mane => {
                for row in read_mane(input).map_err(broken)? {
                    self.transcripts.set_mane(&row.refseq, row.status);
                    self.transcripts.set_mane(&row.ensembl, row.status);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Gives loaded transcripts the bases of loaded records with their name.
    fn add_own_bases(&mut self) {
        let named: Vec<_> = self.sequences.names().map(|(name, sequence)| (name.to_owned(), sequence)).collect();
        for (name, sequence) in named {
            let length = self.sequences.length(&sequence).unwrap_or(0);
            let whole = cairn_variant::interbase::Interval::new(0, length);
            let bases = whole
                .and_then(|whole| self.sequences.residues(&sequence, whole).ok().map(std::borrow::Cow::into_owned));
            if let Some(Err(error)) = bases.map(|bases| self.transcripts.set_sequence(&name, bases)) {
                self.problems.push(error.to_string());
            }
        }
    }

    /// The bundle comes last: what a user has loaded goes before it.
    fn add_bundle(&mut self) {
        for file in bundle::of_kind(BundledKind::Source(SourceKind::Sequences)) {
            let pack = packed(file).expect("the bundled sequences are tested");
            self.sequences.add(pack);
        }
        for file in bundle::of_kind(BundledKind::Source(SourceKind::Blocks)) {
            self.blocks.extend(read_blocks(file.bytes).expect("the bundled blocks are tested"));
        }
        for file in bundle::of_kind(BundledKind::Source(SourceKind::Cdot)) {
            let input = inflated(file.bytes).expect("memory");
            let source = format!("cdot {}", file.version);
            let mut records = Vec::new();
            read_cdot(input, &source, |record| records.extend(record.ok()))
                .expect("the bundled transcripts are tested");
            records.into_iter().for_each(|record| self.add_transcript(record));
        }
        for file in bundle::of_kind(BundledKind::Mitochondrion) {
            let input = inflated(file.bytes).expect("memory");
            let mut records = Vec::new();
            read_genbank(input, file.version, |record| records.extend(record.transcripts)).expect("memory");
            records.into_iter().for_each(|record| self.add_transcript(record));
        }
        self.add_lrg();
    }

    fn add_lrg(&mut self) {
        let one =
            |kind| bundle::of_kind(kind).next().map(|file| inflated(file.bytes).expect("memory")).expect("bundled");
        let info = LrgTranscripts::read(one(BundledKind::LrgInfo)).expect("the bundled table is tested");
        let mut bases = std::collections::HashMap::<String, Vec<u8>>::new();
        let mut name = String::new();
        let read = read_fasta(one(BundledKind::LrgSequences), |part| {
            match part {
                FastaPart::Heading(heading) => name = heading.split_ascii_whitespace().next().unwrap_or("").to_owned(),
                FastaPart::Residues(more) => bases.entry(name.clone()).or_default().extend_from_slice(more),
            }
            Ok::<_, io::Error>(())
        });
        read.expect("memory");
        let mut records = Vec::new();
        info.read_exons(one(BundledKind::LrgExons), "LRG, 2014", |record| records.extend(record.ok()))
            .expect("the bundled table is tested");
        let twins: std::collections::HashMap<&str, &str> =
            bundle::LRG_TWINS.lines().filter_map(|line| line.split_once('\t')).collect();
        for mut record in records {
            record.sequence = bases.remove(&record.accession);
            // By the rule of LRG records, protein p1 is that of transcript t1.
            record.protein = record.cds.map(|_| record.accession.replace('t', "p"));
            if let Some(twin) = twins.get(record.accession.as_str()) {
                let source = format!("same bases as {}", record.accession);
                self.add_transcript(TranscriptRecord { accession: (*twin).to_owned(), source, ..record.clone() });
            }
            self.add_transcript(record);
        }
    }
}

/// A bundled FASTA file as a pack.
fn packed(file: &Bundled) -> Result<Pack, IntakeError> {
    let mut intake = Intake::new(Vec::new(), IntakeOptions::default(), Box::new(|_| ()))?;
    read_fasta(inflated(file.bytes)?, |part| intake.take(part))?;
    let (bytes, _, _) = intake.finish()?;
    Pack::from_bytes(bytes).ok_or_else(|| IntakeError::Io(io::ErrorKind::InvalidData.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundle_loads_without_problems() {
        let reference = Reference::bundled();
        assert_eq!(reference.problems(), [""; 0]);
        assert!(reference.transcripts().find("LRG_293t1").is_some());
        assert!(reference.transcripts().find("NM_000059.3").is_some());
        assert_eq!(reference.sequences().regions().len(), 5);
        assert!(!reference.genes().is_empty() && !reference.phenotypes().is_empty());
        assert!(reference.conditions().find("OMIM:604370").is_some());
    }

    #[test]
    fn transcripts_of_the_bundle_have_bases() {
        let reference = Reference::bundled();
        let set = reference.transcripts();
        let without = set.iter().filter(|(_, transcript)| transcript.sequence().is_none()).count();
        assert_eq!(without, 0);
    }
}
