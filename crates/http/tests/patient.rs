//! The page of a tested person, and taking a case back, as people meet them; at the end in a real browser.
//!
//! With `CAIRN_SCREENSHOTS=DIR` the pages are also written as pictures.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;
mod webdriver;

use axum::http::StatusCode;
use cairn_core::id::CaseId;
use cairn_core::submission::Channel;
use cairn_node::contribute::Request;
use serde_json::json;
use support::{Browser, House};
use webdriver::Chromium;

const DOCUMENT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// A case of Genetics North with a consent, seen by Genetics South.
async fn scene(house: &House) -> CaseId {
    let north = house.node.laboratory("Genetics North").await.unwrap();
    let south = house.node.laboratory("Genetics South").await.unwrap();
    let sheet = "Gene,Assembly,Chr,Pos,Ref,Alt,Case ID,HPO terms,Zygosity\n\
        BRCA1,GRCh38,17,43045712,T,C,P1,HP:0003002,heterozygous\n";
    let request = Request {
        laboratory: north.clone(),
        user: None,
        channel: Channel::Command,
        file: Some("cases.csv".into()),
        bytes: sheet.as_bytes().to_vec(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    assert_eq!(house.node.contribute(request).await.unwrap().counts.cases_new, 1);
    house.node.set_agreement(north.serial, south.serial, true, None).await.unwrap();
    let case = house.node.case_named(north.serial, "P1").await.unwrap().unwrap();
    let mut anna = house.signed_in("anna").await;
    let scope = |tier: &str, to: &str| json!({ "tier": tier, "conditions": ["CC"], "recipients": [to] });
    let give = json!({ "step": "give", "scopes": [scope("1", "agreed"), scope("2", "network")],
        "document_sha256": DOCUMENT, "language": "en-GB", "allows_rare_profile": true });
    let given = anna.post_json(&format!("/api/v1/cases/{case}/consent"), &give).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let mut berta = house.signed_in("berta").await;
    let seen = berta.get("/api/v1/variants/NC_000017.11:g.43045712T%3EC").await.json();
    let id = seen["cases"]["shared"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(berta.get(&format!("/cases/{id}")).await.status, StatusCode::OK);
    house.node.seal().await.unwrap();
    case
}

async fn code(house: &House, case: CaseId) -> String {
    let north = house.node.laboratory("Genetics North").await.unwrap();
    house.node.make_patient_code(north.serial, case, None).await.unwrap().unwrap().code
}

async fn type_code(browser: &mut Browser, code: &str) -> support::Answer {
    let csrf = browser.get("/patient").await.csrf();
    browser.post("/patient", &[("csrf", &csrf), ("code", code)]).await
}

#[tokio::test]
async fn a_code_opens_the_page_and_nothing_else_does() {
    let house = House::new().await;
    let case = scene(&house).await;
    let first = code(&house, case).await;
    let second = code(&house, case).await;
    let mut visitor = house.browser();
    let unknown = type_code(&mut visitor, "0000-0000-0000-0000").await;
    let ended = type_code(&mut visitor, &first).await;
    let nonsense = type_code(&mut visitor, "what code?").await;
    let minute = |answer: &support::Answer| {
        let text = answer.text.replace(&answer.between("<time>", "</time>"), "");
        (answer.status, text)
    };
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert_eq!(minute(&unknown), minute(&ended), "a code that was is answered as one that never was");
    assert_eq!(minute(&unknown), minute(&nonsense));

    let opened = type_code(&mut visitor, &second.to_lowercase().replace('-', " ")).await;
    assert_eq!((opened.status, opened.header("location")), (StatusCode::SEE_OTHER, "/patient"));
    let page = visitor.get("/patient").await;
    for words in ["Genetics South saw your record without your name.", "to care for a patient", "choice 1"] {
        assert!(page.text.contains(words), "{words} is not in {}", page.text);
    }
    assert!(!page.text.contains("P1") && !page.text.contains(&case.to_string()), "{}", page.text);
    assert!(!page.text.contains(&second), "the code is nowhere");
    let address = page.between("href=\"/patient/proof/", "\"");
    let proof = visitor.get(&format!("/patient/proof/{address}")).await;
    assert!(proof.text.starts_with("c2sp.org/tlog-proof@"), "{}", proof.text);
    let receipt = cairn_ledger::receipt::Receipt::read(&proof.text).unwrap();
    let body = receipt.opening.unwrap().body_of(&cairn_ledger::leaf::Leaf::read(&receipt.leaf).unwrap()).unwrap();
    assert!(body.get("kind").is_some(), "the proof says what was done");
    let mut stranger = house.browser();
    assert_eq!(stranger.get(&format!("/patient/proof/{address}")).await.status, StatusCode::NOT_FOUND);

    let csrf = page.csrf();
    assert_eq!(visitor.post("/patient/close", &[("csrf", &csrf)]).await.status, StatusCode::SEE_OTHER);
    assert!(visitor.get("/patient").await.text.contains("Type it here."));
}

#[tokio::test]
async fn guessing_waits() {
    let house = House::new().await;
    let mut visitor = house.browser();
    let mut last = StatusCode::OK;
    for _ in 0..8 {
        last = type_code(&mut visitor, "0000-0000-0000-0000").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_person_takes_consent_back_and_sees_it_arrive() {
    let house = House::new().await;
    let case = scene(&house).await;
    let mut visitor = house.browser();
    let typed = code(&house, case).await;
    type_code(&mut visitor, &typed).await;
    let csrf = visitor.get("/patient").await.csrf();
    let unsure = visitor.post("/patient/narrow", &[("csrf", &csrf)]).await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    let sure = [("csrf", csrf.as_str()), ("sure", "yes")];
    assert_eq!(visitor.post("/patient/narrow", &sure).await.status, StatusCode::SEE_OTHER);
    let mut berta = house.signed_in("berta").await;
    let variant = "/api/v1/variants/NC_000017.11:g.43045712T%3EC";
    assert_eq!(berta.get(variant).await.json()["cases"]["shared"], json!([]));
    assert_eq!(berta.get(variant).await.json()["cases"]["total"], 1, "still counted");
    assert_eq!(visitor.post("/patient/withdraw", &sure).await.status, StatusCode::SEE_OTHER);
    assert_eq!(berta.get(variant).await.json()["cases"]["total"], 0);
    let page = visitor.get("/patient").await.text;
    assert!(page.contains("You took your yes back."), "{page}");
    assert!(
        page.contains("<strong>Genetics South</strong> was told on") && page.contains("has not answered yet"),
        "{page}"
    );

    let recalls = berta.get("/recalls").await;
    let uid = recalls.between("action=\"/recalls/", "\"");
    let answered = berta.post(&format!("/recalls/{uid}"), &[("csrf", &recalls.csrf())]).await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER);
    let mut anna = house.signed_in("anna").await;
    let told = anna.get("/recalls").await;
    assert!(told.text.contains(&format!("/cases/{case}#consent")), "the laboratory is told: {}", told.text);
    assert_eq!(anna.post(&format!("/recalls/{uid}"), &[("csrf", &told.csrf())]).await.status, StatusCode::NOT_FOUND);
    let page = visitor.get("/patient").await.text;
    assert!(page.contains("it does not use your data any more"), "{page}");
    let history = house.node.consent_history(case, anna_views(&house).await).await.unwrap().unwrap();
    assert_eq!(history.len(), 3);
    assert!(history.iter().all(|version| version.signature.is_some()), "signed for the person");
}

async fn anna_views(house: &House) -> cairn_node::access::Viewer {
    cairn_node::access::Viewer::Member(house.node.laboratory("Genetics North").await.unwrap().serial)
}

#[tokio::test]
async fn a_laboratory_erases_a_case_on_its_page() {
    let house = House::new().await;
    let case = scene(&house).await;
    let mut visitor = house.browser();
    let typed = code(&house, case).await;
    type_code(&mut visitor, &typed).await;
    let mut anna = house.signed_in("anna").await;
    assert!(anna.get(&format!("/cases/{case}")).await.text.contains("/take-back"));
    let page = anna.get(&format!("/cases/{case}/take-back")).await;
    let made = anna.post(&format!("/cases/{case}/take-back/code"), &[("csrf", &page.csrf())]).await;
    assert!(made.text.contains("It is shown this once"), "{}", made.text);
    let mut berta = house.signed_in("berta").await;
    let csrf = berta.get("/recalls").await;
    let path = format!("/cases/{case}/take-back/erase");
    let csrf_of_berta = berta.get("/account").await.csrf();
    let sure = [("csrf", csrf_of_berta.as_str()), ("sure", "yes")];
    assert_eq!(berta.post(&path, &sure).await.status, StatusCode::NOT_FOUND, "not theirs");
    drop(csrf);
    let unsure = anna.post(&path, &[("csrf", &page.csrf())]).await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST, "{}", unsure.text);
    let csrf = page.csrf();
    let done = anna.post(&path, &[("csrf", &csrf), ("sure", "yes")]).await;
    assert!(done.text.contains("The case is erased, and its key destroyed."), "{}", done.text);
    assert!(done.text.contains("Genetics South"), "{}", done.text);
    assert_eq!(anna.get(&format!("/cases/{case}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(anna.get(&format!("/api/v1/cases/{case}")).await.status, StatusCode::NOT_FOUND);
    house.node.seal().await.unwrap();
    assert_eq!(house.node.check_ledger().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reads_their_page_in_a_browser_without_scripts() {
    let house = House::new().await;
    let case = scene(&house).await;
    let typed = code(&house, case).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = house.router.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let spent = tokio::task::spawn_blocking(move || {
        let Some(browser) = Chromium::start() else { return };
        browser.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
        browser.open(&format!("{base}/patient"));
        pictures(&browser, "patient-code");
        browser.type_into("#code", &typed);
        browser.click("main button.main");
        browser.wait_for_text(".lead", "You said yes");
        assert!(!browser.url().contains(&typed), "the code is in no address");
        pictures(&browser, "patient");
        browser.click("form[action='/patient/withdraw'] input[type=checkbox]");
        browser.click("form[action='/patient/withdraw'] button");
        browser.wait_for_text(".lead", "You took your yes back.");
        assert!(browser.text("#told").contains("Genetics South was told on"));
        pictures(&browser, "patient-withdrawn");
        browser.click("form[action='/patient/close'] button");
        browser.wait_for_text("h1", "See who used your data");
    });
    spent.await.unwrap();
    serving.abort();
}

fn pictures(browser: &Chromium, name: &str) {
    if std::env::var_os("CAIRN_SCREENSHOTS").is_some() {
        browser.pictures(name);
    }
}
