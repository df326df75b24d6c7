//! Consent as people and programs meet it: what another laboratory sees before, with, and after it.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use axum::http::StatusCode;
use cairn_core::submission::Channel;
use cairn_node::contribute::Request;
use cairn_node::lookup::carriers::CaseNumber;
use serde_json::{Value, json};
use support::{Browser, House};

const VARIANT: &str = "/api/v1/variants/NC_000017.11:g.43045712T%3EC";
const DOCUMENT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Cases of a laboratory that carry one variant, each with a feature.
async fn sends_cases(house: &House, laboratory: &str, cases: usize) {
    let mut sheet = "Gene,Assembly,Chr,Pos,Ref,Alt,Case ID,HPO terms,Zygosity\n".to_owned();
    for number in 1..=cases {
        sheet.push_str(&format!("BRCA1,GRCh38,17,43045712,T,C,P{number},HP:0003002,heterozygous\n"));
    }
    let request = Request {
        laboratory: house.node.laboratory(laboratory).await.unwrap(),
        user: None,
        channel: Channel::Command,
        file: Some("cases.csv".into()),
        bytes: sheet.into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let outcome = house.node.contribute(request).await.unwrap();
    assert_eq!(outcome.counts.cases_new as usize, cases, "{:?}", outcome.problems);
}

async fn agrees(house: &House, laboratory: &str, partner: &str) {
    let serial = |name| async move { house.node.laboratory(name).await.unwrap().serial };
    house.node.set_agreement(serial(laboratory).await, serial(partner).await, true, None).await.unwrap();
}

async fn cases_seen(browser: &mut Browser) -> Value {
    browser.get(VARIANT).await.json()["cases"].clone()
}

/// The id of the first case that the browser's laboratory has.
async fn first_case(browser: &mut Browser) -> String {
    cases_seen(browser).await["own"][0]["id"].as_str().unwrap().to_owned()
}

async fn step(browser: &mut Browser, case: &str, step: Value) -> support::Answer {
    browser.post_json(&format!("/api/v1/cases/{case}/consent"), &step).await
}

fn give(scopes: &Value) -> Value {
    json!({ "step": "give", "scopes": scopes, "document_sha256": DOCUMENT, "language": "en-GB", "allows_rare_profile": true })
}

fn scope(tier: &str, recipients: &str) -> Value {
    json!({ "tier": tier, "conditions": ["CC"], "recipients": [recipients] })
}

#[tokio::test]
async fn others_see_steps_and_not_numbers() {
    let house = House::new().await;
    sends_cases(&house, "Genetics North", 3).await;
    let mut anna = house.signed_in("anna").await;
    let own = cases_seen(&mut anna).await;
    assert_eq!(
        (&own["total"], &own["is_exact"], &own["by_zygosity"]["heterozygous"]),
        (&json!(3), &json!(true), &json!(3))
    );
    let mut berta = house.signed_in("berta").await;
    let others = cases_seen(&mut berta).await;
    assert_eq!((&others["total"], &others["is_exact"]), (&json!(2), &json!(false)), "{others}");
    assert_eq!(
        (&others["by_zygosity"], &others["features"], &others["features_elsewhere"]),
        (&json!({}), &json!([]), &json!([]))
    );
    assert_eq!((&others["own"], &others["shared"]), (&json!([]), &json!([])));
    let page = berta.get("/variants/NC_000017.11:g.43045712T%3EC").await.text;
    assert!(page.contains("At least 2 cases of 1 laboratory."), "{page}");
    assert!(!page.contains("P1") && !page.contains("heterozygous"), "{page}");
    assert_eq!(CaseNumber { at_least: 2, is_exact: false }.to_string(), "at least 2");
}

#[tokio::test]
async fn features_come_with_five_cases() {
    let house = House::new().await;
    sends_cases(&house, "Genetics North", 5).await;
    let mut berta = house.signed_in("berta").await;
    let seen = cases_seen(&mut berta).await;
    assert_eq!(
        seen["features_elsewhere"],
        json!([{ "term": "HP:0003002", "observed": "5-9", "excluded": "0" }]),
        "{seen}"
    );
    let mut anna = house.signed_in("anna").await;
    let case = first_case(&mut anna).await;
    assert_eq!(step(&mut anna, &case, json!({ "step": "withdraw" })).await.status, StatusCode::OK);
    let after = cases_seen(&mut berta).await;
    assert_eq!((&after["total"], &after["features_elsewhere"]), (&json!(2), &json!([])), "one of five withdrew");
}

#[tokio::test]
async fn a_case_is_shared_with_agreement_and_consent_and_gone_with_withdrawal() {
    let house = House::new().await;
    sends_cases(&house, "Genetics North", 1).await;
    let (mut anna, mut berta) = (house.signed_in("anna").await, house.signed_in("berta").await);
    let case = first_case(&mut anna).await;
    let given = step(&mut anna, &case, give(&json!([scope("1", "agreed"), scope("2", "network")]))).await;
    assert_eq!(given.json(), json!({ "case": case, "version": 1, "state": "given" }), "{}", given.text);
    assert_eq!(cases_seen(&mut berta).await["shared"], json!([]), "no agreement yet");
    agrees(&house, "Genetics North", "Genetics South").await;
    let shared = cases_seen(&mut berta).await["shared"].clone();
    let id = shared[0]["id"].as_str().unwrap().to_owned();
    assert_ne!(id, case, "an id of its own for each recipient");
    let text = shared.to_string();
    assert!(!text.contains("P1") && !text.contains("local"), "{text}");
    assert_eq!(shared[0]["observed"], json!(["HP:0003002"]));

    let found = berta.get(&format!("/api/v1/cases/{id}")).await;
    assert_eq!((found.status, &found.json()["shared"]["id"]), (StatusCode::OK, &json!(id)), "{}", found.text);
    let page = berta.get(&format!("/cases/{id}")).await;
    assert!(
        page.text.contains("A case of Genetics North") && page.text.contains("consent, version 1"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("P1"), "{}", page.text);
    assert_eq!(berta.get(&format!("/api/v1/cases/{case}")).await.status, StatusCode::NOT_FOUND, "not by its own id");
    assert_eq!(anna.get(&format!("/api/v1/cases/{id}")).await.status, StatusCode::NOT_FOUND, "nor by that of others");

    let narrowed = step(&mut anna, &case, json!({ "step": "narrow", "scopes": [scope("2", "network")] })).await;
    assert_eq!(narrowed.json()["state"], "narrowed", "{}", narrowed.text);
    let hidden = berta.get(&format!("/api/v1/cases/{id}")).await;
    let absent = berta.get("/api/v1/cases/00000000000000000000000000000000").await;
    assert_eq!((hidden.status, &hidden.text), (absent.status, &absent.text), "hidden and absent look the same");
    assert_eq!(cases_seen(&mut berta).await["total"], 1, "still counted");
    let widened = step(&mut anna, &case, json!({ "step": "narrow", "scopes": [scope("3", "network")] })).await;
    assert_eq!(widened.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", widened.text);

    step(&mut anna, &case, json!({ "step": "withdraw" })).await;
    let hidden = berta.get(VARIANT).await;
    let empty = House::new().await;
    let mut nobody = empty.signed_in("berta").await;
    assert_eq!(hidden.text, nobody.get(VARIANT).await.text, "as if there were no case");
    let page = anna.get(&format!("/cases/{case}")).await.text;
    assert!(page.contains("Consent was withdrawn: nothing of the case leaves this laboratory."), "{page}");
    let replay = house.node.replay_decisions(None).await.unwrap();
    assert!(replay.replayed >= 4 && replay.different.is_empty(), "{replay:?}");
}

#[tokio::test]
async fn a_person_records_narrows_and_withdraws_on_the_page() {
    let house = House::new().await;
    sends_cases(&house, "Genetics North", 1).await;
    let mut anna = house.signed_in("anna").await;
    let case = first_case(&mut anna).await;
    let page = anna.get(&format!("/cases/{case}")).await;
    assert!(page.text.contains("No consent is recorded"), "{}", page.text);
    let csrf = page.csrf();
    let path = |step: &str| format!("/cases/{case}/consent/{step}");
    let form = [("csrf", csrf.as_str()), ("scopes", "1:CC+HMB:agreed:2199-12-31"), ("document", DOCUMENT)];
    assert_eq!(anna.post(&path("give"), &form).await.status, StatusCode::SEE_OTHER);
    let page = anna.get(&format!("/cases/{case}")).await.text;
    assert!(page.contains("Consent is given: de-identified case for clinical care use and"), "{page}");
    let wrong = [("csrf", csrf.as_str()), ("scopes", "1:SURGERY:agreed"), ("document", DOCUMENT)];
    let refused = anna.post(&path("give"), &wrong).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("SURGERY") && refused.text.contains("is no data-use code"), "{}", refused.text);
    let plain = [("csrf", csrf.as_str())];
    assert_eq!(anna.post(&path("withdraw"), &plain).await.status, StatusCode::SEE_OTHER);
    assert_eq!(anna.post(&path("withdraw"), &plain).await.status, StatusCode::BAD_REQUEST, "only once");
    let mut berta = house.signed_in("berta").await;
    let page = berta.get("/break-glass").await;
    let form = [("csrf", page.csrf()), ("scopes", "2:CC:agreed".to_owned()), ("document", DOCUMENT.to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(berta.post(&path("give"), &form).await.status, StatusCode::NOT_FOUND, "not theirs");
    let mut otto = house.signed_in("otto").await;
    assert_eq!(otto.get("/api/v1/consents").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_emergency_does_not_tell_a_withdrawn_case_from_none() {
    let house = House::new().await;
    sends_cases(&house, "Genetics North", 1).await;
    let (mut anna, mut berta) = (house.signed_in("anna").await, house.signed_in("berta").await);
    let case = first_case(&mut anna).await;
    let own = anna.get(&format!("/cases/{case}")).await.csrf();
    let path = |step: &str| format!("/cases/{case}/consent/{step}");
    let form = [("csrf", own.as_str()), ("scopes", "1:NRES:agreed"), ("document", DOCUMENT)];
    assert_eq!(anna.post(&path("give"), &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(anna.post(&path("withdraw"), &[("csrf", own.as_str())]).await.status, StatusCode::SEE_OTHER);
    let csrf = berta.get("/break-glass").await.csrf();
    let mut answers = Vec::new();
    let absent = "0".repeat(32);
    for id in [case.as_str(), absent.as_str()] {
        let form =
            [("csrf", csrf.as_str()), ("case", id), ("reason", "an infant in intensive care"), ("minutes", "60")];
        let answer = berta.post("/break-glass", &form).await;
        assert!(answer.text.contains("there is no such case"), "{}", answer.text);
        answers.push((answer.status, answer.text.replace(id, "ID")));
    }
    assert_eq!(answers[0], answers[1]);
    let mut hedda = house.signed_in("hedda").await;
    let reviews = hedda.get("/reviews").await.text;
    assert!(reviews.contains("No emergency access waits to be reviewed."), "{reviews}");
    assert!(!reviews.contains("BERTA"), "{reviews}");
}

#[tokio::test]
async fn an_emergency_opens_a_case_and_is_reviewed() {
    let house = House::new().await;
    sends_cases(&house, "Genetics North", 1).await;
    let (mut anna, mut berta) = (house.signed_in("anna").await, house.signed_in("berta").await);
    let case = first_case(&mut anna).await;
    let csrf = berta.get("/break-glass").await.csrf();
    let ask = |case: &str, reason: &str, minutes: &str| {
        let form = [("csrf", csrf.as_str()), ("case", case), ("reason", reason), ("minutes", minutes)];
        form.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let absent = "0".repeat(32);
    for (id, reason, minutes, says) in [
        (case.as_str(), "now", "60", "say in a sentence"),
        (case.as_str(), "an infant in intensive care", "241", "from 1 to 240 minutes"),
        (absent.as_str(), "an infant in intensive care", "60", "there is no such case"),
    ] {
        let form = ask(id, reason, minutes);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert!(berta.post("/break-glass", &form).await.text.contains(says), "{says}");
    }
    let form = ask(&case, "an infant in intensive care", "60");
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let opened = berta.post("/break-glass", &form).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    let page = berta.get(opened.header("location")).await;
    assert!(
        page.text.contains("Emergency access until") && page.text.contains("A case of Genetics North"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("P1"), "{}", page.text);

    let mut hedda = house.signed_in("hedda").await;
    let reviews = hedda.get("/reviews").await;
    assert!(reviews.text.contains("1 emergency access waits to be reviewed."), "{}", reviews.text);
    assert!(reviews.text.contains("an infant in intensive care") && reviews.text.contains("BERTA"), "{}", reviews.text);
    assert_eq!(anna.get("/reviews").await.status, StatusCode::FORBIDDEN);
    let id = reviews.between("/reviews/", "\"");
    let csrf = reviews.csrf();
    let verdict = [("csrf", csrf.as_str()), ("verdict", "justified"), ("note", "called us")];
    assert_eq!(hedda.post(&format!("/reviews/{id}"), &verdict).await.status, StatusCode::SEE_OTHER);
    assert!(hedda.get("/reviews").await.text.contains("justified: called us"));
    assert_eq!(hedda.post(&format!("/reviews/{id}"), &verdict).await.status, StatusCode::NOT_FOUND, "only once");

    step(&mut anna, &case, json!({ "step": "withdraw" })).await;
    assert_eq!(berta.get(opened.header("location")).await.status, StatusCode::NOT_FOUND, "a withdrawal ends it");
}

#[tokio::test]
async fn a_role_that_does_not_care_for_people_sees_no_case() {
    let house = House::new().await;
    sends_cases(&house, "Genetics South", 1).await;
    let mut berta = house.signed_in("berta").await;
    let case = first_case(&mut berta).await;
    let mut otto = house.signed_in("otto").await;
    let hidden = otto.get(&format!("/api/v1/cases/{case}")).await;
    let absent = otto.get("/api/v1/cases/00000000000000000000000000000000").await;
    assert_eq!((hidden.status, &hidden.text), (StatusCode::NOT_FOUND, &absent.text));
    assert_eq!(cases_seen(&mut otto).await["own"], json!([]));
}
