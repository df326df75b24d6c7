//! PostgreSQL's exact numbers as they cross the wire: a sum of whole numbers comes as one.

use sqlx_core::error::BoxDynError;

/// An exact number: groups of four decimal digits.
pub(super) struct Numeric<'a> {
    is_negative: bool,
    /// The first group counts 10 000 to this power.
    weight: i16,
    /// Two bytes each, 0 to 9999, the highest first; trailing zeros are left out.
    groups: &'a [[u8; 2]],
}

impl<'a> Numeric<'a> {
    /// Reads the binary form: count of groups, weight, sign, decimals shown, groups; 16 bits each.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, BoxDynError> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let [count, weight, sign, _shown, groups @ ..] = pairs else { return Err("a number is cut short".into()) };
        if !rest.is_empty() || usize::from(u16::from_be_bytes(*count)) != groups.len() {
            return Err("a number is cut short".into());
        }
        let is_negative = match u16::from_be_bytes(*sign) {
            0 => false,
            0x4000 => true,
            _ => return Err("a number is not finite".into()),
        };
        Ok(Self { is_negative, weight: i16::from_be_bytes(*weight), groups })
    }

    /// The whole number it is.
    pub(super) fn integer(&self) -> Result<i64, BoxDynError> {
        let whole = usize::try_from(i32::from(self.weight) + 1).unwrap_or(0);
        if self.groups.iter().skip(whole).any(|group| *group != [0, 0]) {
            return Err("a number has decimals where a whole one is expected".into());
        }
        let mut number = 0_i64;
        for place in 0..whole {
            let group = self.groups.get(place).map_or(0, |group| i64::from(u16::from_be_bytes(*group)));
            let group = if self.is_negative { -group } else { group };
            number = number.checked_mul(10_000).and_then(|n| n.checked_add(group)).ok_or("a number is too large")?;
        }
        Ok(number)
    }

    /// The nearest number of 64 bits.
    pub(super) fn real(&self) -> f64 {
        let mut number = 0.0;
        for (place, group) in (0_i32..).zip(self.groups) {
            number += f64::from(u16::from_be_bytes(*group)) * 10_000_f64.powi(i32::from(self.weight) - place);
        }
        if self.is_negative { -number } else { number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(weight: i16, sign: u16, groups: &[u16]) -> Vec<u8> {
        let count = u16::try_from(groups.len()).unwrap();
        let head = [count, weight.cast_unsigned(), sign, 0];
        head.iter().chain(groups).flat_map(|pair| pair.to_be_bytes()).collect()
    }

    fn check(weight: i16, sign: u16, groups: &[u16], integer: Option<i64>, real: f64) {
        let bytes = wire(weight, sign, groups);
        let number = Numeric::read(&bytes).unwrap();
        assert_eq!(number.integer().ok(), integer);
        assert!((number.real() - real).abs() <= real.abs() * 1e-12);
    }

    #[test]
    fn zero() {
        check(0, 0, &[], Some(0), 0.0);
    }

    #[test]
    fn trailing_zeros_that_are_left_out_count() {
        check(2, 0, &[1], Some(100_000_000), 1e8);
    }

    #[test]
    fn several_groups_and_a_sign() {
        check(1, 0x4000, &[12, 3456], Some(-123_456), -123_456.0);
    }

    #[test]
    fn decimals_are_no_whole_number() {
        check(0, 0, &[2, 5000], None, 2.5);
        check(-1, 0, &[25], None, 0.0025);
    }

    #[test]
    fn the_least_and_the_greatest_whole_number() {
        check(4, 0, &[922, 3372, 368, 5477, 5807], Some(i64::MAX), 9.223_372_036_854_776e18);
        check(4, 0x4000, &[922, 3372, 368, 5477, 5808], Some(i64::MIN), -9.223_372_036_854_776e18);
        check(4, 0, &[922, 3372, 368, 5477, 5808], None, 9.223_372_036_854_776e18);
    }

    #[test]
    fn what_is_cut_short_or_not_finite_is_refused() {
        assert!(Numeric::read(&wire(0, 0, &[1])[..9]).is_err());
        assert!(Numeric::read(&[0, 1]).is_err());
        assert!(Numeric::read(&wire(0, 0xC000, &[])).is_err());
    }
}
