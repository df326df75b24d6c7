//! Transcripts as a node keeps them: one line each, so that any number loads at the speed of reading a file.
//!
//! Fields are parted by tabs, exons by `;`: `transcript start-end@target start-end`, gaps as a CIGAR after a comma.

use std::{fmt::Write, ops::Range};

use cairn_variant::transcript::{
    AlignmentRecord, Biotype, Cds, CodonTable, ExonRecord, GapOp, Gene, Mane, Strand, TranscriptRecord,
};

/// The first line of such a file.
pub const HEADING: &str = "#cairn transcripts 1";

/// Writes a transcript as a line, without the line end. Bases are kept with the sequences, not here.
pub fn write_line(record: &TranscriptRecord) -> String {
    let gene = record.gene.as_ref();
    let symbol = gene.map_or("", |gene| &*gene.symbol);
    let hgnc = gene.and_then(|gene| gene.hgnc_id).map(|id| id.to_string()).unwrap_or_default();
    let cds = record.cds.map(|cds| format!("{}-{}{}", cds.start, cds.end, ends(cds))).unwrap_or_default();
    let flags: String = [
        biotype_letter(record.biotype),
        mane_letter(record.mane),
        if record.is_canonical { 'c' } else { '-' },
        if record.codon_table == CodonTable::VertebrateMitochondrial { 'm' } else { '-' },
    ]
    .iter()
    .collect();
    let selenocysteines: Vec<String> = record.selenocysteines.iter().map(u32::to_string).collect();
    let length = record.length.map(|length| length.to_string()).unwrap_or_default();
    let protein = record.protein.as_deref().unwrap_or("");
    let mut line = format!(
        "{}\t{symbol}\t{hgnc}\t{flags}\t{cds}\t{protein}\t{length}\t{}",
        record.accession,
        selenocysteines.join(",")
    );
    for alignment in &record.alignments {
        let strand = if alignment.strand == Strand::Minus { '-' } else { '+' };
        let exons: Vec<String> = alignment.exons.iter().map(write_exon).collect();
        // Writing to a String cannot fail.
        let _ = write!(line, "\t{}{strand}{}", alignment.target, exons.join(";"));
    }
    line
}

/// Reads a line; `None` when it is not one of ours.
pub fn parse_line(line: &str, source: &str) -> Option<TranscriptRecord> {
    let mut fields = line.split('\t');
    let accession = fields.next()?.to_owned();
    let symbol = fields.next()?;
    let hgnc_id = fields.next()?.parse().ok();
    let [biotype, mane, canonical, codons] = fields.next()?.chars().collect::<Vec<_>>()[..] else { return None };
    let cds = parse_cds(fields.next()?)?;
    let protein = fields.next().filter(|text| !text.is_empty()).map(str::to_owned);
    let length = fields.next()?.parse().ok();
    let selenocysteines = fields.next()?.split(',').filter_map(|at| at.parse().ok()).collect();
    Some(TranscriptRecord {
        accession,
        gene: (!symbol.is_empty()).then(|| Gene { symbol: symbol.into(), hgnc_id }),
        biotype: biotype_of(biotype)?,
        cds,
        protein,
        mane: mane_of(mane)?,
        is_canonical: canonical == 'c',
        codon_table: if codons == 'm' { CodonTable::VertebrateMitochondrial } else { CodonTable::Standard },
        selenocysteines,
        exons: Vec::new(),
        length,
        sequence: None,
        source: source.to_owned(),
        alignments: fields.map(parse_alignment).collect::<Option<_>>()?,
    })
}

fn ends(cds: Cds) -> &'static str {
    match (cds.start_complete, cds.end_complete) {
        (true, true) => "",
        (false, true) => "s",
        (true, false) => "e",
        (false, false) => "se",
    }
}

fn parse_cds(text: &str) -> Option<Option<Cds>> {
    if text.is_empty() {
        return Some(None);
    }
    let numbers = text.trim_end_matches(['s', 'e']);
    let open = &text[numbers.len()..];
    let range = parse_range(numbers)?;
    let cds = Cds::complete(range.start, range.end);
    Some(Some(Cds { start_complete: !open.contains('s'), end_complete: !open.contains('e'), ..cds }))
}

