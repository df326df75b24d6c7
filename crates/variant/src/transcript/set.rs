//! All transcripts of a node: filled once, then read by any number of threads.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::contig::GenomeContig;
use crate::digest::RefgetAccession;
use crate::hgvs::Accession;

use super::accession::parse_accession;
use super::index::IntervalIndex;
use super::record::{AlignmentRecord, RecordError, TranscriptRecord};
use super::{Alignment, Gene, Mane, SequenceOrigin, Strand, Transcript};

/// A transcript of one [`TranscriptSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TranscriptId(pub(super) u32);

/// An alignment of one [`TranscriptSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlignmentId(pub(super) u32);

/// A sequence that transcripts of one [`TranscriptSet`] lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetId(pub(super) u32);

/// A transcript found by its accession.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The transcript.
    pub id: TranscriptId,
    /// How it matched.
    pub lookup: Lookup,
}

/// How an accession was matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// The very accession that was asked for.
    Exact,
    /// No version was asked for: this is the newest loaded one, and the report must say so.
    NewestVersion,
}

/// Transcripts, their alignments and the indexes over them.
#[derive(Debug, Clone, Default)]
pub struct TranscriptSet {
    transcripts: Vec<Transcript>,
    alignments: Vec<Alignment>,
    targets: Vec<Target>,
    target_ids: HashMap<Box<str>, TargetId>,
    /// Sorted by accession without version, newest version first.
    by_accession: Vec<TranscriptId>,
    /// Sorted by upper-case gene symbol, then by rank.
    by_gene: Vec<(Box<str>, TranscriptId)>,
    /// Those that name their protein, sorted by its accession, then in the order of loading.
    by_protein: Vec<TranscriptId>,
}

#[derive(Debug, Clone)]
struct Target {
    accession: Box<str>,
    refget: Option<RefgetAccession>,
    index: IntervalIndex,
}

impl TranscriptSet {
    /// A builder.
    pub fn builder() -> TranscriptSetBuilder {
        TranscriptSetBuilder::default()
    }

    /// How many transcripts are loaded.
    pub fn len(&self) -> usize {
        self.transcripts.len()
    }

    /// Whether none is loaded.
    pub fn is_empty(&self) -> bool {
        self.transcripts.is_empty()
    }

    /// All transcripts, in the order of loading.
    pub fn iter(&self) -> impl Iterator<Item = (TranscriptId, &Transcript)> {
        (0u32..).map(TranscriptId).zip(&self.transcripts)
    }

    /// The transcript. Ids of another set give a wrong transcript or panic.
    pub fn transcript(&self, id: TranscriptId) -> &Transcript {
        &self.transcripts[id.0 as usize]
    }

    /// The alignment. Ids of another set give a wrong alignment or panic.
    pub fn alignment(&self, id: AlignmentId) -> &Alignment {
        &self.alignments[id.0 as usize]
    }

    /// The accession of a target sequence. Ids of another set give a wrong one or panic.
    pub fn target_accession(&self, id: TargetId) -> &str {
        &self.targets[id.0 as usize].accession
    }

    /// The target sequence with this accession, when any transcript lies on it.
    pub fn target(&self, accession: &str) -> Option<TargetId> {
        self.target_ids.get(accession).copied()
    }

    /// The identity of a target's bases: chromosomes have it from the built-in table, other sequences from
    /// [`TranscriptSetBuilder::declare_target`].
    pub fn target_refget(&self, id: TargetId) -> Option<RefgetAccession> {
        self.targets[id.0 as usize].refget
    }

    /// The alignment of a transcript on a target.
    pub fn alignment_on(&self, id: TranscriptId, target: TargetId) -> Option<&Alignment> {
        self.transcript(id).alignments.iter().map(|a| self.alignment(*a)).find(|a| a.target() == target)
    }

    /// The transcript with this accession; without a version, the newest one loaded.
    pub fn find(&self, accession: &str) -> Option<Found> {
        let wanted = parse_accession(accession).ok()?;
        let stem = |id: &TranscriptId| self.transcript(*id).accession.name.as_str();
        let first = self.by_accession.partition_point(|id| stem(id) < wanted.name.as_str());
        let mut versions = self.by_accession[first..].iter().take_while(|id| stem(id) == wanted.name.as_str());
        let exact = versions.clone().find(|id| self.transcript(**id).accession == wanted);
        match (exact, wanted.version) {
            (Some(id), _) => Some(Found { id: *id, lookup: Lookup::Exact }),
            (None, None) => versions.next().map(|id| Found { id: *id, lookup: Lookup::NewestVersion }),
            (None, Some(_)) => None,
        }
    }

