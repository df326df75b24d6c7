//! What a node writes to its log, with every line of its own turned on: nothing that somebody sent or looked for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

/// Planted where people and laboratories write: in names, files, searches, headers, passwords. None of it is a word of
/// the program.
const CANARIES: [&str; 8] = [
    "Kanariaperson",
    "Kanariacase",
    "Kanariaterm",
    "Kanariasearch",
    "Kanariapassword",
    "Kanariatoken",
    "Kanariakey",
    "Kanariacookie",
];

fn cairn(data: &Path, arguments: &[&str], input: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.env("CAIRN_DATA", data).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn nothing_planted_is_in_a_log() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("node");
    cairn(&data, &["init", &data.to_string_lossy(), "--lab", "North Lab"], "");
    cairn(&data, &["user", "add", "kanariaperson", "--lab", "North Lab"], "Kanariapassword long enough\n");
    let log = std::fs::File::create(place.path().join("log")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.arg("serve").arg("--data").arg(&data).args(["--listen", "127.0.0.1:0"]);
    command.env("RUST_LOG", "info,cairn=trace,cairn_http=trace,cairn_node=trace,cairn_store=trace,sqlx=debug");
    command.env("CAIRN_LOG", "json");
    let mut node = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(node.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit_once("http://").unwrap().1.to_owned();

    let close = format!("Host: {address}\r\nConnection: close\r\n");
    let form = |path: &str, body: &str| {
        let length = body.len();
        let kind = "Content-Type: application/x-www-form-urlencoded";
        ask(&address, &format!("POST {path} HTTP/1.1\r\n{close}{kind}\r\nContent-Length: {length}\r\n\r\n{body}"))
    };
    let get = |path: &str, headers: &str| ask(&address, &format!("GET {path} HTTP/1.1\r\n{close}{headers}\r\n"));
    assert!(get("/livez", "").contains("alive"));
    form("/sign-in", "username=Kanariaperson&password=Kanariapassword");
    let signed_in = form("/sign-in", "username=kanariaperson&password=Kanariapassword+long+enough");
    let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_default();
    let session = cookie.split(';').next().unwrap_or_default();
    for path in
        ["/search?q=Kanariasearch", "/variants/Kanariasearch", "/api/v1/variants/Kanariasearch", "/cases/Kanariacase"]
    {
        get(path, &format!("Cookie: {session}\r\n"));
        get(path, "Authorization: Bearer Kanariatoken\r\nCookie: cairn-session=Kanariacookie\r\n");
    }
    let sheet = "Case,Gene,HGVS,Classification,Phenotype,Comment\n\
        Kanariacase,NF1,not a variant Kanariaterm,Kanariaterm,Kanariaterm,seen by Kanariaperson\n";
    for headers in [format!("Cookie: {session}"), "Authorization: Bearer Kanariatoken".to_owned()] {
        let length = sheet.len();
        ask(
            &address,
            &format!(
                "POST /api/v1/submissions?file=Kanariaperson.csv HTTP/1.1\r\n{close}{headers}\r\nIdempotency-Key: Kanariakey\r\nContent-Length: {length}\r\n\r\n{sheet}"
            ),
        );
    }
    form("/oauth2/token", "grant_type=client_credentials&client_id=Kanariaperson&client_secret=Kanariatoken");
    // What lands: an import by the same program beside the one that serves.
    let file = place.path().join("Kanariaperson.csv");
    std::fs::write(&file, "Case,Gene,Assembly,Chr,Pos,Ref,Alt,Zygosity,Phenotype\nKanariacase,NF1,GRCh38,9,77,A,G,heterozygous,Kanariaterm\n")
        .unwrap();
    cairn(&data, &["import", &file.to_string_lossy()], "");
    let metrics = get("/metrics", "");
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert!(Command::new("kill").args(["-TERM", &node.id().to_string()]).status().unwrap().success());
    assert!(node.wait().unwrap().success());

    let log = std::fs::read_to_string(place.path().join("log")).unwrap();
    assert!(log.lines().any(|line| line.contains("\"route\":\"/api/v1/submissions\"")), "requests are logged: {log}");
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "each line is JSON");
    for canary in CANARIES {
        let lower = canary.to_lowercase();
        let found = log.lines().chain(metrics.lines()).find(|line| line.to_lowercase().contains(&lower));
        assert_eq!(found, None, "{canary} is in the log");
    }
    for session in session.split('=').skip(1).filter(|secret| secret.len() > 8) {
        assert!(!log.contains(session), "the session is in the log");
    }
    for name in
        ["cairn_ledger_unsealed", "cairn_disk_free_bytes", "cairn_shed_total", "cairn_jobs", "cairn_submissions_total"]
    {
        assert!(metrics.contains(name), "{name}: {metrics}");
    }
}
