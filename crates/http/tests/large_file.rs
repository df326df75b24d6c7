//! Files that are too large to be loaded while their sender waits: kept, loaded by a job, told as it goes.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use cairn_http::Settings;
use support::{Answer, Browser, House};

const SHEET: &str = "Variant,Classification,Condition,Date last evaluated,ACMG criteria\n\
    NM_007294.4:c.68_69del,Pathogenic,Hereditary breast ovarian cancer syndrome,2021-05-04,PVS1; PM2_Supporting\n\
    NM_007294.4:c.5266dup,very bad,Hereditary breast ovarian cancer syndrome,2020-01-01,PVS1\n";

/// A node for which 64 bytes are many and 1000 too many.
async fn house() -> House {
    House::with(Settings { at_once: 64, largest_upload: 1000, ..Settings::default() }).await
}

async fn token(house: &House, username: &str) -> String {
    let mut browser = house.signed_in(username).await;
    let csrf = browser.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str()), ("name", "test"), ("purpose", "clinical_care")];
    browser.post("/account/tokens", &form).await.between(r#"<code id="new-token">"#, "<")
}

async fn ask(house: &House, token: &str, request: axum::http::request::Builder, body: impl Into<Body>) -> Answer {
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    house.browser().send(request.body(body.into()).unwrap()).await
}

fn kept(house: &House) -> usize {
    std::fs::read_dir(house.node.large_files()).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sends_a_large_file_and_follows_its_job() {
    let house = house().await;
    let (anna, berta) = (token(&house, "anna").await, token(&house, "berta").await);
    let post = || Request::post("/api/v1/submissions?file=ours.csv").header("idempotency-key", "monday");
    let sent = ask(&house, &anna, post(), SHEET).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text);
    let address = sent.header("location").to_owned();
    assert_eq!(sent.json()["address"], address.as_str());
    assert!(address.ends_with(sent.json()["job"].as_str().unwrap()));
    let again = ask(&house, &anna, post(), SHEET).await;
    assert_eq!((again.status, &again.json()["job"]), (StatusCode::ACCEPTED, &sent.json()["job"]));
    let other = ask(&house, &anna, post(), SHEET.replace("very bad", "Benign")).await;
    assert_eq!((other.status, other.json()["code"].as_str()), (StatusCode::CONFLICT, Some("submission.key_reused")));
    let small = ask(&house, &anna, post(), "Variant,Classification\n17-43124027-ACT-A,Benign\n").await;
    assert_eq!(small.status, StatusCode::CONFLICT, "{}", small.text);
    assert_eq!(kept(&house), 1, "one file is kept, and no draft");

    let waiting = ask(&house, &anna, Request::get(&address), Body::empty()).await.json();
    assert_eq!((&waiting["state"], &waiting["counts"]["read"]), (&"waiting".into(), &0.into()), "{waiting}");
    assert_eq!(ask(&house, &berta, Request::get(&address), Body::empty()).await.status, StatusCode::NOT_FOUND);

    assert_eq!(house.node.run_due_loads().await.unwrap(), 1);
    let done = ask(&house, &anna, Request::get(&address), Body::empty()).await.json();
    assert_eq!((&done["state"], &done["accepted"], &done["parts"]), (&"done".into(), &2.into(), &1.into()), "{done}");
    let problem = done["problems"].as_array().unwrap().iter().find(|p| p["row"] == 3).unwrap();
    assert_eq!(problem["code"], "classification.unknown");
    let accession = done["submissions"][0].as_str().unwrap();
    let path = format!("/api/v1/submissions/{accession}");
    assert_eq!(ask(&house, &anna, Request::get(&path), Body::empty()).await.status, StatusCode::OK);
    let found = ask(&house, &anna, Request::get("/api/v1/variants/17-43124027-ACT-A"), Body::empty()).await.json();
    assert_eq!(found["statements"][0]["class"], "pathogenic", "{found}");
    assert_eq!(kept(&house), 0, "the file goes with its job");

    let too_large = ask(&house, &anna, Request::post("/api/v1/submissions"), "x".repeat(1001)).await;
    assert_eq!(too_large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(too_large.json()["code"], "submission.too_large");
    assert!(too_large.json()["remedy"].as_str().unwrap().contains("largest_upload_mib"), "{}", too_large.text);
    assert_eq!(kept(&house), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_which_nothing_can_be_loaded_is_refused_with_its_problems() {
    let house = house().await;
    let anna = token(&house, "anna").await;
    let junk = "nothing that anybody could read as a file of a laboratory, however long one looks at it\n";
    let sent = ask(&house, &anna, Request::post("/api/v1/submissions?file=junk.bin"), junk).await;
    house.node.run_due_loads().await.unwrap();
    let done = ask(&house, &anna, Request::get(sent.header("location")), Body::empty()).await.json();
    assert_eq!((&done["state"], &done["submissions"]), (&"refused".into(), &serde_json::json!([])), "{done}");
    assert!(!done["problems"].as_array().unwrap().is_empty(), "{done}");
}

async fn upload(browser: &mut Browser, content: &str) -> Answer {
    let csrf = browser.get("/contribute").await.csrf();
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--x\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"ours.csv\"\r\nContent-Type: text/csv\r\n\r\n{content}\r\n--x--\r\n"
    );
    let request = Request::post("/contribute").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    browser.send(request.body(body.into()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_looks_at_a_large_file_first_and_then_imports_it() {
    let house = house().await;
    let mut anna = house.signed_in("anna").await;
    let place = upload(&mut anna, SHEET).await.header("location").to_owned();
    let page = anna.get(&place).await;
    assert!(page.text.contains("too large to be looked at while you wait"), "{}", page.text);
    let csrf = page.csrf();
    let act = format!("{place}/import");
    let looking = anna.post(&act, &[("csrf", &csrf), ("dry_run", "true")]).await.header("location").to_owned();
    let waiting = anna.get(&looking).await.text;
    assert!(waiting.contains("http-equiv=\"refresh\"") && waiting.contains("waits for its turn"), "{waiting}");
    assert!(anna.get("/contribute").await.text.contains(&looking), "what is under way is listed");
    house.node.run_due_loads().await.unwrap();
    let seen = anna.get(&looking).await.text;
    assert!(seen.contains("2 records would be taken") && !seen.contains("http-equiv=\"refresh\""), "{seen}");
    assert!(seen.contains("classification.unknown") && !seen.contains("/submissions/CRS"), "{seen}");

    let loading = anna.post(&act, &[("csrf", &csrf), ("dry_run", "false")]).await.header("location").to_owned();
    assert_eq!(anna.get(&place).await.status, StatusCode::NOT_FOUND, "the job has the file now");
    house.node.run_due_loads().await.unwrap();
    let done = anna.get(&loading).await.text;
    assert!(done.contains("2 records were taken as new or changed") && done.contains("/submissions/CRS"), "{done}");
    let mut berta = house.signed_in("berta").await;
    assert_eq!(berta.get(&loading).await.status, StatusCode::NOT_FOUND);

    let refused = upload(&mut anna, &"x".repeat(1001)).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text.contains("The file is larger than 1000 bytes"), "{}", refused.text);
}