    /// The loaded versions of an accession, newest first; a version in `accession` is ignored.
    pub fn versions(&self, accession: &str) -> Vec<TranscriptId> {
        let Ok(wanted) = parse_accession(accession) else { return Vec::new() };
        let stem = |id: &TranscriptId| self.transcript(*id).accession.name.as_str();
        let first = self.by_accession.partition_point(|id| stem(id) < wanted.name.as_str());
        self.by_accession[first..].iter().take_while(|id| stem(id) == wanted.name.as_str()).copied().collect()
    }

    /// The transcripts of a gene by its symbol in any case, MANE Select first.
    pub fn of_gene(&self, symbol: &str) -> impl Iterator<Item = TranscriptId> {
        let wanted = symbol.to_ascii_uppercase();
        let first = self.by_gene.partition_point(|(s, _)| **s < *wanted);
        self.by_gene[first..].iter().take_while(move |(s, _)| **s == *wanted).map(|(_, id)| *id)
    }

    /// The transcripts that code for the protein with this accession and version, in the order of loading.
    pub fn of_protein(&self, protein: &Accession) -> impl Iterator<Item = TranscriptId> {
        let named = |id: &TranscriptId| self.transcript(*id).protein.as_ref();
        let first = self.by_protein.partition_point(|id| named(id) < Some(protein));
        self.by_protein[first..].iter().take_while(move |id| named(id) == Some(protein)).copied()
    }

    /// Puts into `found` the alignments on `target` that overlap `range`, in the order of a report (MANE
    /// Select first). An empty range is an interbase position and meets what holds either neighbour.
    pub fn overlapping(&self, target: TargetId, range: Range<u32>, found: &mut Vec<AlignmentId>) {
        found.clear();
        self.targets[target.0 as usize].index.overlapping(range, |v| found.push(AlignmentId(v)));
        if found.len() > 1 {
            found.sort_unstable_by_key(|id| self.transcript(self.alignment(*id).transcript()).rank);
        }
    }
}

/// Collects records and merges what several sources say about one accession.
#[derive(Debug, Default)]
pub struct TranscriptSetBuilder {
    set: TranscriptSet,
    ids: HashMap<Accession, TranscriptId>,
    genes: HashMap<(Box<str>, Option<u32>), Arc<Gene>>,
    sources: HashMap<Box<str>, Arc<str>>,
}

impl TranscriptSetBuilder {
    /// Adds a transcript. A second record of the same accession adds alignments on further sequences, a
    /// missing sequence, gene, protein or MANE flag; what it says must agree with the first.
    ///
    /// # Errors
    /// When the record contradicts itself or an earlier one; nothing of it is then kept.
    pub fn add(&mut self, mut record: TranscriptRecord) -> Result<TranscriptId, RecordError> {
        let accession = parse_accession(&record.accession)?;
        let length = record.effective_length();
        record.check_cds(length)?;
        record.check_exons(length)?;
        let sequence = record.checked_sequence(length)?;
        let protein = record.protein_accession()?;
        let known = self.ids.get(&accession).copied();
        if let Some(id) = known {
            self.check_agreement(id, &record, length)?;
        }
        let id = known.unwrap_or(TranscriptId(self.set.transcripts.len() as u32));
        let exon_ends = record.exon_ends();
        let alignments = self.flatten(id, std::mem::take(&mut record.alignments), &record.accession)?;
        let gene = record.gene.take().map(|g| self.intern_gene(g));
        let source = self.intern_source(&record.source);
        if known.is_none() {
            self.ids.insert(accession.clone(), id);
            self.set.transcripts.push(blank(accession, &record, length, source));
        }
        let transcript = &mut self.set.transcripts[id.0 as usize];
        transcript.gene = transcript.gene.take().or(gene);
        transcript.protein = transcript.protein.take().or(protein);
        transcript.cds = transcript.cds.or(record.cds);
        transcript.mane = transcript.mane.min(record.mane);
        transcript.is_canonical |= record.is_canonical;
        if transcript.exon_ends.is_empty() {
            transcript.exon_ends = exon_ends;
        }
        if let Some(bases) = sequence {
            transcript.sequence = Some((SequenceOrigin::Transcript, bases));
        }
        for alignment in alignments {
            let place = AlignmentId(self.set.alignments.len() as u32);
            self.set.alignments.push(alignment);
            self.set.transcripts[id.0 as usize].alignments.push(place);
        }
        Ok(id)
    }

