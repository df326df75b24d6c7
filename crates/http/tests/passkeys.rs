//! A passkey in a real browser, with Chromium's virtual authenticator: made, used to sign in, used to confirm, ended.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;
mod webdriver;

use support::{Answer, House, PASSWORD};
use webdriver::Chromium;

/// Refused like any other: the answer to what no authenticator signed.
async fn refused(house: &House) -> Answer {
    let mut browser = house.browser();
    browser.host("localhost");
    let page = browser.get("/sign-in").await;
    let challenge = page.between("data-challenge=\"", "\"");
    let form = [
        ("csrf", page.csrf()),
        ("challenge", challenge),
        ("credential", "bm9ib2R5".to_owned()),
        ("client_data", String::new()),
        ("authenticator_data", String::new()),
        ("signature", String::new()),
    ];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/sign-in/passkey", &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_confirms_and_ends() {
    let house = House::new().await;
    let answer = refused(&house).await;
    assert_eq!(answer.status, 401, "{}", answer.text);
    assert!(answer.text.contains("This passkey is not known here"), "{}", answer.text);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let router = house.router.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let spent = tokio::task::spawn_blocking(move || {
        if let Some(browser) = Chromium::start() {
            day(&browser, &base);
        }
    });
    spent.await.unwrap();
    serving.abort();
}

fn day(browser: &Chromium, base: &str) {
    let authenticator = browser.add_authenticator();
    browser.open(&format!("{base}/sign-in?next=/account/passkeys"));
    browser.type_into("#username", "anna");
    browser.type_into("#password", PASSWORD);
    browser.click("form[action='/sign-in'] button");
    browser.wait_for_text("h1", "Passkeys");
    browser.pictures("passkeys");
    browser.type_into("#name", "Key of the test");
    browser.click("form[data-passkey] button");
    browser.wait_for_text("main table", "Key of the test");
    assert_eq!(browser.credentials(&authenticator).as_array().unwrap().len(), 1);

    // The same authenticator is not asked to make a second one.
    browser.click("form[data-passkey] button");
    browser.wait_for_text("form[data-passkey] .problem", "gave no passkey");

    browser.open(&format!("{base}/confirm?next=/account/passkeys"));
    browser.wait_for_text("h1", "Confirm");
    browser.pictures("confirm");
    browser.click("form[data-passkey] button");
    browser.wait_for_text("main table", "Key of the test");

    browser.click(".who summary");
    browser.click(".who form button");
    browser.wait_for_text("h1", "Sign in");
    browser.pictures("sign-in");
    browser.click("form[data-passkey] button");
    browser.wait_for_text("h1", "Genetics North");
    browser.open(&format!("{base}/account"));
    assert!(browser.text("main").contains("passkey"), "{}", browser.text("main"));
    browser.pictures("account");
    browser.open(&format!("{base}/account/second-factor"));
    browser.wait_for_text("h1", "Second factor");
    browser.pictures("second-factor");

    browser.open(&format!("{base}/account/passkeys"));
    browser.click("main table form button");
    browser.wait_for_text(".lead", "You have no passkey");
    browser.click(".who summary");
    browser.click(".who form button");
    browser.wait_for_text("h1", "Sign in");
    browser.click("form[data-passkey] button");
    browser.wait_for_text("[role=alert]", "This passkey is not known here");

    // A person who is not recognised is not let in by the browser, and would not be by the node.
    browser.remove_authenticator(&authenticator);
    browser.open(&format!("{base}/sign-in"));
    browser.find("form[data-passkey] button");
}
