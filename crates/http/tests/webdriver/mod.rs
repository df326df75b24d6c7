//! A browser to test with: Debian's Chromium, driven over the WebDriver protocol (W3C) with the
//! few calls we need. `None` where it is not installed.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use base64::Engine;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long an element may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Chromium {
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

/// An element of the page.
#[derive(Clone)]
pub struct Element(String);

#[allow(dead_code, reason = "each test file uses a part")]
impl Chromium {
    /// A fresh browser; `None` with a printed line where there is none.
    pub fn start() -> Option<Self> {
        let driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let (Ok(mut driver), Some(binary)) = (driver, browser()) else {
            println!("skipped: chromium and chromedriver are not installed");
            return None;
        };
        let port = port_of(&mut driver);
        let profile = tempfile::tempdir().unwrap();
        let mut chromium = Self { driver, port, session: String::new(), _profile: profile };
        let folder = format!("--user-data-dir={}", chromium._profile.path().display());
        let mut arguments = vec![folder.as_str(), "--window-size=1280,1000", "--hide-scrollbars"];
        arguments.extend([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            // A page that still scrolls is clicked beside the button.
            "--force-prefers-reduced-motion",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]);
        let options = json!({"binary": binary, "args": arguments});
        let wanted = json!({"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}});
        let made = chromium.call("POST", "/session", &wanted);
        chromium.session = made["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {made}")).to_owned();
        Some(chromium)
    }

    pub fn open(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    pub fn url(&self) -> String {
        self.get("/url").as_str().unwrap().to_owned()
    }

    /// The first element that matches, once there is one.
    pub fn find(&self, css: &str) -> Element {
        let begun = Instant::now();
        loop {
            if let Some(found) = self.find_all(css).into_iter().next() {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "no `{css}` at {} in\n{}", self.url(), self.text_now("body"));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn find_all(&self, css: &str) -> Vec<Element> {
        let found = self.post("/elements", &json!({"using": "css selector", "value": css}));
        let ids = found.as_array().into_iter().flatten().filter_map(|element| element[ELEMENT].as_str());
        ids.map(|id| Element(id.to_owned())).collect()
    }

    /// The text of the first element that matches, as a reader sees it.
    #[allow(dead_code, reason = "each test file uses a part")]
    pub fn text(&self, css: &str) -> String {
        self.find(css);
        self.text_now(css)
    }

    /// The same at this moment; empty while there is no such element. One call, so that a page that
    /// is being replaced gives the old text or the new one, never an error.
    fn text_now(&self, css: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let text = self.post("/execute/sync", &json!({"script": script, "args": [css]}));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the first element that matches holds this text.
    pub fn wait_for_text(&self, css: &str, wanted: &str) -> String {
        let begun = Instant::now();
        loop {
            let text = self.text_now(css);
            if text.contains(wanted) {
                return text;
            }
            assert!(begun.elapsed() < PATIENCE, "no `{wanted}` in\n{text}\nat {}", self.url());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn click(&self, css: &str) {
        let element = self.find(css);
        self.post(&format!("/element/{}/click", element.0), &json!({}));
    }

    /// Types into the first element that matches; a file field takes a path.
    pub fn type_into(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.post(&format!("/element/{}/value", element.0), &json!({ "text": text }));
    }

    /// Chooses the option with this value in a select field.
    pub fn choose(&self, css: &str, value: &str) {
        self.click(&format!("{css} option[value='{value}']"));
    }

    /// Presses keys where the focus is; special keys are WebDriver's private characters.
    pub fn press(&self, keys: &str) {
        let strokes: Vec<_> = keys
            .chars()
            .flat_map(|key| [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})])
            .collect();
        self.post("/actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]}));
    }

    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// What axe-core finds wrong with the page, a line each.
    pub fn check_with(&self, axe: &str) -> String {
        self.run(axe);
        let script = "const done = arguments[arguments.length - 1]; axe.run(document).then((found) => done(found.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html + ' ' + (node.failureSummary || '')).slice(0, 3).join(' | ')).join('\\n')), (why) => done(String(why)));";
        let found = self.post("/execute/async", &json!({"script": script, "args": []}));
        found.as_str().unwrap_or_default().to_owned()
    }

    /// Calls the browser's own protocol.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// The whole page as PNG, at this width, in this scheme (`light`, `dark`) and medium
    /// (`screen`, `print`).
    pub fn picture(&self, width: u32, scheme: &str, medium: &str) -> Vec<u8> {
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({"media": medium, "features": [{"name": "prefers-color-scheme", "value": scheme}]}),
        );
        let size = |height| json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", &size(900));
        let height = self.run("return document.documentElement.scrollHeight").as_u64().unwrap_or(900);
        let height = u32::try_from(height).unwrap().clamp(600, 4000);
        self.devtools("Emulation.setDeviceMetricsOverride", &size(height));
        let shot = self.devtools("Page.captureScreenshot", &json!({"format": "png"}));
        self.devtools("Emulation.clearDeviceMetricsOverride", &json!({}));
        self.devtools("Emulation.setEmulatedMedia", &json!({"media": "", "features": []}));
        base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()
    }

    /// Looks closely at the page: by axe-core with `CAIRN_AXE=axe.min.js`, and as pictures in the
    /// folder `CAIRN_SCREENSHOTS`, wide and narrow, light, dark and print.
    pub fn pictures(&self, name: &str) {
        if let Some(axe) = std::env::var_os("CAIRN_AXE") {
            let found = self.check_with(&std::fs::read_to_string(axe).unwrap());
            assert!(found.is_empty(), "{name}: {found}");
        }
        let Some(folder) = std::env::var_os("CAIRN_SCREENSHOTS").map(std::path::PathBuf::from) else { return };
        for (width, scheme, medium) in
            [(1280, "light", ""), (400, "light", ""), (1280, "dark", ""), (1280, "light", "print")]
        {
            let path = folder.join(format!("{name}-{width}-{scheme}{medium}.png"));
            std::fs::write(path, self.picture(width, scheme, medium)).unwrap();
        }
    }

    /// Plugs a virtual authenticator in that recognises its person (Web Authentication Level 2, 11); its id.
    #[allow(dead_code, reason = "each test file uses a part")]
    pub fn add_authenticator(&self) -> String {
        let wanted = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        self.post("/webauthn/authenticator", &wanted).as_str().unwrap().to_owned()
    }

    /// Forgets the cookies of every site.
    #[allow(dead_code, reason = "each test file uses a part")]
    pub fn forget_cookies(&self) {
        self.devtools("Network.clearBrowserCookies", &json!({}));
    }

    /// The credentials in an authenticator.
    #[allow(dead_code, reason = "each test file uses a part")]
    pub fn credentials(&self, authenticator: &str) -> Value {
        self.get(&format!("/webauthn/authenticator/{authenticator}/credentials"))
    }

    /// Pulls an authenticator out.
    #[allow(dead_code, reason = "each test file uses a part")]
    pub fn remove_authenticator(&self, authenticator: &str) {
        let path = format!("/session/{}/webauthn/authenticator/{authenticator}", self.session);
        self.call("DELETE", &path, &Value::Null);
    }

    fn get(&self, path: &str) -> Value {
        self.call("GET", &format!("/session/{}{path}", self.session), &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("/session/{}{path}", self.session), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let length = body.len();
        stream.set_read_timeout(Some(3 * PATIENCE)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let json = body_of(BufReader::new(stream));
        let answer: Value = serde_json::from_str(&json).unwrap_or_else(|why| panic!("{why}: {json}"));
        let value = answer["value"].clone();
        assert!(value["error"].is_null(), "{method} {path} {body}: {} {}", value["error"], value["message"]);
        value
    }
}

/// The body of an answer: as many bytes as it announces, for chromedriver keeps connections open.
fn body_of(mut stream: BufReader<TcpStream>) -> String {
    let (mut length, mut line) = (0, String::new());
    while stream.read_line(&mut line).unwrap() > 2 {
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

fn browser() -> Option<String> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.exists())
        .map(|path| path.display().to_string())
}

fn port_of(driver: &mut Child) -> u16 {
    let output = driver.stdout.take().unwrap();
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("started successfully on port")).unwrap();
    line.trim_end_matches('.').rsplit(' ').next().unwrap().parse().unwrap()
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Ending the session ends the browser; a driver that is killed first would leave it behind.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let _ = write!(stream, "DELETE /session/{} HTTP/1.1\r\nHost: localhost\r\n\r\n", self.session);
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
