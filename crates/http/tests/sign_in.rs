//! Signing in, out, and what an account may do.

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use cairn_http::Settings;
use std::time::Duration;
use support::{House, PASSWORD};

#[tokio::test]
async fn a_visitor_is_sent_to_sign_in_and_comes_back() {
    let house = House::new().await;
    let answer = house.browser().get("/account?x=1").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/sign-in?next=%2Faccount%3Fx%3D1");
    let answer = house.browser().sign_in("Anna ", PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/account"));
    let given = answer.header("set-cookie");
    assert!(given.contains("HttpOnly; SameSite=Lax") && !given.contains("Secure"), "{given}");
}

#[tokio::test]
async fn behind_tls_the_cookie_is_secure() {
    let house = House::with(Settings { over_tls: true, ..Settings::default() }).await;
    let answer = house.browser().sign_in("anna", PASSWORD).await;
    assert!(answer.header("set-cookie").starts_with("__Host-cairn_session="));
    assert!(answer.header("set-cookie").contains("; Secure"));
}

#[tokio::test]
async fn wrong_passwords_and_unknown_names_look_the_same_and_then_wait() {
    let house = House::new().await;
    let mut texts = Vec::new();
    for name in ["anna", "nobody"] {
        let answer = house.browser().sign_in(name, "not the password").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        texts.push(answer.text.replace(name, "NAME").replace(&answer.csrf(), "CSRF"));
    }
    assert_eq!(texts[0], texts[1]);
    for _ in 0..4 {
        house.browser().sign_in("anna", "not the password").await;
    }
    let answer = house.browser().sign_in("anna", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.get("/sign-in").await;
    let answer = browser.post("/sign-in", &[("username", "anna"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let mut browser = house.signed_in("anna").await;
    let foreign = house.signed_in("berta").await.get("/account").await.csrf();
    let answer = browser.post("/account/tokens", &[("csrf", &foreign), ("name", "x"), ("purpose", "research")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("This form was too old"));
}

#[tokio::test]
async fn signing_out_ends_the_session_at_the_node() {
    let house = House::new().await;
    let mut browser = house.signed_in("anna").await;
    let mut copy = browser.clone();
    let csrf = browser.get("/account").await.csrf();
    assert_eq!(browser.post("/sign-out", &[("csrf", &csrf)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(copy.get("/account").await.status, StatusCode::SEE_OTHER, "the copied cookie is dead too");
}

#[tokio::test]
async fn an_idle_session_is_over() {
    let house = House::with(Settings { idle: Duration::from_millis(1), ..Settings::default() }).await;
    let mut browser = house.signed_in("anna").await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_is_shown_once_and_can_be_ended_by_its_owner_only() {
    let house = House::new().await;
    let mut browser = house.signed_in("anna").await;
    let csrf = browser.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str()), ("name", "LIMS <nightly>"), ("purpose", "clinical_care")];
    let made = browser.post("/account/tokens", &form).await;
    let token = made.between(r#"<code id="new-token">"#, "<");
    assert!(token.starts_with("cairn_") && made.text.contains("LIMS &#60;nightly&#62;"), "{}", made.text);

    let page = browser.get("/account").await;
    assert!(!page.text.contains(&token));
    let end = format!("/account/tokens/{}/end", page.between("/account/tokens/", "/end"));

    let mut other = house.signed_in("berta").await;
    let others_csrf = other.get("/account").await.csrf();
    assert_eq!(other.post(&end, &[("csrf", &others_csrf)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&end, &[("csrf", &csrf)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.post(&end, &[("csrf", &csrf)]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_is_new_at_every_sign_in_and_at_every_proof() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.put_cookie("cairn_session", &"A".repeat(43));
    assert_eq!(browser.sign_in("anna", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let first = browser.cookie("cairn_session");
    assert_ne!(first, "A".repeat(43), "a cookie that somebody planted is not taken over");
    let mut old = browser.clone();
    assert_eq!(browser.sign_in("anna", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(old.get("/account").await.status, StatusCode::SEE_OTHER, "the session before in this browser is over");

    let mut old = browser.clone();
    let csrf = browser.get("/confirm").await.csrf();
    let form = [("csrf", csrf.as_str()), ("password", PASSWORD), ("next", "/drafts")];
    let answer = browser.post("/confirm", &form).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/drafts"));
    assert_eq!(old.get("/account").await.status, StatusCode::SEE_OTHER, "the cookie before the proof is dead");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_at_once() {
    let house = House::new().await;
    let (mut here, mut there) = (house.signed_in("anna").await, house.signed_in("anna").await);
    let page = here.get("/account").await;
    assert!(page.text.contains("this one"), "{}", page.text);
    let end = format!("/account/sessions/{}/end", page.between("/account/sessions/", "/end"));
    let mut other = house.signed_in("berta").await;
    let others = other.get("/account").await.csrf();
    assert_eq!(other.post(&end, &[("csrf", &others)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(here.post(&end, &[("csrf", &page.csrf())]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER, "ended from the next request on");

    let mut third = house.signed_in("anna").await;
    let csrf = here.get("/account").await.csrf();
    here.post("/account/sign-out-everywhere", &[("csrf", &csrf)]).await;
    for browser in [&mut here, &mut third] {
        assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(other.get("/account").await.status, StatusCode::OK, "of this person only");
}

#[tokio::test]
async fn a_session_is_over_at_its_end_however_busy() {
    let settings = Settings { longest_session: Duration::from_millis(300), ..Settings::default() };
    let house = House::with(settings).await;
    let mut browser = house.signed_in("anna").await;
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    tokio::time::sleep(Duration::from_millis(320)).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_matters_most_asks_again() {
    let settings = Settings { step_up: Some(Duration::from_millis(1)), ..Settings::default() };
    let house = House::with(settings).await;
    let mut browser = house.signed_in("hedda").await;
    let csrf = browser.get("/account").await.csrf();
    tokio::time::sleep(Duration::from_millis(5)).await;
    for path in ["/discordances/export.csv", "/account/second-factor", "/account/passkeys"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.header("location").starts_with("/confirm?next=%2F"), "{path}: {}", answer.header("location"));
    }
    let slug = "/laboratories/genetics-north/contact";
    for path in [
        "/account/tokens",
        "/drafts/settings",
        "/alerts/settings/policy",
        "/alerts/settings/webhooks",
        slug,
        "/account/people/anna/close",
    ] {
        let answer = browser.post(path, &[("csrf", &csrf), ("name", "x"), ("purpose", "research")]).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/confirm?next=%2Faccount"),
            "{path}"
        );
    }
    let request = Request::get("/api/v1/tokens").body(Body::empty()).unwrap();
    let answer = browser.send(request).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("sign_in.confirm")));
    assert_eq!(browser.get("/account").await.status, StatusCode::OK, "what matters less does not ask");

    let confirm = browser.get("/confirm").await.csrf();
    let answer = browser.post("/confirm", &[("csrf", &confirm), ("password", "not the password")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn heads_and_operators_look_after_the_accounts_of_their_laboratory() {
    let house = House::new().await;
    let mut head = house.signed_in("hedda").await;
    let mut anna = house.signed_in("anna").await;
    let csrf = head.get("/account").await.csrf();
    let form = [("csrf", csrf.as_str())];
    assert_eq!(
        head.post("/account/people/berta/close", &form).await.status,
        StatusCode::NOT_FOUND,
        "another laboratory"
    );
    assert_eq!(head.post("/account/people/hedda/close", &form).await.status, StatusCode::FORBIDDEN, "oneself");
    let own = anna.get("/account").await.csrf();
    assert_eq!(anna.post("/account/people/hedda/close", &[("csrf", &own)]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(head.post("/account/people/anna/end-sessions", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(anna.get("/account").await.status, StatusCode::SEE_OTHER);
    head.post("/account/people/anna/close", &form).await;
    assert_eq!(house.browser().sign_in("anna", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    head.post("/account/people/anna/open", &form).await;
    assert_eq!(house.browser().sign_in("anna", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn people_see_the_colleagues_of_their_own_laboratory() {
    let house = House::new().await;
    let page = house.signed_in("anna").await.get("/account").await;
    assert!(page.text.contains("HEDDA Genetics North") && !page.text.contains("BERTA"));
}

#[tokio::test]
async fn every_answer_carries_the_guarding_headers() {
    let house = House::new().await;
    for path in ["/", "/sign-in", "/nowhere", "/healthz", "/metrics"] {
        let answer = house.browser().send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn an_unknown_address_is_a_page_that_says_so() {
    let house = House::new().await;
    let answer = house.signed_in("anna").await.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("Nothing here under this address") && answer.text.contains("ANNA"));
}
