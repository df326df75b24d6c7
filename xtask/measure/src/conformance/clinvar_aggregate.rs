//! `clinvar/`: what a node says together against what ClinVar said of the same submissions.
//!
//! The submissions are imported as a laboratory imports them; the expected answer is read from other
//! fields of the same files: the archive's own aggregate in a VCV record, the `conflict` column of
//! the table of submissions, the class of the expert panel.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use cairn_core::accession::{Accession, AccessionKind};
use cairn_core::aggregate::review::{Rank, ReviewStatus};
use cairn_core::aggregate::{Aggregate, Position, of_variant, rules};
use cairn_core::classification::Track;
use cairn_core::condition_group::group_of;
use cairn_core::id::LaboratoryId;
use cairn_formats::clinvar::xml::element::{Element, for_each};
use cairn_formats::vocabulary::classification;
use flate2::read::MultiGzDecoder;

use super::SuiteReport;
use super::clinvar_node::TemporaryNode;

fn beside(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn inflated(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    MultiGzDecoder::new(fs::File::open(path).ok()?).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The rows of a table by the names of their columns.
fn rows(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines.map(|line| names.iter().copied().zip(line.split('\t')).collect()).collect()
}

/// One row a submission: whether laboratories conflict on an allele, as the file says.
pub(crate) fn run_conflicts(_folder: &Path, report: &mut SuiteReport) {
    let path = beside("testdata/clinvar/clinvar_submissions_long.tsv.gz");
    let Some(bytes) = inflated(&path) else { return };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let node = match TemporaryNode::new("conflict").and_then(|node| node.import("long.tsv", bytes).map(|()| node)) {
        Ok(node) => node,
        Err(error) => return report.unreadable(&path, &format!("{error:#}")),
    };
    let rows = rows(&text);
    let mut alleles = BTreeMap::new();
    for row in &rows {
        alleles.insert((row["chrom"], row["pos"], row["ref"], row["alt"], row["build"]), row);
    }
    for ((chrom, pos, reference, alternate, build), row) in alleles {
        let id = format!("submissions_long:{build}:{chrom}-{pos}-{reference}-{alternate}");
        report.check(id, row["conflict"], || conflict_of(&node, row));
    }
}

/// `1` when the laboratories conflict; several records of ClinVar may be one variant here.
fn conflict_of(node: &TemporaryNode, row: &BTreeMap<&str, &str>) -> String {
    let name = format!("{}:{}-{}-{}-{}", row["build"], row["chrom"], row["pos"], row["ref"], row["alt"]);
    let by_name = [name, format!("ClinVar:{}", row["variation_id"])];
    for name in by_name {
        match node.report(&name) {
            Ok(Some(report)) => {
                let germline = report.aggregates.iter().find(|one| one.track == Track::Germline);
                return germline
                    .map_or("no aggregate", |one| if one.sides.is_conflict() { "1" } else { "0" })
                    .to_owned();
            }
            Ok(None) => {}
            Err(error) => return format!("{error:#}"),
        }
    }
    "not found".to_owned()
}

/// The sample records of VCV files, by the names of their files.
pub(super) fn sample_records(folder: &Path, report: &mut SuiteReport) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let samples = beside("testdata/clinvar/clinvar_xml_samples.tar.gz");
    if let Some(archive) = inflated(&samples) {
        files.extend(members(&archive));
    }
    for under in ["somatic_classifications/sample_xmls", "functional_data/reporting"] {
        files.extend(report.read_all(&folder.join(under), "xml"));
    }
    files.retain(|(_, text)| text.contains("<VariationArchive"));
    files
}

/// A node with one file; a file that cannot be taken is said in the report.
pub(super) fn imported(name: &str, text: &str, of: &str, report: &mut SuiteReport) -> Option<TemporaryNode> {
    let node = TemporaryNode::new(of).and_then(|node| {
        node.import(name, text.to_owned().into_bytes())?;
        Ok(node)
    });
    node.map_err(|error| report.unreadable(Path::new(name), &format!("{error:#}"))).ok()
}

/// VCV records: class, review status, submissions and submitters on each track.
pub(crate) fn run_records(folder: &Path, report: &mut SuiteReport) {
    for (name, text) in &sample_records(folder, report) {
        let Some(node) = imported(name, text, "records", report) else { continue };
        let read = for_each(text, &["VariationArchive"], |_, archive| {
            let variation = archive.attribute("VariationID").to_owned();
            for (track, element) in tracks(&archive) {
                let id = format!("{name}:{variation}:{track:?}");
                report.check(id, expected(element), || said(&node, &variation, track));
            }
        });
        if let Err(error) = read {
            report.unreadable(Path::new(name), &error);
        }
    }
}

/// The archive's own aggregates.
fn tracks(archive: &Element) -> Vec<(Track, &Element)> {
    let all =
        ["ClassifiedRecord", "InterpretedRecord"].iter().find_map(|name| archive.path(&[name, "Classifications"]));
    all.map(tracks_in).unwrap_or_default()
}

/// The classifications in an element by their tracks.
pub(super) fn tracks_in(classifications: &Element) -> Vec<(Track, &Element)> {
    let names = [
        ("GermlineClassification", Track::Germline),
        ("OncogenicityClassification", Track::Oncogenicity),
        ("SomaticClinicalImpact", Track::ClinicalImpact),
    ];
    names.into_iter().filter_map(|(name, track)| Some((track, classifications.child(name)?))).collect()
}

fn expected(element: &Element) -> String {
    let number = |name| element.attribute(name);
    format!(
        "{} | {} | {} submissions of {}",
        element.text_at(&["Description"]),
        element.text_at(&["ReviewStatus"]),
        number("NumberOfSubmissions"),
        number("NumberOfSubmitters")
    )
}

fn said(node: &TemporaryNode, variation: &str, track: Track) -> String {
    match node.report(&format!("ClinVar:{variation}")) {
        Ok(Some(report)) => report.aggregates.iter().find(|one| one.track == track).map_or("nothing".to_owned(), words),
        Ok(None) => "not found".to_owned(),
        Err(error) => format!("{error:#}"),
    }
}

fn words(aggregate: &Aggregate) -> String {
    format!(
        "{} | {} | {} submissions of {}",
        aggregate.classification,
        aggregate.review_status.label(),
        aggregate.statements,
        aggregate.laboratories
    )
}

/// The files of a tar archive with their texts.
fn members(archive: &[u8]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut at = 0;
    while let Some(header) = archive.get(at..at + 512) {
        let text = |range: std::ops::Range<usize>| {
            String::from_utf8_lossy(&header[range]).trim_matches(['\0', ' ']).to_owned()
        };
        let size = usize::from_str_radix(&text(124..136), 8).unwrap_or(0);
        let name = text(0..100);
        if let Some(content) = archive.get(at + 512..at + 512 + size)
            && name.ends_with(".xml")
        {
            files.push((name.trim_start_matches("./").to_owned(), String::from_utf8_lossy(content).into_owned()));
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    files
}

/// Alleles with an expert panel or a guideline: its class stands over the classes that laboratories
/// with criteria gave in the snapshot before.
pub(crate) fn run_panels(_folder: &Path, report: &mut SuiteReport) {
    let truth = beside("../shared/data/acmg_truth/clinvar_expert_panel.GRCh37.2016-11-02.tsv.gz");
    let snapshot = beside("../shared/data/clinvar/clinvar_GRCh37_2016-05-20.tsv.gz");
    let (Some(truth), Some(snapshot)) = (inflated(&truth), inflated(&snapshot)) else {
        return println!("clinvar, expert panel decides: no bulk data beside the checkout, not run");
    };
    let (truth, snapshot) = (String::from_utf8_lossy(&truth), String::from_utf8_lossy(&snapshot));
    let place = |row: &BTreeMap<&str, &str>| ["chrom", "pos", "ref", "alt"].map(|name| row[name].to_owned());
    let mut laboratories: BTreeMap<[String; 4], BTreeSet<String>> = BTreeMap::new();
    for row in rows(&snapshot) {
        let classes = row["clinical_significance"].split(';').map(str::to_owned);
        laboratories.entry(place(&row)).or_default().extend(classes);
    }
    for row in rows(&truth) {
        let id = format!("expert_panel:{}", place(&row).join("-"));
        let classes: Vec<String> = row["clinical_significance"].split('|').map(|word| word.replace('_', " ")).collect();
        let others: Vec<String> = laboratories.get(&place(&row)).into_iter().flatten().cloned().collect();
        let status = row["review_status"].replace('_', " ");
        let expected = format!("{} | {status}", classes.join("; "));
        report.check(id, expected, || settled(&classes, &status, &others));
    }
}

/// Class and review status of the panel's statements beside those of laboratories with criteria.
fn settled(panel: &[String], status: &str, others: &[String]) -> String {
    let of = |number: usize, class: &str, status: &str| Position {
        statement: Accession::new(AccessionKind::Statement, number as u64 + 1),
        version: 1,
        laboratory: LaboratoryId::from_random(number as u128),
        classification: classification::stated(class).0,
        rank: Rank::of(Some(status), false, true),
        review: ReviewStatus::read(status),
        last_evaluated: None,
        group: group_of(&[], None, &()),
        is_summary: false,
        is_evidence_only: false,
    };
    let decisive = panel.iter().enumerate().map(|(number, class)| of(number, class, status));
    let criteria = ReviewStatus::Single.label();
    let rest = others.iter().enumerate().map(|(number, class)| of(100 + number, class, criteria));
    let positions: Vec<Position> = decisive.chain(rest).collect();
    let aggregate = &of_variant(rules::CURRENT, &positions)[0];
    format!("{} | {}", aggregate.classification, aggregate.review_status.label())
}
