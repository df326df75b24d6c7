//! Suggested values as a person meets them: questions answered, a value taken into a draft.
//!
//! With `CAIRN_SCREENSHOTS=DIR` the pages are also written as pictures.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;
mod webdriver;

use axum::http::StatusCode;
use support::{Answer, Browser, House, PASSWORD};
use webdriver::Chromium;

const PAGE: &str = "/variants/NM_007294.4%3Ac.68_69del/suggestions";
/// WebDriver's character for the Enter key.
const ENTER: &str = "\u{e007}";

async fn take(browser: &mut Browser, page: &Answer, code: &str, into: &str) -> Answer {
    let csrf = page.csrf();
    let form = [
        ("csrf", csrf.as_str()),
        ("condition", "Breast cancer"),
        ("inheritance", "HP:0000006"),
        ("guideline", "acmg-amp-svi@2020"),
        ("lof_mechanism", "yes"),
        ("take", code),
        ("into", into),
    ];
    browser.post(PAGE, &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_gives_a_value_and_a_draft_takes_it() {
    let house = House::new().await;
    let (mut anna, mut hedda) = (house.signed_in("anna").await, house.signed_in("hedda").await);
    let asked = format!("{PAGE}?condition=Breast%20cancer&inheritance=HP:0000006");
    let page = anna.get(&asked).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains(r#"id="q-lof_mechanism""#), "the question is open");
    let row = page.between(r#"id="s-PVS1""#, "</tr>");
    assert!(row.contains("no value") && !row.contains("<button"), "{row}");

    let page = anna.get(&format!("{asked}&lof_mechanism=yes")).await;
    let row = page.between(r#"id="s-PVS1""#, "</tr>");
    assert!(row.contains("met, very strong") && row.contains(r#"name="take" value="PVS1""#), "{row}");
    assert!(page.between(r#"class="lead""#, "</p>").contains("PVS1"), "the first sentence names it");

    // Into a new draft: the value, its numbers as evidence, and the answer it rests on.
    let taken = take(&mut anna, &page, "PVS1", "").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.between("<main", "</main>"));
    let draft = taken.header("location").split('#').next().unwrap().to_owned();
    let made = anna.get(&draft).await;
    let row = made.between(r#"<tr id="f-criterion-PVS1""#, "</tr>");
    assert!(row.contains(r#"value="met" checked"#), "{row}");
    assert!(made.text.contains("f-evidence-suggested-PVS1") && made.text.contains("Breast cancer"));
    assert!(made.between(r#"id="q-lof_mechanism""#, ">").contains(r#"value="yes""#), "the answer stays to be changed");

    // The page offers that draft now. Hedda sets BA1 meanwhile: taking the older value overwrites nothing.
    let page = anna.get(&format!("{asked}&lof_mechanism=yes")).await;
    let into = page.between(r#"id="into" name="into"><option value=""#, "\"");
    assert!(draft.ends_with(into.split('@').next().unwrap()), "{into}");
    let csrf = hedda.get(&draft).await.csrf();
    let seen = into.split('@').nth(1).unwrap();
    let form = [("csrf", csrf.as_str()), ("b.criterion:BA1", seen), ("o.criterion:BA1", "met")];
    assert_eq!(hedda.post(&draft, &form).await.status, StatusCode::SEE_OTHER);
    let taken = take(&mut anna, &page, "PM4", &into).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let made = anna.get(&draft).await;
    assert!(made.between(r#"<tr id="f-criterion-PM4""#, "</tr>").contains(r#"value="not_met" checked"#));
    assert!(made.between(r#"<tr id="f-criterion-BA1""#, "</tr>").contains(r#"value="met" checked"#));

    // The same criterion: both values stand.
    let form = [("csrf", csrf.as_str()), ("b.criterion:PS1", seen), ("o.criterion:PS1", "met")];
    hedda.post(&draft, &form).await;
    take(&mut anna, &page, "PS1", &into).await;
    let row = anna.get(&draft).await.between(r#"<tr id="f-criterion-PS1""#, "</tr>");
    assert!(row.contains("Two values, nothing lost"), "{row}");

    // A criterion without a value, and a draft of another laboratory.
    let none = take(&mut anna, &page, "PP4", &into).await;
    assert!(none.text.contains("There is no value for PP4"), "{}", none.text);
    let mut berta = house.signed_in("berta").await;
    let page = berta.get(&asked).await;
    assert!(!page.text.contains("the draft for"), "drafts stay in the laboratory");
    assert_eq!(take(&mut berta, &page, "PVS1", &into).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_answers_and_takes_a_value_in_a_browser() {
    let house = House::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = house.router.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let day = tokio::task::spawn_blocking(move || {
        if let Some(anna) = Chromium::start() {
            answer_and_take(&anna, &base);
        }
    });
    day.await.unwrap();
    serving.abort();
}

fn answer_and_take(anna: &Chromium, base: &str) {
    anna.open(&format!("{base}/sign-in"));
    anna.type_into("#username", "anna");
    anna.type_into("#password", PASSWORD);
    anna.press(ENTER);
    anna.wait_for_text("h1", "Genetics North");
    anna.open(&format!("{base}{PAGE}"));
    anna.wait_for_text("#questions", "What only a person can say");
    anna.pictures("suggestions");
    // No citation runs one letter a line: every question is wider than it is high.
    let tall = anna.run(
        "return [...document.querySelectorAll('.ask')].filter((one) => one.offsetHeight > one.offsetWidth / 3).length",
    );
    assert_eq!(tall, 0, "a question is squeezed");
    let beyond = anna.run("return document.documentElement.scrollWidth > innerWidth");
    assert_eq!(beyond, false, "the page runs over its edge");

    anna.type_into("#condition", "Breast cancer");
    anna.choose("#inheritance", "HP:0000006");
    anna.choose("#q-lof_mechanism", "yes");
    anna.click("#questions button");
    anna.wait_for_text("#s-PVS1", "met, very strong");
    anna.pictures("suggestions-answered");
    anna.find("#s-PVS1 button[name='take']");
    anna.run("document.querySelector(\"#s-PVS1 button[name='take']\").click()");
    anna.wait_for_text("#live", "As it stands");
    assert!(anna.url().contains("#f-criterion-PVS1"), "{}", anna.url());
    assert_eq!(anna.run("return document.querySelector('#f-criterion-PVS1 input[value=met]').checked"), true);
    assert_eq!(anna.run("return document.getElementById('q-lof_mechanism').value"), "yes");
    anna.pictures("suggestions-draft");
}
