//! Two laboratories and two real conflicts of ClinVar's release of 2016-05-20 (BRCA1
//! NM_007294.3:c.5246C>G and c.5509T>C, pathogenic or likely pathogenic against uncertain): one goes
//! from detection to concordance, one goes on with a reason. Criteria and words are the test's own.

mod support;
mod webdriver;

use cairn_core::submission::Channel;
use cairn_http::Settings;
use cairn_node::contribute::Request;
use cairn_node::discordance::{Act, Actor};
use cairn_store::account;
use support::{House, PASSWORD};
use webdriver::Chromium;

const HEADINGS: &str = "HGVS,Classification,Condition ID,Criteria,Last evaluated\n";
const NORTH: &str = "NM_007294.3:c.5246C>G,Pathogenic,OMIM:604370,\"PS3_Strong,PM1,PM2_Supporting,PP3\",2016-03-01\n\
    NM_007294.3:c.5509T>C,Likely pathogenic,OMIM:604370,\"PM1,PM2,PP3\",2016-03-02\n";
const SOUTH: &str = "NM_007294.3:c.5246C>G,Uncertain significance,OMIM:604370,\"PM2_Supporting,PP3\",2015-11-20\n\
    NM_007294.3:c.5509T>C,Uncertain significance,OMIM:604370,PM2_Supporting,2015-11-21\n";

