//! The inbox, as a person and as a program meet it.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use axum::http::StatusCode;
use cairn_core::submission::Channel;
use cairn_node::contribute::Request;
use support::House;

const HEAD: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID,Criteria\n";

async fn states(house: &House, laboratory: &str, class: &str, criteria: &str) {
    let row = format!("BRCA1,GRCh38,17,43045712,T,C,{class},Breast cancer,R1,{criteria}\n");
    let request = Request {
        laboratory: house.node.laboratory(laboratory).await.unwrap(),
        user: None,
        channel: Channel::Command,
        file: Some("sheet.csv".into()),
        bytes: format!("{HEAD}{row}").into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    assert_eq!(house.node.contribute(request).await.unwrap().accepted(), 1);
}

#[tokio::test]
async fn a_person_acknowledges_what_changed() {
    let house = House::new().await;
    states(&house, "Genetics North", "Uncertain significance", "PS3; PM2_Supporting").await;
    states(&house, "Genetics South", "Pathogenic", "").await;
    let mut anna = house.signed_in("anna").await;
    let inbox = anna.get("/alerts").await;
    assert!(inbox.text.contains("1 notice waits to be acknowledged: 1 high."), "{}", inbox.text);
    let link = inbox.between(r#"<td><a href="/alerts/"#, "\"");
    let notice = anna.get(&format!("/alerts/{link}")).await;
    assert!(notice.text.contains("Genetics South, first position: Pathogenic."), "{}", notice.text);
    assert!(notice.text.contains("Discordance CRD000001 opened"), "{}", notice.text);
    assert!(notice.text.contains("your statement"), "{}", notice.text);

    let mut berta = house.signed_in("berta").await;
    assert_eq!(berta.get(&format!("/alerts/{link}")).await.status, StatusCode::NOT_FOUND, "not theirs");
    let form = [("csrf", notice.csrf()), ("note", "report <b>amended</b>".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = anna.post(&format!("/alerts/{link}/acknowledge"), &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let after = anna.get(&format!("/alerts/{link}")).await;
    assert!(after.text.contains("acknowledged by ANNA Genetics North"), "{}", after.text);
    assert!(after.text.contains("report &#60;b&#62;amended") || after.text.contains("report &lt;b&gt;amended"));
    assert!(!after.text.contains("<button>Acknowledge</button>"));
    assert!(anna.get("/alerts").await.text.contains("Nothing waits to be acknowledged."));
    assert!(anna.get("/alerts?state=all&cause=statement&urgency=high").await.text.contains(&link));
    assert!(!anna.get("/alerts?state=all&urgency=low").await.text.contains(&link));
}

#[tokio::test]
async fn a_program_keeps_a_cursor() {
    let house = House::new().await;
    states(&house, "Genetics North", "Uncertain significance", "").await;
    states(&house, "Genetics South", "Pathogenic", "").await;
    let mut anna = house.signed_in("anna").await;
    let first = anna.get("/api/v1/alerts").await.json();
    assert_eq!(first["alerts"].as_array().unwrap().len(), 1, "{first}");
    assert_eq!(first["alerts"][0]["statements"][0]["difference"], "first");
    let next = first["next"].as_i64().unwrap();
    let later = anna.get(&format!("/api/v1/alerts?after={next}")).await.json();
    assert_eq!((later["alerts"].as_array().unwrap().len(), later["next"].as_i64()), (0, Some(next)));
    states(&house, "Genetics South", "Likely pathogenic", "").await;
    let later = anna.get(&format!("/api/v1/alerts?after={next}")).await.json();
    assert_eq!(later["alerts"][0]["statements"][0]["difference"], "degree", "{later}");
    assert_eq!(
        house.signed_in("berta").await.get("/api/v1/alerts").await.json()["alerts"].as_array().unwrap().len(),
        0
    );
    assert_eq!(anna.get("/api/v1/alerts?cause=weather").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(anna.get("/api/v1/notices").await.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_laboratory_says_what_it_wants_to_be_told() {
    let house = House::new().await;
    let mut anna = house.signed_in("anna").await;
    let page = anna.get("/alerts/settings").await;
    let csrf = page.csrf();
    let sent =
        anna.post("/alerts/settings/subscriptions", &[("csrf", &csrf), ("subject", "gene"), ("text", "brca1")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let refused = anna
        .post("/alerts/settings/subscriptions", &[("csrf", &csrf), ("subject", "phenotype"), ("text", "tall")])
        .await;
    assert!(refused.text.contains("write an HPO term or its name, such as HP:0001250 or Seizure"), "{}", refused.text);
    let policy = [("csrf", csrf.as_str()), ("reanalysis", "oblige"), ("delay_days", "3")];
    assert_eq!(anna.post("/alerts/settings/policy", &policy).await.status, StatusCode::SEE_OTHER);
    let page = anna.get("/alerts/settings").await.text;
    assert!(page.contains("BRCA1") && page.contains(r#"value="3""#), "{page}");
    // An operator keeps the node and does not decide for the laboratory.
    let mut otto = house.signed_in("otto").await;
    let csrf = otto.get("/account").await.csrf();
    let answer = otto.post("/alerts/settings/webhooks", &[("csrf", &csrf), ("url", "https://example.org")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn worklists_rank_and_say_why() {
    let house = House::new().await;
    states(&house, "Genetics North", "Uncertain significance", "PS3; PM2_Supporting").await;
    let mut anna = house.signed_in("anna").await;
    let page = anna.get("/worklists/vus").await.text;
    assert!(page.contains("1 point") && page.contains("Likely pathogenic by evidence for"), "{page}");
    let list = anna.get("/api/v1/worklists/vus").await.json();
    assert_eq!(list["ranked"][0]["distance"]["ways"][0]["cost"], 1, "{list}");
    let page = anna.get("/worklists/stale").await.text;
    assert!(page.contains("no date of evaluation"), "{page}");
    // Who has none sees those of every laboratory, and is told so.
    let page = house.signed_in("berta").await.get("/worklists/vus").await.text;
    assert!(page.contains("Worklist of every laboratory") && page.contains("Genetics North"), "{page}");
}
