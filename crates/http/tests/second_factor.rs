//! Codes by the time and recovery codes: set up on the page, asked for at the door, each good once.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use cairn_http::Settings;
use cairn_http::sign_in::totp::Totp;
use support::{Browser, House, PASSWORD};

/// The generator that a phone would be: the secret as the page spells it.
fn phone(spelled: &str) -> Totp {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in spelled.chars().filter(|c| !c.is_whitespace()) {
        bits = (bits << 5) | u32::try_from(LETTERS.find(letter).unwrap()).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    Totp::from_bytes(bytes)
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Sets codes up in this browser; gives the phone, the code used, and the recovery codes.
async fn set_up(browser: &mut Browser) -> (Totp, String, Vec<String>) {
    let page = browser.get("/account/second-factor").await;
    assert!(page.text.contains("<svg class=\"square\""), "{}", page.text);
    let phone = phone(&page.between(r#"<code id="secret">"#, "<"));
    let code = phone.code_at(now());
    let sealed = page.between(r#"name="secret" value=""#, "\"");
    let wrong = [("csrf", page.csrf()), ("secret", sealed.clone()), ("code", "000000".to_owned())];
    let wrong: Vec<_> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if code != "000000" {
        assert_eq!(browser.post("/account/second-factor", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let form = [("csrf", page.csrf()), ("secret", sealed), ("code", code.clone())];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = browser.post("/account/second-factor", &form).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let list = done.between(r#"<ul id="recovery" class="mono">"#, "</ul>");
    let codes = list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect();
    (phone, code, codes)
}

#[tokio::test]
async fn whoever_set_codes_up_is_asked_for_one_and_each_is_good_once() {
    let house = House::new().await;
    let (phone, used, recovery) = set_up(&mut house.signed_in("anna").await).await;
    assert_eq!(recovery.len(), 10);

    let mut refused = Vec::new();
    for (name, password, code) in [
        ("anna", PASSWORD, ""),
        ("anna", PASSWORD, used.as_str()),
        ("anna", "not the password", used.as_str()),
        ("nobody", PASSWORD, used.as_str()),
    ] {
        let answer = house.browser().sign_in_with_code(name, password, code).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name} {password} {code}");
        let challenge = answer.text.contains("data-challenge").then(|| answer.between("data-challenge=\"", "\""));
        let text = answer.text.replace(&answer.csrf(), "CSRF").replace(&challenge.unwrap_or_default(), "");
        refused.push(text.replace(name, "NAME"));
    }
    assert!(refused.windows(2).all(|pair| pair[0] == pair[1]), "which part is wrong is not said: {refused:#?}");

    // The step after the one used: a phone that is a little early.
    let next = phone.code_at(now() + 30);
    let answer = house.browser().sign_in_with_code("anna", PASSWORD, &next).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let again = house.browser().sign_in_with_code("anna", PASSWORD, &next).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "replayed");
}

#[tokio::test]
async fn a_recovery_code_is_good_once_and_new_ones_end_the_old() {
    let house = House::new().await;
    let mut browser = house.signed_in("anna").await;
    let (_, _, codes) = set_up(&mut browser).await;
    let typed = codes[0].to_lowercase().replace('-', " ");
    assert_eq!(house.browser().sign_in_with_code("anna", PASSWORD, &typed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.browser().sign_in_with_code("anna", PASSWORD, &codes[0]).await.status, StatusCode::UNAUTHORIZED);
    assert!(browser.get("/account").await.text.contains("9 recovery codes are left"));
    assert_eq!(
        house.browser().sign_in_with_code("berta", PASSWORD, &codes[1]).await.status,
        StatusCode::SEE_OTHER,
        "she has none to give"
    );

    let csrf = browser.get("/account/second-factor").await.csrf();
    let fresh = browser.post("/account/second-factor/codes", &[("csrf", &csrf)]).await;
    assert!(fresh.text.contains(r#"id="recovery""#) && !fresh.text.contains(&codes[1]));
    assert_eq!(house.browser().sign_in_with_code("anna", PASSWORD, &codes[1]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn wrong_codes_wait_like_wrong_passwords() {
    let house = House::new().await;
    let (phone, _, _) = set_up(&mut house.signed_in("anna").await).await;
    for _ in 0..5 {
        house.browser().sign_in_with_code("anna", PASSWORD, "000001").await;
    }
    let right = phone.code_at(now() + 30);
    let answer = house.browser().sign_in_with_code("anna", PASSWORD, &right).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_role_that_needs_a_second_factor_gets_nowhere_without() {
    let settings = Settings { second_factor: "laboratory_head".parse().unwrap(), ..Settings::default() };
    let house = House::with(settings).await;
    assert_eq!(house.signed_in("anna").await.get("/account").await.status, StatusCode::OK, "her role needs none");
    let mut head = house.signed_in("hedda").await;
    for path in ["/", "/account", "/drafts", "/discordances/export.csv"] {
        let answer = head.get(path).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/account/second-factor"),
            "{path}"
        );
    }
    let answer = head.send(Request::get("/api/v1/drafts").body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("sign_in.second_factor")));
    let (_, _, _) = set_up(&mut head).await;
    assert_eq!(head.get("/account").await.status, StatusCode::OK);
    let csrf = head.get("/account/second-factor").await.csrf();
    let refused = head.post("/account/second-factor/remove", &[("csrf", &csrf)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(
        house.browser().sign_in("hedda", PASSWORD).await.status,
        StatusCode::UNAUTHORIZED,
        "never again by password alone"
    );
}

#[tokio::test]
async fn a_head_takes_a_lost_second_factor_away() {
    let house = House::new().await;
    set_up(&mut house.signed_in("anna").await).await;
    assert_eq!(house.browser().sign_in("anna", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    let mut head = house.signed_in("hedda").await;
    let csrf = head.get("/account").await.csrf();
    head.post("/account/people/anna/reset-second-factor", &[("csrf", &csrf)]).await;
    assert_eq!(house.browser().sign_in("anna", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_record_does_not_hold_the_secret() {
    let house = House::new().await;
    let (phone, _, codes) = set_up(&mut house.signed_in("anna").await).await;
    let folder = house.node.folder().path().to_owned();
    for file in ["record.sqlite", "record.sqlite-wal"] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        for secret in [phone.bytes(), codes[0].as_bytes(), codes[0].replace('-', "").as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{file}");
        }
    }
}
