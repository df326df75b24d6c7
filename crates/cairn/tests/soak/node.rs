//! A node of the real program: made, started, killed, asked.

use crate::http::{self, Answer};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_cairn");

/// A node's folder with a system that may contribute.
pub(crate) struct Node {
    pub(crate) data: PathBuf,
    client: String,
    secret: String,
}

/// The program, serving a node.
pub(crate) struct Serving {
    child: Child,
    /// Kept open: a program whose output nobody takes ends when it says something more.
    _said: Option<BufReader<ChildStdout>>,
    pub(crate) address: String,
    token: String,
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs the program to its end.
pub(crate) fn cairn(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.env("CAIRN_DATA", data).args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[track_caller]
pub(crate) fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(output));
    text(output)
}

impl Node {
    /// Makes a node with a laboratory and a system of it.
    pub(crate) fn make(data: &Path) -> Self {
        Self::of(data, "North Lab")
    }

    /// The same, of a laboratory of this name.
    pub(crate) fn of(data: &Path, laboratory: &str) -> Self {
        let path = data.to_string_lossy().into_owned();
        done(&cairn(data, &["init", &path, "--lab", laboratory]));
        done(&cairn(data, &["user", "add", "anna", "--lab", laboratory]));
        let said = done(&cairn(
            data,
            &["client", "add", "Laboratory system", "--user", "anna", "--scope", "read contribute curate"],
        ));
        let after = |label: &str| said.lines().find_map(|line| line.strip_prefix(label)).unwrap().trim().to_owned();
        Self { data: data.to_owned(), client: after("client id:"), secret: after("client secret:") }
    }

    /// The same node in another folder.
    pub(crate) fn moved(&self, data: &Path) -> Self {
        Self { data: data.to_owned(), client: self.client.clone(), secret: self.secret.clone() }
    }

    /// Starts it, as an argument of other programs where some are named.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("serve").arg("--data").arg(&self.data).args(["--listen", "127.0.0.1:0"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts it and waits until it answers.
    pub(crate) fn start(&self) -> Serving {
        let mut serving = self.start_unasked();
        serving.token = serving.ask_token(self);
        serving
    }

    /// Starts it and waits until it listens.
    fn start_unasked(&self) -> Serving {
        self.spawn(self.command())
    }

    /// Starts it by a command that prints what `cairn serve` prints, and waits until it answers.
    pub(crate) fn start_by(&self, command: Command) -> Serving {
        let mut serving = self.spawn(command);
        serving.token = serving.ask_token(self);
        serving
    }

    fn spawn(&self, mut command: Command) -> Serving {
        // With a log on the trial's own output where somebody wants to read it.
        let log = if std::env::var_os("CAIRN_SOAK_LOG").is_some() { Stdio::inherit() } else { Stdio::null() };
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let _ = said.read_line(&mut line);
        let address = line.trim().rsplit_once("http://").map(|(_, address)| address.to_owned());
        match address {
            Some(address) => Serving { child, _said: Some(said), address, token: String::new() },
            None => panic!("the node did not start: {line}{}", text(&self.command().output().unwrap())),
        }
    }

