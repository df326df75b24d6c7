//! Lists of people who opted out: taken whole, or not at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::Reference;

/// Numbers with a right check digit that are given to nobody: NHS numbers from 999 are for tests.
const LISTED: &str = "999 000 0018";
const OTHER: &str = "999 000 0026";

#[tokio::test]
async fn a_list_with_a_wrong_line_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::new(folder.path());
    let node = Node::with_reference(data, Reference::bundled(), World::real()).await.unwrap();
    let north = node.add_laboratory("Genetics North", None).await.unwrap();
    let sheet = "Gene,HGVS,Patient ID,Zygosity\nBRCA1,NM_007294.4:c.68_69del,P1,heterozygous\n";
    let request = Request {
        laboratory: north.clone(),
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: sheet.into(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    node.contribute(request).await.unwrap();
    let cases = format!("P1,{LISTED}\n");
    let first = node.import_opt_outs(&north, &format!("{LISTED}\n"), Some(&cases), None).await.unwrap();
    assert_eq!((first.people, first.linked, first.opted_out, first.problems.len()), (1, 1, 1, 0));

    let faulty = format!("{OTHER}\n123\nabc\n");
    let refused = node.import_opt_outs(&north, &faulty, Some("P9,1\nP1\n"), None).await.unwrap();
    assert_eq!((refused.people, refused.linked), (0, 0));
    let lines: Vec<(&str, usize)> = refused.problems.iter().map(|(file, line, _)| (*file, *line)).collect();
    assert_eq!(lines, [("list", 2), ("list", 3), ("cases", 1), ("cases", 2)]);
    assert!(refused.problems.iter().all(|(_, _, why)| !why.contains("123")), "{:?}", refused.problems);

    let wrong_case = node.import_opt_outs(&north, OTHER, Some("P1,123\n"), None).await.unwrap();
    assert_eq!(wrong_case.problems.len(), 1);
    let again = node.import_opt_outs(&north, &format!("{LISTED}\n"), Some(&cases), None).await.unwrap();
    assert_eq!((again.people, again.opted_out), (1, 1));
    let replaced = node.import_opt_outs(&north, OTHER, Some(&cases), None).await.unwrap();
    assert_eq!((replaced.people, replaced.opted_out), (1, 0), "a list without faults takes the place of the last");
}
