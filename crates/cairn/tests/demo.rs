//! The demo as a new user starts it: once, again, and after a stop in the middle.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

struct Demo {
    child: Child,
    address: String,
}

impl Demo {
    /// Starts the demo and waits until it says where it is.
    fn start(data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
        command.arg("demo").arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let said = lines.find_map(|line| line.strip_prefix("Cairn demo at http://").map(str::to_owned));
        // The rest is read so that the demo does not wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { address: said.expect("the demo says its address"), child }
    }

    fn get(&self, path: &str, token: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: demo\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Demo {
    /// Asks until the answer is as it should be, or a minute is over; the last answer comes back.
    fn until(&self, path: &str, token: &str, holds: impl Fn(&str) -> bool) -> String {
        for _ in 0..120 {
            let answer = self.get(path, token);
            if holds(&answer) {
                return answer;
            }
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        panic!("{path} does not become what it should be")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn credentials(data: &Path) -> Vec<serde_json::Value> {
    serde_json::from_slice(&std::fs::read(data.join("credentials.json")).unwrap()).unwrap()
}

#[test]
fn a_demo_starts_again_with_the_same_people_and_data() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("demo");
    // A first start that is stopped while it loads.
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.arg("demo").arg("--data").arg(&data).args(["--listen", "127.0.0.1:0"]);
    let mut stopped = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let loading = BufReader::new(stopped.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(loading.take(2).count() == 2, "two files were begun");
    stopped.kill().unwrap();
    stopped.wait().unwrap();
    assert!(!data.join("credentials.json").exists());

    let first = Demo::start(&data);
    assert!(first.get("/healthz", "").starts_with("HTTP/1.1 200"));
    let people = credentials(&data);
    assert_eq!(people[0]["role"], "clinical_scientist");
    assert!(people[0]["url"].as_str().unwrap().ends_with(&first.address));
    // Real laboratories differ in it, on BRCA1 too.
    let token = people[0]["token"].as_str().unwrap();
    let differing = first.get("/api/v1/discordances?gene=BRCA1", token);
    assert!(differing.contains(r#""grade":"uncertain_benign""#) && differing.contains("ENIGMA"), "{differing}");
    // The person of the first entry has work: real changes, real differences, real uncertain variants.
    let notices = first.get("/api/v1/notices", token);
    assert!(notices.contains(r#""cause":"summary""#) && notices.contains(r#""cause":"statement""#), "{notices}");
    let uncertain = first.get("/api/v1/worklists/vus", token);
    assert!(uncertain.contains(r#""ranked":[{"#), "{uncertain}");
    let own = first.get("/api/v1/discordances?laboratory=demo-clinical-genomics-laboratory", token);
    assert!(own.contains("Demo Clinical Genomics Laboratory"), "{own}");
    // What was known in 2015 is not what is known now.
    let then = first.get("/api/v1/alerts?as_of=2016-01-01", token);
    let now = first.get("/api/v1/alerts", token);
    assert!(then.contains(r#""alerts":[]"#) && !now.contains(r#""alerts":[]"#), "{then}");
    // A draft in the making that the scientist continues, and one that waits for a second person.
    let drafts = first.get("/api/v1/drafts", token);
    let body: serde_json::Value = serde_json::from_str(drafts.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let states: Vec<_> = body.as_array().unwrap().iter().map(|one| one["signatures"].as_u64().unwrap()).collect();
    assert_eq!(states.iter().filter(|signed| **signed == 0).count(), 1, "{drafts}");
    assert_eq!(states.iter().filter(|signed| **signed == 1).count(), 1, "{drafts}");
    // Other nodes: what a laboratory of the south says is here, signed by it, and differs from ENIGMA.
    let south = people.iter().find(|person| person["username"] == "south").unwrap();
    assert!(!south["url"].as_str().unwrap().ends_with(&first.address) && data.join("nodes/south").is_dir());
    let is_here = |answer: &str| answer.contains(r#""from_node":{"node":"Demo South""#);
    let here = first.until("/api/v1/variants/NM_007294.3:c.5152+85del", token, is_here);
    assert!(here.contains(r#""by":"Demo Hub""#) && here.contains(r#""peers":[{"peer":"Demo Hub""#), "not over the hub");
    let is_whole = |answer: &str| answer.contains(r#""received":49"#) && answer.contains(r#""reason":"gene""#);
    first.until("/api/v1/peers", token, is_whole);
    drop(first);

    let second = Demo::start(&data);
    let again = credentials(&data);
    for (before, after) in people.iter().zip(&again) {
        assert_eq!((&before["password"], &before["token"]), (&after["password"], &after["token"]));
    }
    assert!(again[0]["url"].as_str().unwrap().ends_with(&second.address));
}
