//! Discordances over the API: two laboratories, one variant, what programs read and what people send.

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use support::{Answer, House};

const HEAD: &str = "Variant,Classification,Condition,Record ID,ACMG criteria\n";
const SAYS: &str = "Hereditary breast ovarian cancer syndrome";

async fn token(house: &House, username: &str) -> String {
    let mut browser = house.signed_in(username).await;
    let csrf = browser.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str()), ("name", "test"), ("purpose", "clinical_care")];
    browser.post("/account/tokens", &form).await.between(r#"<code id="new-token">"#, "<")
}

async fn ask(house: &House, token: &str, request: axum::http::request::Builder, body: String) -> Answer {
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    house.browser().send(request.body(Body::from(body)).unwrap()).await
}

async fn get(house: &House, token: &str, path: &str) -> Answer {
    ask(house, token, Request::get(path), String::new()).await
}

async fn send(house: &House, token: &str, class: &str, record: &str, criteria: &str) {
    let sheet = format!("{HEAD}NM_007294.4:c.68_69del,{class},{SAYS},{record},{criteria}\n");
    let sent = ask(house, token, Request::post("/api/v1/submissions?file=ours.csv"), sheet).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discordance_is_read_worked_on_and_exported() {
    let house = House::new().await;
    let (anna, berta) = (token(&house, "anna").await, token(&house, "berta").await);
    send(&house, &anna, "Pathogenic", "N1", "PVS1; PM2").await;
    send(&house, &berta, "Uncertain significance", "S1", "PM2").await;

    let list = get(&house, &anna, "/api/v1/discordances?gene=BRCA1&laboratory=mine").await.json();
    let line = &list["discordances"][0];
    assert_eq!((&line["grade"], &line["state"]), (&json!("pathogenic_uncertain"), &json!("open")), "{list}");
    let name = line["accession"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/discordances/{name}");
    let one = get(&house, &anna, &path).await.json();
    assert_eq!((&one["may_act"], &one["members"].as_array().unwrap().len()), (&json!(true), &2), "{one}");
    let looked_up = get(&house, &anna, "/api/v1/variants/NM_007294.4%3Ac.68_69del").await.json();
    assert_eq!(looked_up["discordances"]["open"], 1, "{looked_up}");
    assert_eq!(looked_up["discordances"]["gravest"], "pathogenic_uncertain");

    let [a, b] = [0, 1].map(|n| one["members"][n]["statement"]["accession"].as_str().unwrap().to_owned());
    let difference = get(&house, &anna, &format!("{path}/difference?a={a}&b={b}")).await.json();
    assert_eq!(difference["explained"][0]["code"], "PVS1", "{difference}");
    assert_eq!(difference["explained"][0]["b_becomes"], "likely_pathogenic");

    let acts = format!("{path}/acts");
    let act = |body: serde_json::Value| body.to_string();
    let due = act(json!({"act": "set_due", "seen": one["version"], "due": "2030-01-31"}));
    let done = ask(&house, &anna, Request::post(&acts), due.clone()).await;
    assert_eq!((done.status, &done.json()["due"]), (StatusCode::OK, &json!("2030-01-31")), "{}", done.text);
    let late = ask(&house, &berta, Request::post(&acts), due).await;
    assert_eq!((late.status, &late.json()["code"]), (StatusCode::CONFLICT, &json!("discordance.changed_meanwhile")));
    let hedda = token(&house, "otto").await;
    let seen = done.json()["version"].clone();
    let reads = act(json!({"act": "comment", "seen": seen, "text": "hello"}));
    assert_eq!(ask(&house, &hedda, Request::post(&acts), reads).await.status, StatusCode::FORBIDDEN);
    let nonsense = act(json!({"act": "dance", "seen": seen}));
    assert_eq!(ask(&house, &anna, Request::post(&acts), nonsense).await.status, StatusCode::BAD_REQUEST);

    let table = get(&house, &anna, "/api/v1/discordances/export").await;
    assert!(table.header("content-type").starts_with("text/csv"));
    assert!(table.text.lines().nth(1).unwrap().starts_with(&name), "{}", table.text);
    let analysis = get(&house, &anna, "/api/v1/discordances/analytics?laboratory=mine").await.json();
    assert_eq!((&analysis["open"], &analysis["criteria"][0]["code"]), (&json!(1), &json!("PVS1")), "{analysis}");
    // On a day before, nothing of it was known; today everything is.
    let before = get(&house, &anna, "/api/v1/discordances?state=any&as_of=2001-01-01").await.json();
    assert_eq!(before["discordances"], json!([]));
    let empty = get(&house, &anna, "/api/v1/discordances/export?format=tsv&as_of=2001-01-01").await;
    assert_eq!(empty.text.lines().count(), 1, "{}", empty.text);
    let nothing = get(&house, &anna, "/api/v1/discordances/analytics?as_of=2001-01-01").await.json();
    assert_eq!(nothing["open"], 0, "{nothing}");
    let today = house.node.now().to_string();
    let known = get(&house, &anna, &format!("/api/v1/discordances?as_of={today}")).await.json();
    let stands = get(&house, &anna, "/api/v1/discordances").await.json();
    assert_eq!(known, stands);
    let unclear = get(&house, &anna, "/api/v1/discordances/analytics?as_of=lately").await;
    assert_eq!(unclear.status, StatusCode::BAD_REQUEST, "{}", unclear.text);
    for wrong in ["grade=worst", "state=asleep", "laboratory=nowhere", "due=soon", "assigned=x", "as_of=lately"] {
        let answer = get(&house, &anna, &format!("/api/v1/discordances?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let described = get(&house, &anna, "/api/v1/openapi.json").await.json();
    assert!(described["paths"]["/api/v1/discordances/{accession}/acts"]["post"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn words_for_a_condition_are_named() {
    let house = House::new().await;
    let anna = token(&house, "anna").await;
    let sheet = format!("{HEAD}NM_007294.4:c.68_69del,Pathogenic,our breast panel,N1,\n");
    ask(&house, &anna, Request::post("/api/v1/submissions?file=ours.csv"), sheet).await;
    let names = get(&house, &anna, "/api/v1/condition-names").await.json();
    assert_eq!(names["texts"][0]["text"], "our breast panel", "{names}");
    let offers = get(&house, &anna, "/api/v1/condition-names?text=hereditary%20breast%20cancer").await.json();
    let id = offers["suggestions"][0]["id"].clone();
    let body = json!({"text": "our breast panel", "id": id, "seen": 0}).to_string();
    let put = ask(&house, &anna, Request::put("/api/v1/condition-names"), body.clone()).await;
    assert_eq!((put.status, &put.json()["version"]), (StatusCode::OK, &json!(1)), "{}", put.text);
    let again = ask(&house, &anna, Request::put("/api/v1/condition-names"), body).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}
