//! Every system call of one ingest fails, each in its turn, and the process dies at each: nothing acknowledged is lost.
//!
//! `strace` is tied to the serving program, a sheet is sent, and the n-th call of a kind in each thread gets EIO or
//! ENOSPC, or SIGKILL instead of being made. Then the node is killed, started, and gets the sheet again.

use crate::machine::no_strace;
use crate::node::{Acknowledged, Node, Serving, Sheet, holds_exactly, note};
use crate::trial::Trial;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The calls by which data reach the disk, or fail to come back from it.
const CALLS: [&str; 13] = [
    "openat",
    "pread64",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "ftruncate",
    "fallocate",
    "mkdir",
    "unlink",
    "lseek",
    "fcntl",
];
const FAULTS: [&str; 3] = ["error=EIO", "error=ENOSPC", "signal=SIGKILL"];
/// Rows of a sheet.
const ROWS: usize = 4;
/// The digests are taken and the journal is folded within this time of a landing.
const BEHIND: Duration = Duration::from_millis(2_600);

#[test]
fn syscalls() {
    let trial = Trial::new("syscalls", 9);
    if let Some(why) = no_strace() {
        return trial.not_run(why);
    }
    let place = tempfile::tempdir().unwrap();
    let node = Node::make(&place.path().join("node"));
    let (mut sheets, mut acknowledged) = (vec![Sheet::new(0, ROWS)], Acknowledged::new());
    let counted = count(&node, place.path(), &sheets[0], &mut acknowledged);
    let mut cases: Vec<(&str, &str, usize)> = Vec::new();
    for (call, most) in &counted {
        cases.extend((1..=*most).flat_map(|n| FAULTS.map(|fault| (*call, fault, n))));
    }
    let all = cases.len();
    // The short form takes some of them, others with another seed.
    let mut numbers = trial.numbers();
    while cases.len() > trial.rounds {
        cases.swap_remove(numbers.below(cases.len() as u64) as usize);
    }
    let mut answered = 0;
    for (call, fault, n) in &cases {
        let sheet = Sheet::new(sheets.len(), ROWS);
        sheets.push(sheet.clone());
        let serving = node.start();
        let strace = tie(&serving, &["-e", &format!("inject={call}:{fault}:when={n}")], Path::new("/dev/null"));
        let answer = serving.send(&sheet);
        if let Some(answer) = answer.filter(|answer| matches!(answer.status, 200 | 201)) {
            note(&mut acknowledged, &sheet, &answer);
            answered += 1;
        }
        // What follows an acknowledgement meets the fault too.
        std::thread::sleep(BEHIND / 4);
        serving.kill();
        untie(strace);
        let serving = node.start();
        let again = serving.send(&sheet).expect("it answers");
        let is_repeated = again.json()["is_repeated"] == true;
        let was_kept = is_repeated || !acknowledged.contains_key(&sheet.key);
        assert!(was_kept, "{call} {fault} {n}: acknowledged and lost");
        note(&mut acknowledged, &sheet, &again);
        serving.stop();
        node.is_whole();
    }
    holds_exactly(&node, &sheets, &acknowledged);
    let kinds: Vec<String> = counted.iter().map(|(call, most)| format!("{call} {most}")).collect();
    trial.passed(&format!(
        "{} of {all} cases ({}; each with EIO, ENOSPC, SIGKILL), {answered} acknowledged under the fault: 0 lost, 0 doubled; fsck and verify clean after each",
        cases.len(),
        kinds.join(", ")
    ));
}

/// How often each call is made while a sheet lands and what is behind it is done: the most by one thread.
fn count(node: &Node, place: &Path, sheet: &Sheet, acknowledged: &mut Acknowledged) -> BTreeMap<&'static str, usize> {
    let log = place.join("calls");
    let serving = node.start();
    let strace = tie(&serving, &["-e", &format!("trace={}", CALLS.join(","))], &log);
    note(acknowledged, sheet, &serving.send(sheet).expect("it answers"));
    std::thread::sleep(BEHIND);
    serving.kill();
    untie(strace);
    let mut by_thread: HashMap<(&str, &str), usize> = HashMap::new();
    let text = std::fs::read_to_string(&log).unwrap();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let named = CALLS.iter().find(|call| rest.trim_start().starts_with(&format!("{call}(")));
        if let Some(call) = named {
            *by_thread.entry((thread, call)).or_default() += 1;
        }
    }
    let mut most = BTreeMap::new();
    for call in CALLS {
        let here = by_thread.iter().filter(|((_, of), _)| *of == call).map(|(_, count)| *count).max();
        if let Some(here) = here {
            most.insert(call, here);
        }
    }
    assert!(most.contains_key("pwrite64"), "a landing writes: {text}");
    most
}

/// Ties `strace` to a serving node and waits until it holds every thread.
fn tie(serving: &Serving, what: &[&str], log: &Path) -> Child {
    let id = serving.id().to_string();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-p", &id]).args(what).arg("-o").arg(log);
    let strace = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let tasks = std::fs::read_dir(format!("/proc/{id}/task")).unwrap();
        let is_held = |task: std::io::Result<std::fs::DirEntry>| {
            let status = task.ok().and_then(|task| std::fs::read_to_string(task.path().join("status")).ok());
            // A thread that has just ended needs not be held.
            status.is_none_or(|status| !status.contains("TracerPid:\t0\n"))
        };
        if tasks.into_iter().all(is_held) {
            return strace;
        }
        assert!(Instant::now() < until, "strace does not hold the node");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Ends an `strace` whose program has ended.
fn untie(mut strace: Child) {
    let until = Instant::now() + Duration::from_secs(10);
    while strace.try_wait().unwrap().is_none() {
        if Instant::now() > until {
            let _ = strace.kill();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
