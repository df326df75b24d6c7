//! Locus Reference Genomic records as published: one XML file a gene, with its sequence, its transcripts with their own
//! bases, and how it lies on both assemblies, gaps included.
//!
//! Read is what projection needs: of `fixed_annotation` the sequence and the transcripts, of `updatable_annotation`
//! the symbol of the gene and each `mapping` to a main assembly with its `diff`s. Positions are 1-based, both ends
//! included, on the record as on the chromosome.

use std::{io::BufRead, ops::Range};

use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    transcript::{AlignmentRecord, Biotype, Cds, ExonRecord, GapOp, Gene, Strand, TranscriptRecord},
};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::genbank::AnnotatedRecord;

/// A record nests some ten levels.
const MAX_DEPTH: usize = 64;

/// Why a file is no LRG record.
#[derive(Debug, thiserror::Error)]
pub enum LrgXmlError {
    /// The XML breaks.
    #[error("the XML is broken at byte {0}: {1}")]
    Broken(u64, String),
    /// Something that every record has is missing or makes no sense.
    #[error("{0}")]
    Content(String),
}

#[derive(Default)]
struct Record {
    id: String,
    sequence: Vec<u8>,
    gene: String,
    hgnc_id: Option<u32>,
    transcripts: Vec<Transcript>,
    mappings: Vec<Mapping>,
}

#[derive(Default)]
struct Transcript {
    name: String,
    bases: Vec<u8>,
    /// On the record, 0-based.
    exons: Vec<Range<u32>>,
    coding: Option<Range<u32>>,
    protein: Option<String>,
}

struct Mapping {
    contig: GenomeContig,
    spans: Vec<Span>,
}

struct Span {
    record: Range<u32>,
    chromosome: Range<u32>,
    strand: Strand,
    gaps: Vec<Gap>,
}

/// Bases that one of both has alone.
struct Gap {
    /// On the record: the bases, or the place between two bases where the chromosome has more.
    record: Range<u32>,
    /// Bases that the chromosome has there.
    chromosome_only: u32,
}

