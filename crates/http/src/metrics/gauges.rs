//! What stands now: lanes, the ledger's lag, jobs, letters, disk.

use crate::lanes::{LaneName, Lanes, Shed};
use cairn_node::room::Room;
use cairn_store::gauge::Gauges;
use jiff::Timestamp;
use std::fmt::Write;
use std::time::Duration;

/// What is looked at for one answer.
pub(crate) struct Scene<'a> {
    pub(crate) lanes: &'a Lanes,
    /// `None`: the record could not be read.
    pub(crate) record: Option<&'a Gauges>,
    /// `None`: the file system did not say.
    pub(crate) room: Option<Room>,
    pub(crate) now: Timestamp,
    pub(crate) up_for: Duration,
}

/// One metric: its help, its kind and its samples, each with labels as they are written.
fn metric(out: &mut String, name: &str, kind: &str, help: &str, samples: &[(String, f64)]) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
    for (labels, value) in samples {
        let _ = writeln!(out, "{name}{labels} {value}");
    }
}

fn one(value: u64) -> Vec<(String, f64)> {
    vec![(String::new(), value as f64)]
}

/// Writes every gauge.
pub(crate) fn write(scene: &Scene<'_>, out: &mut String) {
    let version = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    metric(out, "cairn_build", "gauge", "The program's version; always 1.", &[(version, 1.0)]);
    let up = scene.up_for.as_secs();
    metric(out, "cairn_up_seconds", "gauge", "Since when the program runs.", &one(up));
    lanes(scene.lanes, out);
    let readable = u64::from(scene.record.is_some());
    metric(out, "cairn_record_readable", "gauge", "1 when the record can be read.", &one(readable));
    if let Some(record) = scene.record {
        of_record(record, scene.now, out);
    }
    if let Some(room) = scene.room {
        metric(out, "cairn_disk_free_bytes", "gauge", "What may still be written to the data folder.", &one(room.free));
        metric(out, "cairn_disk_size_bytes", "gauge", "The data folder's file system.", &one(room.size));
        metric(out, "cairn_record_bytes", "gauge", "The record's file.", &one(room.record));
        metric(out, "cairn_journal_bytes", "gauge", "Its journal; it is folded into the record.", &one(room.journal));
    }
}

fn lanes(lanes: &Lanes, out: &mut String) {
    let (mut inside, mut shed) = (Vec::new(), Vec::new());
    for name in LaneName::ALL {
        let (answered, waiting) = lanes.inside(name);
        for (state, count) in [("answered", answered), ("waiting", waiting)] {
            inside.push((format!("{{lane=\"{}\",state=\"{state}\"}}", name.label()), count as f64));
        }
        for why in Shed::ALL {
            let labels = format!("{{lane=\"{}\",why=\"{}\"}}", name.label(), why.label());
            shed.push((labels, lanes.shed(name, why) as f64));
        }
    }
    metric(out, "cairn_lane_requests", "gauge", "Requests in a lane: answered at this moment, waiting.", &inside);
    metric(out, "cairn_shed_total", "counter", "Requests sent away because a lane was full.", &shed);
}

fn of_record(record: &Gauges, now: Timestamp, out: &mut String) {
    let since =
        |moment: Option<Timestamp>| moment.map_or(0, |then| now.duration_since(then).as_secs().max(0).unsigned_abs());
    metric(out, "cairn_submissions_total", "counter", "Submissions taken.", &one(record.submissions));
    metric(out, "cairn_statements_total", "counter", "Statements taken.", &one(record.statements));
    metric(out, "cairn_ledger_entries_total", "counter", "Entries of the ledger.", &one(record.ledger_entries));
    metric(out, "cairn_ledger_unsealed", "gauge", "Entries without a checkpoint.", &one(record.unsealed));
    let lag = since(record.oldest_unsealed);
    metric(out, "cairn_ledger_lag_seconds", "gauge", "Age of the oldest entry without a checkpoint.", &one(lag));
    metric(
        out,
        "cairn_ledger_sealed",
        "gauge",
        "Entries of this year's log under its checkpoint.",
        &one(record.sealed),
    );
    let help = "Entries of this year's log under a checkpoint that enough witnesses signed.";
    metric(out, "cairn_ledger_cosigned", "gauge", help, &one(record.cosigned));
    let state = |wanted: &str| record.jobs.iter().find(|(state, _)| state == wanted).map_or(0, |(_, count)| *count);
    let jobs = ["waiting", "running", "failed"].map(|name| (format!("{{state=\"{name}\"}}"), state(name) as f64));
    metric(out, "cairn_jobs", "gauge", "Background jobs by state.", &jobs);
    let help = "For how long the oldest waiting job has been due.";
    metric(out, "cairn_jobs_lag_seconds", "gauge", help, &one(since(record.oldest_job)));
    metric(out, "cairn_job_retries", "gauge", "Attempts of jobs beyond the first.", &one(record.retries));
    metric(out, "cairn_letters_waiting", "gauge", "Letters that wait for the relay.", &one(record.letters));
    let help = "Blocks of rows whose digest is not taken yet.";
    metric(out, "cairn_undigested_blocks", "gauge", help, &one(record.undigested));
}
