//! Sources that know a variant on one assembly each, and what brings them together without loaded bases.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::lookup::variant::VariantReport;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_reference::folder::{Added, Adding, ReferenceFolder};
use cairn_reference::recognise::recognise;
use cairn_reference::sequence::intake::IntakeOptions;
use cairn_store::laboratory::RecordedLaboratory;
use flate2::read::GzDecoder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;

struct Scene {
    _folder: tempfile::TempDir,
    node: Node,
    lab: RecordedLaboratory,
}

impl Scene {
    async fn new(chain: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(chain) = chain {
            let file = folder.path().join("hg19ToHg38.over.chain");
            std::fs::write(&file, chain).unwrap();
            let loaded = Reference::bundled();
            let adding = Adding {
                sequences: IntakeOptions::default(),
                now: "2026-01-01T00:00:00Z",
                progress: &|_| (),
                loaded: loaded.sequences(),
            };
            let kind = recognise(&file).unwrap().unwrap();
            let added = ReferenceFolder::of(folder.path()).add(&file, kind, &adding).unwrap();
            assert!(matches!(added, Added::Loaded(..)));
        }
        let node = Node::open(DataFolder::new(folder.path()), World::real()).await.unwrap();
        let lab = node.add_laboratory("North Lab", None).await.unwrap();
        Self { _folder: folder, node, lab }
    }

