//! Transcripts from GFF3, as RefSeq (`GRCh38_latest_genomic.gff.gz`) and Ensembl (`Homo_sapiens.GRCh38.*.gff3.gz`)
//! publish them.
//!
//! Features of one gene stand together in both, exons before or after their transcript. A gene is closed when the
//! next one begins, so memory does not grow with the file. RefSeq's alignment gaps stand in rows of their own
//! (`cDNA_match`), which may come anywhere and are kept until the end.

use std::{
    collections::HashMap,
    io::{self, BufRead},
    ops::Range,
};

use cairn_variant::{
    assembly::Assembly,
    contig::Contig,
    transcript::{AlignmentRecord, Biotype, Cds, CodonTable, ExonRecord, GapOp, Gene, Mane, Strand, TranscriptRecord},
};

/// Reads a GFF3 file and hands each transcript to `sink`. `assembly` places chromosomes that go by their number;
/// a `#!genome-build` line in the file tells it too.
///
/// # Errors
/// When the stream fails.
pub fn read_gff3(
    input: impl BufRead,
    assembly: Option<Assembly>,
    source: &str,
    mut sink: impl FnMut(TranscriptRecord),
) -> io::Result<()> {
    let mut reader = Reader { assembly, source, ..Reader::default() };
    for line in input.split(b'\n') {
        let line = line?;
        reader.take_line(&String::from_utf8_lossy(&line), &mut sink);
    }
    reader.close_gene(&mut sink);
    for record in reader.gapped.into_values() {
        let known = reader.matches.get(&record.accession);
        sink(with_gaps(record, known));
    }
    Ok(())
}

#[derive(Default)]
struct Reader<'a> {
    assembly: Option<Assembly>,
    source: &'a str,
    genes: HashMap<String, Gene>,
    transcripts: HashMap<String, Open>,
    order: Vec<String>,
    /// Exons of `cDNA_match` rows by transcript and target.
    matches: HashMap<String, Vec<(String, ExonRecord)>>,
    /// Transcripts whose exons do not add up, waiting for their `cDNA_match` rows.
    gapped: HashMap<String, TranscriptRecord>,
}

/// A transcript of which rows are still coming.
struct Open {
    accession: Option<String>,
    parent: String,
    target: String,
    strand: Strand,
    biotype: Biotype,
    mane: Mane,
    is_canonical: bool,
    is_gapped: bool,
    exons: Vec<Range<u32>>,
    coding: Vec<Range<u32>>,
    protein: Option<String>,
    start_complete: bool,
    end_complete: bool,
}

struct Row<'a> {
    target: &'a str,
    kind: &'a str,
    range: Range<u32>,
    strand: Strand,
    attributes: Attributes<'a>,
}

#[derive(Clone, Copy)]
struct Attributes<'a>(&'a str);

impl<'a> Attributes<'a> {
    fn get(self, key: &str) -> Option<&'a str> {
        self.0.split(';').find_map(|pair| pair.trim().strip_prefix(key)?.strip_prefix('='))
    }

    fn lists(self, key: &str, wanted: &str) -> bool {
        self.get(key).is_some_and(|list| list.split(',').any(|one| one.trim() == wanted))
    }
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.trim_end().split('\t');
        let (target, _, kind) = (fields.next()?, fields.next()?, fields.next()?);
        let (first, last) = (fields.next()?.parse::<u32>().ok()?, fields.next()?.parse::<u32>().ok()?);
        let (_, strand, _) = (fields.next()?, fields.next()?, fields.next()?);
        let strand = if strand == "-" { Strand::Minus } else { Strand::Plus };
        let range = first.checked_sub(1)?..last;
        (range.start < range.end).then_some(())?;
        Some(Self { target, kind, range, strand, attributes: Attributes(fields.next()?) })
    }
}