    /// Runs `cairn serve` until it refuses; what it said.
    pub(crate) fn refuses_to_start(&self) -> Result<String, String> {
        let mut child = self.command().spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > until {
                child.kill().unwrap();
                return Err("it serves".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let output = child.wait_with_output().unwrap();
        if output.status.success() { Err(text(&output)) } else { Ok(text(&output)) }
    }

    /// Checks record and ledger as an operator does.
    #[track_caller]
    pub(crate) fn is_whole(&self) {
        for command in ["fsck", "verify"] {
            let output = cairn(&self.data, &[command]);
            assert!(output.status.success(), "cairn {command}: {}", text(&output));
        }
    }
}

impl Serving {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn ask_token(&self, node: &Node) -> String {
        let body = format!("grant_type=client_credentials&client_id={}&client_secret={}", node.client, node.secret);
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = http::ask(&self.address, "POST", "/oauth2/token", headers, body.as_bytes());
        let answer = answer.expect("the node answers");
        answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }

    /// The header that says who asks.
    pub(crate) fn authorization(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.token)
    }

    pub(crate) fn get(&self, path: &str) -> Option<Answer> {
        http::ask(&self.address, "GET", path, &self.authorization(), b"")
    }

    /// Sends a sheet under its key.
    pub(crate) fn send(&self, sheet: &Sheet) -> Option<Answer> {
        send(&self.address, &self.authorization(), sheet)
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits.
    pub(crate) fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "it stops in order");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a sheet under its key to an address.
pub(crate) fn send(address: &str, authorization: &str, sheet: &Sheet) -> Option<Answer> {
    let path = format!("/api/v1/submissions?file={}.csv", sheet.key);
    let headers = format!("{authorization}Idempotency-Key: {}\r\nContent-Type: text/csv\r\n", sheet.key);
    http::ask(address, "POST", &path, &headers, sheet.text.as_bytes())
}

/// A file of a laboratory, and the key it is sent under.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    pub(crate) key: String,
    pub(crate) text: String,
}

impl Sheet {
    /// Rows that no other number has.
    pub(crate) fn new(number: usize, rows: usize) -> Self {
        let mut text = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID\n".to_owned();
        for row in 0..rows {
            let position = 1_000_000 + number * 1_000 + row;
            let condition = number % 7;
            writeln!(text, "NF1,GRCh38,9,{position},A,G,Benign,Condition {condition},R{number}-{row}").unwrap();
        }
        Self { key: format!("sheet-{number}"), text }
    }
}

/// What the node said it keeps: key of a sheet and accession.
pub(crate) type Acknowledged = BTreeMap<String, String>;

/// Notes an acknowledgement; the same key has the same accession whenever it is sent.
#[track_caller]
pub(crate) fn note(acknowledged: &mut Acknowledged, sheet: &Sheet, answer: &Answer) {
    assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    let accession = answer.json()["accession"].as_str().unwrap().to_owned();
    let before = acknowledged.entry(sheet.key.clone()).or_insert_with(|| accession.clone());
    assert_eq!(*before, accession, "{} has one accession whenever it is sent", sheet.key);
}

/// Every sheet is there once with its exact bytes, every row once in its first version; nothing else is there.
pub(crate) fn holds_exactly(node: &Node, sheets: &[Sheet], acknowledged: &Acknowledged) {
    use cairn_store::{entry, laboratory, serial, statement, submission};
    let work = async {
        let folder = cairn_node::folder::DataFolder::new(&node.data);
        let opened = cairn_node::Node::open(folder, cairn_node::world::World::real()).await.unwrap();
        let mut reader = opened.store().read().await.unwrap();
        let as_of = entry::now(&mut reader).await.unwrap();
        let lab = laboratory::find(&mut reader, "north-lab").await.unwrap().unwrap();
        let sent = submission::of_laboratory(&mut reader, lab.serial, as_of, None, 1_000_000).await.unwrap();
        assert_eq!(sent.len(), sheets.len(), "a sheet is one submission");
        let mut rows = 0;
        for one in &sent {
            let accession = one.submission.accession.to_string();
            let file = one.submission.source.file.clone().unwrap();
            let sheet = sheets.iter().find(|sheet| format!("{}.csv", sheet.key) == file).unwrap();
            assert_eq!(acknowledged.get(&sheet.key), Some(&accession), "{file}");
            let bytes = submission::content(&mut reader, opened.keys(), one.serial).await.unwrap().unwrap();
            assert_eq!(bytes, sheet.text.as_bytes(), "{file}");
            rows += sheet.text.lines().count() - 1;
        }
        let first = serial::StatementSerial::new(0);
        let all = statement::of_laboratory(&mut reader, lab.serial, as_of, first, 10_000_000).await.unwrap();
        assert_eq!(all.len(), rows, "a row is one statement");
        assert!(all.iter().all(|said| said.statement.version == 1), "and has one version");
        let distinct: HashSet<_> = acknowledged.values().collect();
        assert_eq!(distinct.len(), acknowledged.len());
        drop(reader);
        opened.store().close().await;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(work);
}
