//! Approval, the mandate and the sharing figures over HTTP: who sees what, and what a laboratory that is not approved
//! reaches.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use axum::http::StatusCode;
use cairn_core::membership::{MemberState, Membership};
use cairn_core::sharing::Demands;
use cairn_core::submission::Channel;
use cairn_node::contribute::Request;
use cairn_node::sharing::attestation::check;
use support::House;

const SHEET: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,ACMG criteria,Condition,Record ID\n\
BRCA1,GRCh38,17,43045712,T,C,Pathogenic,PVS1;PM2,Breast cancer,R1\n\
BRCA1,GRCh38,17,43045711,G,A,Likely pathogenic,,Breast cancer,R2\n";

async fn send(house: &House, laboratory: &str) {
    let request = Request {
        laboratory: house.node.laboratory(laboratory).await.unwrap(),
        user: None,
        channel: Channel::Command,
        file: Some("sheet.csv".into()),
        bytes: SHEET.into(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    assert!(house.node.contribute(request).await.unwrap().accession.is_some());
}

async fn decide(house: &House, laboratory: &str, standing: MemberState) {
    let of = house.node.laboratory(laboratory).await.unwrap();
    house.node.set_membership(&of, &Membership { standing, ..Membership::approved() }, None).await.unwrap();
}

#[tokio::test]
async fn a_laboratory_sees_its_figures_and_what_is_missing_and_others_do_not() {
    let house = House::new().await;
    send(&house, "Genetics North").await;
    house.node.seal().await.unwrap();
    let mut anna = house.signed_in("anna").await;
    let page = anna.get("/laboratories/genetics-north/sharing").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in
        ["2 of 2 (100.0 %)", "What is missing", "names no guideline and no criteria", "cairn-sharing-1", ", root "]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(page.text.contains("/laboratories/genetics-north#contact"), "where to give an address: {}", page.text);
    let answer = anna.get("/api/v1/laboratories/genetics-north/sharing").await.json();
    assert_eq!(answer["sharing"]["counted"]["shared"], serde_json::json!({"count": 2, "of": 2}));
    assert_eq!(answer["missing"]["all"], 2);
    let home = anna.get("/laboratories/genetics-north").await.text;
    assert!(home.contains("/laboratories/genetics-north/sharing") && home.contains("approved"), "{home}");
    // Another laboratory's scientist: hidden and absent look the same. Its operator oversees, without the work list.
    let mut berta = house.signed_in("berta").await;
    let hidden = berta.get("/laboratories/genetics-north/sharing").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert_eq!(hidden.text.len(), berta.get("/laboratories/genetics-ninth/sharing").await.text.len());
    assert_eq!(berta.get("/api/v1/laboratories/genetics-north/sharing").await.status, StatusCode::NOT_FOUND);
    let mut otto = house.signed_in("otto").await;
    let answer = otto.get("/api/v1/laboratories/genetics-north/sharing").await.json();
    assert_eq!(answer["sharing"]["counted"]["evidence"], serde_json::json!({"count": 1, "of": 2}));
    assert!(answer.get("missing").is_none(), "{answer}");
    assert_eq!(house.browser().get("/api/v1/mandate").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_attestation_that_is_taken_along_holds() {
    let house = House::new().await;
    send(&house, "Genetics North").await;
    let mut hedda = house.signed_in("hedda").await;
    let file = hedda.get("/laboratories/genetics-north/sharing/attestation.json").await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/json"));
    let checked = check(&file.text, None).unwrap();
    assert_eq!(checked.attestation.sharing.counted.evidence.of, 2);
    assert_eq!(hedda.get("/api/v1/laboratories/genetics-south/attestation").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_mandate_is_for_every_member_to_read() {
    let house = House::new().await;
    let mut berta = house.signed_in("berta").await;
    let before = berta.get("/mandate").await.text;
    assert!(before.contains("No mandate is published"), "{before}");
    let demands = Demands { shared_percent: Some(90), ..Demands::default() };
    house.node.publish_mandate("Share what you report.\n\n<b>All of it.</b>", &demands, None).await.unwrap();
    let page = berta.get("/mandate").await.text;
    assert!(page.contains("Version 1, in force since") && page.contains("at least 90 %"), "{page}");
    assert!(page.contains("&#60;b&#62;All of it.") && !page.contains("<b>All"), "{page}");
    let answer = berta.get("/api/v1/mandate").await.json();
    assert_eq!(
        (&answer["mandate"]["version"], &answer["mandate"]["demands"]["shared_percent"]),
        (&1.into(), &90.into())
    );
}

#[tokio::test]
async fn the_operator_decides_on_the_laboratory_s_page_and_nobody_else() {
    let house = House::new().await;
    let mut otto = house.signed_in("otto").await;
    let csrf = otto.get("/laboratories/genetics-north").await.csrf();
    let path = "/laboratories/genetics-north/membership";
    let form = |standing: &'static str, body: &'static str| {
        [("csrf", csrf.as_str()), ("standing", standing), ("body", body), ("number", "8123"), ("until", "2028-06-30")]
    };
    let refused = otto.post(path, &form("approved", "")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("name the body") && refused.text.contains("8123"), "what was typed is still there");
    assert_eq!(otto.post(path, &form("suspended", "UKAS")).await.status, StatusCode::SEE_OTHER);
    let page = otto.get("/laboratories/genetics-north").await.text;
    assert!(page.contains("UKAS 8123, valid until 2028-06-30") && page.contains("a person with an account"), "{page}");
    let again = otto
        .post_json("/api/v1/laboratories/genetics-north/membership", &serde_json::json!({"standing": "suspended"}))
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
    let approved = otto
        .post_json("/api/v1/laboratories/genetics-north/membership", &serde_json::json!({"standing": "approved"}))
        .await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text);
    let mut hedda = house.signed_in("hedda").await;
    assert!(!hedda.get("/laboratories/genetics-north").await.text.contains("Record the decision"));
    let csrf = hedda.get("/account").await.csrf();
    let refused = hedda.post(path, &[("csrf", csrf.as_str()), ("standing", "suspended")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_is_not_approved_reaches_what_is_their_own() {
    let house = House::new().await;
    send(&house, "Genetics North").await;
    send(&house, "Genetics South").await;
    let mut anna = house.signed_in("anna").await;
    assert_eq!(anna.get("/variants/17-43045712-T-C").await.status, StatusCode::OK);
    decide(&house, "Genetics North", MemberState::Suspended).await;
    for path in ["/variants/17-43045712-T-C", "/search?q=BRCA1", "/discordances", "/peers", "/laboratories", "/drafts"]
    {
        let answer = anna.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.text.contains("suspended, not approved"), "{path}: {}", answer.text);
    }
    let refused = anna.get("/api/v1/variants/17-43045712-T-C").await;
    assert_eq!(refused.json()["code"], "laboratory.not_approved");
    for path in [
        "/",
        "/laboratories/genetics-north",
        "/laboratories/genetics-north/sharing",
        "/contribute",
        "/cases",
        "/mandate",
    ] {
        assert_eq!(anna.get(path).await.status, StatusCode::OK, "{path}");
    }
    // Its own statement, and not the other laboratory's.
    assert_eq!(anna.get("/statements/CRN000001").await.status, StatusCode::OK);
    assert_eq!(anna.get("/statements/CRN000003").await.status, StatusCode::NOT_FOUND);
    assert_eq!(anna.get("/api/v1/statements/CRN000003").await.status, StatusCode::NOT_FOUND);
    decide(&house, "Genetics North", MemberState::Approved).await;
    assert_eq!(anna.get("/variants/17-43045712-T-C").await.status, StatusCode::OK);
}