async fn send(house: &House, laboratory: &str, text: &str) {
    let outcome = house
        .node
        .contribute(Request {
            laboratory: house.node.laboratory(laboratory).await.unwrap(),
            user: None,
            channel: Channel::Page,
            file: Some(format!("{laboratory}.csv")),
            bytes: format!("{HEADINGS}{text}").into_bytes(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        })
        .await
        .unwrap();
    assert_eq!(outcome.counts.rejected, 0, "{:?}", outcome.problems);
}

async fn actor(house: &House, username: &str) -> Actor {
    let mut reader = house.node.store().read().await.unwrap();
    let all = account::list(&mut reader, None).await.unwrap();
    let found = all.into_iter().find(|one| one.user.username == username).unwrap().user;
    drop(reader);
    let laboratory = house.node.laboratory(&found.laboratory.to_string()).await.unwrap().serial;
    Actor { user: found.id, laboratory, role: found.role }
}

#[tokio::test]
async fn without_a_script_a_difference_is_read_by_all_and_worked_on_by_its_parties() {
    let house = House::with(Settings::default()).await;
    send(&house, "genetics-north", NORTH).await;
    send(&house, "genetics-south", SOUTH).await;
    let mut anna = house.signed_in("anna").await;
    let queue = anna.get("/discordances").await;
    assert!(queue.text.contains("Laboratories differ 2 times"), "{}", queue.text);
    assert!(anna.get("/discordances?gene=TTN").await.text.contains("Nothing with these filters"));
    let csv = anna.get("/discordances/export.csv?lab=genetics-north").await;
    assert_eq!(csv.text.lines().count(), 3, "{}", csv.text);
    let before = anna.get("/discordances?as_of=2001-01-01").await;
    assert!(before.text.contains("As known on 2001-01-01: no laboratories"), "{}", before.text);
    let csv = anna.get("/discordances/export.csv?as_of=2001-01-01").await;
    assert_eq!(csv.text.lines().count(), 1, "{}", csv.text);
    let analytics = anna.get("/discordances/analytics").await;
    assert!(analytics.text.contains("2 ask for work (each for less than a day)"), "{}", analytics.text);
    let analytics = anna.get("/discordances/analytics?of=mine&as_of=2001-01-01").await;
    assert!(analytics.text.contains("0 ask for work; 0 ended") && analytics.text.contains("As known on 2001-01-01"));
    assert_eq!(anna.get("/discordances/analytics?as_of=lately").await.status, 400);
    let now = house.node.now();
    let today = now.strftime("%Y-%m-%d");
    let past = anna.get(&format!("/discordances/CRD000001?as_of={today}")).await;
    assert!(past.text.contains("As it stands now") && !past.text.contains("/discordances/CRD000001/comment"));
    assert_eq!(anna.get("/discordances/CRD000001?as_of=2001-01-01").await.status, 404);
    let gene = anna.get("/genes/BRCA1").await;
    assert!(gene.text.contains("2 on which laboratories differ;"), "{}", gene.text);
    let page = anna.get("/discordances/CRD000001").await;
    assert!(page.text.contains("Pathogenic, says Genetics North; Uncertain significance, says Genetics South"));
    let csrf = page.csrf();

    // Berta acts while Anna's page is open: Anna's decision is not taken, her words are kept.
    let berta = actor(&house, "berta").await;
    let comment = Act::Comment { statement: None, text: "We look at the functional study.".to_owned() };
    let crd = "CRD000001".parse().unwrap();
    house.node.act_on_discordance(&berta, crd, 1, comment).await.unwrap();
    let form = [
        ("csrf", csrf.as_str()),
        ("seen", "1"),
        ("confirmed", "1"),
        ("reason", "unshared_evidence"),
        ("text", "A family of ours & more"),
    ];
    let late = anna.post("/discordances/CRD000001/continue", &form).await;
    assert_eq!(late.status, 409, "{}", late.text);
    assert!(
        late.text.contains("It changed meanwhile") && late.text.contains("A family of ours &#38; more"),
        "{}",
        late.text
    );
    assert!(
        late.text.contains(r#"value="unshared_evidence" selected"#) && late.text.contains("BERTA"),
        "{}",
        late.text
    );
    let refused =
        anna.post("/discordances/CRD000001/continue", &[("csrf", &csrf), ("seen", "2"), ("reason", "other")]).await;
    assert_eq!(refused.status, 422, "a decision without its tick");
    // Given to somebody, with a day; doubted with a structured reason.
    let given = berta.user.to_string();
    for (act, fields) in [
        ("assign", vec![("to", given.as_str())]),
        ("due", vec![("due", "2030-01-31")]),
        ("flag", vec![("statement", "CRN000001.1"), ("reason", "older_outlier"), ("text", "since 2015")]),
    ] {
        let seen = anna.get("/discordances/CRD000001").await;
        let seen = seen.between(r#"name="seen" value=""#, "\"");
        let form: Vec<_> = [("csrf", csrf.as_str()), ("seen", &seen)].into_iter().chain(fields).collect();
        let done = anna.post(&format!("/discordances/CRD000001/{act}"), &form).await;
        assert_eq!(done.status, 303, "{act}: {}", done.text);
    }
    let page = anna.get("/discordances/CRD000001").await.text;
    assert!(page.contains("2030-01-31") && page.contains("since 2015") && page.contains("gave it to BERTA"), "{page}");
    assert!(anna.get("/discordances?given=nobody&due=2030-02-01").await.text.contains("Nothing with these filters"));
    let due = anna.get("/discordances?due=2030-02-01&condition=OMIM:604370").await.text;
    assert!(due.contains("CRD000001") && !due.contains("CRD000002"), "{due}");
    let forged = anna.post("/discordances/CRD000001/comment", &[("csrf", "x"), ("text", "x")]).await;
    assert_eq!(forged.status, 403);
    let mut otto = house.signed_in("otto").await;
    assert!(otto.get("/discordances/CRD000001").await.text.contains("you read"));
    let csrf = otto.get("/account").await.csrf();
    let foreign =
        otto.post("/discordances/CRD000001/comment", &[("csrf", &csrf), ("seen", "2"), ("text", "hello")]).await;
    assert_eq!(foreign.status, 403, "an operator only reads");
    assert!(anna.get("/").await.text.contains("Where your laboratory and others differ"));
    let variant = anna.get("/variants/NM_007294.3:c.5246C%3EG").await;
    assert!(variant.text.contains("Where laboratories differ") && variant.text.contains("/discordances/CRD000001"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_laboratories_reconcile_one_conflict_and_go_on_with_another() {
    let house = House::new().await;
    send(&house, "genetics-north", NORTH).await;
    send(&house, "genetics-south", SOUTH).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = house.router.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let address = base.clone();
    let browser = tokio::task::spawn_blocking(move || {
        let browser = Chromium::start()?;
        detected(&browser, &address);
        agreed(&browser, &address);
        Some(browser)
    });
    let Some(browser) = browser.await.unwrap() else { return };
    // The laboratory's own record changes; nobody touches the discordance.
    let changed = SOUTH.replacen("Uncertain significance", "Pathogenic", 1).replacen("2015-11-20", "2016-06-01", 1);
    send(&house, "genetics-south", &changed).await;
    let rest = tokio::task::spawn_blocking(move || {
        closed(&browser, &base);
        continued(&browser, &base);
    });
    rest.await.unwrap();
    serving.abort();
}

fn sign_in(browser: &Chromium, base: &str, name: &str) {
    browser.devtools("Network.clearBrowserCookies", &serde_json::json!({}));
    browser.open(&format!("{base}/discordances"));
    browser.type_into("#username", name);
    browser.type_into("#password", PASSWORD);
    browser.click("main button");
    browser.wait_for_text("h1", "Discordances");
}

/// The machine has found both; the queue is walked by keyboard, a class is proposed.
fn detected(browser: &Chromium, base: &str) {
    sign_in(browser, base, "anna");
    assert!(browser.text(".lead").starts_with("Laboratories differ 2 times"), "{}", browser.text(".lead"));
    browser.pictures("discordances");
    browser.press("j");
    browser.press(ENTER);
    browser.wait_for_text(".lead", "Pathogenic, says Genetics North; Uncertain significance, says Genetics South");
    assert!(browser.url().contains("/discordances/CRD"), "{}", browser.url());
    let criteria = browser.text("#criteria");
    assert!(criteria.contains("PS3_Strong") && criteria.contains("says nothing"), "{criteria}");
    browser.click("#propose summary");
    browser.choose("#propose-statement", &browser.run("return [...document.querySelectorAll('#propose-statement option')].find((o) => o.text.includes('South')).value").as_str().unwrap().to_owned());
    browser.choose("#propose-class", "pathogenic");
    browser.type_into("#propose-criteria", "PS3_Strong, PM1");
    browser.type_into("#propose-text", "The functional study of 2015 speaks for PS3.");
    browser.click("#propose button");
    browser.wait_for_text("#proposals", "Would Genetics South accept");
    browser.wait_for_text(".stand", "In discussion");
}

/// The other laboratory accepts: it waits for its record.
fn agreed(browser: &Chromium, base: &str) {
    sign_in(browser, base, "berta");
    browser.open(&format!("{base}/discordances?gene=BRCA1&state=in_discussion"));
    browser.click("#queue tbody a");
    browser.wait_for_text("#proposals", "Would Genetics South accept");
    browser.pictures("discordance");
    browser.type_into("#proposals textarea", "Agreed; our report follows.");
    browser.click("#proposals button.main");
    browser.wait_for_text(".stand", "it closes by itself when the record of Genetics South says so");
}

/// The machine has closed it.
fn closed(browser: &Chromium, base: &str) {
    browser.open(&format!("{base}/discordances?state=concordant"));
    browser.click("#queue tbody a");
    browser.wait_for_text(".stand", "Closed");
    let history = browser.text("#history");
    assert!(history.contains("the record") && history.contains("concordant"), "{history}");
    browser.pictures("discordance-closed");
}

/// The other one goes on differing, without a script.
fn continued(browser: &Chromium, base: &str) {
    browser.devtools("Emulation.setScriptExecutionDisabled", &serde_json::json!({"value": true}));
    sign_in(browser, base, "anna");
    browser.click("#queue tbody a");
    browser.wait_for_text(".lead", "Likely pathogenic, says Genetics North");
    browser.type_into("#comment-text", "Our family study cannot be shared.");
    browser.click("#thread button");
    browser.wait_for_text("#thread ol", "Our family study");
    browser.click("#decide details:nth-of-type(2) summary");
    browser.choose("#continue-reason", "unshared_evidence");
    browser.type_into("#continue-text", "A segregating family of the laboratory");
    browser.click("#decide details:nth-of-type(2) input[type=checkbox]");
    browser.click("#decide details:nth-of-type(2) button");
    browser.wait_for_text(".stand", "go on differing: evidence that cannot be shared");
    browser.devtools("Emulation.setScriptExecutionDisabled", &serde_json::json!({"value": false}));
    browser.open(&format!("{base}/discordances/analytics"));
    browser.wait_for_text(".lead", "0 ask for work; 1 ended in concordance");
    browser.pictures("discordance-analytics");
    browser.open(&format!("{base}/discordances/conditions"));
    browser.pictures("condition-names");
    browser.open(&format!("{base}/variants/NM_007294.3:c.5246C%3EG"));
    browser.wait_for_text("#discordances", "concordant");
    browser.pictures("variant-discordance");
}

/// WebDriver's character for the Enter key.
const ENTER: &str = "\u{e007}";
