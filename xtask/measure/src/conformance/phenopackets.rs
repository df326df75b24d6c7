//! `phenopackets/`: every packet, read, written and read again, is the same packet, and what was
//! written says what was read.

use std::fs;
use std::path::{Path, PathBuf};

use cairn_formats::phenopacket::{parse, write};
use serde_json::Value;

use super::SuiteReport;

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    let mut parts: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    parts.retain(|path| path.is_dir());
    parts.sort();
    for part in parts {
        let name = part.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        for (file, text) in report.read_all(&part, "json") {
            report.check(format!("{name}/{file}"), "equal", || round_trip(&text));
        }
    }
}

fn round_trip(text: &str) -> String {
    let packet = match parse(text) {
        Ok(packet) => packet,
        Err(error) => return format!("not read: {error}"),
    };
    let written = write(&packet);
    let same_packet = parse(&written).is_ok_and(|again| again == packet);
    let value = |text: &str| serde_json::from_str::<Value>(text).ok();
    let answer = match (same_packet, value(text) == value(&written)) {
        (true, true) => "equal",
        (true, false) => "the written JSON says something else",
        (false, _) => "another packet",
    };
    answer.to_owned()
}
