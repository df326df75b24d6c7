//! A place in the text, and the small steps forward from it.

use crate::expression::{ErrorCode, ParseError, Warning};

/// Reads forward over ASCII text. Never panics: past the end there are zero bytes, and it moves over ASCII only.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    warnings: Vec<Warning>,
}

/// A place to come back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    at: usize,
    warnings: usize,
}

pub(crate) type Parsed<T> = Result<T, ParseError>;

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, warnings: Vec::new() }
    }

    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn bytes(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The byte here, 0 at the end.
    pub(crate) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    /// The byte so many further on, 0 behind the end.
    pub(crate) fn peek_at(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(crate) fn starts_with(&self, token: &str) -> bool {
        self.bytes().starts_with(token.as_bytes())
    }

    /// Moves behind `token` if it is here.
    pub(crate) fn eat(&mut self, token: &str) -> bool {
        let found = self.starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Moves behind the word `token` if it is here in any case; remarks on the case if it differs.
    pub(crate) fn eat_word(&mut self, token: &str) -> bool {
        let Some(here) = self.bytes().get(..token.len()) else { return false };
        if here == token.as_bytes() {
            self.at += token.len();
            return true;
        }
        let found = here.eq_ignore_ascii_case(token.as_bytes());
        if found {
            self.at += token.len();
            self.warn(Warning::LetterCase);
        }
        found
    }

    /// Moves over all bytes that `wanted` accepts, which must be ASCII, and returns them.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let bytes = self.bytes();
        let length = bytes.iter().position(|&b| !b.is_ascii() || !wanted(b)).unwrap_or(bytes.len());
        let start = self.at;
        self.at += length;
        &self.text[start..self.at]
    }

    /// Moves on by so many ASCII bytes that were seen before.
    pub(crate) fn skip(&mut self, bytes: usize) {
        debug_assert!(self.bytes()[..bytes].is_ascii());
        self.at += bytes;
    }

    /// A whole number greater than zero, if a digit is here.
    pub(crate) fn number(&mut self) -> Parsed<Option<u32>> {
        if !self.peek().is_ascii_digit() {
            return Ok(None);
        }
        let start = self.at;
        let mut number: u32 = 0;
        while let digit @ b'0'..=b'9' = self.peek() {
            number = number.checked_mul(10).and_then(|n| n.checked_add(u32::from(digit - b'0'))).ok_or_else(|| {
                ParseError::new(
                    ErrorCode::NumberTooLarge,
                    start,
                    "the number is beyond any sequence",
                    "check the digits",
                )
            })?;
            self.at += 1;
        }
        Ok(Some(number))
    }

    pub(crate) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { at: self.at, warnings: self.warnings.len() }
    }

    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.at = mark.at;
        self.warnings.truncate(mark.warnings);
    }

    pub(crate) fn error(&self, code: ErrorCode, message: &'static str, remedy: &'static str) -> ParseError {
        ParseError::new(code, self.at, message, remedy)
    }

    /// `Err` unless everything was read.
    pub(crate) fn expect_end(&self) -> Parsed<()> {
        if self.is_at_end() {
            return Ok(());
        }
        let left: String = self.rest().chars().take(20).collect();
        Err(ParseError::new(
            ErrorCode::TrailingText,
            self.at,
            format!("`{left}` is left over behind a complete description"),
            "remove it, or separate several variants into several entries",
        ))
    }
}
