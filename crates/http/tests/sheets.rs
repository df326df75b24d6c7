//! Scoring sheets through the door that people use: copy number variants, oncogenicity, genes against diseases; and
//! what an open page learns of others.
//!
//! With `CAIRN_SCREENSHOTS=DIR` the pages are also written as pictures.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;
mod webdriver;

use axum::http::{Request, StatusCode};
use serde_json::Value;
use support::{Browser, House, PASSWORD};
use webdriver::Chromium;

/// The region of the 22q11.2 deletion and of its duplication.
const DELETION: &str = "NC_000022.11:g.18912231_21465672del";
const DUPLICATION: &str = "GRCh38/hg38 22q11.21(chr22:18912231-21465672)x3";
/// Cases of the 2020 standard's thresholds and points.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/standards/acmg/cnv_2020.json");
/// WebDriver's character for the Enter key.
const ENTER: &str = "\u{e007}";

/// A new draft; its path.
async fn begin(browser: &mut Browser, variant: &str, guideline: &str) -> String {
    let csrf = browser.get("/account").await.csrf();
    let form = [
        ("csrf", csrf.as_str()),
        ("variant", variant),
        ("condition", "Not stated by the case"),
        ("inheritance", ""),
        ("guideline", guideline),
    ];
    let answer = browser.post("/drafts", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location").to_owned()
}

/// Sets rows to met, with their points where the case states them.
async fn score(browser: &mut Browser, draft: &str, rows: &[(String, String)]) {
    let csrf = browser.get(draft).await.csrf();
    let mut form = vec![("csrf".to_owned(), csrf)];
    let mut times = std::collections::BTreeMap::new();
    for (code, points) in rows {
        let n = times.entry(code).and_modify(|n| *n += 1).or_insert(1);
        let key = if *n == 1 { format!("criterion:{code}") } else { format!("criterion:{code}:{n}") };
        form.push((format!("b.{key}"), "1".to_owned()));
        form.push((format!("o.{key}"), "met".to_owned()));
        form.push((format!("p.{key}"), points.clone()));
    }
    let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = browser.post(draft, &pairs).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{rows:?}: {}", saved.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_of_the_copy_number_standard_reach_their_class_on_the_sheet() {
    let Ok(text) = std::fs::read_to_string(CASES) else {
        println!("skipped: {CASES} is not there");
        return;
    };
    let house = House::new().await;
    let mut anna = house.signed_in("anna").await;
    let file: Value = serde_json::from_str(&text).unwrap();
    let scored = file["cases"].as_array().unwrap().iter().filter(|case| case["evidence"].is_array());
    let mut done = 0;
    for case in scored.step_by(4) {
        let (variant, guideline) = match case["type"].as_str().unwrap() {
            "loss" => (DELETION, "acmg-cnv-loss@2020"),
            _ => (DUPLICATION, "acmg-cnv-gain@2020"),
        };
        let draft = begin(&mut anna, variant, guideline).await;
        let row = |row: &Value| (row["code"].as_str().unwrap().to_owned(), row["points"].to_string());
        let rows: Vec<_> = case["evidence"].as_array().unwrap().iter().map(row).collect();
        score(&mut anna, &draft, &rows).await;
        let page = anna.get(&draft).await;
        let wanted = match case["class"].as_str().unwrap() {
            "P" => "Pathogenic",
            "LP" => "Likely pathogenic",
            "VUS" => "Uncertain significance",
            "LB" => "Likely benign",
            _ => "Benign",
        };
        let lead = page.between(r#"<p class="lead">"#, "</p>");
        assert!(lead.contains(&format!(">{wanted}</strong>")), "{}: {lead}", case["id"]);
        done += 1;
    }
    assert!(done > 20, "{done} cases were scored");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oncogenicity_sheet_counts_points_for_a_somatic_variant() {
    let house = House::new().await;
    let mut anna = house.signed_in("anna").await;
    let draft = begin(&mut anna, "NC_000007.14:g.140753336A>T", "oncogenicity@2022").await;
    let page = anna.get(&draft).await;
    assert!(
        page.between(r#"id="v.origin""#, "</select>").contains(r#"value="somatic" selected"#),
        "a tumour's variant"
    );
    for (rows, wanted) in [
        (&["OS2"][..], "Uncertain significance (oncogenicity)"),
        (&["OS3", "OM1"], "Oncogenic"),
        (&["SBS1"], "Likely oncogenic"),
    ] {
        let rows: Vec<_> = rows.iter().map(|code| ((*code).to_owned(), String::new())).collect();
        score(&mut anna, &draft, &rows).await;
        let lead = anna.get(&draft).await.between(r#"<p class="lead">"#, "</p>");
        assert!(lead.contains(&format!(">{wanted}</strong>")), "{rows:?}: {lead}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weighing_cuts_each_kind_and_keeps_both_values_of_two_people() {
    let house = House::new().await;
    let (mut anna, mut hedda) = (house.signed_in("anna").await, house.signed_in("hedda").await);
    let csrf = anna.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str()), ("condition", "Breast cancer"), ("inheritance", "HP:0000006")];
    let sheet = anna.post("/genes/BRCA1/validity", &form).await.header("location").to_owned();
    let draft = format!("/drafts/{}", sheet.rsplit('/').next().unwrap());
    let page = anna.get(&sheet).await;
    assert!(page.text.contains("at most 4 together with Rescue"), "{}", page.text);
    assert!(page.text.contains("its most is unspecified"), "cases have no most that could be read");

    // As `drafts.js` sends a field: the parts that changed come back.
    let part = async |browser: &mut Browser, pairs: &[(&str, &str)]| {
        let body: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let request = Request::post(&draft).header("x-part", "1");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&").into());
        browser.send(request.unwrap()).await
    };
    let models = [
        ("csrf", csrf.as_str()),
        ("seen", "1"),
        ("b.validity:models", "1"),
        ("p.validity:models", "5"),
        ("t.validity:models", "three mice"),
    ];
    let saved = part(&mut anna, &models).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    assert!(saved.text.contains("0 genetic + 4 experimental = 4 points"), "{}", saved.text);
    assert!(saved.text.contains("5 given, 4 count"), "{}", saved.text);
    assert!(
        saved.text.contains(r#"<tr id="f-validity-models""#) && !saved.text.contains(r#"<tr id="f-validity-rescue""#)
    );

    let csrf_of_hedda = hedda.get("/account").await.csrf();
    let other = [
        ("csrf", csrf_of_hedda.as_str()),
        ("seen", "1"),
        ("b.validity:models", "1"),
        ("p.validity:models", "2"),
        ("t.validity:models", "one mouse"),
    ];
    let contested = part(&mut hedda, &other).await;
    for text in ["Two values, nothing lost", "three mice", "one mouse", "ANNA Genetics North"] {
        assert!(contested.text.contains(text), "{text}: {}", contested.text);
    }
    let wrong = [("csrf", csrf.as_str()), ("seen", "3"), ("b.validity:rescue", "1"), ("p.validity:rescue", "many")];
    let told = part(&mut anna, &wrong).await;
    assert!(told.text.contains("`many`") && told.text.contains("Nothing of this field was kept"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_learns_of_others_without_saving() {
    let house = House::new().await;
    let (mut anna, mut hedda) = (house.signed_in("anna").await, house.signed_in("hedda").await);
    let draft = begin(&mut anna, "BRCA1 185delAG", "acmg-amp-svi@2020").await;
    let since = format!("{draft}/since?seen=");
    assert_eq!(hedda.get(&format!("{since}1")).await.status, StatusCode::NO_CONTENT);
    score(&mut anna, &draft, &[("PVS1".to_owned(), String::new())]).await;
    let news = hedda.get(&format!("{since}1")).await;
    assert_eq!(news.status, StatusCode::OK);
    assert!(news.between(r#"id="others""#, "</div>").contains("ANNA Genetics North"), "{}", news.text);
    assert!(news.text.contains(r#"<tr id="f-criterion-PVS1""#) && !news.text.contains(r#"<tr id="f-criterion-PM2""#));
    assert!(!anna.get(&format!("{since}1")).await.text.contains(r#"id="others""#), "nobody is told of themselves");
    assert_eq!(hedda.get(&format!("{since}2")).await.status, StatusCode::NO_CONTENT);
    let mut berta = house.signed_in("berta").await;
    assert_eq!(berta.get(&format!("{since}1")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_in_two_browsers() {
    let house = House::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = house.router.clone();
    let mut anna = house.signed_in("anna").await;
    let cnv = begin(&mut anna, DELETION, "acmg-cnv-loss@2020").await;
    let onco = begin(&mut anna, "NC_000007.14:g.140753336A>T", "oncogenicity@2022").await;
    let csrf = anna.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str()), ("condition", "Breast cancer"), ("inheritance", "HP:0000006")];
    let sheet = anna.post("/genes/BRCA1/validity", &form).await.header("location").to_owned();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let day = tokio::task::spawn_blocking(move || {
        if let (Some(anna), Some(hedda)) = (Chromium::start(), Chromium::start()) {
            keyboard_on_sheets(&anna, &base, &cnv, &onco);
            two_at_a_weighing(&anna, &hedda, &base, &sheet);
        }
    });
    day.await.unwrap();
    serving.abort();
}

fn keyboard_on_sheets(anna: &Chromium, base: &str, cnv: &str, onco: &str) {
    sign_in(anna, base, "anna");
    anna.open(&format!("{base}{cnv}"));
    anna.wait_for_text("#live", "Uncertain significance");
    anna.run("document.getElementById('f-criterion-2A').focus()");
    anna.press("m");
    anna.wait_for_text("#lead", "Pathogenic");
    anna.wait_for_text("#f-criterion-2A .stamp", "ANNA");
    // The row keeps the focus, and a row further down takes points.
    anna.press("n");
    anna.wait_for_text("#lead", "Uncertain significance");
    anna.run("document.getElementById('f-criterion-4C').focus()");
    anna.press("m");
    anna.wait_for_text("#f-criterion-4C .stamp", "ANNA");
    anna.type_into("#p-f-criterion-4C", "0.3");
    anna.run("document.activeElement.blur()");
    anna.wait_for_text("#live", "0.30 points");
    anna.find("#f-criterion-4C-2");
    anna.pictures("sheet-cnv");

    anna.open(&format!("{base}{onco}"));
    anna.wait_for_text("#live", "Uncertain significance");
    for code in ["OS2", "OS3", "OM1"] {
        anna.run(&format!("document.getElementById('f-criterion-{code}').focus()"));
        anna.press("m");
        anna.wait_for_text(&format!("#f-criterion-{code} .stamp"), "ANNA");
    }
    anna.wait_for_text("#lead", "Oncogenic: 10 points");
    anna.pictures("sheet-oncogenicity");
}

fn two_at_a_weighing(anna: &Chromium, hedda: &Chromium, base: &str, sheet: &str) {
    sign_in(hedda, base, "hedda");
    hedda.open(&format!("{base}{sheet}"));
    hedda.wait_for_text("#live", "No Known Disease Relationship");
    anna.open(&format!("{base}{sheet}"));
    anna.type_into("#p-f-validity-segregation", "5");
    anna.run("document.activeElement.blur()");
    anna.wait_for_text("#lead", "3 genetic + 0 experimental = 3 points");
    anna.wait_for_text("#lead", "5 given, 3 count");

    // Hedda does nothing, and learns of it; what she is typing stays.
    hedda.type_into("[name='v.summary']", "Families of my own");
    hedda.wait_for_text("#others", "ANNA Genetics North");
    hedda.wait_for_text("#lead", "3 genetic");
    assert_eq!(hedda.run("return document.getElementById('p-f-validity-segregation').value"), "5");
    assert_eq!(hedda.run("return document.getElementById('v.summary').value"), "Families of my own");
    hedda.pictures("sheet-validity");
    hedda.run("document.activeElement.blur()");
    hedda.wait_for_text("#saved", "Saved");
    anna.wait_for_text("#others", "HEDDA Genetics North");
    assert_eq!(anna.run("return document.getElementById('v.summary').value"), "Families of my own");
}

fn sign_in(browser: &Chromium, base: &str, username: &str) {
    browser.open(&format!("{base}/sign-in"));
    browser.type_into("#username", username);
    browser.type_into("#password", PASSWORD);
    browser.press(ENTER);
    browser.wait_for_text("h1", "Genetics North");
}
