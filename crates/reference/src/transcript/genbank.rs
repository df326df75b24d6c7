//! GenBank flat files: a sequence with the transcripts that are annotated on it, as RefSeqGene and the record of the
//! mitochondrion have them.
//!
//! A transcript is a feature with a `transcript_id`; the coding sequence that fits its exons is its own, in the order
//! of the file where several fit. In a record without such features (`NC_012920.1`) each gene of one stretch is named
//! after the record and its approved symbol (`NC_012920.1_MT-ND1`), which is no name that a description may use:
//! descriptions count on the sequence (`m.`), and consequences on the protein.

use std::{
    collections::HashMap,
    io::{self, BufRead},
    ops::Range,
};

use cairn_variant::transcript::{
    AlignmentRecord, Biotype, Cds, CodonTable, ExonRecord, Gene, Strand, TranscriptRecord,
};

/// A sequence with the transcripts that are annotated on it.
#[derive(Debug, Default)]
pub struct AnnotatedRecord {
    /// Accession with version.
    pub accession: String,
    /// Its bases as written, in small letters; empty when the file leaves them out.
    pub sequence: Vec<u8>,
    /// The transcripts on it.
    pub transcripts: Vec<TranscriptRecord>,
}

/// A feature as it stands in the record.
#[derive(Debug, Default)]
struct Feature {
    kind: String,
    location: String,
    qualifiers: String,
}

/// Where a feature lies.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretches {
    strand: Strand,
    /// 0-based, in the order of transcription.
    parts: Vec<Range<u32>>,
    /// Whether its first and its last base are in the record: `<` and `>` say that they are not.
    is_whole: (bool, bool),
}

/// Reads the records of a GenBank file and hands each to `sink`.
///
/// # Errors
/// When the stream fails.
pub fn read_genbank(input: impl BufRead, source: &str, mut sink: impl FnMut(AnnotatedRecord)) -> io::Result<()> {
    let (mut record, mut features, mut part) = (AnnotatedRecord::default(), Vec::<Feature>::new(), Part::Head);
    for line in input.lines() {
        let line = line?;
        part = match line.split_ascii_whitespace().next() {
            Some("VERSION") if !line.starts_with(' ') => {
                line[7..].split_ascii_whitespace().next().unwrap_or_default().clone_into(&mut record.accession);
                Part::Head
            }
            Some("FEATURES") if !line.starts_with(' ') => Part::Features,
            Some("ORIGIN") if !line.starts_with(' ') => Part::Sequence,
            Some("//") if !line.starts_with(' ') => {
                sink(std::mem::take(&mut record).with(std::mem::take(&mut features), source));
                Part::Head
            }
            Some(_) if !line.starts_with(' ') => Part::Head,
            _ => {
                match part {
                    Part::Head => {}
                    Part::Features => add_feature_line(&mut features, &line),
                    Part::Sequence => record.sequence.extend(line.bytes().filter(u8::is_ascii_alphabetic)),
                }
                part
            }
        };
    }
    if !record.accession.is_empty() {
        sink(record.with(features, source));
    }
    Ok(())
}

/// What the lines of a record are about.
#[derive(Clone, Copy)]
enum Part {
    Head,
    Features,
    Sequence,
}

fn add_feature_line(features: &mut Vec<Feature>, line: &str) {
    let (head, rest) = (line.get(..21).unwrap_or(line).trim(), line.get(21..).unwrap_or("").trim());
    if !head.is_empty() {
        features.push(Feature { kind: head.to_owned(), location: rest.to_owned(), qualifiers: String::new() });
        return;
    }
    let Some(feature) = features.last_mut() else { return };
    if rest.starts_with('/') || !feature.qualifiers.is_empty() {
        feature.qualifiers.push_str(if rest.starts_with('/') { "\n" } else { " " });
        feature.qualifiers.push_str(rest);
    } else {
        feature.location.push_str(rest);
    }
}

impl AnnotatedRecord {
    /// The record with the transcripts of its features.
    fn with(mut self, features: Vec<Feature>, source: &str) -> Self {
        self.transcripts = match features.iter().any(|feature| feature.value("transcript_id").is_some()) {
            true => annotated(&features, &self.accession, source),
            false => genes_of_one_stretch(features, &self.accession, source),
        };
        self
    }
}

