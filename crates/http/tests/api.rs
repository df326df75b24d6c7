//! The API as a program sees it: a token, a submission, a look-up.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use support::{Answer, House};

const SHEET: &str = "Variant,Classification,Condition,Date last evaluated,ACMG criteria\n\
    NM_007294.4:c.68_69del,Pathogenic,Hereditary breast ovarian cancer syndrome,2021-05-04,PVS1; PM2_Supporting\n\
    NM_007294.4:c.5266dup,very bad,Hereditary breast ovarian cancer syndrome,2020-01-01,PVS1\n";

async fn token(house: &House, username: &str) -> String {
    let mut browser = house.signed_in(username).await;
    let csrf = browser.get("/account").await.csrf();
    let mut form = vec![("csrf", csrf.as_str()), ("name", "test"), ("purpose", "clinical_care")];
    form.extend(["read", "contribute", "curate", "administer"].map(|scope| (scope, "yes")));
    browser.post("/account/tokens", &form).await.between(r#"<code id="new-token">"#, "<")
}

async fn ask(house: &House, token: &str, request: axum::http::request::Builder, body: impl Into<Body>) -> Answer {
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    house.browser().send(request.body(body.into()).unwrap()).await
}

async fn get(house: &House, token: &str, path: &str) -> Answer {
    ask(house, token, Request::get(path), Body::empty()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_sent_and_its_variant_looked_up() {
    let house = House::new().await;
    let token = token(&house, "anna").await;
    let post = || Request::post("/api/v1/submissions?file=ours.csv").header("idempotency-key", "monday");
    let sent = ask(&house, &token, post(), SHEET).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let sent = sent.json();
    assert_eq!(sent["accepted"], 2, "{sent}");
    let problem = sent["problems"].as_array().unwrap().iter().find(|p| p["row"] == 3).unwrap();
    assert_eq!((&problem["column"], &problem["code"]), (&"Classification".into(), &"classification.unknown".into()));

    let again = ask(&house, &token, post(), SHEET).await;
    assert_eq!((again.status, &again.json()["accession"]), (StatusCode::OK, &sent["accession"]));
    let other = ask(&house, &token, post(), "Variant,Classification\nNM_007294.4:c.70T>A,Benign\n").await;
    assert_eq!((other.status, other.header("content-type")), (StatusCode::CONFLICT, "application/problem+json"));

    for expression in ["NM_007294.4%3Ac.68_69del", "17-43124027-ACT-A", "BRCA1%20185delAG"] {
        let found = get(&house, &token, &format!("/api/v1/variants/{expression}")).await;
        assert_eq!(found.status, StatusCode::OK, "{expression}: {}", found.text);
        let found = found.json();
        let statement = &found["statements"][0];
        assert_eq!(statement["class"], "pathogenic", "{expression}: {found}");
        assert_eq!(statement["date"], "2021-05-04");
        assert_eq!(statement["laboratory"]["name"], "Genetics North");
        assert_eq!(statement["criteria"][1]["strength"], "supporting");
        assert_eq!(found["aggregate"]["verdict"], "single");
        let accession = statement["accession"].as_str().unwrap();
        let path = format!("/api/v1/statements/{accession}.1");
        assert_eq!(get(&house, &token, &path).await.json()["accession"], accession);
    }
    let said = get(&house, &token, "/api/v1/variants/17-43124027-ACT-A/aggregates").await.json();
    let whole = &said["whole"][0];
    let expected = ("Pathogenic", "single", "clinvar-aggregate-2024.2");
    assert_eq!(
        (whole["classification"].as_str(), whole["review_status"].as_str(), whole["rules"].as_str()),
        (Some(expected.0), Some(expected.1), Some(expected.2)),
        "{said}"
    );
    assert_eq!(whole["members"].as_array().unwrap().len(), 1, "the statement that made it");
    assert_eq!(said["history"].as_array().unwrap().len(), 2, "as a whole and for its condition: {said}");
    let then = get(&house, &token, "/api/v1/variants/17-43124027-ACT-A?as_of=2001-01-01").await.json();
    assert_eq!((&then["statements"], &then["aggregate"]["verdict"]), (&serde_json::json!([]), &"none".into()));
}

const WITH_CASE: &str = "Variant,Classification,Condition,Case ID,Zygosity\n\
    NM_007294.4:c.68_69del,Pathogenic,Breast cancer,P1,heterozygous\n";

/// What a script asks for twice is kept, but never for another laboratory and never longer than the record stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_answer_is_what_the_record_says_now() {
    let house = House::new().await;
    let (anna, berta) = (token(&house, "anna").await, token(&house, "berta").await);
    let path = "/api/v1/variants/17-43124027-ACT-A";
    let unknown = get(&house, &anna, path).await.json();
    assert_eq!(unknown["statements"], serde_json::json!([]));
    let post = || Request::post("/api/v1/submissions?file=ours.csv");
    assert_eq!(ask(&house, &anna, post(), WITH_CASE).await.status, StatusCode::CREATED);
    let (first, again) = (get(&house, &anna, path).await, get(&house, &anna, path).await);
    assert_eq!((first.header("content-type"), &first.text), ("application/json", &again.text));
    let own = |answer: &Answer| answer.json()["cases"]["own"].as_array().unwrap().len();
    assert_eq!((own(&again), own(&get(&house, &berta, path).await)), (1, 0));

    let benign = "Variant,Classification,Condition\nNM_007294.4:c.68_69del,Benign,Breast cancer\n";
    assert_eq!(ask(&house, &berta, post(), benign).await.status, StatusCode::CREATED);
    let landed = get(&house, &anna, path).await.json();
    assert_eq!(landed["statements"].as_array().unwrap().len(), 2, "{landed}");
    assert_eq!((&landed["aggregate"]["verdict"], &landed["discordances"]["open"]), (&"conflict".into(), &1.into()));

    let mut browser = house.signed_in("anna").await;
    let page = browser.get("/account").await;
    let revoke = page.between("action=\"/account/tokens/", "\"");
    browser.post(&format!("/account/tokens/{revoke}"), &[("csrf", &page.csrf())]).await;
    assert_eq!(get(&house, &anna, path).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&house, &berta, path).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_and_absent_look_the_same() {
    let house = House::new().await;
    let (anna, berta) = (token(&house, "anna").await, token(&house, "berta").await);
    let sent = ask(&house, &anna, Request::post("/api/v1/submissions?file=ours.csv"), SHEET).await.json();
    let path = format!("/api/v1/submissions/{}", sent["accession"].as_str().unwrap());
    assert_eq!(get(&house, &anna, &path).await.status, StatusCode::OK);
    let hidden = get(&house, &berta, &path).await;
    let absent = get(&house, &berta, "/api/v1/submissions/CRS999999").await;
    assert_eq!((hidden.status, &hidden.text), (StatusCode::NOT_FOUND, &absent.text));
    let page = house.signed_in("berta").await.get(&path.replace("/api/v1", "")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_as_problem_details() {
    let house = House::new().await;
    let anna = token(&house, "anna").await;
    let nobody = house.browser().get("/api/v1/variants/x").await;
    assert_eq!(
        (nobody.status, nobody.header("www-authenticate")),
        (StatusCode::UNAUTHORIZED, "Bearer realm=\"cairn\"")
    );
    let unread = get(&house, &anna, "/api/v1/variants/hello%20world").await;
    assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!unread.json()["remedy"].as_str().unwrap().is_empty(), "{}", unread.text);
    let empty = ask(&house, &anna, Request::post("/api/v1/submissions"), "").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!empty.json()["problems"].as_array().unwrap().is_empty(), "{}", empty.text);
    let day = get(&house, &anna, "/api/v1/variants/17-43124027-ACT-A?as_of=yesterday").await;
    assert_eq!(day.status, StatusCode::BAD_REQUEST);
    let nowhere = get(&house, &anna, "/api/v1/nowhere").await;
    assert_eq!((nowhere.status, nowhere.json()["status"].as_u64()), (StatusCode::NOT_FOUND, Some(404)));
    let deleted = ask(&house, &anna, Request::delete("/api/v1/genes/BRCA1"), "").await;
    assert_eq!((deleted.status, deleted.json()["status"].as_u64()), (StatusCode::METHOD_NOT_ALLOWED, Some(405)));
    let huge = ask(&house, &anna, Request::post("/api/v1/variants/resolve"), "A".repeat(9_000_000)).await;
    assert_eq!((huge.status, huge.json()["status"].as_u64()), (StatusCode::PAYLOAD_TOO_LARGE, Some(413)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_contribute_does_not() {
    let house = House::new().await;
    let otto = token(&house, "otto").await;
    let sent = ask(&house, &otto, Request::post("/api/v1/submissions"), SHEET).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_may_read_but_posts_only_with_its_form_token() {
    let house = House::new().await;
    let mut browser = house.signed_in("anna").await;
    assert_eq!(browser.get("/api/v1/search?q=BRCA1").await.status, StatusCode::OK);
    let csrf = browser.get("/account").await.csrf();
    let post = || Request::post("/api/v1/variants/resolve").header("content-type", "text/plain");
    let bare = browser.send(post().body("17-43124027-ACT-A".into()).unwrap()).await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN);
    let own = browser.send(post().header("x-csrf-token", csrf).body("17-43124027-ACT-A".into()).unwrap()).await;
    assert_eq!((own.status, own.json()["status"].as_str()), (StatusCode::OK, Some("resolved")), "{}", own.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_openapi_3_1_and_names_every_route() {
    let house = House::new().await;
    let description = house.browser().get("/api/v1/openapi.json").await.json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths: Vec<&str> = description["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let source = include_str!("../src/api/v1/mod.rs");
    let routes =
        source.split(".route(").skip(1).filter_map(|text| text.trim_start().strip_prefix('"')?.split('"').next());
    let undescribed = ["/api/v1/openapi.json", "/api/{*rest}"];
    let missing: Vec<&str> = routes.filter(|route| !paths.contains(route) && !undescribed.contains(route)).collect();
    assert!(missing.is_empty(), "{missing:?} are not among {paths:?}");
    assert!(paths.contains(&"/api/v1/variants/{expression}/aggregates"));
}

const COPY_NUMBERS: &str = "Variant,Classification,Condition\n\
    GRCh38 17:43045678-43124000x1,Pathogenic,Breast cancer\n\
    GRCh37 17:41197695-41276017x1,Likely pathogenic,Ovarian cancer\n\
    NM_007294.4:c.68_69del,Pathogenic,Breast cancer\n";

#[tokio::test(flavor = "multi_thread")]
async fn copy_numbers_are_found_by_region() {
    let house = House::new().await;
    let token = token(&house, "anna").await;
    let sent = ask(&house, &token, Request::post("/api/v1/submissions?file=cnv.csv"), COPY_NUMBERS).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let found = get(&house, &token, "/api/v1/regions/17%3A43,060,000-43,070,000").await.json();
    assert_eq!((&found["region"], &found["assembly"]), (&"17:43060000-43070000".into(), &"GRCh38".into()));
    let [only] = found["variants"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(only["aggregates"][0]["statements"], 2, "{only}");
    let place = &only["places"][0];
    assert_eq!((&place["outer_start"], &place["inner_end"]), (&43_045_677.into(), &43_124_000.into()), "{place}");
    assert_eq!((&place["event"], &place["copies"]), (&"copies".into(), &serde_json::json!([1, 1])));
    let both = get(&house, &token, "/api/v1/regions/chr17:43123000-43125000").await.json();
    assert_eq!(both["variants"].as_array().unwrap().len(), 2, "{both}");
    let old = get(&house, &token, "/api/v1/regions/17:41198000-41198100?assembly=GRCh37").await.json();
    assert_eq!(old["variants"][0]["id"], only["id"]);
    let wrong = get(&house, &token, "/api/v1/regions/17:5-1").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let hits = get(&house, &token, "/api/v1/search?q=17:43060000-43070000").await.json();
    assert_eq!(hits["hits"][0]["kind"], "region", "{hits}");

    let mut browser = house.signed_in("anna").await;
    let sought = browser.get("/search?q=GRCh37%20chr17:41198000-41198100").await;
    let region = sought.header("location").to_owned();
    assert_eq!(region, "/regions/17%3A41198000-41198100?assembly=GRCh37");
    let page = browser.get(&region).await;
    assert!(page.text.contains("17:41,197,695–41,276,017, 1 copy"), "{}", page.text);
    let gene = browser.get("/genes/BRCA1").await;
    assert!(gene.text.contains("/regions/17%3A43044295-"), "{}", gene.text);
    let variant = browser.get(&format!("/variants/{}", only["id"].as_str().unwrap())).await;
    assert!(variant.text.contains("Place, GRCh38"), "{}", variant.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variant_of_which_nobody_says_anything_has_its_page_under_its_id() {
    let house = House::new().await;
    let anna = token(&house, "anna").await;
    ask(&house, &anna, Request::post("/api/v1/submissions?file=ours.csv"), SHEET).await;
    let found = ask(&house, &anna, Request::get("/api/v1/variants/17-43124027-ACT-A"), Body::empty()).await.json();
    let id = found["variant"]["id"].as_str().unwrap().to_owned();
    // On an earlier day nothing had been said of it.
    let mut browser = house.signed_in("anna").await;
    let page = browser.get(&format!("/variants/{id}?as_of=2001-01-01")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.header("location"));
    assert!(page.text.contains("No statement in this network as of that day"), "{}", page.text);
    assert!(page.text.contains("c.68_69del"));
    // Under a notation the answer is that of any variant: nobody learns what is on record.
    let page = browser.get("/variants/17-43124027-ACT-A?as_of=2001-01-01").await;
    assert!(page.text.contains("Not found in this network as of that day"), "{}", page.text);
    let said = ask(&house, &anna, Request::get(format!("/api/v1/variants/{id}?as_of=2001-01-01")), Body::empty()).await;
    assert_eq!((said.status, &said.json()["statements"]), (StatusCode::OK, &serde_json::json!([])), "{}", said.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_an_address_does_not_have_is_refused() {
    let house = House::new().await;
    let anna = token(&house, "anna").await;
    for (path, parameter, meant) in [
        ("/api/v1/variants/17-43124027-ACT-A?as_off=2001-01-01", "as_off", "did you mean `as_of`?"),
        ("/api/v1/genes/BRCA1?limt=3", "limt", "it has `after`, `as_of`"),
        ("/api/v1/guidelines/acmg-amp?version=1", "version", "it has `as_of`"),
        ("/api/v1/peers?as_of=2001-01-01", "as_of", "send none"),
    ] {
        let refused = get(&house, &anna, path).await;
        let told = (refused.status, refused.header("content-type").to_owned());
        assert_eq!(told, (StatusCode::BAD_REQUEST, "application/problem+json".to_owned()), "{path}: {}", refused.text);
        let problem = refused.json();
        assert_eq!(problem["code"], "query.unknown_parameter");
        assert_eq!(problem["detail"], format!("this address has no parameter `{parameter}`"));
        assert_eq!(problem["remedy"], meant, "{path}");
    }
    let sent = ask(&house, &anna, Request::post("/api/v1/submissions?dryrun=true"), SHEET).await;
    assert_eq!((sent.status, &sent.json()["remedy"]), (StatusCode::BAD_REQUEST, &"did you mean `dry_run`?".into()));
    let sent = ask(&house, &anna, Request::post("/api/v1/submissions?dry_run=yes"), SHEET).await;
    let told = (sent.status, sent.header("content-type").to_owned());
    assert_eq!(told, (StatusCode::BAD_REQUEST, "application/problem+json".to_owned()), "{}", sent.text);
    assert_eq!(sent.json()["code"], "query.not_understood", "{}", sent.text);
    assert!(sent.json()["detail"].as_str().unwrap().contains("dry_run"), "{}", sent.text);
    assert_eq!(get(&house, &anna, "/api/v1/cases?limit=5").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_like_a_variant_stands_beside_it() {
    let house = House::new().await;
    let anna = token(&house, "anna").await;
    ask(&house, &anna, Request::post("/api/v1/submissions?file=cnv.csv"), COPY_NUMBERS).await;
    let asked = "/api/v1/variants/GRCh38%2017%3A43044000-43124500x1";
    let found = get(&house, &anna, asked).await.json();
    let [like] = found["nearby"]["equivalent"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(like["overlap_percent"], 97, "{like}");
    assert_eq!(found["nearby"]["rule"], "1");
    let sentence = found["aggregate"]["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("Not found in this network; similar ones are: 1 variant compared as one"),
        "{sentence}"
    );
    let mut browser = house.signed_in("anna").await;
    let page = browser.get("/variants/GRCh38%2017%3A43044000-43124500x1").await;
    for said in ["similar ones are: 1 variant compared as one with it", "97 %", "Equivalence rule, version 1"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let repeated = ask(&house, &anna, Request::post("/api/v1/submissions?file=cnv.csv"), COPY_NUMBERS).await.json();
    assert!(repeated["notice"].as_str().unwrap().starts_with("received before on 20"), "{repeated}");
}
