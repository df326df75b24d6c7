//! Workload: genomic HGVS text to `c.` and `p.` text on every overlapping transcript, one core.
//!
//! Genes are made as `bench/synth.py genes` makes them: on average two transcripts over a place in a gene, ten exons
//! each. Nine in ten changes are substitutions, the rest deletions, duplications and insertions; half lie in exons.

use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, ensure};
use cairn_reference::sequence::store::SequenceStore;
use cairn_variant::contig::{Contig, GenomeContig};
use cairn_variant::hgvs::Hgvs;
use cairn_variant::interbase::Interval;
use cairn_variant::project::Projector;
use cairn_variant::sequence::SequenceSource;
use cairn_variant::transcript::{AlignmentRecord, Cds, ExonRecord, Gene, Strand, TranscriptRecord, TranscriptSet};

use super::synthetic::Random;
use super::{Measure, Prepared, genome};

const VARIANTS: usize = 50_000;
/// Ours is fast: the same list this many times in one sample.
const REPEATS: usize = 4;
/// Genes a chromosome of 50 million bases has.
const GENES: u64 = 330;

pub(super) fn prepare() -> anyhow::Result<Prepared> {
    let made = genome::genome(&["chr22"])?;
    let sequences = genome::open(&made.pack)?;
    let contig = Contig::from_name(b"22").context("chromosome 22")?.on(cairn_variant::assembly::Assembly::Grch38);
    let transcripts = genes(contig, &sequences)?;
    let list = variants(contig, &transcripts, &sequences)?;
    let (count, exonic) = check(&list, &transcripts, &sequences)?;
    let input = format!(
        "{} `g.` descriptions, {:.1} transcripts each, {exonic} of {count} projections exonic; text in, `c.` and `p.` text out; one core",
        list.len(),
        count as f64 / list.len() as f64
    );
    let ours: Measure = Box::new(move || {
        let projector = Projector::new(&transcripts, &sequences);
        let mut text = String::new();
        let start = Instant::now();
        for _ in 0..REPEATS {
            for description in &list {
                text.clear();
                project(description, &projector, &mut text)?;
                black_box(&text);
            }
        }
        Ok((REPEATS * list.len()) as f64 / start.elapsed().as_secs_f64())
    });
    let why = "ferro-hgvs 1.0.0 `project_many` (the fastest we know) needs its own reference bundle; measured before \
               on two cores like these: 7,900 to 9,000 variants/s";
    Ok(Prepared { ours, peer: Err(why.to_owned()), input })
}

/// What `cairn variant` does for the transcripts of a genomic description.
fn project(description: &str, projector: &Projector<'_, SequenceStore>, text: &mut String) -> anyhow::Result<()> {
    let hgvs: Hgvs = description.parse()?;
    for projection in projector.on_transcripts(&hgvs)? {
        let projection = projection?;
        if let Some(coding) = projection.coding(projector.transcripts) {
            write!(text, "{coding}\t")?;
        }
        if let Some(protein) = projection.protein(projector.transcripts) {
            writeln!(text, "{protein}")?;
        }
    }
    Ok(())
}

/// Every description comes back from each of its transcripts. Counts projections, and those in exons.
fn check(list: &[String], transcripts: &TranscriptSet, sequences: &SequenceStore) -> anyhow::Result<(usize, usize)> {
    let projector = Projector::new(transcripts, sequences);
    let (mut count, mut exonic) = (0, 0);
    for (i, description) in list.iter().enumerate() {
        let hgvs: Hgvs = description.parse()?;
        let normal = (i % 25 == 0).then(|| projector.normalize(&hgvs)).transpose()?;
        for projection in projector.on_transcripts(&hgvs)? {
            let projection = projection?;
            count += 1;
            exonic += usize::from(projection.first.offset == 0 && projection.last.offset == 0);
            if let Some(normal) = &normal {
                let coding = projection.coding_in_context(transcripts).context("a coding transcript")?;
                let back = projector.on_genomic(&coding)?;
                ensure!(back == normal.hgvs, "{description} gives {coding}, which gives {back}");
            }
        }
    }
    Ok((count, exonic))
}

