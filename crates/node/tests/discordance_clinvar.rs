//! ClinVar's submissions of 2017 and 2018 landed in a node: exactly the alleles that their table says
//! are in conflict open a discordance.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::discordance::{QueueFilter, StateFilter};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::Reference;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Rows by allele, and whether the table says that it is in conflict. A row that repeats another one
/// for the other assembly is the same statement, known by the first one's number.
fn alleles(text: &str) -> BTreeMap<String, (BTreeSet<u64>, bool)> {
    let mut alleles: BTreeMap<String, (BTreeSet<u64>, bool)> = BTreeMap::new();
    let mut first: BTreeMap<[&str; 4], u64> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()).skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (rows, conflict) = alleles.entry(cells[..6].join("-")).or_default();
        let says = [cells[9].trim_end_matches(','), cells[5], cells[10], cells[11]];
        rows.insert(*first.entry(says).or_insert(number));
        *conflict = cells[14] == "1";
    }
    alleles
}

#[tokio::test]
async fn exactly_the_alleles_in_conflict_open() {
    let packed =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/clinvar/clinvar_submissions_long.tsv.gz"));
    let packed = packed.unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    let alleles = alleles(&text);
    let expected: BTreeSet<u64> =
        alleles.values().filter(|(_, conflict)| *conflict).flat_map(|(rows, _)| rows.iter().copied()).collect();
    assert_eq!(alleles.values().filter(|(_, conflict)| *conflict).count(), 38);

    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::new(folder.path());
    let node = Node::with_reference(data, Reference::bundled(), World::real()).await.unwrap();
    let laboratory = node.add_laboratory("Importer", None).await.unwrap();
    let request = Request {
        laboratory,
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: packed,
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let outcome = node.contribute(request).await.unwrap();
    assert_eq!(outcome.counts.statements_new, 1073, "{:?}", outcome.problems.first());

    let filter = QueueFilter { state: StateFilter::Any, ..QueueFilter::default() };
    let page = node.discordances(&filter, None, 500).await.unwrap();
    assert_eq!(page.next, None);
    let as_of = node.as_of(None).await.unwrap();
    let mut found = BTreeSet::new();
    for line in &page.lines {
        let view = node.discordance(line.accession, as_of).await.unwrap().unwrap();
        found.extend(view.members.iter().map(|member| member.statement.row));
    }
    // A row that takes no side, such as `not provided`, is in no discordance, whatever its allele is.
    let silent: Vec<u64> = expected.difference(&found).copied().collect();
    let class = |row: u64| text.lines().nth(row as usize - 1).unwrap().split('\t').nth(10).unwrap().to_owned();
    let sides = ["pathogenic", "likely pathogenic", "uncertain significance", "likely benign", "benign"];
    for row in silent {
        assert!(!sides.contains(&class(row).to_lowercase().as_str()), "row {row}: {}", class(row));
    }
    let more: Vec<&u64> = found.difference(&expected).collect();
    assert!(more.is_empty(), "opened without a conflict in the table: rows {more:?}");
    assert!(!found.is_empty());
}
