//! Bytes of a text file to text: UTF-8, UTF-16, or the one-byte encoding of older spreadsheets.

use std::borrow::Cow;

use cairn_core::problem::Severity;

use crate::findings::Findings;

/// Decodes a text, noting when it is not UTF-8. Never fails: every byte means something in
/// Windows-1252, and what it means is shown to the user as part of the rows.
pub fn decode<'a>(bytes: &'a [u8], findings: &mut Findings) -> Cow<'a, str> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => decode_utf8(rest, findings),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes, findings),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes, findings),
        _ if is_bare_utf16(bytes) => utf16(bytes, u16::from_le_bytes, findings),
        _ => decode_utf8(bytes, findings),
    }
}

/// ASCII text in UTF-16 without a mark has a zero at every second place.
fn is_bare_utf16(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(200)];
    sample.len() >= 8 && sample.chunks_exact(2).all(|pair| pair[0] != 0 && pair[1] == 0)
}

fn decode_utf8<'a>(bytes: &'a [u8], findings: &mut Findings) -> Cow<'a, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let remedy = "save the file as UTF-8 if names look wrong";
            repaired(findings, "the text is not UTF-8; it was read as Windows-1252 (Latin-1)", remedy);
            Cow::Owned(bytes.iter().map(|b| windows_1252(*b)).collect())
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, findings: &mut Findings) -> Cow<'static, str> {
    repaired(findings, "the text is UTF-16 and was read as such", "");
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    Cow::Owned(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

fn repaired(findings: &mut Findings, message: &str, remedy: &str) {
    findings.add(Severity::Repaired, "input.encoding", "", message, remedy);
}

/// Latin-1 with Windows' printable characters at 0x80 to 0x9f.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str, is_repaired: bool) {
        let mut findings = Findings::default();
        assert_eq!(decode(bytes, &mut findings), expected);
        assert_eq!(!findings.into_list().is_empty(), is_repaired);
    }

    #[test]
    fn encodings_of_spreadsheets() {
        check("Grün".as_bytes(), "Grün", false);
        check(b"\xef\xbb\xbfGr\xc3\xbcn", "Grün", false);
        check(b"Gr\xfcn \x80", "Grün €", true);
        check(b"\xff\xfeG\0r\0\xfc\0", "Grü", true);
        check(b"\xfe\xff\0G\0r", "Gr", true);
        check(b"a\0b\0c\0d\0e\0", "abcde", true);
    }
}
