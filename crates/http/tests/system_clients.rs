//! Systems that ask for tokens by themselves: by a secret, and by signing.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cairn_core::token_scope::TokenScopes;
use cairn_core::user::Purpose;
use cairn_http::secret::Secret;
use cairn_store::account;
use cairn_store::system_client::{self, NewSystemClient, Proof};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use support::{Answer, House};

const TOKEN: &str = "http://cairn.example/oauth2/token";

/// Makes a system of anna's known; its id.
async fn add(house: &House, proof: &Proof) -> String {
    let mut writer = house.node.store().write().await.unwrap();
    let anna = account::named(&mut writer, "anna").await.unwrap().unwrap().user.id;
    let new = NewSystemClient {
        id: 7,
        user: anna,
        name: "Order entry",
        purpose: Purpose::ClinicalCare,
        scopes: "read".parse::<TokenScopes>().unwrap(),
        proof,
        created: house.node.now(),
    };
    system_client::add(&mut writer, &new).await.unwrap();
    writer.commit().await.unwrap();
    format!("{:032x}", 7)
}

async fn ask(house: &House, form: &[(&str, &str)], basic: Option<&str>) -> Answer {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let body: Vec<_> = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let mut request = Request::post("/oauth2/token").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(basic) = basic {
        request = request.header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(basic)));
    }
    let mut browser = house.browser();
    browser.host("cairn.example");
    browser.send(request.body(Body::from(body.join("&"))).unwrap()).await
}

async fn with_token(house: &House, token: &str, method: &str, path: &str) -> StatusCode {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    house.browser().send(request.body(Body::empty()).unwrap()).await.status
}

#[tokio::test]
async fn a_system_with_a_secret_gets_a_token_for_what_it_may() {
    let house = House::new().await;
    let secret = Secret::token([5; 32]);
    let id = add(&house, &Proof::Secret(secret.digest())).await;
    let basic = format!("{id}:{}", secret.reveal());
    let grant = ("grant_type", "client_credentials");
    let answer = ask(&house, &[grant, ("scope", "system/*.rs system/*.cruds")], Some(&basic)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    let given = answer.json();
    assert_eq!(
        (&given["token_type"], &given["expires_in"], &given["scope"]),
        (&json!("Bearer"), &json!(300), &json!("system/*.rs"))
    );
    let token = given["access_token"].as_str().unwrap().to_owned();
    assert_eq!(with_token(&house, &token, "GET", "/api/v1/search?q=x").await, StatusCode::OK);
    assert_eq!(with_token(&house, &token, "POST", "/api/v1/submissions").await, StatusCode::FORBIDDEN);

    let posted = [grant, ("client_id", id.as_str()), ("client_secret", secret.reveal())];
    assert_eq!(ask(&house, &posted, None).await.json()["scope"], "read");
    for (form, basic, status, error) in [
        (vec![("grant_type", "password")], Some(basic.as_str()), 400, "unsupported_grant_type"),
        (vec![grant, ("scope", "system/*.write")], Some(basic.as_str()), 400, "invalid_scope"),
        (vec![grant], Some("nobody:x"), 401, "invalid_client"),
        (vec![grant], Some(id.as_str()), 401, "invalid_client"),
        (vec![grant], None, 401, "invalid_client"),
        (vec![grant, ("client_id", &id), ("client_secret", "cairn_x")], None, 401, "invalid_client"),
    ] {
        let answer = ask(&house, &form, basic).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"].as_str()),
            (status, Some(error)),
            "{form:?} {basic:?}"
        );
    }

    let mut writer = house.node.store().write().await.unwrap();
    assert!(system_client::end(&mut writer, &id, house.node.now()).await.unwrap());
    writer.commit().await.unwrap();
    assert_eq!(
        with_token(&house, &token, "GET", "/api/v1/search?q=x").await,
        StatusCode::UNAUTHORIZED,
        "over with the system"
    );
}

/// A key of the system, and its public half as a JWK set.
fn key() -> (EcdsaKeyPair, Value) {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
    let point = pair.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "x": x, "y": y}]});
    (pair, set)
}

fn assertion(pair: &EcdsaKeyPair, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = format!("{}.{}", part(&json!({"alg": "ES256", "kid": "1", "typ": "JWT"})), part(claims));
    let signed = pair.sign(&SystemRandom::new(), head.as_bytes()).unwrap();
    format!("{head}.{}", URL_SAFE_NO_PAD.encode(signed.as_ref()))
}

#[tokio::test]
async fn a_system_that_signs_gets_a_token_once_an_assertion() {
    let house = House::new().await;
    let (pair, set) = key();
    let id = add(&house, &Proof::Keys(set.to_string())).await;
    let now = house.node.now().as_second();
    let good = json!({"iss": id, "sub": id, "aud": TOKEN, "exp": now + 240, "jti": "first"});
    let ask_with = async |claims: &Value, pair: &EcdsaKeyPair| {
        let signed = assertion(pair, claims);
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", "system/*.read"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", signed.as_str()),
        ];
        ask(&house, &form, None).await
    };
    let answer = ask_with(&good, &pair).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(with_token(&house, &token, "GET", "/api/v1/search?q=x").await, StatusCode::OK);
    assert_eq!(ask_with(&good, &pair).await.status, StatusCode::UNAUTHORIZED, "replayed");

    // A wait begins after five wrong ones; right ones between them forget.
    for (at, (name, value)) in [
        ("iss", json!("other")),
        ("sub", json!("other")),
        ("aud", json!("http://evil.example/oauth2/token")),
        ("exp", json!(now - 120)),
        ("exp", json!(now + 4000)),
        ("exp", Value::Null),
        ("nbf", json!(now + 300)),
        ("jti", Value::Null),
    ]
    .into_iter()
    .enumerate()
    {
        let house = House::new().await;
        add(&house, &Proof::Keys(set.to_string())).await;
        let mut claims = good.clone();
        claims["jti"] = json!(format!("wrong {at}"));
        claims[name] = value.clone();
        let signed = assertion(&pair, &claims);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", signed.as_str()),
        ];
        let answer = ask(&house, &form, None).await;
        assert_eq!(answer.json()["error"], "invalid_client", "{name} {value}");
    }
    let mut claims = good.clone();
    claims["jti"] = json!("by another key");
    assert_eq!(ask_with(&claims, &key().0).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn programs_find_the_door() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.host("cairn.example");
    let said = browser.get("/.well-known/smart-configuration").await.json();
    assert_eq!(said["token_endpoint"], TOKEN);
    assert_eq!(said["grant_types_supported"], json!(["client_credentials"]));
}
