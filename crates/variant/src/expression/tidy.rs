//! Typographic signs and blanks, as they come from documents and web pages, in their plain form.

use super::language::without_accent;
use std::borrow::Cow;

/// The text without blanks around it, and with dashes, arrows, quotes and blanks of typography as plain ASCII.
/// The second value says whether signs were replaced.
pub(super) fn plain_signs(text: &str) -> (Cow<'_, str>, bool) {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{feff}' | '\u{200b}'));
    if text.is_ascii() && !text.as_bytes().contains(&b'&') {
        return (Cow::Borrowed(text), false);
    }
    let mut plain = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{ff0d}' => plain.push('-'),
            '\u{2192}' | '\u{ff1e}' | '\u{203a}' => plain.push('>'),
            '\u{00d7}' => plain.push('x'),
            '\u{2217}' | '\u{ff0a}' => plain.push('*'),
            '\u{0394}' | '\u{2206}' => plain.push_str("delta"),
            '\u{200b}' | '\u{feff}' | '\u{00ad}' => {}
            blank if blank.is_whitespace() => plain.push(' '),
            other => plain.push(without_accent(other).unwrap_or(other)),
        }
    }
    let plain = plain.replace("&gt;", ">");
    let changed = plain != text;
    (Cow::Owned(plain), changed)
}

/// The text without inner blanks; `None` if it has none, or if leaving one out could join two things into another,
/// such as two numbers.
pub(super) fn without_blanks(text: &str) -> Option<String> {
    let mut joined = String::with_capacity(text.len());
    let (mut blank, mut colon) = (false, false);
    for sign in text.chars() {
        if sign.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && !is_seam(joined.chars().next_back(), sign, colon) {
            return None;
        }
        blank = false;
        colon |= sign == ':';
        joined.push(sign);
    }
    (joined.len() < text.len()).then_some(joined)
}

/// Whether a blank between the two says nothing: beside punctuation, or behind the colon between a number and a letter
/// (`33038255 C`). Before the colon it separates words (`GRCh37 chr17:`).
fn is_seam(before: Option<char>, after: char, behind_colon: bool) -> bool {
    let Some(before) = before else { return true };
    !before.is_ascii_alphanumeric()
        || !after.is_ascii_alphanumeric()
        || (before.is_ascii_digit() && after.is_ascii_alphabetic() && behind_colon)
}

/// The columns of a VCF row without its third, the identifier, and without thousands separators in the position.
pub(super) fn vcf_columns(text: &str) -> Cow<'_, str> {
    let columns: Vec<&str> = text.split_ascii_whitespace().take(6).collect();
    if let [contig, position, id, reference, alternate, ..] = columns.as_slice()
        && position.bytes().all(|b| b.is_ascii_digit())
        && (*id == "." || id.starts_with("rs"))
    {
        return Cow::Owned(format!("{contig}-{position}-{reference}-{alternate}"));
    }
    let Some((contig, rest)) = text.split_once(['-', ':', ' ']) else { return Cow::Borrowed(text) };
    match super::number(rest) {
        Some((position, rest)) if text.contains(',') => Cow::Owned(format!("{contig}-{position}{rest}")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_documents_become_plain() {
        assert_eq!(plain_signs(" NM_004006.2:c.93\u{2013}1G\u{2192}T\u{a0}").0, "NM_004006.2:c.93-1G>T");
        assert_eq!(plain_signs("c.1A&gt;G").0, "c.1A>G");
        assert!(!plain_signs("c.1A>G").1);
    }

    #[test]
    fn blanks_that_say_something_stay() {
        assert_eq!(without_blanks("NC_000023.10 : g . 33038255 C > A").as_deref(), Some("NC_000023.10:g.33038255C>A"));
        assert_eq!(without_blanks("NM_1.1:c.1 23A>G"), None);
        assert_eq!(without_blanks("NM_1.1:c.1A>G T"), None);
        assert_eq!(without_blanks("BRCA1 NM_1.1:c.1A>G"), None);
        assert_eq!(without_blanks("NM_1.1:c.1A>G"), None);
    }
}