impl Reader<'_> {
    fn take_line(&mut self, line: &str, sink: &mut impl FnMut(TranscriptRecord)) {
        if let Some(build) = line.strip_prefix("#!genome-build ") {
            self.assembly = self.assembly.or_else(|| build.split_ascii_whitespace().find_map(|word| word.parse().ok()));
        }
        if line.starts_with("###") {
            self.close_gene(sink);
        }
        if line.starts_with('#') {
            return;
        }
        let Some(row) = Row::parse(line) else { return };
        match row.kind {
            "exon" => self.take_exon(&row),
            "CDS" => self.take_coding(&row),
            "cDNA_match" => self.take_match(&row),
            _ if row.attributes.get("Parent").is_none() => self.take_gene(&row, sink),
            _ => self.take_transcript(&row),
        }
    }

    fn take_gene(&mut self, row: &Row<'_>, sink: &mut impl FnMut(TranscriptRecord)) {
        let (Some(id), Some(symbol)) =
            (row.attributes.get("ID"), row.attributes.get("gene").or(row.attributes.get("Name")))
        else {
            return;
        };
        if !row.kind.ends_with("gene") {
            return;
        }
        let complete =
            self.transcripts.values().all(|open| self.genes.contains_key(&open.parent) && !open.exons.is_empty());
        if complete && self.genes.len() > 64 {
            self.close_gene(sink);
        }
        self.genes.insert(id.to_owned(), Gene { symbol: symbol.into(), hgnc_id: hgnc_of(row.attributes) });
    }

    fn take_transcript(&mut self, row: &Row<'_>) {
        let attributes = row.attributes;
        let (Some(id), Some(parent)) = (attributes.get("ID"), attributes.get("Parent")) else { return };
        let accession = attributes.get("transcript_id").map(|stem| match attributes.get("version") {
            Some(version) if !stem.contains('.') => format!("{stem}.{version}"),
            _ => stem.to_owned(),
        });
        let Some(target) = self.target_of(row.target) else { return };
        let tagged = |text: &str| attributes.lists("tag", text);
        let open = self.open(id, target, row.strand);
        open.accession = accession;
        open.parent = parent.to_owned();
        open.biotype = biotype_of(row.kind, attributes);
        open.is_gapped =
            attributes.get("exception").is_some() || attributes.get("Note").is_some_and(|note| note.contains("indel"));
        open.is_canonical = tagged("RefSeq Select") || tagged("Ensembl_canonical");
        open.mane = match (
            tagged("MANE Select") || tagged("MANE_Select"),
            tagged("MANE Plus Clinical") || tagged("MANE_Plus_Clinical"),
        ) {
            (true, _) => Mane::Select,
            (false, true) => Mane::PlusClinical,
            (false, false) => Mane::None,
        };
        open.start_complete = !tagged("cds_start_NF");
        open.end_complete = !tagged("cds_end_NF");
    }

    fn take_exon(&mut self, row: &Row<'_>) {
        let (Some(parent), Some(target)) = (row.attributes.get("Parent"), self.target_of(row.target)) else { return };
        self.open(parent, target, row.strand).exons.push(row.range.clone());
    }

    fn take_coding(&mut self, row: &Row<'_>) {
        let (Some(parent), Some(target)) = (row.attributes.get("Parent"), self.target_of(row.target)) else { return };
        let protein = row.attributes.get("protein_id").map(|stem| match row.attributes.get("version") {
            Some(version) if !stem.contains('.') => format!("{stem}.{version}"),
            _ => stem.to_owned(),
        });
        let open = self.open(parent, target, row.strand);
        open.coding.push(row.range.clone());
        open.protein = open.protein.take().or(protein);
    }

    /// `Target=NM_000059.4 1 100 +;Gap=M50 I1 M49`, an exon or the whole alignment.
    fn take_match(&mut self, row: &Row<'_>) {
        let exon = row.attributes.get("Target").and_then(|text| {
            let mut words = text.split_ascii_whitespace();
            let (accession, first, last) =
                (words.next()?, words.next()?.parse::<u32>().ok()?, words.next()?.parse::<u32>().ok()?);
            let gaps = row.attributes.get("Gap").map_or(Some(Vec::new()), |text| GapOp::parse_gff3(text).ok())?;
            Some((accession, ExonRecord { transcript: first.checked_sub(1)?..last, target: row.range.clone(), gaps }))
        });
        if let (Some((accession, exon)), Some(target)) = (exon, self.target_of(row.target)) {
            self.matches.entry(accession.to_owned()).or_default().push((target, exon));
        }
    }

    fn open(&mut self, id: &str, target: String, strand: Strand) -> &mut Open {
        if !self.transcripts.contains_key(id) {
            self.order.push(id.to_owned());
        }
        self.transcripts.entry(id.to_owned()).or_insert_with(|| Open {
            accession: None,
            parent: String::new(),
            target,
            strand,
            biotype: Biotype::NonCoding,
            mane: Mane::None,
            is_canonical: false,
            is_gapped: false,
            exons: Vec::new(),
            coding: Vec::new(),
            protein: None,
            start_complete: true,
            end_complete: true,
        })
    }

    /// The accession of a chromosome; `None` for sequences outside the built-in table.
    fn target_of(&self, name: &str) -> Option<String> {
        if name.starts_with("NC_") || name.starts_with("NG_") {
            return Some(name.to_owned());
        }
        let contig = Contig::from_name(name.as_bytes())?;
        Some(contig.on(self.assembly?).refseq().to_owned())
    }

    fn close_gene(&mut self, sink: &mut impl FnMut(TranscriptRecord)) {
        for id in std::mem::take(&mut self.order) {
            let Some(open) = self.transcripts.remove(&id) else { continue };
            let gene = self.genes.get(&open.parent).cloned();
            let (Some(accession), Some(gene)) = (open.accession.clone(), gene) else { continue };
            // A miRNA without exons of its own, or the placeholder of a transcript that lies elsewhere.
            if open.exons.is_empty() {
                continue;
            }
            let is_gapped = open.is_gapped;
            let record = open.into_record(accession, gene, self.source);
            if is_gapped {
                self.gapped.insert(record.accession.clone(), record);
            } else {
                sink(record);
            }
        }
        self.genes.clear();
    }
}