/// The features with a `transcript_id`, each with the coding sequence that fits.
fn annotated(features: &[Feature], accession: &str, source: &str) -> Vec<TranscriptRecord> {
    let mut found: Vec<(TranscriptRecord, Stretches)> = features
        .iter()
        .filter(|feature| feature.kind != "CDS")
        .filter_map(|feature| feature.transcript(accession, source))
        .collect();
    for (feature, coding) in features.iter().filter_map(|f| Some((f, f.coding()?))) {
        let gene = feature.value("gene");
        let fits = |(record, exons): &(TranscriptRecord, Stretches)| {
            let is_of_gene = record.gene.as_ref().map(|gene| &*gene.symbol) == gene;
            (record.cds.is_none() && is_of_gene).then(|| exons.coding(&coding)).flatten()
        };
        let Some((at, cds)) = found.iter().enumerate().find_map(|(at, one)| Some((at, fits(one)?))) else { continue };
        let (record, exons) = &mut found[at];
        record.cds = Some(cds);
        record.biotype = Biotype::ProteinCoding;
        record.protein = feature.value("protein_id").map(str::to_owned);
        record.selenocysteines = feature.selenocysteines(exons);
        if feature.value("transl_table") == Some("2") {
            record.codon_table = CodonTable::VertebrateMitochondrial;
        }
    }
    found.into_iter().map(|(record, _)| record).collect()
}

/// The coding sequences, transfer and ribosomal RNA of a record that names no transcripts.
fn genes_of_one_stretch(features: Vec<Feature>, accession: &str, source: &str) -> Vec<TranscriptRecord> {
    let mut symbols: HashMap<String, (String, Option<u32>)> = HashMap::new();
    let mut records = Vec::new();
    for feature in features {
        match feature.kind.as_str() {
            "gene" => drop(symbols.insert(feature.location.clone(), feature.approved_symbol())),
            "CDS" | "tRNA" | "rRNA" => {
                let symbol = symbols.get(&feature.location).cloned();
                records.extend(symbol.and_then(|symbol| feature.into_record(accession, symbol, source)));
            }
            _ => {}
        }
    }
    records
}

impl Stretches {
    /// Reads `join(1..213,1370..1468)`, `complement(join(<30..90,200..>300))`; `None` for a location on another
    /// record, on both strands, or between bases.
    fn read(text: &str) -> Option<Self> {
        let inside = |text: &str, word: &str| Some(text.strip_prefix(word)?.strip_suffix(')')?.to_owned());
        let mut strands = Vec::new();
        let outer = inside(text, "complement(");
        let text = outer.clone().unwrap_or_else(|| text.to_owned());
        let list = inside(&text, "join(").or_else(|| inside(&text, "order(")).unwrap_or(text);
        let (mut parts, mut open) = (Vec::new(), (false, false));
        for part in list.split(',') {
            let inner = inside(part, "complement(");
            strands.push(outer.is_some() != inner.is_some());
            let part = inner.as_deref().unwrap_or(part);
            let (first, last) = part.split_once("..").unwrap_or((part, part));
            open = (open.0 || first.starts_with('<'), open.1 || last.starts_with('>'));
            let start = first.trim_start_matches('<').parse::<u32>().ok()?.checked_sub(1)?;
            let end = last.trim_start_matches('>').parse().ok()?;
            (start < end).then(|| parts.push(start..end))?;
        }
        let is_minus = strands[0];
        if strands.iter().any(|strand| *strand != is_minus) {
            return None;
        }
        parts.sort_unstable_by_key(|part| part.start);
        if is_minus {
            parts.reverse();
            open = (open.1, open.0);
        }
        let strand = if is_minus { Strand::Minus } else { Strand::Plus };
        Some(Self { strand, parts, is_whole: (!open.0, !open.1) })
    }

    /// The place of a base (0-based on the record) on what the stretches make, 0-based.
    fn offset(&self, base: u32) -> Option<u32> {
        let mut before = 0;
        for part in &self.parts {
            if part.contains(&base) {
                return Some(match self.strand {
                    Strand::Plus => before + base - part.start,
                    Strand::Minus => before + part.end - 1 - base,
                });
            }
            before += part.end - part.start;
        }
        None
    }

