//! The page that checks a proof without a network, in a real browser, opened as a file.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;
mod webdriver;

use cairn_node::ledger::Event;
use support::House;
use webdriver::Chromium;

/// A proof from a node, the log's key, and the page, in a folder.
struct Given {
    folder: tempfile::TempDir,
    proof: String,
    key: String,
    witness: String,
}

async fn given() -> Given {
    let house = House::new().await;
    let north = house.node.laboratory("Genetics North").await.unwrap();
    for purpose in ["clinical care", "quality control", "research"] {
        let event = Event::new(cairn_ledger::leaf::Kind::ReadCase).by(north.serial).with("purpose", purpose);
        house.node.record_event(event).await.unwrap();
    }
    house.node.seal().await.unwrap();
    let shard = house.node.newest_shard().await.unwrap().unwrap();
    // The node witnesses itself here: what counts is that the page checks a cosignature.
    let key = house.node.log_verifier(&shard).unwrap().to_string();
    house.node.add_witnessed_log(&key).await.unwrap();
    let note = cairn_ledger::note::Note::read(shard.checkpoint.as_bytes()).unwrap();
    let request = cairn_ledger::witness::AddCheckpoint { old: 0, proof: Vec::new(), note };
    let line = house.node.witness(request.to_string().as_bytes()).await.unwrap().unwrap();
    let viewer = Some(cairn_node::access::Viewer::Member(north.serial));
    let mut receipt = house.node.ledger_receipt(&shard, shard.size - 2, viewer).await.unwrap().unwrap();
    receipt.checkpoint.add(cairn_ledger::note::NoteSignature::read(line.trim_end()).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut browser = house.signed_in("anna").await;
    std::fs::write(folder.path().join("verifier.html"), browser.get("/ledger/verifier.html").await.text).unwrap();
    let witness = house.node.witness_verifier().unwrap().to_string();
    Given { folder, proof: receipt.to_string(), key, witness }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_holds_in_the_browser_and_no_changed_one_does() {
    let given = given().await;
    tokio::task::spawn_blocking(move || {
        let Some(browser) = Chromium::start() else { return };
        look(&browser, &given);
    })
    .await
    .unwrap();
}

fn look(browser: &Chromium, given: &Given) {
    browser.open(&format!("file://{}", given.folder.path().join("verifier.html").display()));
    let keys = format!("{}\n{}", given.key, given.witness);
    let verdict = check(browser, &given.proof, &keys, 1);
    assert!(verdict.contains("The proof holds"), "{verdict}");
    assert!(browser.text("#shown").contains("quality control"), "{}", browser.text("#shown"));
    browser.pictures("verifier");

    let two = check(browser, &given.proof, &keys, 2);
    assert!(two.contains("1 of the witnesses have signed, 2 are needed"), "{two}");
    let nobody = check(browser, &given.proof, "", 0);
    assert!(nobody.contains("enter the key of the log"), "{nobody}");
    // One character of every line is changed, in turn at its beginning, middle and end.
    for (number, line) in given.proof.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        for at in [0, line.chars().count() / 2, line.chars().count().saturating_sub(5)] {
            let changed: String = line.chars().enumerate().map(|(n, c)| if n == at { swap(c) } else { c }).collect();
            let lines = given.proof.lines().enumerate().map(|(n, l)| if n == number { &changed } else { l });
            let text: String = lines.flat_map(|line| [line, "\n"]).collect();
            let verdict = check(browser, &text, &keys, 1);
            assert!(verdict.contains("does not hold"), "line {number}, character {at}: {verdict}");
        }
    }
}

fn swap(c: char) -> char {
    match c {
        'A' => 'B',
        '0'..='8' => '9',
        '9' => '1',
        _ => 'A',
    }
}

fn check(browser: &Chromium, proof: &str, keys: &str, needed: u64) -> String {
    let values = serde_json::json!([proof, keys, needed.to_string()]);
    browser.run(&format!(
        "const given = {values}; ['proof', 'keys', 'needed'].forEach((id, at) => \
         document.getElementById(id).value = given[at]); \
         const verdict = document.getElementById('verdict'); verdict.textContent = ''; \
         document.getElementById('check').click(); return null;"
    ));
    browser.wait_for_text("#verdict", "The proof")
}
