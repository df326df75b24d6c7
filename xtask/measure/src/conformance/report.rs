//! What a suite of vectors gave: counts, every failing case, every case that could not be run.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use serde::Serialize;

/// What one part of a suite gave.
#[derive(Default)]
pub(crate) struct SuiteReport {
    pub(super) passed: u64,
    /// Runnable cases: those that passed and those that failed.
    pub(super) total: u64,
    pub(super) not_runnable: Vec<NotRunnable>,
    pub(super) failing: Vec<Failing>,
}

/// A case whose named sequence is not in the folder.
#[derive(Serialize)]
pub(super) struct NotRunnable {
    pub(super) id: String,
    pub(super) sequence: String,
}

/// A case with another answer than the expected one.
#[derive(Serialize)]
pub(super) struct Failing {
    pub(super) id: String,
    pub(super) expected: String,
    pub(super) got: String,
}

impl SuiteReport {
    /// Share of the runnable cases that passed; 100 when there was none.
    pub(crate) fn percent(&self) -> f64 {
        if self.total == 0 { 100.0 } else { 100.0 * self.passed as f64 / self.total as f64 }
    }

    /// Runs one case: it passes when `got` returns exactly `expected`.
    ///
    /// `id` names file and case, such as `cases.json:rot13-12`. A panic is a failing case.
    pub(crate) fn check(&mut self, id: impl Into<String>, expected: impl Into<String>, got: impl FnOnce() -> String) {
        let (id, expected) = (id.into(), expected.into());
        let got = panic::catch_unwind(AssertUnwindSafe(got))
            .unwrap_or_else(|cause| format!("panicked: {}", panic_text(cause.as_ref())));
        self.total += 1;
        if got == expected {
            self.passed += 1;
        } else {
            self.failing.push(Failing { id, expected, got });
        }
    }

    /// Sets a case aside because the sequence it names is not among the given files.
    pub(crate) fn not_runnable(&mut self, id: impl Into<String>, sequence: impl Into<String>) {
        self.not_runnable.push(NotRunnable { id: id.into(), sequence: sequence.into() });
    }

    /// Reads a file of vectors. `None` when it is absent, which is allowed; a file that is there
    /// and cannot be read is a failing case.
    pub(crate) fn read(&mut self, path: &Path) -> Option<String> {
        match fs::read(path) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => {
                self.unreadable(path, &e);
                None
            }
        }
    }

    /// Name and text of every file of a folder whose name ends in `.extension`, in order of the name: vectors may be
    /// spread over more files than we know by name.
    pub(crate) fn read_all(&mut self, folder: &Path, extension: &str) -> Vec<(String, String)> {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|e| e == extension));
        paths.sort();
        let name = |path: &Path| path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        paths.iter().filter_map(|path| Some((name(path), self.read(path)?))).collect()
    }

    /// Counts a file of vectors that is not of the expected shape as one failing case.
    pub(crate) fn unreadable(&mut self, path: &Path, cause: &dyn std::fmt::Display) {
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        self.check(name, "a readable file of vectors", || cause.to_string());
    }
}

fn panic_text(cause: &(dyn std::any::Any + Send)) -> String {
    let text = cause.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equal_answer_passes_and_another_is_kept_with_both_texts() {
        let mut report = SuiteReport::default();
        report.check("a", "x", || "x".to_owned());
        report.check("b", "x", || "y".to_owned());
        assert_eq!((report.passed, report.total), (1, 2));
        assert_eq!((report.failing[0].id.as_str(), report.failing[0].got.as_str()), ("b", "y"));
    }

    #[test]
    fn a_panic_is_a_failing_case() {
        let mut report = SuiteReport::default();
        report.check("a", "x", || panic!("no such base"));
        assert_eq!(report.failing[0].got, "panicked: no such base");
    }

    #[test]
    fn an_absent_file_is_not_a_case() {
        let mut report = SuiteReport::default();
        assert!(report.read(Path::new("/nowhere/at/all")).is_none());
        assert_eq!(report.total, 0);
    }
}
