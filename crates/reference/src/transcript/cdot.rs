//! Transcripts from cdot JSON (`cdot-*.refseq.GRCh38.json.gz` and the like): RefSeq or Ensembl, one or both assemblies.
//!
//! The file is read as a stream, one transcript at a time: memory does not grow with the file. Exons are
//! `[target start, target end, number, transcript first, transcript last, gap]`: the target 0-based half-open, the
//! transcript 1-based inclusive, the gap as GFF3 writes it.

use std::{collections::BTreeMap, fmt, io::Read};

use cairn_variant::transcript::{
    AlignmentRecord, Biotype, Cds, CodonTable, ExonRecord, GapOp, Gene, Mane, Strand, TranscriptRecord,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};

use super::TranscriptProblem;

#[derive(Deserialize)]
struct CdotTranscript {
    #[serde(default)]
    biotype: Vec<String>,
    gene_name: Option<String>,
    hgnc: Option<String>,
    protein: Option<String>,
    start_codon: Option<u32>,
    stop_codon: Option<u32>,
    #[serde(default)]
    partial: u8,
    genome_builds: BTreeMap<String, CdotBuild>,
}

#[derive(Deserialize)]
struct CdotBuild {
    contig: String,
    strand: String,
    tag: Option<String>,
    exons: Vec<(u32, u32, u32, u32, u32, Option<String>)>,
}

/// Reads a cdot file and hands each transcript, or why it cannot be used, to `sink`. Gives the cdot version.
///
/// # Errors
/// When the file is not JSON of this shape.
pub fn read_cdot(
    input: impl Read,
    source: &str,
    mut sink: impl FnMut(Result<TranscriptRecord, TranscriptProblem>),
) -> Result<Option<String>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_reader(input);
    let version = FileVisitor { source, sink: &mut sink }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(version)
}

struct FileVisitor<'a, S> {
    source: &'a str,
    sink: &'a mut S,
}

impl<'de, S: FnMut(Result<TranscriptRecord, TranscriptProblem>)> DeserializeSeed<'de> for FileVisitor<'_, S> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: FnMut(Result<TranscriptRecord, TranscriptProblem>)> Visitor<'de> for FileVisitor<'_, S> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cdot object with `transcripts`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut version, mut seen) = (None, false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "transcripts" => {
                    seen = true;
                    map.next_value_seed(Transcripts { source: self.source, sink: &mut *self.sink })?;
                }
                "cdot_version" => version = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if seen { Ok(version) } else { Err(serde::de::Error::missing_field("transcripts")) }
    }
}

struct Transcripts<'a, S> {
    source: &'a str,
    sink: &'a mut S,
}

impl<'de, S: FnMut(Result<TranscriptRecord, TranscriptProblem>)> DeserializeSeed<'de> for Transcripts<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: FnMut(Result<TranscriptRecord, TranscriptProblem>)> Visitor<'de> for Transcripts<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of transcripts by accession")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((accession, transcript)) = map.next_entry::<String, CdotTranscript>()? {
            (self.sink)(transcript.into_record(accession, self.source));
        }
        Ok(())
    }
}

impl CdotTranscript {
    fn into_record(self, accession: String, source: &str) -> Result<TranscriptRecord, TranscriptProblem> {
        let refuse = |reason: String| TranscriptProblem { transcript: accession.clone(), reason };
        let mut alignments = Vec::new();
        for build in self.genome_builds.values() {
            alignments.push(build.alignment().map_err(refuse)?);
        }
        let tags: Vec<&str> = self.genome_builds.values().filter_map(|build| build.tag.as_deref()).collect();
        let has_tag = |wanted: &str| tags.iter().any(|tag| tag.split(',').any(|one| one.trim() == wanted));
        let on_mitochondrion = alignments.iter().any(|alignment| alignment.target == "NC_012920.1");
        Ok(TranscriptRecord {
            gene: self
                .gene_name
                .map(|symbol| Gene { symbol: symbol.into(), hgnc_id: parsed_hgnc(self.hgnc.as_deref()) }),
            biotype: biotype(&self.biotype, self.start_codon.is_some()),
            cds: self.start_codon.zip(self.stop_codon).map(|(start, end)| coding(start, end, self.partial != 0)),
            protein: self.protein,
            mane: mane(
                has_tag("MANE Select") || has_tag("MANE_Select"),
                has_tag("MANE Plus Clinical") || has_tag("MANE_Plus_Clinical"),
            ),
            is_canonical: has_tag("RefSeq Select") || has_tag("Ensembl_canonical"),
            codon_table: if on_mitochondrion { CodonTable::VertebrateMitochondrial } else { CodonTable::Standard },
            source: source.to_owned(),
            alignments,
            accession,
            ..TranscriptRecord::default()
        })
    }
}