    /// The first and the last base in the order of transcription, 0-based on the record.
    fn ends(&self) -> Option<(u32, u32)> {
        let (first, last) = (self.parts.first()?, self.parts.last()?);
        Some(match self.strand {
            Strand::Plus => (first.start, last.end - 1),
            Strand::Minus => (first.end - 1, last.start),
        })
    }

    /// A coding sequence on a transcript with these exons; `None` when it does not follow them.
    fn coding(&self, coding: &Self) -> Option<Cds> {
        let (first, last) = coding.ends()?;
        let (start, end) = (self.offset(first)?, self.offset(last)? + 1);
        let length: u32 = coding.parts.iter().map(|part| part.end - part.start).sum();
        let lies_in_exons =
            coding.parts.iter().all(|part| self.parts.iter().any(|e| e.start <= part.start && part.end <= e.end));
        let is_fitting = self.strand == coding.strand && lies_in_exons && end.checked_sub(start) == Some(length);
        is_fitting.then_some(Cds { start, end, start_complete: coding.is_whole.0, end_complete: coding.is_whole.1 })
    }
}

impl Feature {
    /// The first value of a qualifier.
    fn value(&self, key: &str) -> Option<&str> {
        let line =
            self.qualifiers.lines().find_map(|line| line.strip_prefix('/')?.strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim_matches('"'))
    }

    /// `MT-TF` of `Official Symbol: MT-TF | Name: …`, and the number of the HGNC identifier.
    fn approved_symbol(&self) -> (String, Option<u32>) {
        let official = self.value("nomenclature").and_then(|text| text.split('|').next()?.split(": ").nth(1));
        let symbol = official.or_else(|| self.value("gene")).unwrap_or("").trim().to_owned();
        let hgnc = self
            .qualifiers
            .split("HGNC:HGNC:")
            .nth(1)
            .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        (symbol, hgnc.and_then(|digits| digits.parse().ok()))
    }

    /// The transcript that a feature with a `transcript_id` describes.
    fn transcript(&self, target: &str, source: &str) -> Option<(TranscriptRecord, Stretches)> {
        let accession = self.value("transcript_id")?.to_owned();
        let exons = Stretches::read(&self.location)?;
        let symbol = self.value("gene").map(|_| self.approved_symbol());
        let record = TranscriptRecord {
            accession,
            gene: symbol.map(|(symbol, hgnc_id)| Gene { symbol: symbol.into(), hgnc_id }),
            biotype: Biotype::NonCoding,
            source: source.to_owned(),
            alignments: vec![AlignmentRecord {
                target: target.to_owned(),
                strand: exons.strand,
                exons: ExonRecord::ungapped(exons.parts.iter().cloned()),
            }],
            ..TranscriptRecord::default()
        };
        Some((record, exons))
    }

    /// Where a coding sequence lies.
    fn coding(&self) -> Option<Stretches> {
        (self.kind == "CDS").then(|| Stretches::read(&self.location)).flatten()
    }

    /// First bases on the transcript of codons that `/transl_except=(pos:…,aa:Sec)` names.
    fn selenocysteines(&self, exons: &Stretches) -> Vec<u32> {
        let exceptions = self.qualifiers.lines().filter_map(|line| line.strip_prefix("/transl_except=(pos:"));
        let named = exceptions.filter_map(|rest| rest.split_once(",aa:Sec").map(|(place, _)| place));
        named.filter_map(|place| exons.offset(Stretches::read(place)?.ends()?.0)).collect()
    }

