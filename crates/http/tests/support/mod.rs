//! A node with one laboratory and two people, and a browser's cookie jar.

#![expect(dead_code, clippy::unwrap_used, reason = "each test file uses a part; what fails here fails the test")]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use cairn_core::id::UserId;
use cairn_core::user::{User, UserRole};
use cairn_http::{App, Settings, password};
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_store::account;
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

pub const PASSWORD: &str = "four words make one";

/// A node in a folder of its own.
pub struct House {
    pub router: Router,
    pub node: Arc<Node>,
    _folder: tempfile::TempDir,
}

impl House {
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(DataFolder::new(folder.path()), World::real()).await.unwrap();
        for (name, people) in [
            ("Genetics North", [("anna", UserRole::ClinicalScientist), ("hedda", UserRole::LaboratoryHead)]),
            ("Genetics South", [("berta", UserRole::ClinicalScientist), ("otto", UserRole::Operator)]),
        ] {
            found(&node, name, &people).await;
        }
        let node = Arc::new(node);
        Self { router: cairn_http::router(App::new(node.clone(), settings)), node, _folder: folder }
    }

    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new(), host: None }
    }

    /// A browser in which this person is signed in.
    pub async fn signed_in(&self, username: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(username, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }
}

async fn found(node: &Node, name: &str, people: &[(&str, UserRole)]) {
    let laboratory = node.add_laboratory(name, None).await.unwrap().laboratory;
    let hash = password::hash(PASSWORD).unwrap();
    let mut writer = node.store().write().await.unwrap();
    for (username, role) in people {
        let user = User {
            id: UserId::from_random(rand::random()),
            laboratory: laboratory.id,
            username: (*username).to_owned(),
            name: format!("{} {name}", username.to_uppercase()),
            role: *role,
        };
        assert!(account::add(&mut writer, &user, &hash, node.now()).await.unwrap());
    }
    writer.commit().await.unwrap();
}

/// A router's answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: parts.status, headers: parts.headers, text }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The token that the forms of this page carry.
    pub fn csrf(&self) -> String {
        self.between(r#"name="csrf" value=""#, "\"")
    }

    pub fn between(&self, from: &str, to: &str) -> String {
        let start = self.text.find(from).unwrap_or_else(|| panic!("no {from} in {}", self.text)) + from.len();
        self.text[start..].split(to).next().unwrap().to_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}", self.text))
    }
}

/// What keeps cookies and follows no redirect.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    host: Option<String>,
}

impl Browser {
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if let Some(host) = &self.host {
            request.headers_mut().insert(header::HOST, host.parse().unwrap());
        }
        let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !jar.is_empty() {
            request.headers_mut().insert(header::COOKIE, jar.join("; ").parse().unwrap());
        }
        let answer = Answer::of(self.router.clone().oneshot(request).await.unwrap()).await;
        for given in answer.headers.get_all(header::SET_COOKIE) {
            let pair = given.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Says under which name it reaches the node.
    pub fn host(&mut self, host: &str) {
        self.host = Some(host.to_owned());
    }

    pub fn put_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub fn cookie(&self, name: &str) -> String {
        self.cookies.get(name).cloned().unwrap_or_default()
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<_> = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.join("&").into())
            .unwrap();
        self.send(request).await
    }

    /// Sends JSON as a page's own script does, with the token of its forms.
    pub async fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Answer {
        let csrf = self.get("/account").await.csrf();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-csrf-token", csrf)
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    pub async fn sign_in(&mut self, username: &str, password: &str) -> Answer {
        self.sign_in_with_code(username, password, "").await
    }

    pub async fn sign_in_with_code(&mut self, username: &str, password: &str, code: &str) -> Answer {
        let csrf = self.get("/sign-in").await.csrf();
        let form = [
            ("csrf", csrf.as_str()),
            ("username", username),
            ("password", password),
            ("code", code),
            ("next", "/account"),
        ];
        self.post("/sign-in", &form).await
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
