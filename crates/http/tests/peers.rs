//! The page and the API of the other nodes, and who did not answer a look-up.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use axum::http::StatusCode;
use cairn_http::{App, Settings};
use cairn_node::Node;
use cairn_node::federation::{Federation, PeerSettings};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_protocol::Terms;
use std::time::Duration;
use support::House;

/// The pairing text of another node, at an address where nobody listens.
async fn another() -> String {
    let place = tempfile::tempdir().unwrap();
    let node = Node::open(DataFolder::new(place.path()), World::real()).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    node.invitation("Genetics West", &listener.local_addr().unwrap().to_string()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_peers_says_so_and_asks_nobody() {
    let house = House::new().await;
    let mut browser = house.signed_in("anna").await;
    let page = browser.get("/peers").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("This node speaks with no other node."), "{}", page.text);
    let answer = browser.get("/api/v1/variants/17-43045712-T-C").await.json();
    assert!(answer.get("peers").is_none(), "{answer}");
    assert_eq!(house.browser().get("/api/v1/peers").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_does_not_answer_is_named_where_it_matters() {
    let mut house = House::new().await;
    house.node.add_peer(&another().await, &Terms::for_care(), None).await.unwrap();
    let settings = PeerSettings { pause: Duration::from_millis(50), ..PeerSettings::default() };
    let federation = Federation::new(house.node.as_ref().clone(), settings).unwrap();
    let running = tokio::spawn(federation.clone().run());
    let settings = Settings { federation: Some(federation.clone()), ..Settings::default() };
    house.router = cairn_http::router(App::new(house.node.clone(), settings));
    let mut browser = house.signed_in("anna").await;
    while browser.get("/api/v1/peers").await.json()["peers"][0]["failure"].is_null() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let standing = browser.get("/api/v1/peers").await.json();
    assert_eq!(standing["node"], federation.id().to_string());
    assert_eq!(
        (&standing["peers"][0]["name"], &standing["peers"][0]["state"]),
        (&"Genetics West".into(), &"active".into())
    );
    let page = browser.get("/peers").await.text;
    assert!(
        page.contains("Genetics West") && page.contains("not signed by both yet") && page.contains("not reached"),
        "{page}"
    );
    let answer = browser.get("/api/v1/variants/17-43045712-T-C").await.json();
    assert_eq!(answer["peers"][0]["peer"], "Genetics West");
    assert_eq!(answer["peers"][0]["answered"], false);
    let page = browser.get("/variants/17-43045712-T-C").await.text;
    assert!(page.contains("did not answer") && page.contains("Genetics West"), "{page}");
    let region = browser.get("/api/v1/regions/17:43045000-43046000").await.json();
    assert_eq!(region["peers"][0]["answered"], false);
    assert_eq!(region["peers"][0]["failure"], "not reached: it was not reached last time");
    let page = browser.get("/regions/17:43045000-43046000").await.text;
    assert!(page.contains("Other nodes, asked just now") && page.contains("did not answer: not reached"), "{page}");
    let page = browser.get("/phenotypes/HP:0001250").await.text;
    assert!(page.contains("Similar cases on other nodes") && page.contains("did not answer: not reached"), "{page}");
    let ask = serde_json::json!({"features": ["HP:0001250"]});
    let matches = browser.post_json("/api/v1/matches", &ask).await.json();
    assert_eq!(
        (&matches["peers"][0]["peer"], &matches["peers"][0]["answered"]),
        (&"Genetics West".into(), &false.into())
    );
    let wrong = browser.post_json("/api/v1/matches", &serde_json::json!({"features": ["seizures"]})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.text.contains("seizures"), "what was asked is not said again: {}", wrong.text);
    running.abort();
}