impl CdotBuild {
    fn alignment(&self) -> Result<AlignmentRecord, String> {
        let strand = match self.strand.as_str() {
            "+" => Strand::Plus,
            "-" => Strand::Minus,
            other => return Err(format!("`{other}` is no strand")),
        };
        let exons = self.exons.iter().map(|(start, end, _, first, last, gap)| {
            let gaps = gap.as_deref().map_or(Ok(Vec::new()), GapOp::parse_gff3).map_err(|error| error.to_string())?;
            Ok(ExonRecord { transcript: first.saturating_sub(1)..*last, target: *start..*end, gaps })
        });
        Ok(AlignmentRecord { target: self.contig.clone(), strand, exons: exons.collect::<Result<_, String>>()? })
    }
}

fn coding(start: u32, end: u32, partial: bool) -> Cds {
    Cds { start_complete: !partial, end_complete: !partial, ..Cds::complete(start, end) }
}

fn mane(select: bool, plus_clinical: bool) -> Mane {
    match (select, plus_clinical) {
        (true, _) => Mane::Select,
        (false, true) => Mane::PlusClinical,
        (false, false) => Mane::None,
    }
}

fn biotype(names: &[String], coding: bool) -> Biotype {
    let any = |wanted: &str| names.iter().any(|name| name.contains(wanted));
    if any("nonsense_mediated_decay") {
        Biotype::NonsenseMediatedDecay
    } else if any("pseudogene") {
        Biotype::Pseudogene
    } else if coding {
        Biotype::ProteinCoding
    } else {
        Biotype::NonCoding
    }
}

/// `1100` or `HGNC:1100`.
pub(super) fn parsed_hgnc(text: Option<&str>) -> Option<u32> {
    text?.trim_start_matches("HGNC:").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sequence::fasta::inflated, testdata};
    use cairn_variant::transcript::TranscriptSet;

    fn brca1() -> TranscriptSet {
        let mut builder = TranscriptSet::builder();
        let file = testdata("transcripts/cdot-0.2.21.refseq.grch37_grch38.brca1.json.gz");
        let version = read_cdot(inflated(&file[..]).expect("gzip"), "cdot", |record| {
            builder.add(record.expect("usable")).expect("consistent");
        });
        assert_eq!(version.expect("cdot").as_deref(), Some("0.2.21"));
        builder.build()
    }

    #[test]
    fn mane_select_of_brca1_comes_first() {
        let set = brca1();
        let first = set.of_gene("brca1").next().expect("loaded");
        let transcript = set.transcript(first);
        assert_eq!(transcript.accession().to_string(), "NM_007294.4");
        assert_eq!(transcript.cds(), Some(Cds::complete(113, 5705)));
        assert_eq!(transcript.gene().and_then(|gene| gene.hgnc_id), Some(1100));
        assert_eq!(transcript.alignments().len(), 2);
    }

    #[test]
    fn a_file_of_another_shape_is_refused() {
        for text in ["", "[]", "{}", r#"{"transcripts": {"NM_1.1": 3}}"#, r#"{"transcripts": {}"#] {
            assert!(read_cdot(text.as_bytes(), "test", |_| ()).is_err(), "{text}");
        }
    }
}
