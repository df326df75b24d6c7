//! What somebody meant who mistyped a word.

/// Steps of typing between two texts, an exchange of neighbours being one (optimal string alignment).
pub fn steps(a: &[u8], b: &[u8]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The known word that is written most like another, the first of equals; `None` when more than half of it would have
/// to be typed anew.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], "").into_bytes();
    let typed = plain(&typed.chars().take(80).collect::<String>());
    let with_steps = known.into_iter().map(|word| (steps(&typed, &plain(word)), word));
    let nearest = with_steps.min_by_key(|(steps, _)| *steps)?;
    let (steps, word) = nearest;
    (steps * 2 <= word.len()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_is_written_most_like_it() {
        let known = ["as_of", "dry_run", "strict", "assembly"];
        for (typed, meant) in [
            ("dryrun", Some("dry_run")),
            ("dry-run", Some("dry_run")),
            ("as_off", Some("as_of")),
            ("asOf", Some("as_of")),
            ("assembley", Some("assembly")),
            ("q", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
    }
}
