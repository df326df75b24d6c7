//! Tokens: their scope, their end, and the API that makes them.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use support::{Answer, House};

async fn made(house: &House, username: &str, scopes: &[&str], days: &str) -> String {
    let mut browser = house.signed_in(username).await;
    let csrf = browser.get("/account").await.csrf();
    let mut form = vec![("csrf", csrf.as_str()), ("name", "test"), ("purpose", "clinical_care"), ("days", days)];
    form.extend(scopes.iter().map(|scope| (*scope, "yes")));
    browser.post("/account/tokens", &form).await.between(r#"<code id="new-token">"#, "<")
}

async fn ask(house: &House, token: &str, method: Method, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json");
    house.browser().send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_token_outside_its_scope_is_told_which_it_needs() {
    let house = House::new().await;
    let everything = [
        (Method::GET, "/api/v1/search?q=BRCA1", "read"),
        (Method::POST, "/api/v1/submissions?dry_run=true", "contribute"),
        (Method::POST, "/api/v1/drafts", "curate"),
        (Method::GET, "/api/v1/tokens", "administer"),
    ];
    for held in ["read", "contribute", "curate", "administer"] {
        let token = made(&house, "anna", &[held], "").await;
        for (method, path, needed) in &everything {
            let answer = ask(&house, &token, method.clone(), path, "").await;
            if *needed == held {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{held} {path}: {}", answer.text);
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{held} {path}: {}", answer.text);
                let problem = answer.json();
                assert_eq!(problem["code"], "token.scope");
                assert!(problem["detail"].as_str().unwrap().contains(&format!("`{needed}`")), "{problem}");
            }
        }
    }
}

#[tokio::test]
async fn tokens_are_made_listed_and_ended_by_a_token_that_administers() {
    let house = House::new().await;
    let token = made(&house, "anna", &["read", "administer"], "30").await;
    let wish = r#"{"name": "LIMS", "scopes": ["read", "contribute"], "days": 7}"#;
    let answer = ask(&house, &token, Method::POST, "/api/v1/tokens", wish).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.json()["scopes"], serde_json::json!(["read"]), "no more than the token it was made with");
    let made = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(ask(&house, &made, Method::GET, "/api/v1/search?q=x", "").await.status, StatusCode::OK);

    let list = ask(&house, &token, Method::GET, "/api/v1/tokens", "").await.json();
    let line = list.as_array().unwrap().iter().find(|line| line["name"] == "LIMS").unwrap().clone();
    assert!(line["expires"].is_string() && line["purpose"] == "clinical_care" && line["seen"].is_string(), "{line}");
    let path = format!("/api/v1/tokens/{}", line["id"].as_str().unwrap());
    assert_eq!(ask(&house, &token, Method::DELETE, &path, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&house, &made, Method::GET, "/api/v1/search?q=x", "").await.status, StatusCode::UNAUTHORIZED);
    for wrong in [r#"{"name": ""}"#, r#"{"name": "x", "scopes": ["root"]}"#, r#"{"name": "x", "days": 0}"#] {
        let answer = ask(&house, &token, Method::POST, "/api/v1/tokens", wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", answer.text);
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended_over_the_api() {
    let house = House::new().await;
    let mut browser = house.signed_in("anna").await;
    let token = made(&house, "anna", &["administer"], "").await;
    let list = ask(&house, &token, Method::GET, "/api/v1/sessions", "").await.json();
    assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
    let answer = ask(&house, &token, Method::DELETE, "/api/v1/sessions", "").await;
    assert_eq!((answer.status, answer.json()["ended"].as_u64()), (StatusCode::OK, Some(2)));
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
    let answer = ask(&house, &token, Method::DELETE, "/api/v1/sessions/00", "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
