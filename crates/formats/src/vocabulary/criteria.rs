//! Criteria as laboratories write them in one cell: `PVS1, PM2_Supporting`, `PS3_moderate(PMID:1)`,
//! `PVS1 + PS3; BS1 (not met)`, `PVS1_Strong: null variant | PM2`.

use cairn_core::criterion::Criterion;

/// Criteria of one cell: a guideline has under forty, and each may be there twice.
const MAX_CRITERIA: usize = 100;

/// What a cell of criteria says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The criteria, in order.
    pub criteria: Vec<Criterion>,
    /// What was said of one criterion, beside it: its code and the text.
    pub notes: Vec<(String, String)>,
    /// Parts that are no criterion.
    pub rest: Vec<String>,
}

/// Reads a cell.
pub fn read(text: &str) -> Read {
    let mut read = Read::default();
    for part in parts(text) {
        if read.criteria.len() >= MAX_CRITERIA {
            read.rest.push(part.to_owned());
            continue;
        }
        match one(part) {
            Some((criterion, note)) => {
                if let Some(note) = note {
                    read.notes.push((criterion.code.clone(), note));
                }
                read.criteria.push(criterion);
            }
            None if is_words_between(part) => {}
            None => read.rest.push(part.to_owned()),
        }
    }
    read
}

/// Criteria that a summary lists after a heading such as `ACMG classification criteria:` or
/// `Criteria applied:`. Only a list of nothing but codes counts: prose about a criterion may say
/// that it was not used.
pub fn in_prose(text: &str) -> Vec<Criterion> {
    for heading in
        ["criteria:", "criteria applied:", "codes applied:", "criteria used:", "criteria met:", "rules applied:"]
    {
        let lower = text.to_ascii_lowercase();
        let Some(at) = lower.find(heading) else { continue };
        let list = &text[at + heading.len()..];
        let end = list.find(['\n', '.']).unwrap_or(list.len());
        let read = read(&list[..end]);
        if read.rest.is_empty() && !read.criteria.is_empty() {
            return read.criteria;
        }
    }
    Vec::new()
}

/// Splits at commas, semicolons, bars, plus signs and line ends, but not inside brackets; blanks
/// part only what would otherwise be several codes.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' | ';' | '|' | '+' | '\n' | '&' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let parts = parts.into_iter().map(|p| p.trim().trim_end_matches('.')).filter(|p| !p.is_empty());
    parts.flat_map(words).collect()
}

/// `PVS1 PM2 PP3` is three codes; `PVS1 strong` and `PM2 not met` are one.
fn words(part: &str) -> Vec<&str> {
    let words: Vec<&str> = part.split_whitespace().collect();
    match words.len() > 1 && words.iter().all(|w| is_code(w)) {
        true => words,
        false => vec![part],
    }
}

/// Whether a word begins with a code of ACMG/AMP 2015 (or OS, OM, OP, SBVS … of the somatic ones).
pub fn is_code(word: &str) -> bool {
    const STEMS: &[&str] = &["PVS", "PS", "PM", "PP", "BA", "BS", "BP", "OVS", "OS", "OM", "OP", "SBVS", "SBS", "SBP"];
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = word.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
    let next = word[letters + digits..].chars().next();
    STEMS.contains(&word[..letters].to_ascii_uppercase().as_str())
        && (1..=2).contains(&digits)
        && next.is_none_or(|c| !c.is_alphanumeric())
}

/// One part: a criterion, with its note in brackets or after a colon.
fn one(part: &str) -> Option<(Criterion, Option<String>)> {
    if let Ok(criterion) = part.parse::<Criterion>() {
        return is_code(part).then_some((criterion, None));
    }
    let (head, note) = part.split_once(['(', '[', ':', '='])?;
    let criterion = head.trim().parse::<Criterion>().ok().filter(|_| is_code(head.trim()))?;
    let note = note.trim().trim_end_matches([')', ']']).trim();
    Some((criterion, (!note.is_empty()).then(|| note.to_owned())))
}

fn is_words_between(part: &str) -> bool {
    matches!(part.to_ascii_lowercase().as_str(), "and" | "none" | "n/a" | "na" | "-" | "." | "acmg" | "criteria")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, criteria: &str, rest: &[&str]) {
        let read = read(text);
        let got: Vec<String> = read.criteria.iter().map(ToString::to_string).collect();
        assert_eq!(got.join(" "), criteria, "{text}");
        assert_eq!(read.rest, rest, "{text}");
    }

    #[test]
    fn cells_of_the_field() {
        check("PVS1, PM2_Supporting", "PVS1 PM2_Supporting", &[]);
        check("PS3_moderate(PMID:123, 456)", "PS3_Moderate", &[]);
        check("PVS1 PM2 PP3", "PVS1 PM2 PP3", &[]);
        check("PVS1 (strong) + PM2", "PVS1_Strong PM2", &[]);
        check("BS2_not_met; BP4", "BS2_not_met BP4", &[]);
        check("PM2: absent from gnomAD | PP3", "PM2 PP3", &[]);
        check("none", "", &[]);
    }

    #[test]
    fn what_is_no_criterion_is_kept() {
        check("PM2, seen in two sisters, PQ9, PM9x", "PM2", &["seen in two sisters", "PQ9", "PM9x"]);
    }

    #[test]
    fn a_list_in_a_summary() {
        let codes = |text: &str| in_prose(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            codes("ACMG classification criteria: PS3 supporting, PS4, PM2, PM6, PP1"),
            ["PS3_Supporting", "PS4", "PM2", "PM6", "PP1"]
        );
        assert_eq!(codes("Criteria applied: PVS1, PM2_SUP. Seen twice."), ["PVS1", "PM2_Supporting"]);
        assert!(codes("ACMG criteria: PM2 was not used").is_empty());
    }

    #[test]
    fn a_note_stays_with_its_criterion() {
        assert_eq!(read("PS3_moderate(no activity)").notes, [("PS3".to_owned(), "no activity".to_owned())]);
    }
}
