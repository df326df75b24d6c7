//! What a run gave, as a table for people and as JSON for programs: one entry a suite, which is one folder.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use super::SuiteReport;

/// One suite: its folder's name, and its parts by name.
pub(super) struct SuiteResult {
    pub(super) suite: &'static str,
    pub(super) parts: Vec<(&'static str, SuiteReport)>,
}

impl SuiteResult {
    fn sum(&self, count: fn(&SuiteReport) -> u64) -> u64 {
        self.parts.iter().map(|(_, report)| count(report)).sum()
    }

    fn to_json(&self) -> Value {
        let parts = self.parts.iter();
        json!({
            "suite": self.suite,
            "passed": self.sum(|r| r.passed),
            "total": self.sum(|r| r.total),
            "not_runnable": parts.clone().flat_map(|(_, r)| &r.not_runnable).collect::<Vec<_>>(),
            "failing": parts.clone().flat_map(|(_, r)| &r.failing).collect::<Vec<_>>(),
            "parts": parts.map(|(name, r)| json!({"part": name, "passed": r.passed, "total": r.total})).collect::<Vec<_>>(),
        })
    }
}

/// Prints the table, then what did not pass, then what was not run.
pub(super) fn print(results: &[SuiteResult], not_run: &[&str]) {
    println!("{:<16} {:>8} {:>8}", "suite", "passed", "total");
    for result in results {
        print_row(result.suite, result.sum(|r| r.passed), result.sum(|r| r.total));
        for (name, report) in result.parts.iter().filter(|_| result.parts.len() > 1) {
            print_row(&format!("  {name}"), report.passed, report.total);
        }
    }
    let parts = || results.iter().flat_map(|r| r.parts.iter().map(|(_, report)| (r.suite, report)));
    for (suite, report) in parts() {
        for f in &report.failing {
            println!("\n{suite} {}\n  expected {}\n  got      {}", f.id, f.expected, f.got);
        }
    }
    for (suite, report) in parts() {
        for n in &report.not_runnable {
            println!("\n{suite} {}\n  not runnable: no sequence `{}`", n.id, n.sequence);
        }
    }
    if !not_run.is_empty() {
        println!("\nnot run (no runner for these suites yet): {}", not_run.join(", "));
    }
}

fn print_row(name: &str, passed: u64, total: u64) {
    let percent = if total == 0 { 100.0 } else { 100.0 * passed as f64 / total as f64 };
    println!("{name:<16} {passed:>8} {total:>8}  {percent:>6.2} %");
}

/// Writes `{suites: [{suite, passed, total, not_runnable, failing, parts}], not_run}`.
pub(super) fn write_json(results: &[SuiteResult], not_run: &[&str], path: &Path) -> anyhow::Result<()> {
    let suites: Vec<Value> = results.iter().map(SuiteResult::to_json).collect();
    let text = serde_json::to_string_pretty(&json!({ "suites": suites, "not_run": not_run }))?;
    fs::write(path, text + "\n").with_context(|| format!("cannot write `{}`", path.display()))
}
