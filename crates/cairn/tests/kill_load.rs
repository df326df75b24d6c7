//! The real node, killed while it loads a large file: it goes on at the next start, and everything is there once.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/clinvar/clinvar_xml_samples.tar.gz");
/// Records, each with so many bytes of room that the file is cut into two parts.
const RECORDS: usize = 9;
const ROOM: usize = 5 << 20;

/// A release of one real record again and again, each time with submissions of its own.
fn release() -> String {
    let mut archive = Vec::new();
    let packed = std::fs::File::open(SAMPLES).unwrap();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed), &mut archive).unwrap();
    let text = String::from_utf8_lossy(&archive);
    let record = text.split("<VariationArchive ").find(|part| part.contains("Accession=\"VCV000097006\"")).unwrap();
    let record = record.split("</VariationArchive>").next().unwrap();
    let mut release = "<?xml version=\"1.0\"?>\n<ClinVarVariationRelease ReleaseDate=\"2024-01-07\">\n".to_owned();
    for number in 1..=RECORDS {
        let own = record.replace("Accession=\"SCV", &format!("Accession=\"SCV{number}"));
        writeln!(release, "<VariationArchive {own}<!--{}--></VariationArchive>", " ".repeat(ROOM)).unwrap();
    }
    release + "</ClinVarVariationRelease>\n"
}

fn serve(data: &Path) -> std::process::Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.arg("serve").arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
    command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap()
}

async fn open(data: &Path) -> Node {
    Node::open(DataFolder::new(data), World::real()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_loaded_exactly_once_whatever_happens_to_the_node() {
    let place = tempfile::tempdir().unwrap();
    let (data, sent) = (place.path().join("node"), place.path().join("sent.xml"));
    std::fs::write(&sent, release()).unwrap();
    let node = open(&data).await;
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    let request = Request {
        laboratory: laboratory.clone(),
        user: None,
        channel: Channel::Api,
        file: Some("sent.xml".to_owned()),
        bytes: Vec::new(),
        mapping: None,
        assembly: None,
        client_key: Some("monday".to_owned()),
        dry_run: false,
        strict: false,
    };
    let job = node.load_later(sent.clone(), request.clone()).await.unwrap();
    assert_eq!(node.load_later(sent.clone(), request.clone()).await.unwrap(), job, "the same key is the same job");
    let other = place.path().join("other.xml");
    std::fs::write(&other, "other").unwrap();
    assert!(node.load_later(other, request).await.is_err(), "the key names other content");
    std::fs::remove_file(&sent).unwrap();
    let kept = node.large_files();
    assert_eq!(std::fs::read_dir(&kept).unwrap().count(), 1, "one file is kept");
    node.close().await;

    for patience in [400, 2500, 4000] {
        let mut node = serve(&data);
        std::thread::sleep(Duration::from_millis(patience));
        node.kill().unwrap();
        node.wait().unwrap();
    }
    let mut running = serve(&data);
    let node = open(&data).await;
    let viewer = Viewer::Member(laboratory.serial);
    let begun = Instant::now();
    let load = loop {
        let load = node.load_report(job, viewer).await.unwrap().unwrap();
        if load.state == "done" {
            break load;
        }
        assert!(begun.elapsed() < Duration::from_secs(150), "{load:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    // The file goes when its job has ended.
    let until = Instant::now() + Duration::from_secs(20);
    while std::fs::read_dir(&kept).unwrap().count() > 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    running.kill().unwrap();
    running.wait().unwrap();
    assert_eq!(std::fs::read_dir(&kept).unwrap().count(), 0);
    let progress = &load.progress;
    assert_eq!((progress.parts, progress.submissions.len()), (2, 2), "{progress:?}");
    assert!(progress.counts.statements_new > 0, "{progress:?}");

    let as_of = node.as_of(None).await.unwrap();
    let submissions = node.own_submissions(viewer, as_of, None, 100).await.unwrap();
    assert_eq!(submissions.len(), 2, "each part once");
    let new: u64 = submissions.iter().map(|one| one.counts.statements_new).sum();
    assert_eq!(new, progress.counts.statements_new, "the job counts what the record holds");
    assert!(node.load_report(job, Viewer::Machine).await.unwrap().is_none(), "it is the laboratory's own");
}