fn write_exon(exon: &ExonRecord) -> String {
    let (own, target) = (&exon.transcript, &exon.target);
    let mut text = format!("{}-{}@{}-{}", own.start, own.end, target.start, target.end);
    for (at, gap) in exon.gaps.iter().enumerate() {
        let (length, letter) = match *gap {
            GapOp::Match(length) => (length, 'M'),
            GapOp::TranscriptOnly(length) => (length, 'I'),
            GapOp::TargetOnly(length) => (length, 'D'),
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "{}{length}{letter}", if at == 0 { "," } else { "" });
    }
    text
}

fn parse_alignment(text: &str) -> Option<AlignmentRecord> {
    let at = text.find(['+', '-'])?;
    let (target, rest) = text.split_at(at);
    let strand = if rest.starts_with('-') { Strand::Minus } else { Strand::Plus };
    let exons = rest[1..].split(';').map(parse_exon).collect::<Option<_>>()?;
    Some(AlignmentRecord { target: target.to_owned(), strand, exons })
}

fn parse_exon(text: &str) -> Option<ExonRecord> {
    let (ranges, gaps) = text.split_once(',').unwrap_or((text, ""));
    let (own, target) = ranges.split_once('@')?;
    Some(ExonRecord {
        transcript: parse_range(own)?,
        target: parse_range(target)?,
        gaps: GapOp::parse_cigar(gaps).ok()?,
    })
}

fn parse_range(text: &str) -> Option<Range<u32>> {
    let (start, end) = text.split_once('-')?;
    Some(start.parse().ok()?..end.parse().ok()?)
}

fn biotype_letter(biotype: Biotype) -> char {
    match biotype {
        Biotype::ProteinCoding => 'p',
        Biotype::NonCoding => 'n',
        Biotype::Pseudogene => 'g',
        Biotype::NonsenseMediatedDecay => 'd',
    }
}

fn biotype_of(letter: char) -> Option<Biotype> {
    Some(match letter {
        'p' => Biotype::ProteinCoding,
        'n' => Biotype::NonCoding,
        'g' => Biotype::Pseudogene,
        'd' => Biotype::NonsenseMediatedDecay,
        _ => return None,
    })
}

fn mane_letter(mane: Mane) -> char {
    match mane {
        Mane::Select => 'S',
        Mane::PlusClinical => 'P',
        Mane::None => '-',
    }
}

fn mane_of(letter: char) -> Option<Mane> {
    Some(match letter {
        'S' => Mane::Select,
        'P' => Mane::PlusClinical,
        '-' => Mane::None,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sequence::fasta::inflated, testdata, transcript::cdot::read_cdot};

    #[test]
    fn what_is_written_is_read_again() {
        let file = testdata("transcripts/cdot-0.2.21.refseq.grch37_grch38.brca1.json.gz");
        let mut count = 0;
        read_cdot(inflated(&file[..]).expect("gzip"), "cdot", |record| {
            let record = record.expect("usable");
            let line = write_line(&record);
            let again = parse_line(&line, "cdot").expect("ours");
            assert_eq!(format!("{again:?}"), format!("{record:?}"));
            count += 1;
        })
        .expect("cdot");
        assert!(count > 300);
    }

    #[test]
    fn gaps_and_open_ends_are_kept() {
        let line = "NM_1.1\tG\t\td-c-\t3-90s\t\t100\t12\tNC_000001.11-0-50@100-148,20M2I28M;50-100@0-50";
        let record = parse_line(line, "x").expect("ours");
        assert_eq!(record.alignments[0].exons[0].gaps.len(), 3);
        assert!(!record.cds.expect("coding").start_complete);
        assert_eq!(write_line(&record), line);
    }

    #[test]
    fn other_lines_are_refused() {
        for line in ["", "a", "a\tb\tc\td\te\tf\tg\th", "NM_1.1\tG\t\tp---\t5\t\t\t", "NM_1.1\tG\t\tp---\t\t\t\t\tNC_1"]
        {
            assert!(parse_line(line, "x").is_none(), "{line}");
        }
    }
}