impl Open {
    fn into_record(mut self, accession: String, gene: Gene, source: &str) -> TranscriptRecord {
        self.exons.sort_by_key(|exon| exon.start);
        if self.strand == Strand::Minus {
            self.exons.reverse();
        }
        let exons = ExonRecord::ungapped(self.exons.iter().cloned());
        let cds = coding_on_transcript(&exons, &self.coding, self.strand);
        let cds = cds.map(|cds| Cds {
            start_complete: self.start_complete,
            end_complete: self.end_complete,
            ..Cds::complete(cds.start, cds.end)
        });
        let codon_table = match self.target.as_str() {
            "NC_012920.1" => CodonTable::VertebrateMitochondrial,
            _ => CodonTable::Standard,
        };
        TranscriptRecord {
            accession,
            gene: Some(gene),
            biotype: if self.biotype == Biotype::NonCoding && cds.is_some() {
                Biotype::ProteinCoding
            } else {
                self.biotype
            },
            cds,
            protein: self.protein,
            mane: self.mane,
            is_canonical: self.is_canonical,
            codon_table,
            source: source.to_owned(),
            alignments: vec![AlignmentRecord { target: self.target, strand: self.strand, exons }],
            ..TranscriptRecord::default()
        }
    }
}

/// The coding sequence on the transcript: from the first to the last coding base of the genome.
fn coding_on_transcript(exons: &[ExonRecord], coding: &[Range<u32>], strand: Strand) -> Option<Range<u32>> {
    let (low, high) = (coding.iter().map(|part| part.start).min()?, coding.iter().map(|part| part.end).max()?);
    let place = |base: u32| {
        let exon = exons.iter().find(|exon| exon.target.contains(&base))?;
        Some(match strand {
            Strand::Plus => exon.transcript.start + (base - exon.target.start),
            Strand::Minus => exon.transcript.start + (exon.target.end - 1 - base),
        })
    };
    let (first, last) = match strand {
        Strand::Plus => (place(low)?, place(high - 1)?),
        Strand::Minus => (place(high - 1)?, place(low)?),
    };
    Some(first..last + 1)
}

/// A transcript that differs from the genome, with the gaps of its `cDNA_match` rows. Without them its exons stand as
/// they are; the coding sequence is placed again because gaps move it.
fn with_gaps(mut record: TranscriptRecord, known: Option<&Vec<(String, ExonRecord)>>) -> TranscriptRecord {
    let Some(known) = known else { return record };
    for alignment in &mut record.alignments {
        let mut exons: Vec<_> =
            known.iter().filter(|(target, _)| *target == alignment.target).map(|(_, exon)| exon.clone()).collect();
        if exons.is_empty() {
            continue;
        }
        exons.sort_by_key(|exon| exon.transcript.start);
        if let Some(cds) = &mut record.cds {
            let moved = |at: u32| moved_by_gaps(&alignment.exons, &exons, at, alignment.strand);
            (cds.start, cds.end) = (moved(cds.start), moved(cds.end - 1) + 1);
        }
        alignment.exons = exons;
    }
    record
}

/// Where base `at`, counted along ungapped exons, lies when the gaps are honoured.
fn moved_by_gaps(ungapped: &[ExonRecord], gapped: &[ExonRecord], at: u32, strand: Strand) -> u32 {
    let base = ungapped.iter().find(|exon| exon.transcript.contains(&at)).map(|exon| match strand {
        Strand::Plus => exon.target.start + (at - exon.transcript.start),
        Strand::Minus => exon.target.end - 1 - (at - exon.transcript.start),
    });
    let Some((base, exon)) =
        base.and_then(|base| Some((base, gapped.iter().find(|exon| exon.target.contains(&base))?)))
    else {
        return at;
    };
    let mut left = match strand {
        Strand::Plus => base - exon.target.start,
        Strand::Minus => exon.target.end - 1 - base,
    };
    let mut place = exon.transcript.start;
    for gap in &exon.gaps {
        let (transcript, target) = gap.lengths();
        if target > left {
            return place + if transcript == 0 { 0 } else { left };
        }
        left -= target;
        place += transcript;
    }
    place + left
}

