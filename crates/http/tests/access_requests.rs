//! A researcher asks for cases, the approver decides on pages without a script, and what is granted opens and closes.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use axum::http::StatusCode;
use cairn_core::id::UserId;
use cairn_core::submission::Channel;
use cairn_core::user::{User, UserRole};
use cairn_http::password;
use cairn_node::consent::{AskedConsent, AskedScope};
use cairn_node::contribute::Request;
use cairn_store::{account, case};
use support::{Answer, Browser, House, PASSWORD};

const DOCUMENT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const VARIANT: &str = "/api/v1/variants/17-43045712-T-C";

async fn add(house: &House, laboratory: &str, username: &str, role: UserRole) {
    let laboratory = house.node.laboratory(laboratory).await.unwrap().laboratory.id;
    let user = User {
        id: UserId::from_random(rand::random()),
        laboratory,
        username: username.to_owned(),
        name: format!("{username} of the project"),
        role,
    };
    let mut writer = house.node.store().write().await.unwrap();
    assert!(account::add(&mut writer, &user, &password::hash(PASSWORD).unwrap(), house.node.now()).await.unwrap());
    writer.commit().await.unwrap();
}

/// North has three cases with the variant: research is allowed for one, for the second it needs a judgement (its consent
/// speaks of nothing about profit), the third consented to care alone. South has a researcher, North an approver.
async fn house() -> House {
    let house = House::new().await;
    add(&house, "Genetics North", "petra", UserRole::Approver).await;
    add(&house, "Genetics South", "rosa", UserRole::Researcher).await;
    let north = house.node.laboratory("Genetics North").await.unwrap();
    let sheet = "Gene,Assembly,Chr,Pos,Ref,Alt,Case ID,HPO terms,Zygosity\n\
        BRCA1,GRCh38,17,43045712,T,C,allowed,HP:0003002,heterozygous\n\
        BRCA1,GRCh38,17,43045712,T,C,referred,HP:0003002,heterozygous\n\
        BRCA1,GRCh38,17,43045712,T,C,denied,HP:0003002,heterozygous\n";
    let request = Request {
        laboratory: north.clone(),
        user: None,
        channel: Channel::Command,
        file: Some("cases.csv".into()),
        bytes: sheet.into(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    assert_eq!(house.node.contribute(request).await.unwrap().counts.cases_new, 3);
    let as_of = house.node.as_of(None).await.unwrap();
    for (name, codes) in [("allowed", "HMB"), ("referred", "HMB+NPU"), ("denied", "CC")] {
        let mut reader = house.node.store().read().await.unwrap();
        let found =
            case::by_local_id(&mut reader, house.node.keys(), north.serial, name, as_of).await.unwrap().unwrap();
        drop(reader);
        let scopes = [format!("1:{codes}:agreed"), format!("2:{codes}:network")];
        let asked = AskedConsent {
            scopes: scopes.iter().map(|scope| AskedScope::read(scope).unwrap()).collect(),
            document_sha256: Some(DOCUMENT.to_owned()),
            allows_rare_profile: true,
            ..AskedConsent::default()
        };
        let consent = house.node.read_consent(&asked, None).await.unwrap();
        house.node.give_consent(&north, found.id, consent).await.unwrap().unwrap();
    }
    house
}

async fn ask(rosa: &mut Browser, house: &House, title: &str) -> Answer {
    let csrf = rosa.get("/requests").await.csrf();
    let until = house.node.today().checked_add(jiff::ToSpan::days(30)).unwrap().to_string();
    let form = [
        ("csrf", csrf.as_str()),
        ("laboratory", "genetics-north"),
        ("title", title),
        ("summary", "How often is this change seen beside another one?"),
        ("kind", "health_research"),
        ("genes", "BRCA1"),
        ("tier", "1"),
        ("until", until.as_str()),
    ];
    rosa.post("/requests", &form).await
}

async fn shared(browser: &mut Browser) -> usize {
    browser.get(VARIANT).await.json()["cases"]["shared"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn what_is_granted_opens_what_consents_leave_to_a_person_until_it_is_taken_back() {
    let house = house().await;
    let (mut rosa, mut petra) = (house.signed_in("rosa").await, house.signed_in("petra").await);
    assert_eq!(shared(&mut rosa).await, 0, "there is no agreement and no grant");
    let refused = ask(&mut rosa, &house, "x").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("title of 3 to 200") && refused.text.contains("seen beside another one"),
        "what was typed is still there"
    );
    let made = ask(&mut rosa, &house, "Second hits in BRCA1").await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let address = made.header("location").to_owned();
    let page = rosa.get(&address).await;
    assert!(page.text.contains("Of 3 cases that it is about, the consents of 1 allow it, those of 1 leave it to a person, and those of 1 do not allow it"), "{}", page.text);
    assert!(!page.text.contains(">Grant<"), "who asks does not decide");

    let list = petra.get("/requests").await;
    assert!(list.text.contains("that wait for a decision of your laboratory: 1"), "{}", list.text);
    let page = petra.get(&address).await;
    assert!(page.text.contains("the request does not say"), "why it is referred: {}", page.text);
    let form = [
        ("csrf", page.csrf()),
        ("obligations", "name the laboratory\npublish".to_owned()),
        ("reason", "good".to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let granted = petra.post(&format!("{address}/grant"), &form).await;
    assert_eq!(granted.status, StatusCode::SEE_OTHER, "{}", granted.text);
    assert_eq!(shared(&mut rosa).await, 2, "allowed and referred, not the one that is denied");
    let page = rosa.get(&address).await.text;
    assert!(
        page.contains("Granted by Genetics North until") && page.contains("name the laboratory; publish"),
        "{page}"
    );

    // Reading one of them is a kept decision that names the grant; it stands in the approver's report.
    let id = rosa.get(VARIANT).await.json()["cases"]["shared"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(rosa.get(&format!("/api/v1/cases/{id}")).await.status, StatusCode::OK);
    let report = petra.get("/report").await.text;
    assert!(report.contains("allowed by a granted request") && report.contains("Genetics South"), "{report}");
    let report = petra.get("/api/v1/report").await.json();
    assert_eq!(report["transactions"][0]["purpose"], "health, medical or biomedical research");
    assert_eq!(report["requests"], serde_json::json!([["granted", 1]]));
    assert_eq!(house.node.replay_decisions(None).await.unwrap().different, Vec::<String>::new());

    let csrf = petra.get(&address).await.csrf();
    let why = [("csrf", csrf.as_str()), ("reason", "the project ended")];
    let revoked = petra.post(&format!("{address}/revoke"), &why).await;
    assert_eq!(revoked.status, StatusCode::SEE_OTHER, "{}", revoked.text);
    assert_eq!(shared(&mut rosa).await, 0);
    assert_eq!(rosa.get(&format!("/api/v1/cases/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.node.check_ledger().await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test]
async fn requests_and_reports_are_for_who_asks_and_who_decides() {
    let house = house().await;
    add(&house, "Genetics South", "ruth", UserRole::Researcher).await;
    add(&house, "Genetics South", "paul", UserRole::Approver).await;
    let mut rosa = house.signed_in("rosa").await;
    let address = ask(&mut rosa, &house, "Second hits in BRCA1").await.header("location").to_owned();
    for (who, list, one, report) in [
        ("anna", StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::FORBIDDEN),
        ("hedda", StatusCode::OK, StatusCode::OK, StatusCode::OK),
        ("ruth", StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::FORBIDDEN),
        ("paul", StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::OK),
        ("otto", StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::FORBIDDEN),
    ] {
        let mut browser = house.signed_in(who).await;
        assert_eq!(browser.get("/requests").await.status, list, "{who}");
        assert_eq!(browser.get(&address).await.status, one, "{who}");
        assert_eq!(browser.get("/report").await.status, report, "{who}");
        let csrf = browser.get("/account").await.csrf();
        let granted = browser.post(&format!("{address}/grant"), &[("csrf", csrf.as_str())]).await;
        let expected = if who == "hedda" { StatusCode::SEE_OTHER } else { StatusCode::NOT_FOUND };
        assert_eq!(granted.status, expected, "{who}");
    }
}

#[tokio::test]
async fn who_oversees_sees_numbers_of_all_members_and_no_case() {
    let house = house().await;
    while house.node.measure_one_of_the_day().await.unwrap() {}
    for (who, status) in [
        ("otto", StatusCode::OK),
        ("petra", StatusCode::OK),
        ("anna", StatusCode::FORBIDDEN),
        ("rosa", StatusCode::FORBIDDEN),
    ] {
        let mut browser = house.signed_in(who).await;
        let page = browser.get("/network").await;
        assert_eq!(page.status, status, "{who}");
        assert_eq!(browser.get("/api/v1/network").await.status, status, "{who}");
        assert_eq!(browser.get("/network.csv").await.status, status, "{who}");
        if status == StatusCode::OK {
            assert!(page.text.contains("2 of 2 members are approved") && page.text.contains("0 of 0"), "{}", page.text);
            let sheet = browser.get("/network.csv").await.text;
            assert!(
                sheet.starts_with("Laboratory,Standing,Accreditation,") && sheet.contains("Genetics North,approved"),
                "{sheet}"
            );
        }
    }
}
