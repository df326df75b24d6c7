//! One history of the schema for both databases: the files of `migrations/` as SQLite reads them, and the same files
//! as PostgreSQL needs them.
//!
//! The translation is of words, outside quotes and comments:
//!
//! - `INTEGER` is 64 bits wide on SQLite: `BIGINT`. `BLOB` is `BYTEA`.
//! - A key `INTEGER PRIMARY KEY` that a row does not give is one more than the greatest, on SQLite by itself, here by
//!   `next_serial`. Not a sequence: that would leave gaps, and would not know of the rows of a record that was moved.
//! - `TEXT` is compared byte by byte on SQLite: `TEXT COLLATE "C"`, so that order, ranges of prefixes and `lower` are
//!   the same, whatever language the database was made for.
//! - A link (`REFERENCES`) is `DEFERRABLE`, so that a copy of a whole record may add rows before those they name;
//!   everybody else finds it checked at once.
//!
//! A later file that says something PostgreSQL does not know fails the tests of this crate there.

use super::Dialect;
use sqlx::migrate::{Migration, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

static FILES: Migrator = sqlx::migrate!("./migrations");

/// The history as a database runs it. Its checksums are those of the files, on both.
pub(super) fn migrations(dialect: Dialect) -> Migrator {
    let translated = |file: &Migration| match dialect {
        Dialect::Sqlite => file.clone(),
        Dialect::Postgres => {
            let first = if file.version == 1 { NEXT_SERIAL } else { "" };
            let sql = format!("{first}{}", for_postgres(file.sql.as_str()));
            Migration { sql: AssertSqlSafe(sql).into_sql_str(), ..file.clone() }
        }
    };
    Migrator::with_migrations(FILES.iter().map(translated).collect())
}

/// Comes before the first file on PostgreSQL. It sees the rows that the calling statement has added.
const NEXT_SERIAL: &str = "CREATE FUNCTION next_serial(named TEXT, key TEXT) RETURNS BIGINT VOLATILE LANGUAGE plpgsql
AS $$ DECLARE serial BIGINT; BEGIN
    EXECUTE format('SELECT COALESCE(MAX(%I), 0) + 1 FROM %I', key, named) INTO serial;
    RETURN serial;
END $$;
";

fn for_postgres(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + sql.len() / 8);
    let (mut rest, mut table, mut previous) = (sql, "", "");
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            letter if is_of_word(letter) => rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len()),
            letter => letter.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        match token {
            "INTEGER" if rest.starts_with(" PRIMARY KEY") => {
                out.push_str(&format!("BIGINT DEFAULT next_serial('{table}', '{previous}')"));
            }
            "INTEGER" => out.push_str("BIGINT"),
            "BLOB" => out.push_str("BYTEA"),
            "TEXT" => out.push_str("TEXT COLLATE \"C\""),
            "REFERENCES" => {
                let (link, behind) = rest.split_at(link(rest));
                out.push_str("REFERENCES");
                out.push_str(link);
                out.push_str(" DEFERRABLE");
                rest = behind;
            }
            token => out.push_str(token),
        }
        if is_of_word(first) {
            table = if previous == "TABLE" { token } else { table };
            previous = token;
        }
    }
    out
}

/// Bytes of a text in quotes, both quotes included; a doubled quote begins the next one.
fn quoted(text: &str) -> usize {
    text[1..].find('\'').map_or(text.len(), |end| end + 2)
}

/// Bytes of the named table and, where they are given, its columns.
fn link(text: &str) -> usize {
    let name = text.find(|letter: char| !letter.is_whitespace()).unwrap_or(text.len());
    let end = text[name..].find(|letter| !is_of_word(letter)).map_or(text.len(), |end| name + end);
    let behind = text[end..].trim_start();
    match behind.starts_with('(').then(|| behind.find(')')).flatten() {
        Some(close) => text.len() - behind.len() + close + 1,
        None => end,
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sqlite: &str, postgres: &str) {
        assert_eq!(for_postgres(sqlite), postgres);
    }

    #[test]
    fn types_are_those_of_the_other_database() {
        check("a INTEGER, b BLOB, c TEXT NOT NULL", "a BIGINT, b BYTEA, c TEXT COLLATE \"C\" NOT NULL");
    }

    #[test]
    fn a_key_that_is_not_given_is_the_next() {
        check(
            "CREATE TABLE account (\n    account_id INTEGER PRIMARY KEY, b INTEGER",
            "CREATE TABLE account (\n    account_id BIGINT DEFAULT next_serial('account', 'account_id') PRIMARY KEY, b BIGINT",
        );
    }

    #[test]
    fn names_quotes_and_comments_stay() {
        check("search_text x, -- BLOB\n'TEXT', 'it''s TEXT' y", "search_text x, -- BLOB\n'TEXT', 'it''s TEXT' y");
    }

    #[test]
    fn links_wait_when_they_are_asked_to() {
        check("a BLOB REFERENCES entry,", "a BYTEA REFERENCES entry DEFERRABLE,");
        check("a REFERENCES account (account_id), b", "a REFERENCES account (account_id) DEFERRABLE, b");
        check("a REFERENCES variant, CHECK (x)", "a REFERENCES variant DEFERRABLE, CHECK (x)");
        check("REFERENCES entry\n);", "REFERENCES entry DEFERRABLE\n);");
    }

    #[test]
    fn the_history_has_one_checksum_on_both() {
        let both = [Dialect::Sqlite, Dialect::Postgres].map(|dialect| {
            let files = migrations(dialect);
            files.iter().map(|file| (file.version, file.checksum.to_vec())).collect::<Vec<_>>()
        });
        assert_eq!(both[0], both[1]);
        assert!(!both[0].is_empty());
    }
}