fn genes(contig: GenomeContig, sequences: &SequenceStore) -> anyhow::Result<TranscriptSet> {
    let mut random = Random::new("genes", GENES);
    let mut builder = TranscriptSet::builder();
    let room = contig.length() / GENES;
    for gene in 0..GENES {
        let mut at = gene * room + 20_000 + random.below(30_000);
        let mut exons = Vec::new();
        for _ in 0..2 + random.below(17) {
            let length = 60 + random.below(200);
            exons.push(at as u32..(at + length) as u32);
            at += length + 60 + random.below(5_000);
        }
        let strand = if gene % 2 == 0 { Strand::Plus } else { Strand::Minus };
        for isoform in 0..1 + gene % 3 {
            let mut kept = exons.clone();
            if isoform > 0 && kept.len() > isoform as usize + 2 {
                kept.drain(1..1 + isoform as usize);
            }
            builder.add(record(contig, gene, isoform, strand, kept))?;
        }
    }
    let refget = contig.refget();
    builder.splice_missing(|_, range| {
        let interval = Interval::new(range.start.into(), range.end.into())?;
        sequences.residues(&refget, interval).ok().map(std::borrow::Cow::into_owned)
    });
    Ok(builder.build())
}

fn record(
    contig: GenomeContig,
    gene: u64,
    isoform: u64,
    strand: Strand,
    mut exons: Vec<std::ops::Range<u32>>,
) -> TranscriptRecord {
    if strand == Strand::Minus {
        exons.reverse();
    }
    let exons = ExonRecord::ungapped(exons);
    let length = exons.last().map_or(0, |e| e.transcript.end);
    let cds = Cds::complete(20, 20 + (length - 40) / 3 * 3);
    let number = gene * 4 + isoform;
    TranscriptRecord {
        accession: format!("ENST{number:011}.1"),
        gene: Some(Gene { symbol: format!("GENE{gene}").into(), hgnc_id: None }),
        cds: Some(cds),
        protein: Some(format!("ENSP{number:011}.1")),
        alignments: vec![AlignmentRecord { target: contig.refseq().into(), strand, exons }],
        source: "made up".into(),
        ..TranscriptRecord::default()
    }
}

fn variants(
    contig: GenomeContig,
    transcripts: &TranscriptSet,
    sequences: &SequenceStore,
) -> anyhow::Result<Vec<String>> {
    let mut random = Random::new("variants", VARIANTS as u64);
    let all: Vec<_> = transcripts.iter().map(|(_, t)| transcripts.alignment(t.alignments()[0])).collect();
    let mut list = Vec::with_capacity(VARIANTS);
    while list.len() < VARIANTS {
        let alignment = all[random.below(all.len() as u64) as usize];
        let range = match random.percent(50) {
            true => alignment.blocks()[random.below(alignment.blocks().len() as u64) as usize].target(),
            false => alignment.span(),
        };
        let at = u64::from(range.start) + random.below(u64::from(range.end - range.start) - 4);
        let here = sequences.residues(&contig.refget(), Interval::at(at, 4).context("in range")?)?;
        let base = char::from(here[0]);
        let other = ['A', 'C', 'G', 'T'].into_iter().filter(|b| *b != base).nth(random.below(3) as usize);
        let (p, other) = (at + 1, other.context("three other bases")?);
        let edit = match random.below(100) {
            0..90 => format!("{p}{base}>{other}"),
            90..94 => format!("{p}_{}del", p + 1 + random.below(3)),
            94..97 => format!("{p}dup"),
            _ => format!("{p}_{}ins{other}{base}", p + 1),
        };
        list.push(format!("{}:g.{edit}", contig.refseq()));
    }
    Ok(list)
}
