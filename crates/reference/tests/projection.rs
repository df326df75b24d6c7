//! Real transcripts on real sequence: what the bundled reference must project rightly.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cairn_reference::reference::Reference;
use cairn_variant::assembly::Assembly;
use cairn_variant::contig::{Contig, GenomeContig};
use cairn_variant::hgvs::Hgvs;
use cairn_variant::interbase::Interval;
use cairn_variant::liftover::{Agreement, LiftBlock, LiftMap, lift};
use cairn_variant::normalize::normalize;
use cairn_variant::project::{GenomicChange, ProjectError, Projection, Projector};
use cairn_variant::replacement::Replacement;
use cairn_variant::sequence::SequenceSource;
use cairn_variant::transcript::{Strand, Transcript, TranscriptId};

fn reference() -> &'static Reference {
    static REFERENCE: OnceLock<Reference> = OnceLock::new();
    REFERENCE.get_or_init(Reference::bundled)
}

fn transcript(accession: &str) -> (TranscriptId, &'static Transcript) {
    let id = reference().transcripts().find(accession).expect(accession).id;
    (id, reference().transcripts().transcript(id))
}

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no `../shared/data` beside the repository");
    None
}

fn lines(path: &Path) -> Vec<String> {
    let file = std::fs::File::open(path).expect("a file of the shared data");
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("gzip text");
    text.lines().map(str::to_owned).collect()
}

/// The exons of a transcript cut from GRCh37.
fn cut_from_genome(id: TranscriptId) -> Vec<u8> {
    let set = reference().transcripts();
    let on_grch37 = |a: &&cairn_variant::transcript::AlignmentId| {
        let target = set.target_accession(set.alignment(**a).target());
        GenomeContig::from_refseq(target).is_some_and(|c| c.assembly.name() == "GRCh37")
    };
    let id = set.transcript(id).alignments().iter().find(on_grch37).expect("aligned on GRCh37");
    let alignment = set.alignment(*id);
    let sequence = set.target_refget(alignment.target()).expect("a chromosome");
    let mut bases = Vec::new();
    for block in alignment.blocks() {
        let range = block.target();
        let interval = Interval::new(range.start.into(), range.end.into()).expect("ordered");
        let stored = reference().sequences().residues(&sequence, interval).expect("inside the slice");
        let letters = cairn_variant::residues::Residues::from_bytes(&stored).expect("bases");
        let read = match alignment.strand() {
            Strand::Plus => letters,
            Strand::Minus => letters.reverse_complement().expect("bases"),
        };
        bases.extend_from_slice(read.as_bytes());
    }
    bases
}

#[test]
fn brca1_lrg_292t1_is_the_exons_of_grch37() {
    let (id, brca1) = transcript("LRG_292t1");
    assert_eq!(brca1.sequence().expect("bundled"), cut_from_genome(id));
}

#[test]
fn brca2_lrg_293t1_differs_from_grch37_in_one_base_and_its_own_base_counts() {
    let (id, brca2) = transcript("LRG_293t1");
    let (own, genome) = (brca2.sequence().expect("bundled"), cut_from_genome(id));
    let differing: Vec<usize> = (0..own.len()).filter(|i| own[*i] != genome[*i]).collect();
    let [n] = differing[..] else { panic!("{differing:?}") };
    let set = reference().transcripts();
    let alignment_id = brca2.alignments()[0];
    let alignment = set.alignment(alignment_id);
    let at = u64::from(alignment.target_of(n as u32).expect("aligned"));
    let projector = Projector::new(set, reference().sequences());
    let project = |alternative: u8| {
        let inserted = [alternative];
        let change = GenomicChange {
            target: alignment.target(),
            start: at,
            end: at + 1,
            deleted: Some(&genome[n..n + 1]),
            inserted: &inserted,
        };
        projector.project_on(alignment_id, change).expect("inside an exon")
    };
    let same = project(own[n]);
    assert!(same.notes.transcript_differs);
    assert!(same.coding(set).expect("coding").to_string().ends_with('='), "{same:?}");
    let other = b"ACGT".iter().copied().find(|b| *b != own[n] && *b != genome[n]).expect("four bases");
    let changed = project(other).coding(set).expect("coding").to_string();
    let edit = format!("{}>{}", char::from(own[n]), char::from(other));
    assert!(changed.ends_with(&edit), "{changed}");
}

#[test]
fn an_unplaced_gap_refuses_its_exon_and_no_other() {
    let set = reference().transcripts();
    for gapped in
        ["LRG_93t1", "LRG_123t1", "LRG_162t1", "LRG_183t1", "LRG_187t1", "LRG_239t1", "LRG_311t1", "LRG_415t1"]
    {
        let (_, transcript) = transcript(gapped);
        let alignment_id = transcript.alignments()[0];
        let alignment = set.alignment(alignment_id);
        let (mut refused, mut projected) = (0, 0);
        for exon in 0..alignment.exon_count() {
            let (on_transcript, on_target) = alignment.exon(exon).expect("counted");
            let middle = u64::from(on_target.start + (on_target.end - on_target.start) / 2);
            let change = GenomicChange {
                target: alignment.target(),
                start: middle,
                end: middle + 1,
                deleted: Some(b"A"),
                inserted: b"C",
            };
            let projector = Projector::new(set, reference().sequences());
            match projector.project_on(alignment_id, change) {
                Err(ProjectError::Gap { .. }) => {
                    assert_ne!(on_transcript.len(), on_target.len(), "{gapped} exon {exon}");
                    refused += 1;
                }
                Ok(projection) => {
                    let n = projection.first.base as u32;
                    assert!(on_transcript.contains(&n), "{gapped} exon {exon}: {n}");
                    assert_eq!(alignment.target_of(n), Ok(middle as u32));
                    projected += 1;
                }
                Err(other) => panic!("{gapped} exon {exon}: {other}"),
            }
        }
        assert_eq!((refused, projected), (1, alignment.exon_count() - 1), "{gapped}");
    }
}

