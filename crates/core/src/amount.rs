//! Amounts in words: one is not many, and no whole day is not `0 days`.

/// `1 variant`, `2 variants`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A span of whole days: `less than a day`, `1 day`, `12 days`.
pub fn days(n: u64) -> String {
    match n {
        0 => "less than a day".to_owned(),
        n => counted(n, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2].map(|n| counted(n, "variant", "variants")), ["0 variants", "1 variant", "2 variants"]);
        assert_eq!([0, 1, 2].map(days), ["less than a day", "1 day", "2 days"]);
    }
}