    /// Says which bases a target that is no chromosome has (`NG_005905.2`, `LRG_292`).
    ///
    /// # Errors
    /// When `accession` is no accession.
    pub fn declare_target(&mut self, accession: &str, refget: RefgetAccession) -> Result<TargetId, RecordError> {
        let id = self.intern_target(accession)?;
        self.set.targets[id.0 as usize].refget = Some(refget);
        Ok(id)
    }

    /// Marks a transcript that is already loaded as MANE; false when it is not loaded.
    pub fn set_mane(&mut self, accession: &str, mane: Mane) -> bool {
        let id = parse_accession(accession).ok().and_then(|a| self.ids.get(&a).copied());
        if let Some(id) = id {
            self.set.transcripts[id.0 as usize].mane = mane;
        }
        id.is_some()
    }

    /// Gives a transcript that is already loaded its own bases; `Ok(false)` when it is not loaded.
    ///
    /// # Errors
    /// When the bases are not IUPAC or their number differs from the transcript's length.
    pub fn set_sequence(&mut self, accession: &str, bases: Vec<u8>) -> Result<bool, RecordError> {
        let id = parse_accession(accession).ok().and_then(|a| self.ids.get(&a).copied());
        let Some(id) = id else { return Ok(false) };
        let transcript = &mut self.set.transcripts[id.0 as usize];
        let mut record =
            TranscriptRecord { accession: accession.to_owned(), sequence: Some(bases), ..TranscriptRecord::default() };
        let bases = record.checked_sequence(transcript.length)?;
        transcript.sequence = bases.map(|b| (SequenceOrigin::Transcript, b));
        Ok(true)
    }

    /// Cuts the bases of transcripts without a sequence of their own from the sequences they lie on.
    /// `bases_of` gives the upper-case bases of a range of a target, or `None` where they are not loaded.
    /// Only gapless alignments of the whole transcript are cut. Returns how many transcripts gained bases.
    pub fn splice_missing(&mut self, mut bases_of: impl FnMut(&str, Range<u32>) -> Option<Vec<u8>>) -> usize {
        let mut gained = 0;
        for transcript in self.set.transcripts.iter_mut().filter(|t| t.sequence.is_none()) {
            let spliced = transcript.alignments.iter().find_map(|id| {
                let alignment = &self.set.alignments[id.0 as usize];
                let target = &self.set.targets[alignment.target().0 as usize].accession;
                splice(alignment, transcript.length, |range| bases_of(target, range))
            });
            if let Some(bases) = spliced {
                transcript.sequence = Some((SequenceOrigin::Genome, bases.into()));
                gained += 1;
            }
        }
        gained
    }

    /// Sorts and indexes what was added.
    pub fn build(mut self) -> TranscriptSet {
        let set = &mut self.set;
        let mut order: Vec<u32> = (0..set.transcripts.len() as u32).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&set.transcripts[*a as usize], &set.transcripts[*b as usize]);
            report_order(a).cmp(&report_order(b))
        });
        for (rank, id) in (0u32..).zip(&order) {
            set.transcripts[*id as usize].rank = rank;
        }
        set.by_accession = order.iter().copied().map(TranscriptId).collect();
        let transcripts = &set.transcripts;
        set.by_accession.sort_by_key(|id| {
            let accession = &transcripts[id.0 as usize].accession;
            (&accession.name, Reverse(accession.version))
        });
        set.by_gene = order.iter().filter_map(|id| symbol_entry(transcripts, TranscriptId(*id))).collect();
        set.by_gene.sort_by(|a, b| a.0.cmp(&b.0));
        let protein = |id: &TranscriptId| transcripts[id.0 as usize].protein.as_ref();
        set.by_protein = (0..transcripts.len() as u32).map(TranscriptId).filter(|id| protein(id).is_some()).collect();
        set.by_protein.sort_by_key(|id| protein(id));
        index_targets(set);
        self.set
    }

    fn flatten(
        &mut self,
        id: TranscriptId,
        records: Vec<AlignmentRecord>,
        accession: &str,
    ) -> Result<Vec<Alignment>, RecordError> {
        let mut flattened: Vec<Alignment> = Vec::with_capacity(records.len());
        for record in records {
            let target = self.intern_target(&record.target)?;
            let known = self.set.transcripts.get(id.0 as usize).into_iter();
            let known = known.flat_map(|t| &t.alignments).map(|a| &self.set.alignments[a.0 as usize]);
            let known: Vec<TargetId> = known.chain(&flattened).map(Alignment::target).collect();
            let alignment = record.flatten(accession, id, target)?;
            // The first source of an alignment is kept: a second one of the same target adds nothing.
            if !known.contains(&target) {
                flattened.push(alignment);
            }
        }
        Ok(flattened)
    }

    fn check_agreement(&self, id: TranscriptId, record: &TranscriptRecord, length: u32) -> Result<(), RecordError> {
        let before = &self.set.transcripts[id.0 as usize];
        let coding_differs = matches!((before.cds, record.cds), (Some(a), Some(b)) if a != b);
        let what = match (coding_differs, length != 0 && length != before.length) {
            (true, _) => "the coding sequence",
            (_, true) => "the length",
            _ => return Ok(()),
        };
        let (accession, source_before) = (record.accession.clone(), before.source.to_string());
        Err(RecordError::Disagrees { accession, what, source_before })
    }

    fn intern_target(&mut self, accession: &str) -> Result<TargetId, RecordError> {
        if let Some(id) = self.set.target_ids.get(accession) {
            return Ok(*id);
        }
        parse_accession(accession)?;
        let id = TargetId(self.set.targets.len() as u32);
        self.set.target_ids.insert(accession.into(), id);
        let refget = GenomeContig::from_refseq(accession).map(GenomeContig::refget);
        let index = IntervalIndex::default();
        self.set.targets.push(Target { accession: accession.into(), refget, index });
        Ok(id)
    }

    fn intern_gene(&mut self, gene: Gene) -> Arc<Gene> {
        let key = (gene.symbol.clone(), gene.hgnc_id);
        self.genes.entry(key).or_insert_with(|| Arc::new(gene)).clone()
    }

    fn intern_source(&mut self, source: &str) -> Arc<str> {
        self.sources.entry(source.into()).or_insert_with(|| source.into()).clone()
    }
}

