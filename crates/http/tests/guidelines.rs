//! Guidelines, statistics and what changed since, as a program and a person reach them.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use support::{Answer, Browser, House};

const SHEET: &str = "Variant,Classification,Condition,Date last evaluated,ACMG criteria,Record ID\n\
    NM_007294.4:c.68_69del,Likely pathogenic,Hereditary breast ovarian cancer syndrome,2020-05-04,PS1; PM2,R1\n";

/// Sends a sheet through the page's session with the form token.
async fn send(csrf: &str, browser: &mut Browser, sheet: &str) {
    let request = Request::post("/api/v1/submissions?file=ours.csv").header("x-csrf-token", csrf);
    let answer = browser.send(request.body(Body::from(sheet.to_owned())).unwrap()).await;
    assert!(answer.status.is_success(), "{}", answer.text);
}

async fn post(browser: &mut Browser, csrf: &str, path: &str, json: &str) -> Answer {
    let request = Request::post(path).header("x-csrf-token", csrf).header(header::CONTENT_TYPE, "application/json");
    browser.send(request.body(Body::from(json.to_owned())).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_explained_over_the_api() {
    let house = House::new().await;
    let mut anna = house.signed_in("anna").await;
    let csrf = anna.get("/account").await.csrf();
    let list = anna.get("/api/v1/guidelines?gene=PTEN&condition=MONDO:0017623&inheritance=AD").await.json();
    assert_eq!(list["proposal"]["guideline"], "pten@3.2.1");
    assert!(list["guidelines"].as_array().unwrap().len() > 10);

    let path = "/api/v1/guidelines/acmg-amp@2015/classify";
    let explained =
        post(&mut anna, &csrf, path, r#"{"criteria": ["PVS1", "PM2_Supporting", "BS2_not_met"]}"#).await.json();
    assert_eq!(
        (&explained["class"], &explained["ignored"][0]["reason"]),
        (&"uncertain_significance".into(), &"not_met".into())
    );
    assert!(!explained["next"].as_array().unwrap().is_empty() && !explained["further"].as_array().unwrap().is_empty());
    let cases = [
        ("acmg-points", r#"{"criteria": ["PVS1", "PM2"]}"#, "pathogenic"),
        ("acmg-cnv-loss", r#"{"criteria": ["1A", "2C-1=0.9"]}"#, "likely_pathogenic"),
        ("oncogenicity", r#"{"criteria": ["OVS1", "OM1"]}"#, "oncogenic"),
        ("amp-asco-cap", r#"{"criteria": ["A"]}"#, "tier_1"),
        ("gene-validity", r#"{"genetic": 9.5, "experimental": 4, "replicated": true}"#, "definitive"),
        ("pten", r#"{"criteria": ["BS1"]}"#, "likely_benign"),
    ];
    for (guideline, body, class) in cases {
        let path = format!("/api/v1/guidelines/{guideline}/classify");
        let answer = post(&mut anna, &csrf, &path, body).await;
        assert_eq!((answer.status, &answer.json()["class"]), (StatusCode::OK, &class.into()), "{guideline}");
    }
    for (path, body, status) in [
        ("/api/v1/guidelines/nothing/classify", r#"{"criteria": []}"#, StatusCode::NOT_FOUND),
        (path, r#"{"criteria": ["PM2", "PM2_Strong"]}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (path, r#"{"criteria": ["perhaps"]}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (path, r#"{"wrong": 1}"#, StatusCode::BAD_REQUEST),
        ("/api/v1/guidelines/gene-validity/classify", r#"{"criteria": ["PM2"]}"#, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = post(&mut anna, &csrf, path, body).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{path} {body}"
        );
    }
    let compared = r#"{"a": "acmg-amp@2015", "b": "acmg-amp-svi@2020", "criteria": ["PS1", "PM2"]}"#;
    let compared = post(&mut anna, &csrf, "/api/v1/guidelines/compare", compared).await.json();
    assert_eq!((&compared["same_class"], &compared["differences"][0]["criterion"]), (&false.into(), &"PM2".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_guidelines_statistics_and_since() {
    let house = House::new().await;
    let mut anna = house.signed_in("anna").await;
    let csrf = anna.get("/account").await.csrf();
    send(&csrf, &mut anna, SHEET).await;
    let report = jiff::Timestamp::now();
    send(&csrf, &mut anna, &SHEET.replace("Likely pathogenic", "Uncertain significance").replace("2020", "2021")).await;

    let page = anna.get("/guidelines/pten?criteria=BS1+PM3").await.text;
    for text in [
        "Likely benign",
        "not used: PTEN panel",
        "0.00056",
        "10.5281/zenodo.21421451",
        "What each further criterion would give",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let page = anna.get("/guidelines/acmg-amp-svi@2020").await.text;
    assert!(page.contains("Against acmg-amp-svi@2018") && page.contains("What would reclassify here"));
    assert!(anna.get("/guidelines").await.text.contains("built in"));
    assert_eq!(anna.get("/guidelines/nothing").await.status, StatusCode::NOT_FOUND);

    let page = anna.get("/guidelines/compare?a=acmg-amp@2015&b=acmg-amp-svi@2020").await.text;
    assert!(page.contains("1 of 1 statements with criteria would have another class"), "{page}");
    let json = anna.get("/api/v1/guidelines/compare?a=acmg-amp@2015&b=acmg-amp-svi@2020").await.json();
    assert_eq!((&json["changed"], &json["changes"][0]["accession"]), (&1.into(), &"CRN000001".into()));
    let choice = anna.get("/guidelines/compare?a=acmg-amp@2015").await.text;
    assert!(choice.contains(r#"<option value="acmg-amp@2015" selected>"#), "{choice}");
    assert_eq!(anna.get("/guidelines/compare?a=none@1&b=acmg-amp@2015").await.status, StatusCode::BAD_REQUEST);

    let page = anna.get("/statistics").await.text;
    assert!(page.contains("1 statement changed its class"), "{page}");
    assert!(page.contains("Median 12 months between two evaluations") && page.contains("class=\"flows\""));
    let json = anna.get("/api/v1/statistics?gene=BRCA1").await.json();
    assert_eq!((&json["flows"][0]["from"], &json["flows"][0]["changes"]), (&"likely_pathogenic".into(), &1.into()));
    assert_eq!(anna.get("/api/v1/statistics?gene=NF1").await.json()["versions"], 0);

    let then = report.to_string();
    let page = anna.get(&format!("/variants/NM_007294.4%3Ac.68_69del/since?date={then}")).await.text;
    assert!(page.contains("reclassified") && page.contains("another one than on"), "{page}");
    let json = anna.get(&format!("/api/v1/variants/NM_007294.4%3Ac.68_69del/difference?from={then}")).await.json();
    assert_eq!((&json["statements"][0]["change"], &json["changes_answer"]), (&"reclassified".into(), &true.into()));
    assert_eq!(json["statements"][0]["before"]["class"], "likely_pathogenic");
    assert_eq!(anna.get("/api/v1/variants/x/difference").await.status, StatusCode::BAD_REQUEST);
}

/// Addresses that show no state of the record: forms, the account, what is due now, files.
const NOT_OF_THE_RECORD: [&str; 8] = [
    "/",
    "/sign-in",
    "/account",
    "/contribute",
    "/laboratories",
    "/search/complete",
    "/api/v1/openapi.json",
    "/healthz",
];

/// Every address that shows the record reads it as of a moment: what was not recorded then is not
/// there, and a day that is none is refused.
#[tokio::test(flavor = "multi_thread")]
async fn every_read_takes_as_of() {
    let house = House::new().await;
    let mut anna = house.signed_in("anna").await;
    let csrf = anna.get("/account").await.csrf();
    send(&csrf, &mut anna, SHEET).await;
    let variant = "NM_007294.4%3Ac.68_69del";
    let described = anna.get("/api/v1/openapi.json").await.json();
    let reads = described["paths"].as_object().unwrap().iter().filter(|(_, methods)| methods.get("get").is_some());
    let mut checked = 0;
    for (path, methods) in reads {
        let takes = methods["get"]["parameters"].as_array().into_iter().flatten();
        let names: Vec<&str> = takes.filter_map(|parameter| parameter["name"].as_str()).collect();
        let address =
            path.replace("{expression}", variant).replace("{symbol}", "BRCA1").replace("{accession}", "CRN000001");
        if NOT_OF_THE_RECORD.contains(&path.as_str()) || is_excused(path) {
            continue;
        }
        assert!(names.contains(&"as_of"), "{path} does not take as_of");
        let address =
            address.replace("CRN000001", if path.contains("submissions") { "CRS000001" } else { "CRN000001" });
        let joint = if address.contains('?') { '&' } else { '?' };
        // The day is the only thing that is wrong.
        let needed = [("from", "2020-01-01"), ("a", "acmg-amp@2015"), ("b", "acmg-amp-svi@2020"), ("q", "x")];
        let needed = needed.iter().filter(|(name, _)| names.contains(name));
        let others: String = needed.map(|(name, value)| format!("&{name}={value}")).collect();
        let refused = anna.get(&format!("{address}{joint}as_of=yesterday{others}")).await;
        let unknown = path.contains('{') && refused.status == StatusCode::NOT_FOUND;
        assert!(refused.status == StatusCode::BAD_REQUEST || unknown, "{path}: {}", refused.status);
        checked += 1;
    }
    assert!(checked >= 9, "only {checked} addresses were checked");
    for (page, now, then) in [
        (format!("/variants/{variant}"), "Genetics North", "Genetics North says"),
        ("/genes/BRCA1".to_owned(), "1 variant recorded", "No variant of this gene is recorded"),
        ("/laboratories/genetics-north".to_owned(), "CRN000001.1", "None yet."),
        ("/conditions/Hereditary%20breast%20ovarian%20cancer%20syndrome".to_owned(), "CRN000001.1", ""),
        ("/statements/CRN000001".to_owned(), "CRN000001", ""),
        ("/submissions/CRS000001".to_owned(), "CRS000001", ""),
        ("/statistics".to_owned(), "Reclassification", "Reclassification"),
        ("/guidelines".to_owned(), "built in", "built in"),
        ("/search?q=CRN".to_owned(), "", ""),
        ("/phenotypes/HP:0003002".to_owned(), "Cases of your laboratory", "None of your cases"),
    ] {
        let joint = if page.contains('?') { '&' } else { '?' };
        let today = anna.get(&page).await;
        assert!(today.text.contains(now), "{page}: {now}");
        let before = anna.get(&format!("{page}{joint}as_of=2001-01-01")).await;
        assert!(
            before.text.contains(then) || before.status == StatusCode::NOT_FOUND || then.ends_with("says"),
            "{page} {}",
            before.text
        );
        let shows_then = before.status == StatusCode::NOT_FOUND || before.status == StatusCode::SEE_OTHER;
        assert!(shows_then || before.text.contains("As known on 2001-01-01"), "{page}: {}", before.text);
        let refused = anna.get(&format!("{page}{joint}as_of=yesterday")).await;
        assert!(
            matches!(refused.status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND),
            "{page}: {}",
            refused.status
        );
    }
}

/// Reads that show work in progress and not the record of then, each with its reason.
const EXCUSED: [(&str, &str); 14] = [
    ("/api/v1/access-requests", "what is asked and granted now; each step keeps its moment"),
    ("/api/v1/cases/{id}/consent", "every version is in the answer with its moment, and only the last one binds"),
    ("/api/v1/consents", "what binds now"),
    ("/api/v1/decisions/", "a decision holds the moment it was made"),
    ("/api/v1/drafts", "a draft is what somebody is writing now"),
    ("/api/v1/genes/{symbol}/validity", "so is a sheet; each signed version stays readable by its number"),
    ("/api/v1/condition-names", "words that a laboratory has yet to explain"),
    ("/api/v1/jobs/", "how far work in progress has come"),
    ("/api/v1/ledger/", "an entry never changes, and a proof is of the tree as it is"),
    ("/api/v1/network?", "how the network stands now"),
    ("/api/v1/report?", "a report has a period of its own"),
    ("/api/v1/sessions", "who is signed in now"),
    ("/api/v1/peers", "who is connected now"),
    ("/api/v1/tokens", "what is valid now"),
];

fn is_excused(path: &str) -> bool {
    let path = format!("{path}?");
    EXCUSED.iter().any(|(excused, _)| path.starts_with(excused))
}
