//! More is asked than the node can do: what it does answer it answers as fast as before, the rest is told to come back,
//! and look-ups do not wait behind imports. Slow senders, heads that never end and altered cursors hold nothing up.

use crate::http;
use crate::node::{Acknowledged, Node, Serving, Sheet, note, send};
use crate::trial::Trial;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Callers that keep the node busy without asking for more than it can.
const BUSY: usize = 8;
/// Callers who ask for far more than it can.
const CROWD: usize = 450;
/// Variants that are asked for in turn.
const VARIANTS: usize = 10;

#[test]
fn overload() {
    let trial = Trial::new("overload", 2);
    let seconds = Duration::from_secs(trial.rounds as u64);
    let place = tempfile::tempdir().unwrap();
    let node = Node::make(&place.path().join("node"));
    let serving = node.start();
    let first = Sheet::new(0, VARIANTS);
    note(&mut Acknowledged::new(), &first, &serving.send(&first).expect("it answers"));

    look_up(&serving, BUSY, Duration::from_secs(1));
    let alone = look_up(&serving, BUSY, seconds);
    // More callers than a lane holds, who ask on at once when they are answered.
    let crowd = look_up(&serving, CROWD, seconds);
    let goodput = crowd.answered as f64 / alone.answered as f64;
    // A short run on a machine that has other work as well says nothing of speed.
    let is_long = trial.rounds > 2;
    assert!(crowd.shed > 0, "nobody was sent away: {crowd:?}");
    assert_eq!(crowd.other, 0, "an answer is 200, 429 or 503: {crowd:?}");
    assert!(!is_long || goodput >= 0.9, "{alone:?} {crowd:?}");

    let beside = look_up_beside_imports(&serving, seconds);
    let slowest = alone.p99.max(Duration::from_millis(5)) * 20;
    assert!(!is_long || beside.p99 < slowest, "look-ups wait behind imports: {alone:?} {beside:?}");
    assert_eq!(beside.shed, 0, "imports sent look-ups away: {beside:?}");

    limits(&serving, is_long);
    serving.stop();
    node.is_whole();
    trial.passed(&format!(
        "look-ups a second: {:.0} from {BUSY} callers, {:.0} from {CROWD} ({:.0} % goodput; {} sent away with 429 or 503 and Retry-After); p99 {:.1} ms alone, {:.1} ms beside imports at full speed; limits on heads, bodies, keys and cursors hold",
        alone.answered as f64 / seconds.as_secs_f64(),
        crowd.answered as f64 / seconds.as_secs_f64(),
        goodput * 100.0,
        crowd.shed,
        alone.p99.as_secs_f64() * 1000.0,
        beside.p99.as_secs_f64() * 1000.0,
    ));
}

#[derive(Debug, Default)]
struct Load {
    answered: usize,
    shed: usize,
    other: usize,
    p99: Duration,
}

/// Looks up from many callers at one time, each on a connection of its own that stays open.
fn look_up(serving: &Serving, callers: usize, during: Duration) -> Load {
    let until = Instant::now() + during;
    let ask = |caller: usize| {
        let (mut load, mut times) = (Load::default(), Vec::new());
        let mut connection = Connection::open(serving);
        let mut number = caller;
        while Instant::now() < until {
            number += 1;
            let path = format!("/api/v1/variants/GRCh38%209-{}-A-G", 1_000_000 + number % VARIANTS);
            let begun = Instant::now();
            match connection.get(&path) {
                Some((200, _)) => {
                    load.answered += 1;
                    times.push(begun.elapsed());
                }
                Some((429 | 503, pause)) => {
                    load.shed += 1;
                    let pause = Duration::from_secs(pause.expect("who is sent away is told for how long"));
                    std::thread::sleep(pause.min(until.saturating_duration_since(Instant::now())));
                }
                _ => load.other += 1,
            }
        }
        (load, times)
    };
    let mut all = Load::default();
    let mut times = Vec::new();
    std::thread::scope(|scope| {
        let ask = &ask;
        let asking: Vec<_> = (0..callers).map(|caller| scope.spawn(move || ask(caller))).collect();
        for one in asking {
            let (load, took) = one.join().unwrap();
            all.answered += load.answered;
            all.shed += load.shed;
            all.other += load.other;
            times.extend(took);
        }
    });
    times.sort();
    all.p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    all
}

