//! An approver's day in a real browser without a script: requests are read, one is granted with an obligation, the report
//! and the mandate are looked at. Checked by axe-core and pictured as the other days are (`browser.rs`).

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;
mod webdriver;

use cairn_core::access_request::AccessRequest;
use cairn_core::data_use::{PurposeKind, RequestPurpose};
use cairn_core::id::UserId;
use cairn_core::tier::Tier;
use cairn_core::user::{Purpose, User, UserRole};
use cairn_http::password;
use cairn_node::access::{Asker, Viewer};
use cairn_store::account;
use support::{House, PASSWORD};
use webdriver::Chromium;

/// A researcher of South has asked North, whose approver is Petra.
async fn house() -> House {
    let house = House::new().await;
    let (north, south) = (
        house.node.laboratory("Genetics North").await.unwrap(),
        house.node.laboratory("Genetics South").await.unwrap(),
    );
    let hash = password::hash(PASSWORD).unwrap();
    let rosa = UserId::from_random(rand::random());
    let mut writer = house.node.store().write().await.unwrap();
    for (id, username, of, role) in [
        (rosa, "rosa", &south, UserRole::Researcher),
        (UserId::from_random(rand::random()), "petra", &north, UserRole::Approver),
    ] {
        let (username, name) = (username.to_owned(), format!("{username} of the project"));
        let user = User { id, laboratory: of.laboratory.id, username, name, role };
        assert!(account::add(&mut writer, &user, &hash, house.node.now()).await.unwrap());
    }
    writer.commit().await.unwrap();
    let asker = Asker {
        laboratory: south.serial,
        organisation: south.laboratory.id,
        role: UserRole::Researcher,
        purpose: Purpose::Research,
        account: rosa,
    };
    let request = AccessRequest {
        title: "Second hits in BRCA1".to_owned(),
        summary: "How often is a change seen beside another one?".to_owned(),
        purpose: RequestPurpose::of(PurposeKind::Health),
        genes: vec!["BRCA1".to_owned()],
        conditions: Vec::new(),
        tier: Tier::Two,
        until: house.node.today().checked_add(jiff::ToSpan::days(30)).unwrap(),
    };
    house.node.request_access(Viewer::Person(asker), &north, request).await.unwrap();
    while house.node.measure_one_of_the_day().await.unwrap() {}
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_decides_without_a_script() {
    let house = house().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
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
    let script = |off: bool| {
        browser.devtools("Emulation.setScriptExecutionDisabled", &serde_json::json!({"value": off}));
    };
    script(true);
    browser.open(base);
    browser.type_into("#username", "petra");
    browser.type_into("#password", PASSWORD);
    browser.click("main button");
    browser.wait_for_text("h1", "Genetics North");
    browser.open(&format!("{base}/requests"));
    browser.wait_for_text(".lead", "that wait for a decision of your laboratory: 1");
    browser.click("tbody a");
    browser.wait_for_text("h1", "Second hits in BRCA1");
    assert!(browser.text("main").contains("Of 0 cases that it is about"), "{}", browser.text("main"));
    browser.type_into("#obligations", "name the laboratory");
    browser.click("form[action$='/grant'] button");
    browser.wait_for_text(".lead", "Granted by Genetics North until");
    assert!(browser.text("main").contains("name the laboratory"), "{}", browser.text("main"));
    for (path, heading, name) in [
        ("/report", "What was done with the data of Genetics North", "report"),
        ("/network", "How the network stands", "oversight"),
        ("/laboratories/genetics-north/sharing", "Genetics North", "sharing"),
        ("/mandate", "Sharing mandate", "mandate"),
        ("/requests", "Data-access requests", "requests"),
    ] {
        browser.open(&format!("{base}{path}"));
        browser.wait_for_text("h1", heading);
        assert!(browser.find_all("html.script").is_empty(), "no script ran");
        // Pictures and axe need one.
        script(false);
        browser.open(&format!("{base}{path}"));
        browser.wait_for_text("h1", heading);
        browser.pictures(name);
        script(true);
    }
}
