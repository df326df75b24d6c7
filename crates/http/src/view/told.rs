//! What the node tells, as a page says it: what is quoted is set apart, and a remedy that needs a
//! shell becomes one that a reader of the page has.

/// Who loads what is missing, for a reader without a shell.
const OPERATOR: &str = "ask the operator of this node to ";
/// How a build is stated in the search box.
const BUILD: &str = "write the build before it, such as `GRCh38-17-43124027-ACT-A`";

/// A message in its parts, and whether each is quoted: messages set what they name in backticks.
pub fn parts(text: &str) -> Vec<(bool, String)> {
    let text = for_page(text);
    if text.matches('`').count() % 2 == 1 {
        return vec![(false, text)];
    }
    let parts = text.split('`').enumerate().map(|(at, part)| (at % 2 == 1, part.to_owned()));
    parts.filter(|(_, part)| !part.is_empty()).collect()
}

/// The same words without commands and their options.
fn for_page(text: &str) -> String {
    if !text.contains("`cairn ") && !text.contains("`--") {
        return text.to_owned();
    }
    let mut clauses: Vec<String> = Vec::new();
    for clause in text.split(", or ") {
        let told = without_shell(clause);
        if !clauses.contains(&told) {
            clauses.push(told);
        }
    }
    clauses.join(", or ")
}

fn without_shell(clause: &str) -> String {
    let joint = [": ", "; "].iter().filter_map(|joint| clause.rfind(joint)).max();
    let (before, act) = joint.map_or(("", clause), |at| clause.split_at(at + 2));
    let act = if act.contains(" with `--assembly") {
        BUILD.to_owned()
    } else if let Some((act, _)) = act.split_once(" with `cairn ") {
        format!("{OPERATOR}{act}")
    } else {
        act.to_owned()
    };
    format!("{before}{act}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        parts(text).into_iter().map(|(_, part)| part).collect()
    }

    #[test]
    fn what_stands_in_backticks_is_quoted() {
        let own = |found: Vec<(bool, String)>| found.into_iter().map(|(q, t)| format!("{q}:{t}")).collect::<Vec<_>>();
        assert_eq!(own(parts("`CC` is `AG` here")), ["true:CC", "false: is ", "true:AG", "false: here"]);
        assert_eq!(own(parts("the base ` alone")), ["false:the base ` alone"]);
        assert!(parts("").is_empty());
    }

    #[test]
    fn a_reader_of_a_page_is_not_sent_to_a_shell() {
        for (remedy, expected) in [
            (
                "load the sequence with `cairn reference add FILE` (cdot or GFF3) or `cairn setup --from DIR`",
                "ask the operator of this node to load the sequence",
            ),
            (
                "check the symbol, or load the HGNC set with `cairn reference add hgnc_complete_set.txt`",
                "check the symbol, or ask the operator of this node to load the HGNC set",
            ),
            (
                "state it with `--assembly GRCh38` or `--assembly GRCh37`",
                "write the build before it, such as GRCh38-17-43124027-ACT-A",
            ),
            (
                "NM_2.1 is not loaded: add it with `cairn reference add FILE` or `cairn setup --from DIR`",
                "NM_2.1 is not loaded: ask the operator of this node to add it",
            ),
            (
                "GRCh38 chromosome 1 is not loaded there; load the sequence with `cairn reference add FILE`",
                "GRCh38 chromosome 1 is not loaded there; ask the operator of this node to load the sequence",
            ),
            ("check the residue and the transcript", "check the residue and the transcript"),
        ] {
            assert_eq!(said(remedy), expected);
        }
    }

    /// Every command that a message of the crates below names is one that the rule above takes away.
    #[test]
    fn no_message_of_the_reference_keeps_a_command() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../reference/src/identify");
        let mut seen = 0;
        for file in std::fs::read_dir(folder).expect("the crate beside this one") {
            let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
            for literal in text.split('"').skip(1).step_by(2).filter(|t| t.contains("`cairn ") || t.contains("`--")) {
                seen += 1;
                let told = said(literal);
                assert!(!told.contains("cairn ") && !told.contains("--"), "{literal} became {told}");
            }
        }
        assert!(seen >= 10, "{seen}");
    }
}
