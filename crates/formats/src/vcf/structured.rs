//! Structured meta lines, `##KEY=<a=b,c="d">` (VCF 4.x clause 1.2 and 1.4).

/// One `key=value` of a structured line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name before the equals sign.
    pub key: String,
    /// The value without its quotes, backslash escapes undone.
    pub value: String,
    /// Whether the value stood in double quotes.
    pub quoted: bool,
}

/// Why a structured line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StructureError {
    /// The line begins with `<` and has no `>` at its end.
    #[error("the line is not closed with `>`")]
    NotClosed,
    /// A double quote opens and does not close, or text follows a closing quote.
    #[error("a double quote is not closed, or one inside is not escaped as `\\\"`")]
    Quote,
    /// A field has no equals sign or no key.
    #[error("a field is not of the form `key=value`")]
    NotAPair,
    /// An angle bracket stands in a value without quotes.
    #[error("an angle bracket stands in a value without quotes")]
    Bracket,
}

/// The value of the field named `key`.
pub fn value<'a>(fields: &'a [Field], key: &str) -> Option<&'a str> {
    fields.iter().find(|f| f.key == key).map(|f| f.value.as_str())
}

/// Reads the text after `##KEY=`, which begins with `<`, into its fields in the order written.
pub fn fields(text: &str) -> Result<Vec<Field>, StructureError> {
    let inner = text.strip_prefix('<').ok_or(StructureError::NotClosed)?;
    let mut rest = inner;
    let mut found = Vec::new();
    loop {
        let (field, after) = field(rest)?;
        found.push(field);
        match after.as_bytes().first() {
            Some(b',') => rest = &after[1..],
            Some(b'>') if after.len() == 1 => return Ok(found),
            Some(b'>') => return Err(StructureError::Bracket),
            Some(_) => return Err(StructureError::Quote),
            None => return Err(StructureError::NotClosed),
        }
    }
}

fn field(text: &str) -> Result<(Field, &str), StructureError> {
    let end = text.find(['=', ',', '>', '"']).ok_or(StructureError::NotClosed)?;
    if text.as_bytes()[end] != b'=' || end == 0 {
        return Err(StructureError::NotAPair);
    }
    let (key, rest) = (&text[..end], &text[end + 1..]);
    let (value, quoted, rest) = match rest.as_bytes().first() {
        Some(b'"') => {
            let (value, rest) = quoted(&rest[1..])?;
            (value, true, rest)
        }
        Some(b'[') => {
            let close = rest.find(']').ok_or(StructureError::NotClosed)?;
            (rest[..=close].to_owned(), false, &rest[close + 1..])
        }
        _ => {
            let end = rest.find([',', '>']).ok_or(if rest.contains('"') {
                StructureError::Quote
            } else {
                StructureError::NotClosed
            })?;
            (rest[..end].to_owned(), false, &rest[end..])
        }
    };
    Ok((Field { key: key.to_owned(), value, quoted }, rest))
}

fn quoted(text: &str) -> Result<(String, &str), StructureError> {
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {
                if c != '"' && c != '\\' {
                    value.push('\\');
                }
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Ok((value, &text[at + 1..])),
            _ => value.push(c),
        }
    }
    Err(StructureError::Quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&[(&str, &str)], StructureError>) {
        let got = fields(text);
        let pairs = got.as_ref().map(|f| f.iter().map(|f| (f.key.as_str(), f.value.as_str())).collect::<Vec<_>>());
        assert_eq!(pairs.map_err(|e| *e), expected.map(<[_]>::to_vec), "{text}");
    }

    #[test]
    fn lines_of_the_specification() {
        check("<ID=1,length=5>", Ok(&[("ID", "1"), ("length", "5")]));
        check("<ID=A,Description=\"x, <y> \\\"z\\\"\">", Ok(&[("ID", "A"), ("Description", "x, <y> \"z\"")]));
        check("<ID=T,Values=[a, b]>", Ok(&[("ID", "T"), ("Values", "[a, b]")]));
    }

    #[test]
    fn broken_lines() {
        check("<ID=A", Err(StructureError::NotClosed));
        check("<ID=A,Description=\"x>", Err(StructureError::Quote));
        check("<ID=A,Description=\"x \"y\" z\">", Err(StructureError::Quote));
        check("<ID=A,B>", Err(StructureError::NotAPair));
        check("<ID=A>B,c=d>", Err(StructureError::Bracket));
        check("", Err(StructureError::NotClosed));
    }
}