/// Looks up while as many sheets are sent as the node takes, and lists are read.
fn look_up_beside_imports(serving: &Serving, during: Duration) -> Load {
    let (ended, sent) = (AtomicBool::new(false), AtomicUsize::new(1000));
    let mut load = Load::default();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while !ended.load(Relaxed) {
                    let sheet = Sheet::new(sent.fetch_add(1, Relaxed), 200);
                    let answer = send(&serving.address, &serving.authorization(), &sheet);
                    assert!(answer.is_some_and(|answer| matches!(answer.status, 201 | 429 | 503)));
                    let _ = serving.get("/api/v1/discordances");
                }
            });
        }
        load = look_up(serving, 4, during);
        ended.store(true, Relaxed);
    });
    load
}

/// A connection that stays open.
struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Connection {
    fn open(serving: &Serving) -> Self {
        let stream = TcpStream::connect(&serving.address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let head = format!("Host: {}\r\n{}\r\n", serving.address, serving.authorization());
        Self { stream: BufReader::new(stream), head }
    }

    /// The status, and the seconds after which to come back.
    fn get(&mut self, path: &str) -> Option<(u16, Option<u64>)> {
        let request = format!("GET {path} HTTP/1.1\r\n{}", self.head);
        self.stream.get_mut().write_all(request.as_bytes()).ok()?;
        let mut line = String::new();
        self.stream.read_line(&mut line).ok()?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let (mut length, mut pause) = (0, None);
        loop {
            line.clear();
            self.stream.read_line(&mut line).ok()?;
            let field = line.trim_end().to_ascii_lowercase();
            if field.is_empty() {
                break;
            }
            if let Some(value) = field.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if let Some(value) = field.strip_prefix("retry-after:") {
                pause = value.trim().parse().ok();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        Some((status, pause))
    }
}

/// What a hostile or broken caller does.
fn limits(serving: &Serving, waits_for_pace: bool) {
    let authorization = serving.authorization();
    // Ten thousand header fields, and one without an end.
    let many: String = (0..10_000).map(|n| format!("X-{n}: 1\r\n")).collect();
    let refused = http::ask(&serving.address, "GET", "/livez", &many, b"");
    assert!(refused.is_none_or(|answer| answer.status == 431), "too many fields");
    let long = format!("X: {}\r\n", "a".repeat(1 << 20));
    let refused = http::ask(&serving.address, "GET", "/livez", &long, b"");
    assert!(refused.is_none_or(|answer| answer.status == 431), "a field without an end");

    // One key with two contents.
    let mut sheet = Sheet::new(5000, 2);
    assert_eq!(serving.send(&sheet).expect("it answers").status, 201);
    sheet.text += "NF1,GRCh38,9,77,A,G,Benign,Other,R\n";
    let conflict = serving.send(&sheet).expect("it answers");
    assert_eq!(conflict.status, 409, "{conflict:?}");
    assert_eq!(conflict.json()["code"], "submission.key_reused");

    // Cursors that nobody gave out.
    for query in ["after=-1", "after=99999999999999999999", "after=x", "limit=0", "limit=4294967296"] {
        let answer = serving.get(&format!("/api/v1/alerts?{query}")).expect("it answers");
        assert!(matches!(answer.status, 200 | 400 | 422), "{query}: {answer:?}");
    }

    // A sender that promises more than it sends holds up nobody else.
    let mut slow = Vec::new();
    for _ in 0..80 {
        let mut stream = TcpStream::connect(&serving.address).unwrap();
        let head = format!(
            "POST /api/v1/submissions?file=slow.csv HTTP/1.1\r\nHost: {}\r\n{authorization}Content-Length: 1000000\r\n\r\nGene",
            serving.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        slow.push(stream);
    }
    let idle: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(&serving.address).unwrap()).collect();
    let begun = Instant::now();
    let sheet = Sheet::new(5001, 2);
    assert_eq!(serving.send(&sheet).expect("it answers").status, 201);
    assert!(begun.elapsed() < Duration::from_secs(10), "slow senders hold nothing up");
    if waits_for_pace {
        let answer = http::read(&mut slow[0]).expect("it is told");
        assert_eq!(answer.status, 408, "{answer:?}");
    }
    drop(idle);
}
