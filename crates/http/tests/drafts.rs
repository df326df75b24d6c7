//! The curation workspace: without JavaScript, and in two real browsers at once.
//!
//! With `CAIRN_SCREENSHOTS=DIR` the pages are also written as pictures.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;
mod webdriver;

use axum::http::StatusCode;
use std::path::PathBuf;
use support::{Browser, House, PASSWORD};
use webdriver::Chromium;

/// WebDriver's character for the Enter key.
const ENTER: &str = "\u{e007}";

async fn begin(browser: &mut Browser) -> String {
    let csrf = browser.get("/drafts/new?variant=BRCA1%20185delAG").await.csrf();
    let form = [
        ("csrf", csrf.as_str()),
        ("variant", "BRCA1 185delAG"),
        ("condition", "Hereditary breast ovarian cancer syndrome"),
        ("inheritance", "AD"),
        ("guideline", "acmg-amp-svi@2020"),
    ];
    let answer = browser.post("/drafts", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_works_by_plain_forms() {
    let house = House::new().await;
    let (mut anna, mut hedda) = (house.signed_in("anna").await, house.signed_in("hedda").await);
    let draft = begin(&mut anna).await;
    let page = anna.get(&draft).await;
    assert!(page.text.contains("NM_007294.4:c.68_69del"), "{}", page.text);
    assert!(page.text.contains("Retired: "), "PP5 is offered as retired");
    assert!(page.text.contains("Suggested: not met"), "values are suggested before anybody has a statement");
    assert!(anna.get("/drafts/new?variant=BRCA1%20185delAG").await.text.contains("Your laboratory has drafts on it"));
    let link = page.between("<h1><a class=\"mono hgvs\" href=\"", "\"");
    assert_eq!(anna.get(&link).await.status, StatusCode::OK, "{link}");
    let csrf = page.csrf();
    let csrf_of_hedda = hedda.get(&draft).await.csrf();
    let form = |csrf: &str, fields: &[(&str, &str)]| {
        let mut form = vec![("csrf".to_owned(), csrf.to_owned())];
        for (name, value) in fields {
            form.push(((*name).to_owned(), (*value).to_owned()));
        }
        form
    };
    let post = async |browser: &mut Browser, path: &str, form: Vec<(String, String)>| {
        let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(path, &pairs).await
    };

    // Anna sets two criteria, an evidence item with its number, and a summary.
    let fields = [
        ("b.criterion:PVS1", "1"),
        ("o.criterion:PVS1", "met"),
        ("s.criterion:PVS1", ""),
        ("b.criterion:PM2", "1"),
        ("o.criterion:PM2", "met"),
        ("b.evidence:", "1"),
        ("k.evidence:", "PS4"),
        ("n.evidence:", "12"),
        ("u.evidence:", "families"),
        ("c.evidence:", "PMID:7545954"),
        ("t.evidence:", "unrelated"),
        ("b.summary", "1"),
        ("v.summary", "by Anna"),
    ];
    let saved = post(&mut anna, &draft, form(&csrf, &fields)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = anna.get(&draft).await;
    assert!(page.text.contains("Likely pathogenic</strong>: "), "{}", page.between("id=\"lead\"", "</div>"));
    assert!(page.text.contains("PMID:7545954"));

    // A suggested value is accepted with its reason as evidence.
    let accepted =
        post(&mut anna, &format!("{draft}/accept"), form(&csrf, &[("b.criterion:PM4", "2"), ("accept", "PM4")])).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text);
    let page = anna.get(&draft).await;
    assert!(page.text.contains("f-evidence-suggested-PM4"), "{}", page.text);

    // Hedda had opened the page before: another field merges, the same field is shown twice.
    let fields =
        [("b.criterion:PM1", "1"), ("o.criterion:PM1", "not_met"), ("b.summary", "1"), ("v.summary", "by Hedda")];
    let contested = post(&mut hedda, &draft, form(&csrf_of_hedda, &fields)).await;
    assert_eq!(contested.status, StatusCode::OK);
    for value in ["by Anna", "by Hedda", "Two values, nothing lost"] {
        assert!(contested.text.contains(value), "{value}");
    }
    let seen = contested.between("id=\"seen\" name=\"seen\" value=\"", "\"");
    let refused = post(&mut anna, &format!("{draft}/sign"), form(&csrf, &[("seen", &seen)])).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("holds two values"), "{}", refused.text);
    let settle = contested.between("name=\"settle\" value=\"summary@4", "\"");
    assert_eq!(settle, "", "the later value is offered");
    let fields = [("b.summary", seen.as_str()), ("settle", "summary@4")];
    let settled = post(&mut hedda, &format!("{draft}/settle"), form(&csrf_of_hedda, &fields)).await;
    assert_eq!(settled.status, StatusCode::SEE_OTHER, "{}", settled.text);
    let page = hedda.get(&draft).await;
    assert!(page.text.contains(">by Hedda</textarea>") && !page.text.contains("Two values, nothing lost"));

    // A number that is none is told, and what was typed beside it is kept.
    let fields = [("b.evidence:", "5"), ("n.evidence:", "many"), ("b.criterion:PM5", "5"), ("o.criterion:PM5", "met")];
    let told = post(&mut anna, &draft, form(&csrf, &fields)).await;
    assert!(told.text.contains("`many` is not a number"), "{}", told.between("id=\"lead\"", "</div>"));

    let seen = anna.get(&draft).await.between("id=\"seen\" name=\"seen\" value=\"", "\"");
    let signed = post(&mut anna, &format!("{draft}/sign"), form(&csrf, &[("seen", &seen)])).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.between("<main", "</main>"));
    let seen = hedda.get(&draft).await.between("id=\"seen\" name=\"seen\" value=\"", "\"");
    post(&mut hedda, &format!("{draft}/sign"), form(&csrf_of_hedda, &[("seen", &seen)])).await;
    let shared = post(&mut hedda, &format!("{draft}/share"), form(&csrf_of_hedda, &[("audience", "network")])).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.between("<main", "</main>"));
    let page = anna.get("/variants/NM_007294.4:c.68_69del").await;
    assert!(page.text.contains("the word of one laboratory"), "{}", page.text);
    assert!(page.text.contains("CRN000001"));

    // Nobody of another laboratory sees it.
    let mut berta = house.signed_in("berta").await;
    assert_eq!(berta.get(&draft).await.status, StatusCode::NOT_FOUND);
    assert!(berta.get("/drafts").await.text.contains("Your laboratory has no draft."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_against_others_is_confirmed_on_the_page_and_in_the_api() {
    let house = House::new().await;
    let mut berta = house.signed_in("berta").await;
    let csrf = berta.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str()), ("name", "test"), ("purpose", "clinical_care")];
    let token = berta.post("/account/tokens", &form).await.between(r#"<code id="new-token">"#, "<");
    let sheet = "Variant,Classification\nNM_007294.4:c.68_69del,Pathogenic\n";
    let request = axum::http::Request::builder()
        .method("POST")
        .uri("/api/v1/submissions?file=ours.csv")
        .header("authorization", format!("Bearer {token}"));
    let sent = house.browser().send(request.body(sheet.into()).unwrap()).await;
    assert!(sent.status.is_success(), "{}", sent.text);

    let mut anna = house.signed_in("anna").await;
    let csrf = anna.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str()), ("name", "test"), ("purpose", "clinical_care")];
    let token = anna.post("/account/tokens", &form).await.between(r#"<code id="new-token">"#, "<");
    let ask = async |method: &str, path: &str, body: serde_json::Value| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        house.browser().send(request.body(body.to_string().into()).unwrap()).await
    };
    let new = serde_json::json!({"variant": "BRCA1 185delAG", "inheritance": "HP:0000006",
        "condition": {"name": "Breast cancer", "ids": []}});
    let made = ask("POST", "/api/v1/drafts", new).await.json();
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/v1/drafts/{id}");
    let changes = serde_json::json!({"changes": [
        {"base": 1, "field": "criterion", "code": "PM2", "outcome": "met"},
        {"base": 1, "field": "summary", "text": "seen once"},
    ]});
    let edited = ask("PATCH", &path, changes).await;
    assert_eq!(edited.status, StatusCode::OK, "{}", edited.text);
    let seen = edited.json()["revision"].as_u64().unwrap();

    let page = anna.get(&format!("/drafts/{id}")).await;
    let sign = page.between(r#"<section id="sign""#, "</section>");
    assert!(sign.contains("What others say") && sign.contains("Pathogenic: 1"), "{sign}");
    assert!(sign.contains("Uncertain significance differs from 1 laboratory (Pathogenic)"), "{sign}");
    assert!(sign.contains(r#"name="confirmed" value="1" required"#), "{sign}");
    let (csrf, seen_text) = (page.csrf(), seen.to_string());
    let unconfirmed = [("csrf", csrf.as_str()), ("seen", seen_text.as_str())];
    let refused = anna.post(&format!("/drafts/{id}/sign"), &unconfirmed).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("confirm that you know this before you sign"), "{}", refused.text);

    let refused = ask("POST", &format!("{path}/sign"), serde_json::json!({"seen": seen})).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (StatusCode::CONFLICT, Some("draft.differs")));
    let signed = ask("POST", &format!("{path}/sign"), serde_json::json!({"seen": seen, "confirmed": true})).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
    assert!(signed.json()["difference"].as_str().unwrap().starts_with("Uncertain significance differs"));
    let history = anna.get(&format!("/drafts/{id}")).await.text;
    assert!(history.contains("Confirmed: Uncertain significance differs from 1 laboratory"), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_edits_a_draft_and_is_told_what_contends() {
    let house = House::new().await;
    let mut anna = house.signed_in("anna").await;
    let csrf = anna.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str()), ("name", "test"), ("purpose", "clinical_care")];
    let token = anna.post("/account/tokens", &form).await.between(r#"<code id="new-token">"#, "<");
    let ask = async |method: &str, path: &str, body: serde_json::Value| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        house.browser().send(request.body(body.to_string().into()).unwrap()).await
    };
    let new = serde_json::json!({"variant": "BRCA1 185delAG", "condition": {"name": "Breast cancer", "ids": []}});
    let made = ask("POST", "/api/v1/drafts", new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let path = format!("/api/v1/drafts/{}", made.json()["id"].as_str().unwrap());
    let change = |code: &str, base: u32| serde_json::json!({"changes": [{"base": base, "field": "criterion", "code": code, "outcome": "met"}]});
    let edited = ask("PATCH", &path, change("PVS1", 1)).await;
    assert_eq!((edited.status, edited.json()["revision"].as_u64()), (StatusCode::OK, Some(2)), "{}", edited.text);
    assert_eq!(ask("PATCH", &path, change("XX9", 2)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask("PATCH", &path, change("PM2", 9)).await.status, StatusCode::CONFLICT);
    let signed = ask("POST", &format!("{path}/sign"), serde_json::json!({"seen": 2})).await;
    assert_eq!(signed.status, StatusCode::CONFLICT, "{}", signed.text);
    assert!(signed.text.contains("summary is empty"), "{}", signed.text);
    let draft = ask("GET", &path, serde_json::Value::Null).await.json();
    assert_eq!(draft["draft"]["fields"]["criterion:PVS1"]["change"]["outcome"], "met", "{draft}");
    let file = ask("GET", &format!("{path}/statement"), serde_json::Value::Null).await.json();
    assert_eq!(file["statements"][0]["criteria"][0]["code"], "PVS1", "{file}");
    let listed = ask("GET", "/api/v1/drafts", serde_json::Value::Null).await.json();
    assert_eq!(listed[0]["condition"], "Breast cancer", "{listed}");
    let gene = ask("GET", "/api/v1/genes/BRCA1/validity", serde_json::Value::Null).await;
    assert_eq!(gene.status, StatusCode::OK, "{}", gene.text);
    // The weighing of a gene by plain forms.
    let csrf = anna.get("/genes/BRCA1/validity").await.csrf();
    let form = [("csrf", csrf.as_str()), ("condition", "Breast cancer"), ("inheritance", "HP:0000006")];
    let begun = anna.post("/genes/BRCA1/validity", &form).await;
    let sheet = begun.header("location").to_owned();
    let id = sheet.rsplit('/').next().unwrap().to_owned();
    let form = [
        ("csrf", csrf.as_str()),
        ("b.validity:segregation", "1"),
        ("p.validity:segregation", "3"),
        ("t.validity:segregation", "four families"),
    ];
    anna.post(&format!("/drafts/{id}"), &form).await;
    let page = anna.get(&sheet).await;
    assert!(page.text.contains("Limited</strong>: 3 genetic"), "{}", page.between("class=\"lead\"", "</p>"));
    assert!(anna.get("/genes/BRCA1/validity").await.text.contains("1 weighing here"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_edit_one_draft_in_two_browsers() {
    let house = House::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = house.router.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let day = tokio::task::spawn_blocking(move || {
        if let (Some(anna), Some(hedda)) = (Chromium::start(), Chromium::start()) {
            two_editors(&anna, &hedda, &base);
        }
    });
    day.await.unwrap();
    serving.abort();
}

fn two_editors(anna: &Chromium, hedda: &Chromium, base: &str) {
    sign_in(anna, base, "anna");
    sign_in(hedda, base, "hedda");
    anna.open(&format!("{base}/variants/BRCA1%20185delAG"));
    anna.wait_for_text(".lead", "Not found in this network");
    push(anna, "#classify");
    anna.wait_for_text("h1", "NM_007294.4:c.68_69del");
    picture(anna, "draft-new");
    anna.type_into("#condition", "Hereditary breast ovarian cancer syndrome");
    anna.choose("#inheritance", "HP:0000006");
    push(anna, "form button.main");
    anna.wait_for_text("#live", "Uncertain significance");
    picture(anna, "draft-empty");
    let draft = anna.url();
    hedda.open(&draft);
    hedda.wait_for_text("#live", "Uncertain significance");

    // By the keyboard: the row, a letter; the class follows.
    focus(anna, "f-criterion-PVS1");
    anna.press("m");
    anna.wait_for_text("#live", "Before it can be signed");
    anna.wait_for_text("#f-criterion-PVS1 .stamp", "ANNA");
    focus(anna, "f-criterion-PM2");
    anna.press("m");
    anna.wait_for_text("#lead", "Likely pathogenic");
    anna.wait_for_text("#saved", "Saved, revision 3");

    // Hedda's page is of before: her field merges with Anna's, which appear on her page.
    focus(hedda, "f-criterion-BS2");
    hedda.press("n");
    hedda.wait_for_text("#lead", "Likely pathogenic");
    hedda.wait_for_text("#f-criterion-PM2 .stamp", "ANNA");

    // Both write the summary; neither has seen the other's.
    write(anna, "A founder variant of Ashkenazi families.");
    anna.wait_for_text("#f-summary .soft", "ANNA");
    write(hedda, "A frameshift in exon 2.");
    let contest = hedda.wait_for_text("#f-summary .contest", "Two values, nothing lost");
    assert!(contest.contains("A founder variant of Ashkenazi families."), "{contest}");
    assert!(contest.contains("A frameshift in exon 2."), "{contest}");
    assert!(contest.contains("ANNA Genetics North") && contest.contains("HEDDA Genetics North"), "{contest}");
    hedda.wait_for_text("#lead", "1 to decide: summary");
    picture(hedda, "draft-conflict");
    push(hedda, "#f-summary .contest li:first-of-type button");
    hedda.wait_for_text("#history h2", "7 revisions");
    assert_eq!(hedda.find_all(".contest").len(), 0);
    assert_eq!(text_of(hedda, "v.summary"), "A founder variant of Ashkenazi families.");

    // Evidence with its number, then both signatures.
    anna.open(&draft);
    anna.choose("[name='k.evidence:']", "PS4");
    anna.type_into("[name='n.evidence:']", "12");
    anna.type_into("[name='u.evidence:']", "families");
    anna.type_into("[name='c.evidence:']", "PMID:7545954");
    anna.type_into("[name='t.evidence:']", "unrelated families");
    push(anna, "form#draft > p.buttons button.main");
    anna.wait_for_text("#evidence h2", "1");
    picture(anna, "draft-ready");
    push(anna, "#sign button.main");
    anna.wait_for_text("#sign h2", "1 of 2");
    hedda.open(&draft);
    push(hedda, "#sign button.main");
    hedda.wait_for_text("#sign h2", "2 of 2");
    push(hedda, "#sign button[value=network]");
    hedda.wait_for_text("#sign", "as CRN000001.1");
    picture(hedda, "draft-shared");
    hedda.open(&format!("{base}/variants/NM_007294.4:c.68_69del"));
    hedda.wait_for_text(".lead", "Likely pathogenic: the word of one laboratory");
    picture(hedda, "draft-variant");
    hedda.open(&format!("{base}/drafts"));
    hedda.wait_for_text(".lead", "Nothing waits");
    picture(hedda, "drafts");
    hedda.open(&format!("{base}/drafts/settings"));
    picture(hedda, "draft-settings");
}

fn sign_in(browser: &Chromium, base: &str, username: &str) {
    browser.open(&format!("{base}/sign-in"));
    browser.type_into("#username", username);
    browser.type_into("#password", PASSWORD);
    browser.press(ENTER);
    browser.wait_for_text("h1", "Genetics North");
}

/// Pushes a button or follows a link, wherever the page is scrolled to.
fn push(browser: &Chromium, css: &str) {
    browser.find(css);
    browser.run(&format!("document.querySelector(\"{css}\").click()"));
}

fn focus(browser: &Chromium, id: &str) {
    browser.find(&format!("#{id}"));
    browser.run(&format!("document.getElementById('{id}').focus()"));
}

/// Types into the summary and leaves it.
fn write(browser: &Chromium, text: &str) {
    browser.type_into("[name='v.summary']", text);
    browser.run("document.activeElement.blur()");
}

fn text_of(browser: &Chromium, id: &str) -> String {
    let value = browser.run(&format!("return document.getElementById('{id}').value"));
    value.as_str().unwrap().to_owned()
}

fn picture(browser: &Chromium, name: &str) {
    let Some(folder) = std::env::var_os("CAIRN_SCREENSHOTS").map(PathBuf::from) else {
        return;
    };
    for width in [1280, 400] {
        let path = folder.join(format!("{name}-{width}.png"));
        std::fs::write(path, browser.picture(width, "light", "")).unwrap();
    }
}