fn blank(accession: Accession, record: &TranscriptRecord, length: u32, source: Arc<str>) -> Transcript {
    Transcript {
        accession,
        gene: None,
        biotype: record.biotype,
        cds: None,
        protein: None,
        mane: Mane::None,
        is_canonical: false,
        codon_table: record.codon_table,
        selenocysteines: record.selenocysteines.clone().into(),
        length,
        sequence: None,
        source,
        exon_ends: Box::default(),
        alignments: Vec::new(),
        rank: 0,
    }
}

/// MANE Select, MANE Plus Clinical, canonical, coding (longest first), then by accession, newest first.
fn report_order(t: &Transcript) -> impl Ord {
    let coding = t.cds.map_or(0, |c| c.end - c.start);
    (t.mane, !t.is_canonical, Reverse(coding), t.accession.name.clone(), Reverse(t.accession.version))
}

fn symbol_entry(transcripts: &[Transcript], id: TranscriptId) -> Option<(Box<str>, TranscriptId)> {
    let gene = transcripts[id.0 as usize].gene.as_ref()?;
    Some((gene.symbol.to_ascii_uppercase().into(), id))
}

fn index_targets(set: &mut TranscriptSet) {
    let mut by_target: Vec<Vec<(Range<u32>, u32)>> = vec![Vec::new(); set.targets.len()];
    for (id, alignment) in (0u32..).zip(&set.alignments) {
        by_target[alignment.target().0 as usize].push((alignment.span(), id));
    }
    for (target, intervals) in set.targets.iter_mut().zip(by_target) {
        target.index = IntervalIndex::new(intervals);
    }
}

fn splice(
    alignment: &Alignment,
    length: u32,
    mut bases_of: impl FnMut(Range<u32>) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    if !alignment.is_gapless() || alignment.transcript_span() != (0..length) {
        return None;
    }
    let mut spliced = Vec::with_capacity(length as usize);
    for block in alignment.blocks() {
        let mut bases = bases_of(block.target()).filter(|b| b.len() == block.target().len())?;
        if alignment.strand() == Strand::Minus {
            bases.reverse();
            bases.iter_mut().for_each(|b| *b = complement(*b));
        }
        spliced.append(&mut bases);
    }
    Some(spliced)
}