    fn into_record(
        self,
        accession: &str,
        (symbol, hgnc_id): (String, Option<u32>),
        source: &str,
    ) -> Option<TranscriptRecord> {
        let Stretches { strand, parts, .. } = Stretches::read(&self.location)?;
        let [target] = <[_; 1]>::try_from(parts).ok()?;
        let length = u32::try_from(target.len()).ok()?;
        let is_coding = self.kind == "CDS";
        // Stop codons that the polyA tail completes are not in the genome.
        let is_complete = length % 3 == 0;
        Some(TranscriptRecord {
            accession: format!("{accession}_{symbol}"),
            gene: Some(Gene { symbol: symbol.into(), hgnc_id }),
            biotype: if is_coding { Biotype::ProteinCoding } else { Biotype::NonCoding },
            cds: is_coding.then(|| Cds { end_complete: is_complete, ..Cds::complete(0, length) }),
            protein: self.value("protein_id").map(str::to_owned),
            codon_table: CodonTable::VertebrateMitochondrial,
            source: source.to_owned(),
            alignments: vec![AlignmentRecord {
                target: accession.to_owned(),
                strand,
                exons: ExonRecord::ungapped([target]),
            }],
            ..TranscriptRecord::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sequence::fasta::inflated, testdata};

    #[test]
    fn the_37_genes_of_the_mitochondrion() {
        let file = testdata("reference/chrM.NC_012920.1.gbff.gz");
        let mut records = Vec::new();
        read_genbank(inflated(&file[..]).expect("gzip"), "test", |record| {
            assert_eq!((record.accession.as_str(), record.sequence.len()), ("NC_012920.1", 16_569));
            records = record.transcripts;
        })
        .expect("memory");
        assert_eq!(records.len(), 37);
        let of = |symbol: &str| {
            records
                .iter()
                .find(|record| record.gene.as_ref().is_some_and(|gene| &*gene.symbol == symbol))
                .expect("there")
        };
        assert_eq!(of("MT-TL1").alignments[0].exons[0].target, 3229..3304);
        assert_eq!(of("MT-ND6").alignments[0].strand, Strand::Minus);
        assert_eq!(of("MT-ND1").protein.as_deref(), Some("YP_003024026.1"));
        assert!(!of("MT-ND1").cds.expect("coding").end_complete);
    }

    /// The layout of a RefSeqGene record: two transcripts of a gene on the other strand, one of them with another
    /// first exon, one RNA.
    const RECORD: &str = "\
LOCUS       NG_900001                 60 bp    DNA     linear   PRI 01-JAN-2026
VERSION     NG_900001.1
FEATURES             Location/Qualifiers
     gene            complement(5..52)
                     /gene=\"ABC1\"
     mRNA            complement(join(5..14,21..30,
                     41..52))
                     /gene=\"ABC1\"
                     /transcript_id=\"NM_900001.2\"
                     /db_xref=\"HGNC:HGNC:77\"
     mRNA            complement(join(5..14,41..48))
                     /gene=\"ABC1\"
                     /transcript_id=\"NM_900002.1\"
     CDS             complement(join(10..14,21..30,41..43))
                     /gene=\"ABC1\"
                     /transl_except=(pos:complement(22..24),aa:Sec)
                     /protein_id=\"NP_900001.1\"
     CDS             complement(join(11..14,41..>48))
                     /gene=\"ABC1\"
                     /protein_id=\"NP_900002.1\"
     ncRNA           2..4
                     /gene=\"XYZ\"
                     /transcript_id=\"NR_900003.1\"
     CDS             join(1..3,20..25)
                     /gene=\"XYZ\"
ORIGIN
        1 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt
       41 acgtacgtac gtacgtacgt
//
";

    #[test]
    fn the_transcripts_of_a_refseqgene_with_the_coding_sequences_that_fit() {
        let mut read = Vec::new();
        read_genbank(RECORD.as_bytes(), "test", |record| read.push(record)).expect("memory");
        let [record] = <[AnnotatedRecord; 1]>::try_from(read).expect("one record");
        assert_eq!((record.accession.as_str(), record.sequence.len()), ("NG_900001.1", 60));
        let [long, short, rna] = <[TranscriptRecord; 3]>::try_from(record.transcripts).expect("three transcripts");
        assert_eq!((long.accession.as_str(), long.protein.as_deref()), ("NM_900001.2", Some("NP_900001.1")));
        assert_eq!(long.gene, Some(Gene { symbol: "ABC1".into(), hgnc_id: Some(77) }));
        let exons: Vec<_> = long.alignments[0].exons.iter().map(|e| (e.transcript.clone(), e.target.clone())).collect();
        assert_eq!(exons, [(0..12, 40..52), (12..22, 20..30), (22..32, 4..14)]);
        assert_eq!(long.alignments[0].strand, Strand::Minus);
        assert_eq!(long.cds, Some(Cds::complete(9, 27)));
        assert_eq!(long.selenocysteines, [18]);
        assert_eq!(short.cds, Some(Cds { start_complete: false, ..Cds::complete(0, 12) }));
        assert_eq!((rna.biotype, rna.cds), (Biotype::NonCoding, None));
    }
}
