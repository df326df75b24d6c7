//! The CBOR (RFC 8949) that authenticators write: definite lengths, no tags, no fractions, four levels at most
//! (CTAP2 canonical form).

/// Deepest nesting.
const DEEPEST: u8 = 4;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A whole number.
    Number(i64),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Text.
    Text(&'a str),
    /// A list.
    List(Vec<Value<'a>>),
    /// Pairs in their order.
    Map(Vec<(Value<'a>, Value<'a>)>),
    /// True or false.
    Truth(bool),
}

impl<'a> Value<'a> {
    /// The value under a number.
    pub fn at(&self, key: i64) -> Option<&Self> {
        self.under(&Value::Number(key))
    }

    /// The value under a word.
    pub fn of(&self, key: &str) -> Option<&Self> {
        self.under(&Value::Text(key))
    }

    fn under(&self, key: &Value<'_>) -> Option<&Self> {
        let Value::Map(pairs) = self else { return None };
        pairs.iter().find(|pair| pair.0 == *key).map(|pair| &pair.1)
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<i64> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }

    /// The bytes, if it is some.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        if let Value::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

/// The first value of some bytes, and what follows it; `None` when it is not such CBOR.
pub fn read(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    value(bytes, DEEPEST)
}

fn value(bytes: &[u8], deep: u8) -> Option<(Value<'_>, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (kind, short) = (first >> 5, first & 0x1f);
    if kind == 7 {
        return match short {
            20 => Some((Value::Truth(false), rest)),
            21 => Some((Value::Truth(true), rest)),
            _ => None,
        };
    }
    let (size, rest) = argument(short, rest)?;
    match kind {
        0 => Some((Value::Number(i64::try_from(size).ok()?), rest)),
        1 => Some((Value::Number(-1 - i64::try_from(size).ok()?), rest)),
        2 | 3 => {
            let (body, rest) = rest.split_at_checked(usize::try_from(size).ok()?)?;
            let value = if kind == 2 { Value::Bytes(body) } else { Value::Text(std::str::from_utf8(body).ok()?) };
            Some((value, rest))
        }
        4 => {
            let (list, rest) = many(size, rest, |rest| value(rest, deep.checked_sub(1)?))?;
            Some((Value::List(list), rest))
        }
        5 => {
            let deeper = deep.checked_sub(1)?;
            let (pairs, rest) = many(size, rest, |rest| {
                let (key, rest) = value(rest, deeper)?;
                let (held, rest) = value(rest, deeper)?;
                Some(((key, held), rest))
            })?;
            Some((Value::Map(pairs), rest))
        }
        _ => None,
    }
}

fn argument(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let width = match short {
        0..=23 => return Some((u64::from(short), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (body, rest) = rest.split_at_checked(width)?;
    Some((body.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)), rest))
}

/// So many of something; each takes a byte at least, so the number cannot lie about the memory it needs.
fn many<'a, T>(
    size: u64,
    mut rest: &'a [u8],
    one: impl Fn(&'a [u8]) -> Option<(T, &'a [u8])>,
) -> Option<(Vec<T>, &'a [u8])> {
    if size > rest.len() as u64 {
        return None;
    }
    let mut all = Vec::new();
    for _ in 0..size {
        let (next, after) = one(rest)?;
        all.push(next);
        rest = after;
    }
    Some((all, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hexadecimal: &str, right: Value<'_>) {
        let bytes = hex::decode(hexadecimal).unwrap();
        assert_eq!(read(&bytes), Some((right, &[][..])), "{hexadecimal}");
    }

    /// RFC 8949, appendix A, as far as authenticators use it.
    #[test]
    fn examples_of_the_standard() {
        check("00", Value::Number(0));
        check("17", Value::Number(23));
        check("1903e8", Value::Number(1000));
        check("1b000000e8d4a51000", Value::Number(1_000_000_000_000));
        check("3903e7", Value::Number(-1000));
        check("f5", Value::Truth(true));
        check("4401020304", Value::Bytes(&[1, 2, 3, 4]));
        check("62c3bc", Value::Text("ü"));
        check("83010203", Value::List(vec![Value::Number(1), Value::Number(2), Value::Number(3)]));
        check(
            "a201020304",
            Value::Map(vec![(Value::Number(1), Value::Number(2)), (Value::Number(3), Value::Number(4))]),
        );
    }

    #[test]
    fn what_is_cut_short_lies_or_nests_too_deep_is_refused() {
        for bytes in
            ["", "19", "4401", "9b00ffffffffffffff", "9fff", "818181818181", "f90000", "c074", "a101", "62c328"]
        {
            assert_eq!(read(&hex::decode(bytes).unwrap()), None, "{bytes}");
        }
    }
}
