//! The reviewed table of who may do what, over HTTP against the running router: every account role, three
//! laboratories and a visitor, five states of consent, for each resource that has a route to read it.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use axum::http::StatusCode;
use cairn_core::accession::Accession;
use cairn_core::id::{CaseId, UserId};
use cairn_core::submission::Channel;
use cairn_core::user::{User, UserRole};
use cairn_http::password;
use cairn_node::access::{Asker, BreakGlassRequest, Viewer};
use cairn_node::consent::{AskedConsent, AskedScope};
use cairn_node::contribute::Request;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::{account, case, recipient};
use serde_json::Value;
use std::collections::BTreeMap;
use support::{Browser, House, PASSWORD};

const TABLE: &str = include_str!("../../../testdata/authorization/matrix.tsv");
const STATES: [&str; 5] = ["none", "given", "narrowed", "expired", "withdrawn"];
const DISTANCES: [&str; 4] = ["own", "agreed", "network", "outside"];
const DOCUMENT: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// A case in one state of consent.
struct Tested {
    id: CaseId,
    /// Its id for the laboratory under agreement, and for the other member.
    elsewhere: [CaseId; 2],
    variant: String,
}

struct Scene {
    house: House,
    owner: RecordedLaboratory,
    cases: Vec<Tested>,
    submission: Accession,
}

async fn add_people(house: &House, laboratory: &RecordedLaboratory, prefix: &str) {
    let hash = password::hash(PASSWORD).unwrap();
    let mut writer = house.node.store().write().await.unwrap();
    for (role, code, _) in UserRole::ALL {
        let user = User {
            id: UserId::from_random(rand::random()),
            laboratory: laboratory.laboratory.id,
            username: format!("{prefix}_{code}"),
            name: format!("{prefix} {code}"),
            role: *role,
        };
        assert!(account::add(&mut writer, &user, &hash, house.node.now()).await.unwrap());
    }
    writer.commit().await.unwrap();
}

fn scope(text: &str) -> AskedScope {
    AskedScope::read(text).unwrap()
}

impl Scene {
    async fn new() -> Self {
        let house = House::new().await;
        let owner = house.node.add_laboratory("Own Lab", None).await.unwrap();
        let agreed = house.node.add_laboratory("Agreed Lab", None).await.unwrap();
        let network = house.node.add_laboratory("Network Lab", None).await.unwrap();
        house.node.set_agreement(owner.serial, agreed.serial, true, None).await.unwrap();
        for (laboratory, prefix) in [(&owner, "own"), (&agreed, "agreed"), (&network, "network")] {
            add_people(&house, laboratory, prefix).await;
        }
        let mut sheet = "Gene,Assembly,Chr,Pos,Ref,Alt,Case ID,HPO terms,Zygosity\n".to_owned();
        let places = ["43045712,T,C", "43045711,G,A", "43045712,T,G", "43045712,T,A", "43045711,G,C"];
        for (state, place) in STATES.iter().zip(places) {
            sheet.push_str(&format!("BRCA1,GRCh38,17,{place},{state},HP:0003002,heterozygous\n"));
        }
        let request = Request {
            laboratory: owner.clone(),
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
        assert_eq!(outcome.counts.cases_new, 5, "{:?}", outcome.problems);
        let mut scene = Self { house, owner, cases: Vec::new(), submission: outcome.accession.unwrap() };
        for (state, place) in STATES.iter().zip(places) {
            scene.add_case(state, place, [&agreed, &network]).await;
        }
        scene
    }

    async fn add_case(&mut self, state: &str, place: &str, others: [&RecordedLaboratory; 2]) {
        let node = &self.house.node;
        let as_of = node.as_of(None).await.unwrap();
        let mut writer = node.store().write().await.unwrap();
        let found =
            case::by_local_id(&mut writer, node.keys(), self.owner.serial, state, as_of).await.unwrap().unwrap();
        let elsewhere = [CaseId::from_random(rand::random()), CaseId::from_random(rand::random())];
        for (laboratory, id) in others.iter().zip(elsewhere) {
            recipient::add(&mut writer, laboratory.serial, found.serial, id).await.unwrap();
        }
        writer.commit().await.unwrap();
        let until = if state == "expired" { ":2020-01-01" } else { "" };
        let asked = AskedConsent {
            scopes: vec![scope(&format!("1:CC:agreed{until}")), scope(&format!("2:CC:network{until}"))],
            document_sha256: Some(DOCUMENT.to_owned()),
            allows_rare_profile: true,
            ..AskedConsent::default()
        };
        if state != "none" {
            let consent = node.read_consent(&asked, None).await.unwrap();
            node.give_consent(&self.owner, found.id, consent).await.unwrap().unwrap();
        }
        if state == "narrowed" {
            let less = node.read_scopes(&[scope("2:CC:network")]).await.unwrap();
            node.narrow_consent(&self.owner, found.id, less, None).await.unwrap().unwrap();
        }
        if state == "withdrawn" {
            node.withdraw_consent(&self.owner, found.id, None).await.unwrap().unwrap();
        }
        let mut parts = place.split(',');
        let (at, from, to) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let variant = format!("/api/v1/variants/NC_000017.11:g.{at}{from}%3E{to}");
        self.cases.push(Tested { id: found.id, elsewhere, variant });
    }

    /// The id of some decision about each case, made by a look of the laboratory itself.
    async fn decisions(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for tested in &self.cases {
            let as_of = self.house.node.as_of(None).await.unwrap();
            let viewer = Viewer::Member(self.owner.serial);
            self.house.node.case_report(tested.id, as_of, viewer).await.unwrap().unwrap();
            let head = Viewer::Person(Asker {
                laboratory: self.owner.serial,
                organisation: self.owner.laboratory.id,
                role: UserRole::LaboratoryHead,
                purpose: cairn_core::user::Purpose::ClinicalCare,
                account: UserId::from_random(1),
            });
            let made = self.house.node.decisions_of_case(tested.id, head).await.unwrap();
            ids.push(made[0].id.to_string());
        }
        ids
    }
}

/// The letters of a row by state, each for the distances.
fn expected() -> BTreeMap<(String, String, String), Vec<String>> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let mut columns = line.split('\t').map(str::to_owned);
        let key = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
        (key, columns.collect())
    };
    rows.map(row).collect()
}

