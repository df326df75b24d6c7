//! NHS numbers: ten digits, the last a check digit by modulus 11.
//!
//! The rule of the NHS Data Dictionary: the first nine digits are weighted 10 to 2; eleven minus the
//! remainder of the sum by eleven is the check digit, 11 stands for 0, and 10 makes the number
//! invalid. Numbers are written with or without the spaces of `999 277 4320`.

use std::fmt;
use std::str::FromStr;

/// A valid NHS number. It names a person, so it is never shown, logged or stored: a digest is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NhsNumber([u8; 10]);

/// Why a text is no NHS number. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NhsNumberError {
    /// Not ten digits, with spaces or hyphens after the third and the sixth at most.
    #[error("an NHS number has ten digits, written as 9992774320 or 999 277 4320")]
    NotTenDigits,
    /// No number has these first nine digits.
    #[error("no NHS number begins with these nine digits: their check digit would be 10")]
    Impossible,
    /// The last digit is not the check digit.
    #[error("the last digit is not the check digit of the other nine: look for a typing error")]
    WrongCheckDigit,
}

impl NhsNumber {
    /// The ten digits, for a keyed digest and nothing else.
    pub fn digits(&self) -> [u8; 10] {
        self.0.map(|digit| digit + b'0')
    }
}

/// The check digit of nine digits; `None` when it would be 10.
fn check_digit(digits: &[u8]) -> Option<u8> {
    let weighted = digits.iter().zip((2..=10).rev()).map(|(digit, weight)| u32::from(*digit) * weight);
    match 11 - weighted.sum::<u32>() % 11 {
        11 => Some(0),
        10 => None,
        digit => u8::try_from(digit).ok(),
    }
}

/// The digits of `9992774320`, `999 277 4320` or `999-277-4320`.
fn ten_digits(text: &str) -> Option<[u8; 10]> {
    let text = text.trim();
    let groups: Vec<&str> = text.split([' ', '-']).collect();
    let is_grouped = matches!(groups.iter().map(|group| group.len()).collect::<Vec<_>>()[..], [10] | [3, 3, 4]);
    let digits: Vec<u8> = groups.concat().bytes().map(|b| b.wrapping_sub(b'0')).collect();
    (is_grouped && digits.iter().all(|digit| *digit < 10)).then(|| digits.try_into().ok())?
}

impl FromStr for NhsNumber {
    type Err = NhsNumberError;

    fn from_str(text: &str) -> Result<Self, NhsNumberError> {
        let digits = ten_digits(text).ok_or(NhsNumberError::NotTenDigits)?;
        match check_digit(&digits[..9]) {
            None => Err(NhsNumberError::Impossible),
            Some(check) if check == digits[9] => Ok(Self(digits)),
            Some(_) => Err(NhsNumberError::WrongCheckDigit),
        }
    }
}

/// Shows nothing of the number.
impl fmt::Debug for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NhsNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::NhsNumberError::*;
    use super::*;

    fn check(text: &str, expected: Result<(), NhsNumberError>) {
        assert_eq!(text.parse::<NhsNumber>().map(|_| ()), expected, "{text}");
    }

    #[test]
    fn numbers_of_the_test_range() {
        check("9997019784", Ok(()));
        check("999 277 4320", Ok(()));
        check("999-277-4320", Ok(()));
        check("9993970588", Err(WrongCheckDigit));
        check("9990205711", Err(Impossible));
        for text in ["", "999701978", "99970197840", "9997O19784", "99 97019784", "999  277 4320", "９997019784"] {
            check(text, Err(NotTenDigits));
        }
    }

    #[test]
    fn it_never_shows_itself() {
        let number: NhsNumber = "9997019784".parse().unwrap();
        assert_eq!(format!("{number:?}"), "NhsNumber(…)");
        assert_eq!(&number.digits(), b"9997019784");
    }
}
