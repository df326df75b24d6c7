//! Words that do not belong: unfinished work, paths of one machine, names that could hold anything,
//! and the outside world in crates that promise to have none.

use super::Tracked;

/// A word that may not occur, where, and why not.
struct Rule {
    /// The rule holds for files whose path begins with one of these; for all when empty.
    under: &'static [&'static str],
    /// Pieces of the word, joined when the rule is used, so that this file does not break it.
    word: &'static [&'static str],
    why: &'static str,
}

const PURE: &[&str] = &["crates/variant/src", "crates/core/src", "crates/ledger/src", "crates/protocol/src"];
const NO_WORLD: &str = "this crate has no I/O, no clock and no randomness: take it as an argument";

const RULES: &[Rule] = &[
    Rule { under: &[], word: &["TO", "DO"], why: "finish it, or write it in an issue" },
    Rule { under: &[], word: &["FIX", "ME"], why: "finish it, or write it in an issue" },
    Rule { under: &[], word: &["/wo", "rk/"], why: "a path of one machine" },
    Rule { under: &[], word: &["/ho", "me/"], why: "a path of one machine" },
    Rule { under: PURE, word: &["std::f", "s"], why: NO_WORLD },
    Rule { under: PURE, word: &["std::n", "et"], why: NO_WORLD },
    Rule { under: PURE, word: &["std::pro", "cess"], why: NO_WORLD },
    Rule { under: PURE, word: &["std::e", "nv"], why: NO_WORLD },
    Rule { under: PURE, word: &["SystemTime::n", "ow"], why: NO_WORLD },
    Rule { under: PURE, word: &["Instant::n", "ow"], why: NO_WORLD },
    Rule { under: PURE, word: &["Timestamp::n", "ow"], why: NO_WORLD },
    Rule { under: PURE, word: &["Uuid::n", "ew_v4"], why: NO_WORLD },
    Rule { under: PURE, word: &["Uuid::n", "ow_v7"], why: NO_WORLD },
];

/// Names of source files that could hold anything.
const VAGUE: [&str; 12] = [
    "util.rs",
    "utils.rs",
    "helper.rs",
    "helpers.rs",
    "common.rs",
    "manager.rs",
    "misc.rs",
    "data.rs",
    "info.rs",
    "shared.rs",
    "base.rs",
    "stuff.rs",
];

/// Every forbidden word with its file and line, and every vague file name.
pub(crate) fn check(files: &[Tracked]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|f| is_ours(&f.path)) {
        if VAGUE.contains(&file.name()) {
            problems.push(format!("`{}` has a name that could hold anything", file.path));
        }
        for rule in RULES.iter().filter(|r| r.applies_to(&file.path)) {
            let word = rule.word.concat();
            let lines = file.text.lines().enumerate().filter(|(_, line)| line.contains(&word));
            problems.extend(lines.map(|(n, _)| format!("{}:{}: `{word}`: {}", file.path, n + 1, rule.why)));
        }
    }
    problems
}

impl Rule {
    fn applies_to(&self, path: &str) -> bool {
        self.under.is_empty() || self.under.iter().any(|folder| path.starts_with(folder))
    }
}

/// Files we wrote: neither test data nor vendored.
fn is_ours(path: &str) -> bool {
    let written = [".rs", ".md", ".toml", ".sql", ".html", ".css", ".js", ".yml", "run"];
    written.iter().any(|end| path.ends_with(end))
        && !path.starts_with("testdata/")
        && !path.contains("/vendor/")
        && !path.contains("/tests/data/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, problems: usize) {
        let file = Tracked { path: path.to_owned(), text: text.to_owned(), bytes: 0 };
        assert_eq!(check(&[file]).len(), problems, "{path}: {text}");
    }

    #[test]
    fn unfinished_work_is_found() {
        check_one("crates/http/src/a.rs", &format!("// {}{}: later", "TO", "DO"), 1);
        check_one("crates/http/src/a.rs", "// done", 0);
    }

    #[test]
    fn files_are_read_only_outside_the_pure_crates() {
        let line = format!("use std::f{};", "s");
        check_one("crates/variant/src/a.rs", &line, 1);
        check_one("crates/reference/src/a.rs", &line, 0);
    }

    #[test]
    fn a_vague_file_name_is_found() {
        check_one("crates/http/src/utils.rs", "", 1);
        check_one("testdata/utils.rs", "", 0);
    }
}