async fn is_ok(browser: &mut Browser, path: &str) -> bool {
    browser.get(path).await.status == StatusCode::OK
}

fn list_is_not_empty(cases: &Value, name: &str) -> bool {
    cases[name].as_array().is_some_and(|list| !list.is_empty())
}

/// What this browser may do with a case, as the routes answer: resource and action to yes or no.
async fn answers(
    browser: &mut Browser,
    scene: &Scene,
    at: usize,
    distance: &str,
    decision: &str,
) -> Vec<(&'static str, &'static str, bool)> {
    let tested = &scene.cases[at];
    let id = match distance {
        "agreed" => tested.elsewhere[0],
        "network" => tested.elsewhere[1],
        _ => tested.id,
    };
    let known = browser.get(&tested.variant).await;
    let cases = if known.status == StatusCode::OK { known.json()["cases"].clone() } else { Value::Null };
    let consents = browser.get("/api/v1/consents").await;
    let reviews = browser.get("/reviews").await;
    vec![
        ("case", "read", is_ok(browser, &format!("/api/v1/cases/{id}")).await),
        ("case", "list", list_is_not_empty(&cases, "own") || list_is_not_empty(&cases, "shared")),
        ("case_counts", "read", cases["total"].as_u64().is_some_and(|total| total > 0)),
        ("consent", "read", is_ok(browser, &format!("/api/v1/cases/{}/consent", tested.id)).await),
        ("consent", "list", consents.status == StatusCode::OK && consents.text.contains(&tested.id.to_string())),
        ("decision", "read", is_ok(browser, &format!("/api/v1/decisions/{decision}")).await),
        (
            "break_glass",
            "list",
            reviews.status == StatusCode::OK && reviews.text.contains("an infant in intensive care"),
        ),
        ("submission", "read", is_ok(browser, &format!("/api/v1/submissions/{}", scene.submission)).await),
    ]
}

/// Somebody of another member breaks the glass of the first case, so that there is something to review.
async fn breaks_glass(scene: &Scene) {
    let node = &scene.house.node;
    let other = node.laboratory("Genetics South").await.unwrap();
    let asker = Asker {
        laboratory: other.serial,
        organisation: other.laboratory.id,
        role: UserRole::Clinician,
        purpose: cairn_core::user::Purpose::ClinicalCare,
        account: UserId::from_random(7),
    };
    let asked =
        BreakGlassRequest { case: scene.cases[0].id, reason: "an infant in intensive care".to_owned(), minutes: 5 };
    assert!(node.break_glass(&asked, Viewer::Person(asker)).await.unwrap().is_some());
}