    async fn send(&self, file: &str, bytes: Vec<u8>) -> cairn_node::contribute::Outcome {
        let request = Request {
            laboratory: self.lab.clone(),
            user: None,
            channel: Channel::Command,
            file: Some(file.into()),
            bytes,
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        self.node.contribute(request).await.unwrap()
    }

    async fn look_up(&self, expression: &str) -> Option<VariantReport> {
        let as_of = self.node.as_of(None).await.unwrap();
        self.node.look_up(expression, as_of, Viewer::Member(self.lab.serial)).await.unwrap().report
    }
}

const HEAD: &str = "HGVS,Assembly,Chr,Pos,Ref,Alt,Classification,Condition";

#[track_caller]
fn on_both(report: &VariantReport) -> Vec<String> {
    report.variant.alleles.iter().filter_map(|allele| allele.vcf.clone()).collect()
}

/// The two rows come in one after the other, in either order.
async fn check(chain: Option<&str>, old: &str, new: &str, expected: usize) {
    for rows in [[old, new], [new, old]] {
        let scene = Scene::new(chain).await;
        for row in rows {
            let sent = scene.send("ours.csv", format!("{HEAD}\n{row}\n").into_bytes()).await;
            assert_eq!(sent.counts.statements_new, 1, "{row}: {:?}", sent.problems);
        }
        let report = scene.look_up("GRCh38-11-111853415-T-C").await.unwrap();
        assert_eq!(report.statements.len(), expected, "{rows:?}");
        if expected == 2 {
            assert_eq!(on_both(&report), ["11-111724138-T-C", "11-111853415-T-C"]);
            let old = scene.look_up("GRCh37-11-111724138-T-C").await.unwrap();
            assert_eq!(old.variant.id, report.variant.id);
        }
    }
}

const OLD: &str = "NM_024740.2:c.860A>G,GRCh37,11,111724138,T,C,Pathogenic,ALG9-CDG";
const NEW: &str = "NM_024740.2:c.860A>G,GRCh38,11,111853415,T,C,Likely pathogenic,Gillessen-Kaesbach syndrome";

#[tokio::test]
async fn the_same_version_of_a_transcript_ties_two_assemblies() {
    check(None, OLD, NEW, 2).await;
}

#[tokio::test]
async fn another_version_or_other_bases_tie_nothing() {
    check(None, &OLD.replace("740.2", "740.1"), NEW, 1).await;
    check(None, &OLD.replace(",T,C,", ",T,A,"), NEW, 1).await;
    check(None, &OLD.replace("NM_024740.2:c.860A>G", ""), NEW, 1).await;
}

/// Chromosome 11 of both assemblies around the place of the rows above.
const CHAIN: &str = "chain 1 chr11 135006516 + 111700000 111750000 chr11 135086622 + 111829277 111879277 1\n50000\n";

#[tokio::test]
async fn a_chain_ties_them_where_both_state_the_same_bases() {
    let (old, new) = (OLD.replace("NM_024740.2:c.860A>G", ""), NEW.replace("NM_024740.2:c.860A>G", ""));
    check(Some(CHAIN), &old, &new, 2).await;
    check(Some(CHAIN), &old.replace(",T,C,", ",A,C,"), &new, 1).await;
    check(Some(CHAIN), &old.replace("111724138", "111724139"), &new, 1).await;
}

/// A description without the version of its transcript.
fn without_version(hgvs: &str) -> Option<(String, String)> {
    let (reference, change) = hgvs.split_once(':')?;
    Some((reference.split_once('.')?.0.to_owned(), change.to_owned()))
}

fn lines(path: &Path) -> impl Iterator<Item = String> + use<> {
    BufReader::new(GzDecoder::new(std::fs::File::open(path).unwrap())).lines().map(Result::unwrap)
}

/// Published cases on GRCh38 and ClinVar on GRCh37 describe 417 variants in 917 cases alike but for the version of the
/// transcript. With what is inside the program those meet that name one version; the others need a chain or bases.
#[tokio::test]
async fn clinvar_of_grch37_and_cases_of_grch38_meet_where_something_ties_them() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let (clinvar, packets) =
        (data.join("clinvar/clinvar_GRCh37_2016-05-20.tsv.gz"), data.join("phenopackets/phenopackets.jsonl.gz"));
    if !clinvar.exists() {
        println!("skipped: {} is not here", clinvar.display());
        return;
    }
    let rows: Vec<String> = lines(&clinvar).collect();
    let columns: Vec<&str> = rows[0].split('\t').collect();
    let hgvs = columns.iter().position(|name| *name == "hgvs_c").unwrap();
    let mut by_name: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate().skip(1) {
        by_name.extend(row.split('\t').nth(hgvs).and_then(without_version).map(|name| (name, at)));
    }
    let (mut shared, mut cases): (BTreeSet<(String, String)>, Vec<String>) = Default::default();
    let mut places: BTreeSet<String> = BTreeSet::new();
    for line in lines(&packets) {
        let record: serde_json::Value = serde_json::from_str(&line).unwrap();
        let packet = &record["phenopacket"];
        let mut is_shared = false;
        for found in packet["interpretations"].as_array().into_iter().flatten() {
            for one in found["diagnosis"]["genomicInterpretations"].as_array().into_iter().flatten() {
                let descriptor = &one["variantInterpretation"]["variationDescriptor"];
                let names = descriptor["expressions"].as_array().into_iter().flatten();
                let names =
                    names.filter(|e| e["syntax"] == "hgvs.c").filter_map(|e| without_version(e["value"].as_str()?));
                let names: Vec<_> = names.filter(|name| by_name.contains_key(name)).collect();
                let vcf = &descriptor["vcfRecord"];
                if !names.is_empty() && vcf["chrom"].is_string() {
                    is_shared = true;
                    shared.extend(names);
                    let text = |key: &str| vcf[key].as_str().map_or_else(|| vcf[key].to_string(), str::to_owned);
                    let chrom = text("chrom").trim_start_matches("chr").to_owned();
                    places.insert(format!("GRCh38-{chrom}-{}-{}-{}", text("pos"), text("ref"), text("alt")));
                }
            }
        }
        if is_shared {
            cases.push(packet.to_string());
        }
    }
    assert_eq!((places.len(), cases.len()), (417, 917));
    let wanted: BTreeSet<usize> = shared.iter().filter_map(|name| by_name.get(name).copied()).collect();
    let table: Vec<&str> = std::iter::once(0).chain(wanted).map(|at| rows[at].as_str()).collect();

    let scene = Scene::new(None).await;
    let sent = scene.send("clinvar_GRCh37_2016-05-20.tsv", (table.join("\n") + "\n").into_bytes()).await;
    assert!(sent.counts.statements_new > 400, "{:?}", sent.counts);
    let sent = scene.send("phenopackets.jsonl", (cases.join("\n") + "\n").into_bytes()).await;
    assert!(sent.counts.cases_new > 900, "{:?}", sent.counts);
    let mut joined = 0;
    for place in &places {
        let report = scene.look_up(place).await.unwrap_or_else(|| panic!("{place}"));
        joined += usize::from(!report.statements.is_empty());
    }
    println!("{joined} of {} variants join", places.len());
    assert_eq!(joined, 12);
}
