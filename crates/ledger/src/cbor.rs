//! The deterministic CBOR that leaves and bodies are written in: RFC 8949, section 4.2.1, without floats and tags.
//!
//! One value has one form: shortest heads, definite lengths, map keys in the order of their bytes, no key twice.
//! Whatever is written otherwise is refused.

use std::collections::BTreeMap;

/// How deep arrays and maps may lie in each other.
const MAX_DEPTH: usize = 8;

/// A value. Keys of maps are texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number from 0.
    Number(u64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
    /// Values in their order.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
    /// Yes or no.
    Truth(bool),
    /// Nothing.
    Null,
}

/// Bytes that are not a value in its one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("byte {at} is not where deterministic CBOR could go on: {what}")]
pub struct CborError {
    /// The byte, from 0.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl Value {
    /// The bytes of the value.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    /// Reads a value and nothing after it.
    ///
    /// # Errors
    /// When the bytes are not the one form of a value.
    pub fn read(bytes: &[u8]) -> Result<Self, CborError> {
        let mut reader = Reader { bytes, at: 0 };
        let value = reader.value(0)?;
        if reader.at == bytes.len() { Ok(value) } else { Err(reader.error("something follows the value")) }
    }

    /// The value of a key, when this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number, when it is one.
    pub fn as_number(&self) -> Option<u64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The bytes, when it is bytes.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Number(number) => head(0, *number, out),
            Self::Bytes(bytes) => {
                head(2, bytes.len() as u64, out);
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                head(3, text.len() as u64, out);
                out.extend_from_slice(text.as_bytes());
            }
            Self::List(values) => {
                head(4, values.len() as u64, out);
                values.iter().for_each(|value| value.write(out));
            }
            Self::Map(map) => {
                head(5, map.len() as u64, out);
                let mut entries: Vec<(&String, &Self)> = map.iter().collect();
                // The order of the encoded keys: shorter ones first, for the head holds the length.
                entries.sort_by(|(a, _), (b, _)| (a.len(), a.as_bytes()).cmp(&(b.len(), b.as_bytes())));
                for (key, value) in entries {
                    head(3, key.len() as u64, out);
                    out.extend_from_slice(key.as_bytes());
                    value.write(out);
                }
            }
            Self::Truth(truth) => out.push(if *truth { 0xf5 } else { 0xf4 }),
            Self::Null => out.push(0xf6),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

fn head(major: u8, number: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    match number {
        0..24 => out.push(major | number as u8),
        24..0x100 => out.extend([major | 24, number as u8]),
        0x100..0x1_0000 => {
            out.push(major | 25);
            out.extend((number as u16).to_be_bytes());
        }
        0x1_0000..0x1_0000_0000 => {
            out.push(major | 26);
            out.extend((number as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend(number.to_be_bytes());
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, what: &'static str) -> CborError {
        CborError { at: self.at, what }
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], CborError> {
        let rest = &self.bytes[self.at..];
        let count = usize::try_from(count).ok().filter(|count| *count <= rest.len());
        let taken = &rest[..count.ok_or(self.error("the bytes end too early"))?];
        self.at += taken.len();
        Ok(taken)
    }

    /// Major type and number of a head in its shortest form.
    fn head(&mut self) -> Result<(u8, u64), CborError> {
        let first = self.take(1)?[0];
        let wide = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        let (number, least) = match first & 31 {
            small @ 0..24 => (u64::from(small), 0),
            24 => (wide(self.take(1)?), 24),
            25 => (wide(self.take(2)?), 0x100),
            26 => (wide(self.take(4)?), 0x1_0000),
            27 => (wide(self.take(8)?), 0x1_0000_0000),
            _ => return Err(self.error("a length is not definite")),
        };
        if number < least {
            return Err(self.error("a number is not in its shortest form"));
        }
        Ok((first >> 5, number))
    }

    fn text(&mut self, length: u64) -> Result<String, CborError> {
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| self.error("a text is not UTF-8"))
    }

    fn value(&mut self, depth: usize) -> Result<Value, CborError> {
        if depth > MAX_DEPTH {
            return Err(self.error("values lie too deep in each other"));
        }
        match self.head()? {
            (0, number) => Ok(Value::Number(number)),
            (2, length) => Ok(Value::Bytes(self.take(length)?.to_owned())),
            (3, length) => Ok(Value::Text(self.text(length)?)),
            (4, count) => (0..count).map(|_| self.value(depth + 1)).collect::<Result<_, _>>().map(Value::List),
            (5, count) => self.map(count, depth),
            (7, 20) => Ok(Value::Truth(false)),
            (7, 21) => Ok(Value::Truth(true)),
            (7, 22) => Ok(Value::Null),
            _ => Err(self.error("a kind of value that is not used here")),
        }
    }

    fn map(&mut self, count: u64, depth: usize) -> Result<Value, CborError> {
        let mut map = BTreeMap::new();
        let mut last: Option<String> = None;
        for _ in 0..count {
            let (3, length) = self.head()? else { return Err(self.error("a key is no text")) };
            let key = self.text(length)?;
            let order = |key: &str| (key.len(), key.as_bytes().to_owned());
            if last.as_deref().is_some_and(|last| order(last) >= order(&key)) {
                return Err(self.error("keys are not in order, or one is there twice"));
            }
            map.insert(key.clone(), self.value(depth + 1)?);
            last = Some(key);
        }
        Ok(Value::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<u64>().prop_map(Value::Number),
            (0u64..70_000).prop_map(Value::Number),
            proptest::collection::vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
            ".{0,40}".prop_map(Value::Text),
            any::<bool>().prop_map(Value::Truth),
            Just(Value::Null),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::List),
                proptest::collection::btree_map(".{0,30}", inner, 0..8).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_reads_back(value in values()) {
            prop_assert_eq!(Value::read(&value.to_bytes()), Ok(value));
        }

        #[test]
        fn bytes_that_read_are_the_one_form(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(value) = Value::read(&bytes) {
                prop_assert_eq!(value.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn the_forms_of_the_standard() {
        // RFC 8949, appendix A.
        let check = |value: Value, hex: &str| assert_eq!(hex::encode(value.to_bytes()), hex);
        check(Value::Number(23), "17");
        check(Value::Number(24), "1818");
        check(Value::Number(1000), "1903e8");
        check(Value::Number(1_000_000), "1a000f4240");
        check(Value::Number(1_000_000_000_000), "1b000000e8d4a51000");
        check(Value::from("ü"), "62c3bc");
        check(Value::from(vec![1u64, 2, 3]), "83010203");
        check(
            Value::Map(BTreeMap::from([("a".into(), 1u64.into()), ("b".into(), vec![2u64, 3].into())])),
            "a26161016162820203",
        );
    }

    #[test]
    fn other_forms_are_refused() {
        for bad in [
            "1817",
            "190001",
            "5f41004100ff",
            "a2616201616101",
            "a2616101616101",
            "a10101",
            "f93c00",
            "c001",
            "81",
            "6161 61",
            "20",
        ] {
            let bytes = hex::decode(bad.replace(' ', "")).unwrap();
            assert!(Value::read(&bytes).is_err(), "{bad}");
        }
    }
}