#[tokio::test]
async fn the_routes_answer_as_the_reviewed_table_says() {
    let scene = Scene::new().await;
    breaks_glass(&scene).await;
    let (expected, decisions) = (expected(), scene.decisions().await);
    let (mut cells, mut wrong) = (0, Vec::new());
    let mut readers: Vec<(String, &str, Browser)> = vec![("visitor".to_owned(), "outside", scene.house.browser())];
    for distance in &DISTANCES[..3] {
        for (_, code, _) in UserRole::ALL {
            let browser = scene.house.signed_in(&format!("{distance}_{code}")).await;
            readers.push(((*code).to_owned(), distance, browser));
        }
    }
    for (role, distance, mut browser) in readers {
        let near = DISTANCES.iter().position(|one| *one == distance).unwrap();
        for (at, state) in STATES.iter().enumerate() {
            for (resource, action, got) in answers(&mut browser, &scene, at, distance, &decisions[at]).await {
                let row = &expected[&(role.clone(), resource.to_owned(), action.to_owned())];
                let wanted = row[at].as_bytes()[near] == b'+';
                cells += 1;
                if got != wanted {
                    wrong.push(format!("{role} {action} {resource} {distance} {state}: expected {wanted}, got {got}"));
                }
            }
        }
    }
    assert_eq!(cells, (7 * 3 + 1) * 5 * 8);
    assert!(wrong.is_empty(), "{} of {cells} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Routes that give nothing of a person or a laboratory: signing in, the program itself, one's own account.
const OPEN: &[&str] = &[
    "/",
    "/sign-in",
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/sign-in/passkey",
    "/sign-out",
    "/oauth2/token",
    "/.well-known/smart-configuration",
    "/api/v1/openapi.json",
    "/api/{*rest}",
    "/livez",
    "/readyz",
    // Opened by a code of the tested person, never by a role.
    "/patient",
    "/patient/{act}",
    "/patient/proof/{entry}",
];

/// First parts of addresses and the resource that the table speaks of; a route under no part of these has no
/// rule, and this test says so.
const RULED: &[(&str, &str)] = &[
    ("access-requests", "access_request"),
    ("account", "account"),
    ("alerts", "alert"),
    ("break-glass", "break_glass"),
    ("cases", "case"),
    ("completions", "aggregate"),
    ("condition-names", "statement"),
    ("conditions", "statement"),
    ("confirm", "account"),
    ("consents", "consent"),
    ("contribute", "submission"),
    ("decisions", "decision"),
    ("discordances", "discordance"),
    ("drafts", "draft"),
    ("genes", "aggregate"),
    ("guidelines", "statement"),
    ("jobs", "submission"),
    ("laboratories", "statement"),
    ("ledger", "decision"),
    ("mandate", "membership"),
    ("network", "sharing"),
    ("network.csv", "sharing"),
    ("matches", "case_counts"),
    ("notices", "alert"),
    ("peers", "statement"),
    ("phenotypes", "case"),
    ("recalls", "case"),
    ("regions", "aggregate"),
    ("report", "access_request"),
    ("requests", "access_request"),
    ("reviews", "break_glass"),
    ("search", "aggregate"),
    ("sessions", "account"),
    ("statements", "statement"),
    ("statistics", "aggregate"),
    ("submissions", "submission"),
    ("tokens", "account"),
    ("variants", "case_counts"),
    ("worklists", "alert"),
];

#[test]
fn every_route_is_under_a_rule() {
    let sources = [
        include_str!("../src/router.rs"),
        include_str!("../src/api/v1/mod.rs"),
        include_str!("../src/api/v1/discordances/mod.rs"),
    ];
    let mut routes = 0;
    for line in sources.iter().flat_map(|source| source.split(".route(").skip(1)) {
        let path = line.split('"').nth(1).unwrap();
        routes += 1;
        if OPEN.contains(&path) || ["/assets/", "/healthz", "/metrics"].iter().any(|open| path.starts_with(open)) {
            continue;
        }
        let first = path.trim_start_matches("/api/v1").trim_start_matches('/').split('/').next().unwrap();
        let ruled = RULED.iter().find(|(part, _)| *part == first);
        let (_, resource) =
            ruled.unwrap_or_else(|| panic!("the route `{path}` is under no rule: give it one here, with its resource"));
        assert!(TABLE.lines().any(|line| line.split('\t').nth(1) == Some(*resource)), "{resource}");
    }
    assert!(routes > 100, "{routes}");
}