fn complement(base: u8) -> u8 {
    match base {
        b'A' => b'T',
        b'C' => b'G',
        b'G' => b'C',
        b'T' => b'A',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cds, ExonRecord};
    use super::*;

    fn record(accession: &str, mane: Mane, start: u32) -> TranscriptRecord {
        let exons = ExonRecord::ungapped([start..start + 10, start + 20..start + 30]);
        let target = "NC_000017.11".to_owned();
        TranscriptRecord {
            accession: accession.into(),
            gene: Some(Gene { symbol: "BRCA1".into(), hgnc_id: Some(1100) }),
            cds: Some(Cds::complete(2, 17)),
            mane,
            alignments: vec![AlignmentRecord { target, strand: Strand::Plus, exons }],
            ..TranscriptRecord::default()
        }
    }

    fn brca1() -> TranscriptSet {
        let mut builder = TranscriptSet::builder();
        builder.add(record("NM_007294.3", Mane::None, 100)).unwrap();
        builder.add(record("NM_007300.4", Mane::PlusClinical, 90)).unwrap();
        builder.add(record("NM_007294.4", Mane::Select, 100)).unwrap();
        builder.build()
    }

    #[test]
    fn accession_with_version_is_exact_and_without_is_the_newest() {
        let set = brca1();
        let found = |text| set.find(text).map(|f| (set.transcript(f.id).accession().to_string(), f.lookup));
        assert_eq!(found("NM_007294.3"), Some(("NM_007294.3".into(), Lookup::Exact)));
        assert_eq!(found("NM_007294"), Some(("NM_007294.4".into(), Lookup::NewestVersion)));
        assert_eq!(found("NM_007294.9"), None);
        assert_eq!(found("NM_0072"), None);
        assert_eq!(set.versions("NM_007294.9").len(), 2);
    }

    #[test]
    fn a_protein_names_its_transcripts() {
        let mut builder = TranscriptSet::builder();
        for (accession, protein) in [("NM_2.1", "NP_2.1"), ("NM_1.1", "NP_1.1"), ("NM_3.1", "NP_1.1"), ("NM_4.1", "")] {
            let protein = (!protein.is_empty()).then(|| protein.into());
            builder.add(TranscriptRecord { protein, ..record(accession, Mane::None, 100) }).unwrap();
        }
        let set = builder.build();
        let of = |protein: &str| -> Vec<String> {
            let protein = parse_accession(protein).unwrap();
            set.of_protein(&protein).map(|id| set.transcript(id).accession().to_string()).collect()
        };
        assert_eq!((of("NP_1.1"), of("NP_2.1")), (vec!["NM_1.1".into(), "NM_3.1".into()], vec!["NM_2.1".to_owned()]));
        assert!(of("NP_1.2").is_empty() && of("NP_0.1").is_empty() && of("NP_9.1").is_empty());
    }

    #[test]
    fn mane_select_comes_first() {
        let set = brca1();
        let names = |ids: Vec<TranscriptId>| {
            ids.into_iter().map(|id| set.transcript(id).accession().to_string()).collect::<Vec<_>>()
        };
        let order = ["NM_007294.4", "NM_007300.4", "NM_007294.3"];
        assert_eq!(names(set.of_gene("brca1").collect()), order);
        let mut found = Vec::new();
        let target = set.target("NC_000017.11").unwrap();
        set.overlapping(target, 105..106, &mut found);
        assert_eq!(names(found.iter().map(|a| set.alignment(*a).transcript()).collect()), order);
        set.overlapping(target, 128..129, &mut found);
        assert_eq!(found.len(), 2);
        assert!(set.target_refget(target).is_some());
    }

    #[test]
    fn a_second_source_adds_an_alignment_and_must_agree() {
        let mut builder = TranscriptSet::builder();
        builder.add(record("NM_007294.4", Mane::None, 100)).unwrap();
        let mut other = record("NM_007294.4", Mane::Select, 500);
        other.alignments[0].target = "NC_000017.10".into();
        let id = builder.add(other).unwrap();
        let mut third = record("NM_007294.4", Mane::None, 100);
        third.cds = Some(Cds::complete(5, 17));
        assert!(matches!(builder.add(third), Err(RecordError::Disagrees { .. })));
        let set = builder.build();
        assert_eq!((set.len(), set.transcript(id).alignments().len()), (1, 2));
        assert_eq!(set.transcript(id).mane(), Mane::Select);
    }

    #[test]
    fn missing_bases_are_cut_from_the_genome() {
        let mut minus = record("NM_2.1", Mane::None, 0);
        minus.alignments[0].strand = Strand::Minus;
        minus.alignments[0].exons = ExonRecord::ungapped([12..20, 0..4]);
        minus.cds = None;
        let mut builder = TranscriptSet::builder();
        let id = builder.add(minus).unwrap();
        let genome = b"AACCTTTTTTTTGGGGAAAC";
        let gained = builder.splice_missing(|_, r| Some(genome[r.start as usize..r.end as usize].to_vec()));
        let set = builder.build();
        assert_eq!(gained, 1);
        assert_eq!(set.transcript(id).sequence(), Some(&b"GTTTCCCCGGTT"[..]));
        assert_eq!(set.transcript(id).sequence_origin(), Some(SequenceOrigin::Genome));
    }
}
