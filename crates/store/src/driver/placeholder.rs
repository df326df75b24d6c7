//! Places of bound values: `?` in order for SQLite, `$1` and on for PostgreSQL.
//!
//! A statement that is written down names its values `$1`, which both take. One that is put together of parts
//! (`QueryBuilder`) writes `?`: of a numbered place SQLite looks through all the others, which makes an insert of four
//! thousand values quadratic.

use std::fmt::Write;

/// The statement with its `?` numbered; `None` when there are none. What stands in quotes stays.
pub(super) fn numbered(sql: &str) -> Option<String> {
    if !sql.contains('?') {
        return None;
    }
    let mut out = String::with_capacity(sql.len() + sql.len() / 2);
    let mut number = 0;
    let mut quote = None;
    for letter in sql.chars() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            ('?', None) => {
                number += 1;
                // Writing to a string cannot fail.
                let _ = write!(out, "${number}");
                continue;
            }
            _ => {}
        }
        out.push(letter);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_in_order() {
        assert_eq!(numbered("VALUES (?, ?), (?, ?)").as_deref(), Some("VALUES ($1, $2), ($3, $4)"));
    }

    #[test]
    fn what_is_numbered_already_stays() {
        assert_eq!(numbered("SELECT $1"), None);
    }

    #[test]
    fn a_question_in_quotes_is_no_place() {
        assert_eq!(
            numbered("SELECT 'why?', \"a?\", ?, 'it''s?'").as_deref(),
            Some("SELECT 'why?', \"a?\", $1, 'it''s?'")
        );
    }
}
