//! A working day in a real browser: sign in, give a sheet with errors, correct what a column
//! means, import, look the variant up, by keyboard where a person would.
//!
//! A second day goes by keyboard alone, a third without JavaScript.
//!
//! With `CAIRN_AXE=axe.min.js` every page that is looked at is checked by axe-core as well (MPL-2.0,
//! not part of the checkout). With `CAIRN_SCREENSHOTS=DIR` the pages are also written as pictures: 1280 and 400 pixels wide,
//! light, dark and print.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;
mod webdriver;

use cairn_core::submission::Channel;
use cairn_node::contribute::Request;
use std::path::Path;
use support::{House, PASSWORD};
use webdriver::Chromium;

/// One heading says what it means to its laboratory only; the second row has no variant, the third an impossible date.
const SHEET: &str = "HGVS,Our verdict,Condition,Reviewed on\n\
    NM_007294.4:c.68_69del,Pathogenic,Hereditary breast ovarian cancer syndrome,2021-05-04\n\
    ,Benign,Hereditary breast ovarian cancer syndrome,2021-05-05\n\
    NM_007294.4:c.5266dup,Likely pathogenic,Hereditary breast ovarian cancer syndrome,2021-13-40\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_scientist_contributes_and_looks_up() {
    at_a_node(working_day).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() {
    at_a_node(keyboard_day).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_and_contributing_need_no_script() {
    at_a_node(day_without_script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_is_worked_through() {
    let house = House::new().await;
    for (laboratory, class) in [
        ("Genetics North", "Uncertain significance"),
        ("Genetics South", "Likely benign"),
        ("Genetics South", "Pathogenic"),
    ] {
        states(&house, laboratory, class).await;
    }
    in_a_house(house, inbox_day).await;
}

async fn states(house: &House, laboratory: &str, class: &str) {
    let head = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID";
    let request = Request {
        laboratory: house.node.laboratory(laboratory).await.unwrap(),
        user: None,
        channel: Channel::Command,
        file: Some("sheet.csv".into()),
        bytes: format!("{head}\nBRCA1,GRCh38,17,43045712,T,C,{class},Breast cancer,R1\n").into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    assert_eq!(house.node.contribute(request).await.unwrap().accepted(), 1);
}

fn inbox_day(browser: &Chromium, base: &str) {
    browser.open(base);
    browser.type_into("#username", "anna");
    browser.type_into("#password", PASSWORD);
    browser.click("main button");
    browser.wait_for_text("h1", "Genetics North");
    browser.open(&format!("{base}/alerts"));
    browser.wait_for_text(".lead", "2 notices wait to be acknowledged");
    picture(browser, "inbox");
    browser.press("j");
    browser.press(ENTER);
    browser.wait_for_text("h1", "Statement: 1 alert");
    assert!(browser.text("main").contains("Likely benign became Pathogenic"), "{}", browser.text("main"));
    picture(browser, "notice");
    browser.type_into("#note", "clinic told");
    browser.click(".side form button");
    browser.wait_for_text(".lead", "Somebody has seen to it.");
    assert!(browser.text("main").contains("clinic told"));
    browser.click("a.next");
    browser.wait_for_text(".lead", "It waits to be acknowledged.");
    assert!(browser.text("main").contains("first position: Likely benign"), "{}", browser.text("main"));
    browser.click(".side form button");
    browser.wait_for_text(".lead", "Somebody has seen to it.");
    assert!(browser.text(".side").contains("No other notice waits."));
    browser.open(&format!("{base}/alerts"));
    browser.wait_for_text(".lead", "Nothing waits to be acknowledged.");
}

async fn at_a_node(day: fn(&Chromium, &str)) {
    in_a_house(House::new().await, day).await;
}

async fn in_a_house(house: House, day: fn(&Chromium, &str)) {
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

fn keyboard_day(browser: &Chromium, base: &str) {
    browser.open(base);
    tab_to(browser, "#username");
    browser.press("anna");
    tab_to(browser, "#password");
    browser.press(PASSWORD);
    browser.press(ENTER);
    browser.wait_for_text("h1", "Genetics North");
    tab_to(browser, ".skip");
    browser.press(ENTER);
    assert!(browser.url().ends_with("#main"), "{}", browser.url());

    for (address, _, _) in cairn_http::ROOMS {
        browser.open(base);
        tab_to(browser, &format!(".bar nav a[href='{address}']"));
        browser.press(ENTER);
        browser.find(&format!(".bar nav a[href='{address}'][aria-current]"));
    }
    browser.open(base);
    tab_to(browser, ".who summary");
    browser.press(ENTER);
    browser.find(".who[open]");
    tab_to(browser, ".who a[href='/account']");
    browser.press(ENTER);
    browser.wait_for_text("h1", "Account");

    browser.press("/");
    browser.press("BRCA1 c.68_69del");
    browser.press(ENTER);
    browser.wait_for_text("h1", "NM_007294.4:c.68_69del");
    browser.press("?");
    browser.find("dialog[open]");
    browser.press(ESCAPE);
    // On a variant one edits a draft, elsewhere one contributes.
    browser.press("e");
    browser.wait_for_text("h1", "Classify");
    browser.press("e");
    browser.wait_for_text("h1", "Contribute");
}

fn day_without_script(browser: &Chromium, base: &str) {
    browser.devtools("Emulation.setScriptExecutionDisabled", &serde_json::json!({"value": true}));
    browser.open(base);
    browser.type_into("#username", "anna");
    browser.type_into("#password", PASSWORD);
    browser.click("main button");
    browser.wait_for_text("h1", "Genetics North");
    assert!(browser.find_all("html.script").is_empty(), "no script ran");
    let folder = tempfile::tempdir().unwrap();
    let sheet = folder.path().join("verdicts.csv");
    std::fs::write(&sheet, SHEET.replace("2021-05-04", "8/10/2021")).unwrap();
    browser.click(".bar nav a[href='/contribute']");
    give(browser, &sheet);
    browser.choose("#column-0", "variant");
    browser.choose("#column-1", "classification");
    browser.choose("#column-2", "condition_name");
    browser.choose("#column-3", "date_evaluated");
    browser.click("#columns button");
    browser.wait_for_text("#problems", "day or the month first");
    // The order of day and month is said once, and kept with the columns.
    browser.choose("#date-order", "day-first");
    browser.click("#columns button");
    // The page before said too that columns were saved.
    browser.find("#date-order option[value='day-first'][selected]");
    browser.wait_for_text("[role=status]", "saved for your laboratory");
    assert!(!browser.text("#problems").contains("day or the month first"));
    browser.click(".side button.main");
    browser.wait_for_text("h1", "CRS000001");
    browser.type_into("#q", "BRCA1 185delAG");
    browser.press(ENTER);
    browser.wait_for_text(".lead", "Pathogenic: the word of one laboratory");
    assert!(browser.text(".lead").contains("2021-10-08"), "{}", browser.text(".lead"));
    browser.click("#statements details summary");
    browser.wait_for_text("#statements details[open]", "As submitted");
    browser.click(".kicker .gene");
    browser.wait_for_text("h1", "BRCA1");
    browser.devtools("Emulation.setScriptExecutionDisabled", &serde_json::json!({"value": false}));
    browser.open(&browser.url());
    browser.wait_for_text("h1", "BRCA1");
    picture(browser, "gene");
}

/// Presses Tab until this element has the focus; fails where Tab never comes.
fn tab_to(browser: &Chromium, css: &str) {
    browser.find(css);
    for _ in 0..80 {
        browser.press(TAB);
        let there = browser.run(&format!("return document.activeElement.matches(`{css}`)"));
        if there == true {
            return;
        }
    }
    panic!("Tab does not come to {css} at {}", browser.url());
}

fn working_day(browser: &Chromium, base: &str) {
    browser.open(base);
    picture(browser, "sign-in");
    browser.type_into("#username", "anna");
    browser.type_into("#password", "not the password");
    browser.click("main button");
    browser.wait_for_text("[role=alert]", "do not belong together");
    browser.type_into("#password", PASSWORD);
    browser.click("main button");
    browser.wait_for_text("h1", "Genetics North");

    let folder = tempfile::tempdir().unwrap();
    let sheet = folder.path().join("verdicts.csv");
    std::fs::write(&sheet, SHEET).unwrap();
    browser.press("e");
    browser.wait_for_text("h1", "Contribute");
    give(browser, &sheet);
    browser.wait_for_text("#columns h2", "What the columns mean");
    picture(browser, "proposal");

    assert_eq!(browser.text("label[for=column-1]"), "Our verdict");
    browser.choose("#column-0", "variant");
    browser.choose("#column-1", "classification");
    browser.choose("#column-2", "condition_name");
    browser.choose("#column-3", "date_evaluated");
    browser.click("#columns button");
    browser.wait_for_text("[role=status]", "saved for your laboratory");
    let problems = browser.text("#problems");
    assert!(problems.contains("2021-13-40"), "{problems}");
    picture(browser, "dry-run");

    browser.click(".side button.main");
    browser.wait_for_text("h1", "CRS000001");
    let lead = browser.text(".lead");
    assert!(lead.starts_with("2 records were taken"), "{lead}");
    picture(browser, "submission");

    browser.press("/");
    browser.press("BRCA1 185delAG");
    browser.press(ENTER);
    browser.wait_for_text(".lead", "Pathogenic: the word of one laboratory");
    assert_eq!(browser.text("h1"), "NM_007294.4:c.68_69del");
    browser.press("j");
    browser.press(ENTER);
    browser.wait_for_text("tr.here details[open]", "As submitted");
    picture(browser, "variant");

    // The same file again leads to what became of it; the next such sheet needs no correction.
    browser.open(&format!("{base}/contribute"));
    give(browser, &sheet);
    browser.wait_for_text("h1", "CRS000001");
    std::fs::write(
        &sheet,
        format!("{SHEET}NM_007294.4:c.70T>A,Benign,Hereditary breast ovarian cancer syndrome,2022\n"),
    )
    .unwrap();
    browser.open(&format!("{base}/contribute"));
    give(browser, &sheet);
    browser.wait_for_text("#columns h2", "as your laboratory saved them");
    browser.press("?");
    browser.wait_for_text("dialog[open]", "next, previous row");
}

/// WebDriver's character for the Enter key.
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";

fn give(browser: &Chromium, file: &Path) {
    browser.type_into("#file", &file.display().to_string());
    browser.click("main form button.main");
}

fn picture(browser: &Chromium, name: &str) {
    browser.pictures(name);
}