/// Reads a record.
///
/// # Errors
/// When the XML breaks, or the record lacks its name, its sequence or a transcript that can be used.
pub fn read_lrg_xml(mut input: impl BufRead, source: &str) -> Result<AnnotatedRecord, LrgXmlError> {
    let mut text = String::new();
    input.read_to_string(&mut text).map_err(|error| LrgXmlError::Broken(0, error.to_string()))?;
    let mut reader = Reader::from_str(&text);
    let (mut record, mut path) = (Record::default(), Vec::<String>::new());
    loop {
        let event = reader.read_event();
        let event = event.map_err(|error| LrgXmlError::Broken(reader.error_position(), error.to_string()))?;
        if path.len() > MAX_DEPTH {
            return Err(LrgXmlError::Content(format!("the file nests deeper than {MAX_DEPTH} levels")));
        }
        match event {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                record.begin(&path, &start);
            }
            Event::Empty(start) => {
                path.push(start.local_name().as_ref().to_owned());
                record.begin(&path, &start);
                path.pop();
            }
            Event::End(_) => drop(path.pop()),
            Event::Text(content) => record.text(&path, &content.xml10_content()),
            Event::Eof => return record.finish(source),
            _ => {}
        }
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|one| one.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

/// `start` and `end` of an element, 0-based; `None` when one is missing or they are out of order.
fn range(start: &BytesStart<'_>, first: &str, last: &str) -> Option<Range<u32>> {
    let number = |name| attribute(start, name)?.parse::<u32>().ok();
    let (first, last) = (number(first)?.checked_sub(1)?, number(last)?);
    (first < last).then_some(first..last)
}

/// The last names of a path, the innermost last.
fn ends(path: &[String], wanted: &[&str]) -> bool {
    path.len() >= wanted.len() && path[path.len() - wanted.len()..].iter().zip(wanted).all(|(one, two)| one == two)
}

impl Record {
    fn begin(&mut self, path: &[String], start: &BytesStart<'_>) {
        if ends(path, &["fixed_annotation", "transcript"]) {
            let name = attribute(start, "name").unwrap_or_default();
            self.transcripts.push(Transcript { name, ..Transcript::default() });
        } else if path.iter().any(|name| name == "fixed_annotation") {
            self.begin_in_transcript(path, start);
        } else if ends(path, &["mapping"]) {
            self.mappings.extend(mapping(start));
        } else if ends(path, &["mapping", "mapping_span"]) {
            if let (Some(mapping), Some(span)) = (self.mappings.last_mut(), span(start)) {
                mapping.spans.push(span);
            }
        } else if ends(path, &["mapping_span", "diff"]) {
            let span = self.mappings.last_mut().and_then(|mapping| mapping.spans.last_mut());
            span.into_iter().for_each(|span| span.gaps.extend(gap(start)));
        }
    }

    fn begin_in_transcript(&mut self, path: &[String], start: &BytesStart<'_>) {
        let is_own = attribute(start, "coord_system").as_deref() == Some(self.id.as_str());
        let Some(transcript) = self.transcripts.last_mut() else { return };
        if is_own && ends(path, &["exon", "coordinates"]) {
            transcript.exons.extend(range(start, "start", "end"));
        } else if is_own && ends(path, &["coding_region", "coordinates"]) && transcript.coding.is_none() {
            transcript.coding = range(start, "start", "end");
        } else if ends(path, &["coding_region", "translation"]) && transcript.protein.is_none() {
            transcript.protein = attribute(start, "name");
        }
    }

    fn text(&mut self, path: &[String], text: &str) {
        let bases = || text.bytes().filter(u8::is_ascii_alphabetic);
        if ends(path, &["fixed_annotation", "id"]) {
            text.trim().clone_into(&mut self.id);
        } else if ends(path, &["fixed_annotation", "hgnc_id"]) {
            self.hgnc_id = text.trim().parse().ok();
        } else if ends(path, &["fixed_annotation", "sequence"]) {
            self.sequence.extend(bases());
        } else if ends(path, &["transcript", "cdna", "sequence"]) {
            self.transcripts.last_mut().into_iter().for_each(|transcript| transcript.bases.extend(bases()));
        } else if ends(path, &["lrg_locus"]) && self.gene.is_empty() {
            text.trim().clone_into(&mut self.gene);
        }
    }

    fn finish(self, source: &str) -> Result<AnnotatedRecord, LrgXmlError> {
        let content = |what: &str| LrgXmlError::Content(what.to_owned());
        if !self.id.starts_with("LRG_") || self.sequence.is_empty() {
            return Err(content("the file has no LRG record with its sequence"));
        }
        let found: Option<Vec<_>> = self.transcripts.iter().map(|one| self.transcript(one, source)).collect();
        let transcripts = found.ok_or_else(|| content("the exons of a transcript do not fit its bases"))?;
        if transcripts.is_empty() {
            return Err(content("the record has no transcripts"));
        }
        Ok(AnnotatedRecord { accession: self.id, sequence: self.sequence, transcripts })
    }

    fn transcript(&self, one: &Transcript, source: &str) -> Option<TranscriptRecord> {
        let exons = ExonRecord::ungapped(one.exons.iter().cloned());
        let length = exons.last()?.transcript.end;
        if length as usize != one.bases.len() {
            return None;
        }
        let offset = |base: u32| {
            let exon = exons.iter().find(|exon| exon.target.contains(&base))?;
            Some(exon.transcript.start + base - exon.target.start)
        };
        let coding = one.coding.as_ref().and_then(|coding| Some((offset(coding.start)?, offset(coding.end - 1)? + 1)));
        let on_record = AlignmentRecord { target: self.id.clone(), strand: Strand::Plus, exons: exons.clone() };
        let on_chromosomes = self.mappings.iter().filter_map(|mapping| mapping.alignment(&exons));
        Some(TranscriptRecord {
            accession: format!("{}{}", self.id, one.name),
            gene: (!self.gene.is_empty()).then(|| Gene { symbol: self.gene.as_str().into(), hgnc_id: self.hgnc_id }),
            biotype: if coding.is_some() { Biotype::ProteinCoding } else { Biotype::NonCoding },
            cds: coding.map(|(start, end)| Cds::complete(start, end)),
            protein: one.protein.as_ref().filter(|_| coding.is_some()).map(|name| format!("{}{name}", self.id)),
            sequence: Some(one.bases.clone()),
            source: source.to_owned(),
            alignments: on_chromosomes.chain([on_record]).collect(),
            ..TranscriptRecord::default()
        })
    }
}

/// A mapping to a chromosome of a main assembly; patches, other assemblies and transcripts are none.
fn mapping(start: &BytesStart<'_>) -> Option<Mapping> {
    let is_main = attribute(start, "type").is_none_or(|kind| kind == "main_assembly");
    let assembly: Assembly = attribute(start, "coord_system")?.split('.').next()?.parse().ok()?;
    let contig = Contig::from_name(attribute(start, "other_name")?.as_bytes())?.on(assembly);
    is_main.then_some(Mapping { contig, spans: Vec::new() })
}

fn span(start: &BytesStart<'_>) -> Option<Span> {
    let strand = if attribute(start, "strand")?.trim() == "-1" { Strand::Minus } else { Strand::Plus };
    let (record, chromosome) = (range(start, "lrg_start", "lrg_end")?, range(start, "other_start", "other_end")?);
    Some(Span { record, chromosome, strand, gaps: Vec::new() })
}

fn gap(start: &BytesStart<'_>) -> Option<Gap> {
    match attribute(start, "type")?.as_str() {
        "lrg_ins" => Some(Gap { record: range(start, "lrg_start", "lrg_end")?, chromosome_only: 0 }),
        "other_ins" => {
            // On the record the two bases beside the place are named.
            let before = attribute(start, "lrg_start")?.parse::<u32>().ok()?;
            let bases = range(start, "other_start", "other_end")?;
            Some(Gap { record: before..before, chromosome_only: bases.end - bases.start })
        }
        _ => None,
    }
}

impl Mapping {
    /// The exons on the chromosome; `None` when one of them does not lie in one span, or begins or ends in a gap.
    fn alignment(&self, exons: &[ExonRecord]) -> Option<AlignmentRecord> {
        let span_of = |exon: &ExonRecord| {
            self.spans.iter().find(|span| span.record.start <= exon.target.start && exon.target.end <= span.record.end)
        };
        let strand = span_of(exons.first()?)?.strand;
        let placed = exons.iter().map(|exon| span_of(exon).filter(|span| span.strand == strand)?.exon(exon));
        Some(AlignmentRecord { target: self.contig.refseq().to_owned(), strand, exons: placed.collect::<Option<_>>()? })
    }
}

impl Span {
    fn exon(&self, exon: &ExonRecord) -> Option<ExonRecord> {
        let (first, last) = (exon.target.start, exon.target.end);
        let mut runs: Vec<GapOp> = Vec::new();
        let mut gaps: Vec<&Gap> =
            self.gaps.iter().filter(|gap| gap.record.end > first && gap.record.start < last).collect();
        gaps.sort_by_key(|gap| gap.record.start);
        let mut at = first;
        for gap in gaps {
            let matching = gap.record.start.checked_sub(at).filter(|n| *n > 0)?;
            let alone = gap.record.end - gap.record.start;
            runs.push(GapOp::Match(matching));
            runs.push(if alone > 0 { GapOp::TranscriptOnly(alone) } else { GapOp::TargetOnly(gap.chromosome_only) });
            at = gap.record.end;
        }
        runs.push(GapOp::Match(last.checked_sub(at).filter(|n| *n > 0)?));
        let (from, to) = (self.offset(first)?, self.offset(last - 1)?.checked_add(1)?);
        let target = match self.strand {
            Strand::Plus => self.chromosome.start + from..self.chromosome.start + to,
            Strand::Minus => self.chromosome.end.checked_sub(to)?..self.chromosome.end.checked_sub(from)?,
        };
        let is_inside = self.chromosome.start <= target.start && target.end <= self.chromosome.end;
        let gaps = if runs.len() == 1 { Vec::new() } else { runs };
        is_inside.then(|| ExonRecord { transcript: exon.transcript.clone(), target, gaps })
    }

    /// How many bases of the chromosome come before a base of the record, in the direction of the record.
    fn offset(&self, base: u32) -> Option<u32> {
        let before = self.gaps.iter().filter(|gap| gap.record.end <= base);
        let (missing, more) = before.fold((0, 0), |(missing, more), gap| {
            (missing + gap.record.end - gap.record.start, more + gap.chromosome_only)
        });
        (base - self.record.start + more).checked_sub(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layout of a published record in small: a gene on the other strand of chromosome 17, a base that the
    /// chromosome lacks in exon 1 and two that it has more in exon 2.
    const RECORD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<lrg schema_version="1.9">
<fixed_annotation><id>LRG_9001</id><hgnc_id>77</hgnc_id><mol_type>dna</mol_type>
<sequence>CCATGGCATGCAAAAAAAAGCTTGCATGACCC</sequence>
<transcript name="t1"><coordinates coord_system="LRG_9001" start="3" end="30" strand="1"/>
<cdna><sequence>ATGGCATGCGCTTGCATGA</sequence></cdna>
<coding_region><coordinates coord_system="LRG_9001" start="3" end="29" strand="1"/>
<translation name="p1"><sequence>MACACM</sequence></translation></coding_region>
<exon label="1"><coordinates coord_system="LRG_9001" start="3" end="11" strand="1"/>
<coordinates coord_system="LRG_9001t1" start="1" end="9" strand="1"/></exon>
<intron phase="0"/>
<exon label="2"><coordinates coord_system="LRG_9001" start="20" end="29" strand="1"/></exon>
</transcript></fixed_annotation>
<updatable_annotation><annotation_set type="lrg"><mapping coord_system="GRCh37.p13" other_name="17" other_id="NC_000017.10" other_start="1001" other_end="1033" type="main_assembly">
<mapping_span lrg_start="1" lrg_end="32" other_start="1001" other_end="1033" strand="-1">
<diff type="lrg_ins" lrg_start="5" lrg_end="5" other_start="1029" other_end="1030" lrg_sequence="G" other_sequence="-"/>
<diff type="mismatch" lrg_start="8" lrg_end="8" other_start="1026" other_end="1026" lrg_sequence="A" other_sequence="C"/>
<diff type="other_ins" lrg_start="22" lrg_end="23" other_start="1011" other_end="1012" lrg_sequence="-" other_sequence="TT"/>
</mapping_span></mapping>
<mapping coord_system="GRCh38.p7" other_name="HG1_PATCH" other_start="1" other_end="32" type="patch"><mapping_span lrg_start="1" lrg_end="32" other_start="1" other_end="32" strand="1"/></mapping>
<lrg_locus source="HGNC">ABC1</lrg_locus></annotation_set></updatable_annotation></lrg>"#;

    #[test]
    fn a_record_with_gaps_lies_on_its_chromosome_as_it_says() {
        let record = read_lrg_xml(RECORD.as_bytes(), "test").expect("a record");
        assert_eq!((record.accession.as_str(), record.sequence.len()), ("LRG_9001", 32));
        let [t1] = <[TranscriptRecord; 1]>::try_from(record.transcripts).expect("one transcript");
        assert_eq!((t1.accession.as_str(), t1.protein.as_deref()), ("LRG_9001t1", Some("LRG_9001p1")));
        assert_eq!(t1.gene, Some(Gene { symbol: "ABC1".into(), hgnc_id: Some(77) }));
        assert_eq!(t1.cds, Some(Cds::complete(0, 19)));
        let [genome, own] = &t1.alignments[..] else { panic!("one chromosome and the record itself") };
        assert_eq!((own.target.as_str(), own.exons[1].target.clone()), ("LRG_9001", 19..29));
        assert_eq!((genome.target.as_str(), genome.strand), ("NC_000017.10", Strand::Minus));
        // The record's base 3 is the chromosome's 1031, its base 11 is 1024: base 5 is the record's alone.
        assert_eq!(genome.exons[0].target, 1023..1031);
        assert_eq!(genome.exons[0].gaps, [GapOp::Match(2), GapOp::TranscriptOnly(1), GapOp::Match(6)]);
        // Behind base 22 the chromosome has two bases more.
        assert_eq!(genome.exons[1].target, 1003..1015);
        assert_eq!(genome.exons[1].gaps, [GapOp::Match(3), GapOp::TargetOnly(2), GapOp::Match(7)]);
    }

    #[test]
    fn what_is_no_record_says_why() {
        for (text, why) in [
            ("<lrg><fixed_annotation>", "no LRG record"),
            ("<lrg><a></b></lrg>", "broken"),
            (&RECORD.replace("ATGGCATGCGCTTGCATGA", "ATG"), "do not fit its bases"),
        ] {
            let error = read_lrg_xml(text.as_bytes(), "test").expect_err("no record").to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