fn biotype_of(kind: &str, attributes: Attributes<'_>) -> Biotype {
    let stated = attributes.get("biotype").or(attributes.get("gbkey")).unwrap_or(kind);
    if kind.contains("NMD") || stated.contains("nonsense_mediated_decay") {
        Biotype::NonsenseMediatedDecay
    } else if kind.contains("pseudogen") || stated.contains("pseudogene") {
        Biotype::Pseudogene
    } else if stated == "protein_coding" || kind == "mRNA" {
        Biotype::ProteinCoding
    } else {
        Biotype::NonCoding
    }
}

/// RefSeq writes `Dbxref=GeneID:672,HGNC:HGNC:1100`, Ensembl `description=… [Source:HGNC Symbol%3BAcc:HGNC:1100]`.
fn hgnc_of(attributes: Attributes<'_>) -> Option<u32> {
    let dbxref = attributes.get("Dbxref").unwrap_or("").split(',').find_map(|one| one.strip_prefix("HGNC:"));
    let described =
        attributes.get("description").and_then(|text| text.rsplit_once("Acc:")).map(|(_, id)| id.trim_end_matches(']'));
    super::cdot::parsed_hgnc(dbxref.or(described))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_variant::transcript::TranscriptSet;

    fn read(text: &str) -> Vec<TranscriptRecord> {
        let mut records = Vec::new();
        read_gff3(text.as_bytes(), Some(Assembly::Grch38), "test", |record| records.push(record)).expect("memory");
        records
    }

    const REFSEQ: &str = "##gff-version 3\n\
NC_000017.11\tBestRefSeq\tgene\t101\t400\t.\t-\t.\tID=gene-G;Dbxref=GeneID:672,HGNC:HGNC:1100;Name=BRCA1;gene=BRCA1\n\
NC_000017.11\tBestRefSeq\tmRNA\t101\t400\t.\t-\t.\tID=rna-NM_1.1;Parent=gene-G;tag=MANE Select;transcript_id=NM_1.1;exception=x\n\
NC_000017.11\tBestRefSeq\texon\t301\t400\t.\t-\t.\tID=e1;Parent=rna-NM_1.1\n\
NC_000017.11\tBestRefSeq\texon\t101\t150\t.\t-\t.\tID=e2;Parent=rna-NM_1.1\n\
NC_000017.11\tBestRefSeq\tCDS\t301\t390\t.\t-\t0\tID=c;Parent=rna-NM_1.1;protein_id=NP_1.1\n\
NC_000017.11\tBestRefSeq\tCDS\t141\t150\t.\t-\t0\tID=c;Parent=rna-NM_1.1;protein_id=NP_1.1\n\
NC_000017.11\tRefSeq\tcDNA_match\t301\t400\t.\t-\t.\tTarget=NM_1.1 1 102 +;Gap=M5 I2 M95\n\
NC_000017.11\tRefSeq\tcDNA_match\t101\t150\t.\t-\t.\tTarget=NM_1.1 103 152 +\n";

    #[test]
    fn gaps_of_refseq_move_the_coding_sequence() {
        let records = read(REFSEQ);
        let record = &records[0];
        assert_eq!(record.mane, Mane::Select);
        assert_eq!(record.cds, Some(Cds::complete(12, 112)));
        assert_eq!(record.alignments[0].exons[0].gaps.len(), 3);
        assert_eq!(record.gene.as_ref().and_then(|gene| gene.hgnc_id), Some(1100));
    }

    #[test]
    fn ensembl_chromosome_21_loads() {
        let Some(file) = crate::shared("data/transcripts/chr21_ensembl.GRCh38.gff.gz") else { return };
        let input = crate::sequence::fasta::inflated(&file[..]).expect("gzip");
        let mut builder = TranscriptSet::builder();
        let mut refused = Vec::new();
        read_gff3(input, Some(Assembly::Grch38), "Ensembl", |record| {
            if let Err(error) = builder.add(record) {
                refused.push(error.to_string());
            }
        })
        .expect("readable");
        let set = builder.build();
        assert!(refused.is_empty(), "{refused:?}");
        assert!(set.len() > 2000, "{}", set.len());
        assert!(set.of_gene("RUNX1").count() > 3);
    }
}
