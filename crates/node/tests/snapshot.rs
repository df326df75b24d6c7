//! A published snapshot in one node: what was in the rows is what is looked up.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_formats::tsv::Tsv;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_reference::identify::{IdentifyOptions, identify};
use cairn_variant::assembly::Assembly;
use std::io::Read;
use std::path::Path;

const FILE: &str = "clinvar_GRCh37_2016-05-20.six_genes.tsv.gz";

fn testdata() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clinvar").join(FILE);
    std::fs::read(path).unwrap()
}

#[tokio::test]
async fn two_hundred_random_variants_agree_with_their_rows() {
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::bundled();
    let node = Node::with_reference(DataFolder::new(folder.path()), reference.clone(), World::real()).await.unwrap();
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    let bytes = testdata();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    let request = Request {
        laboratory,
        user: None,
        channel: Channel::Command,
        file: Some(FILE.into()),
        bytes,
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let outcome = node.contribute(request).await.unwrap();
    let table = Tsv::open(&text, |line| line.starts_with("chrom\t")).unwrap();
    let rows: Vec<_> = table.rows().collect();
    assert_eq!(outcome.counts.statements_new, rows.len() as u64);
    let column = |name| table.column(name);
    let (classes, submitters) = (column("clinical_significance"), column("all_submitters"));
    let (gene, mutant) = (column("symbol"), column("mut"));
    let as_of = node.as_of(None).await.unwrap();
    let mut state = 20_160_520_u64;
    for _ in 0..200 {
        // A fixed sequence (Knuth's MMIX generator), so that a failure can be repeated.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let row = &rows[(state >> 33) as usize % rows.len()];
        if row.get(mutant) == "REF" {
            continue;
        }
        let written = ["chrom", "pos", "ref", "alt"].map(|name| row.get(column(name))).join("-");
        let options = IdentifyOptions {
            assembly: Some(Assembly::Grch37),
            without_transcripts: true,
            ..IdentifyOptions::default()
        };
        let key = identify(&written, &reference, options).canonical_id.unwrap();
        let serial = node.find_variant(&[&key]).await.unwrap().unwrap_or_else(|| panic!("{written} is not found"));
        let report = node.variant_report(serial, as_of, Viewer::Machine).await.unwrap().unwrap();
        let mine = report.statements.iter().find(|s| s.row == row.number);
        let mine = mine.unwrap_or_else(|| panic!("{written}: row {} is not among its statements", row.number));
        let body = &mine.statement.body;
        let words: Vec<&str> = row.get(classes).split(';').collect();
        let said = body.classification_text.clone().unwrap_or_else(|| body.classification.label().to_owned());
        let folded = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
        assert!(words.iter().all(|word| folded(&said).contains(&folded(word))), "{written}: {said} is not {words:?}");
        let named: Vec<&str> = row.get(submitters).split(';').map(str::trim).collect();
        assert_eq!(mine.laboratory.name.as_str(), cairn_core::laboratory::ARCHIVE_SUMMARY, "{written}");
        assert_eq!(cairn_core::change::submitters(body), named, "{written}");
        assert!(report.variant.genes.iter().any(|g| g == row.get(gene)), "{written}: {:?}", report.variant.genes);
        assert_eq!(report.provenance[0].source.file.as_deref(), Some(FILE));
        let versions: u32 = report.statements.iter().map(|s| s.statement.version).max().unwrap();
        assert_eq!(versions, 1);
    }
}
