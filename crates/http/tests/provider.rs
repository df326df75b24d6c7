//! Sign-in at a real OpenID provider, `oidc-provider` of npm, in a real browser.
//!
//! It needs `node`, Chromium, and the folder in which `npm install oidc-provider` was run, named by
//! `CAIRN_OIDC_PROVIDER`; where one is missing it skips itself and says so.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;
mod webdriver;

use axum::http::StatusCode;
use cairn_core::user::UserRole;
use cairn_http::Settings;
use cairn_http::provider::connection::Provider;
use cairn_http::provider::rules::Rule;
use cairn_http::provider::settings::ProviderSettings;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use support::{House, PASSWORD};
use webdriver::Chromium;

/// The provider of the test; it ends with it.
struct Running {
    child: Child,
    issuer: String,
    /// Kept open: the provider ends when nobody can read what it says.
    _said: BufReader<ChildStdout>,
}

impl Running {
    fn start(node: &str) -> Option<Self> {
        let Some(folder) = std::env::var_os("CAIRN_OIDC_PROVIDER") else {
            println!("skipped: CAIRN_OIDC_PROVIDER names no folder with npm's oidc-provider");
            return None;
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/server.mjs");
        let started = Command::new("node").arg(script).arg(folder).arg(node).stdout(Stdio::piped()).spawn();
        let Ok(mut child) = started else {
            println!("skipped: node is not installed");
            return None;
        };
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut issuer = String::new();
        said.read_line(&mut issuer).unwrap();
        Some(Self { child, issuer: issuer.trim().to_owned(), _said: said })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn settings(issuer: &str) -> ProviderSettings {
    ProviderSettings {
        name: "Institution of the test".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "cairn".to_owned(),
        client_secret: "a secret / with signs".to_owned(),
        scopes: "profile".to_owned(),
        certificates: None,
        creates_accounts: true,
        username_claim: "preferred_username".to_owned(),
        always_second_factor: false,
        rules: vec![Rule {
            claim: "groups".to_owned(),
            value: "heads".to_owned(),
            laboratory: "Genetics North".to_owned(),
            role: UserRole::LaboratoryHead,
        }],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_the_institution_sign_in_and_strangers_do_not() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let Some(running) = Running::start(&base) else { return };
    let provider = Arc::new(Provider::new(settings(&running.issuer)).unwrap());
    let house = House::with(Settings { provider: Some(provider), ..Settings::default() }).await;
    let router = house.router.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let spent = tokio::task::spawn_blocking(move || {
        if let Some(browser) = Chromium::start() {
            day(&browser, &base);
        }
    });
    spent.await.unwrap();
    serving.abort();
    drop(running);
}

/// Signs in at the provider's development pages, and lets it tell the node who it was.
fn at_the_provider(browser: &Chromium, name: &str) {
    give_name(browser, name);
    browser.wait_for_text("body", "Authorize");
    browser.click("button[type='submit']");
}

fn give_name(browser: &Chromium, name: &str) {
    browser.type_into("input[name='login']", name);
    browser.type_into("input[name='password']", "anything");
    browser.click("button[type='submit']");
}

fn day(browser: &Chromium, base: &str) {
    // Nobody knows otto there; no rule fits him.
    browser.open(&format!("{base}/sign-in?next=/account"));
    browser.click("#provider");
    at_the_provider(browser, "stranger");
    browser.wait_for_text("h1", "You have no account here");
    assert_eq!(browser.text("#subject"), "stranger");
    browser.pictures("provider-refused");
    browser.forget_cookies();

    // A rule fits hanna: she gets an account in her role, and the page she asked for.
    browser.open(&format!("{base}/sign-in?next=/account"));
    browser.pictures("sign-in-provider");
    browser.click("#provider");
    at_the_provider(browser, "hanna");
    browser.wait_for_text(".lead", "hanna of the institution");
    assert!(browser.text(".lead").contains("laboratory head at Genetics North"), "{}", browser.text(".lead"));
    assert!(!browser.url().contains("code="), "{}", browser.url());

    // She confirms at the provider, for nobody knows her password.
    browser.open(&format!("{base}/confirm?next=/account/passkeys"));
    browser.click("#provider");
    give_name(browser, "hanna");
    browser.wait_for_text("h1", "Passkeys");

    // She signs out here, and there too.
    browser.click(".who summary");
    browser.click(".who form button");
    browser.wait_for_text("h1", "Signed out");
    browser.click("#provider-sign-out");
    browser.click("button[value='yes']");
    browser.wait_for_text("h1", "Sign in");

    // Anna has an account already; she ties it to who she is there.
    browser.forget_cookies();
    browser.open(&format!("{base}/sign-in?next=/account"));
    browser.type_into("#username", "anna");
    browser.type_into("#password", PASSWORD);
    browser.click("form[action='/sign-in'] button");
    browser.click("#link-provider");
    at_the_provider(browser, "annas-other-name");
    browser.wait_for_text("h1", "Account");
    browser.forget_cookies();
    browser.open(&format!("{base}/sign-in?next=/account"));
    browser.click("#provider");
    at_the_provider(browser, "annas-other-name");
    browser.wait_for_text(".lead", "ANNA Genetics North");
}

#[tokio::test]
async fn who_comes_back_without_having_left_is_refused() {
    let provider = Arc::new(Provider::new(settings("https://login.example")).unwrap());
    let house = House::with(Settings { provider: Some(provider), ..Settings::default() }).await;
    let answer = house.browser().get("/sign-in/provider/back?code=c&state=s").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("This sign-in was not begun here"), "{}", answer.text);
    assert!(Provider::new(settings("http://login.example")).is_err(), "without TLS");
}

#[tokio::test]
async fn without_a_provider_there_is_no_door() {
    let house = House::new().await;
    for path in ["/sign-in/provider", "/sign-in/provider/back?code=c&state=s"] {
        assert_eq!(house.browser().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