/// Every ClinVar allele of both genes, as it stands in the snapshot, against our own description.
#[test]
fn clinvar_alleles_of_brca1_and_brca2_project_to_their_published_description() {
    let Some(shared) = shared() else { return };
    let set = reference().transcripts();
    let projector = Projector::new(set, reference().sequences());
    let (mut total, mut same, mut causes) = (0, 0, BTreeMap::<&str, Vec<String>>::new());
    for line in lines(&shared.join("clinvar/clinvar_GRCh37_2016-05-20.tsv.gz")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [chromosome, position, deleted, inserted, _, _, symbol, _, _, published, ..] = fields[..] else { continue };
        let Some((accession, _)) = published.split_once(':').filter(|_| matches!(symbol, "BRCA1" | "BRCA2")) else {
            continue;
        };
        let Some(found) = set.find(accession) else { continue };
        total += 1;
        let target = if chromosome == "17" { "NC_000017.10" } else { "NC_000013.10" };
        let target = set.target(target).expect("aligned");
        let start = position.parse::<u64>().expect("a number") - 1;
        let change = GenomicChange {
            target,
            start,
            end: start + deleted.len() as u64,
            deleted: Some(deleted.as_bytes()),
            inserted: inserted.as_bytes(),
        };
        let ours = projector.project(change).into_iter().flatten().find(|p| p.transcript == found.id);
        let ours = ours.and_then(|p: Projection| p.coding(set)).map(|h| h.to_string()).unwrap_or_default();
        let canonical = published.parse::<Hgvs>().map_or_else(|_| published.to_owned(), |h| h.to_string());
        if ours == canonical {
            same += 1;
            continue;
        }
        let normal = canonical.parse::<Hgvs>().ok().and_then(|h| projector.normalize(&h).ok());
        let normal = normal.map(|n| n.hgvs.to_string());
        let cause = match normal {
            _ if ours.is_empty() => "outside the transcript",
            Some(normal) if normal == ours => "published in another form of the same change",
            // The snapshot puts many insertions one base before the place of their description.
            Some(_) if inserted.len() > deleted.len() => "an insertion published for another place than the row's",
            Some(_) => "published for another change than the row's own bases",
            None => "published against another reference base",
        };
        causes.entry(cause).or_default().push(format!("{position}{deleted}>{inserted} {published} {ours}"));
    }
    println!("{same} of {total} ClinVar descriptions are ours");
    for (cause, rows) in &causes {
        println!("{cause}: {} e.g. {:?}", rows.len(), rows.iter().take(20).collect::<Vec<_>>());
    }
    assert!(total > 7_000, "{total}");
    let count = |cause: &str| causes.get(cause).map_or(0, Vec::len);
    let explained = count("published in another form of the same change")
        + count("outside the transcript")
        + count("an insertion published for another place than the row's");
    assert_eq!(same + explained, total, "{causes:?}");
    assert!(same * 100 >= total * 97, "{same} of {total}");
}

/// Every allele of both genes on GRCh37, on GRCh38, and back.
#[test]
fn clinvar_alleles_lift_to_grch38_and_back_to_the_same_variant() {
    let Some(shared) = shared() else { return };
    let blocks = lines_of(&shared.join("reference/brca_grch37_grch38_blocks.tsv"));
    let map = LiftMap::new(blocks.lines().skip(1).filter_map(block));
    let sequences = reference().sequences();
    let (mut total, mut lifted, mut refused) = (0, 0, Vec::new());
    for line in lines(&shared.join("clinvar/clinvar_GRCh37_2016-05-20.tsv.gz")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [chromosome, position, deleted, inserted, _, _, "BRCA1" | "BRCA2", ..] = fields[..] else { continue };
        let contig: Contig = chromosome.parse().expect("a chromosome");
        let start = position.parse::<u64>().expect("a number") - 1;
        let bases = |text: &str| text.parse().expect("bases");
        let here = contig.on(Assembly::Grch37).refget();
        let change = Replacement::new(here, start, bases(deleted), bases(inserted)).expect("fits").trimmed();
        total += 1;
        match lift(&map, sequences, &change) {
            Ok(there) => {
                assert_eq!(there.agreement, Agreement::Verified, "{line}");
                let back = lift(&map, sequences, &there.change).expect("the way back");
                let justified = |c: &Replacement| normalize(sequences, c).expect("inside the slice").fully_justified();
                assert_eq!(justified(&back.change), justified(&change));
                lifted += 1;
            }
            Err(error) => refused.push(format!("{chromosome}-{position}-{deleted}-{inserted}: {error}")),
        }
    }
    println!("{lifted} of {total} alleles lift to GRCh38 and back");
    assert!(refused.is_empty(), "{refused:?}");
}

fn lines_of(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file of the shared data")
}

/// `gene chrom grch37_start grch37_end grch38_start …`, 1-based inclusive.
fn block(line: &str) -> Option<LiftBlock> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [_, chromosome, start, end, there, ..] = fields[..] else { return None };
    let contig: Contig = chromosome.parse().ok()?;
    let [start, end, there] = [start, end, there].map(|n| n.parse::<u64>().expect("a number"));
    Some(LiftBlock {
        from: contig.on(Assembly::Grch37),
        from_start: start - 1,
        to: contig.on(Assembly::Grch38),
        to_start: there - 1,
        length: end - start + 1,
        strand: Strand::Plus,
    })
}
