//! Values as a database gave them.

use super::Driver;
use sqlx::TypeInfo as _;
use sqlx::postgres::{PgTypeInfo, PgValue, PgValueRef};
use sqlx::sqlite::{SqliteTypeInfo, SqliteValue, SqliteValueRef};
use std::borrow::Cow;
use std::fmt;

/// What a value is, as far as reading it depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of no type: what SQLite says of a column without a value.
    Null,
    /// True or false.
    Truth,
    /// A whole number of any width.
    Integer,
    /// A floating-point number.
    Real,
    /// An exact number, as PostgreSQL gives sums and means of whole numbers.
    Numeric,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
    /// Something the record does not store.
    Other,
}

impl Kind {
    pub(super) fn of_sqlite(kind: &SqliteTypeInfo) -> Self {
        match kind.name() {
            "INTEGER" => Self::Integer,
            "TEXT" => Self::Text,
            "BLOB" => Self::Bytes,
            "REAL" => Self::Real,
            "NULL" => Self::Null,
            "BOOLEAN" => Self::Truth,
            "NUMERIC" => Self::Numeric,
            _ => Self::Other,
        }
    }

    pub(super) fn of_postgres(kind: &PgTypeInfo) -> Self {
        match kind.name() {
            "INT8" | "INT4" | "INT2" => Self::Integer,
            "TEXT" | "VARCHAR" | "NAME" | "UNKNOWN" => Self::Text,
            "BYTEA" => Self::Bytes,
            "BOOL" => Self::Truth,
            "FLOAT8" | "FLOAT4" => Self::Real,
            "NUMERIC" => Self::Numeric,
            _ => Self::Other,
        }
    }
}

impl sqlx::TypeInfo for Kind {
    fn is_null(&self) -> bool {
        *self == Self::Null
    }

    fn name(&self) -> &str {
        match self {
            Self::Null => "NULL",
            Self::Truth => "BOOLEAN",
            Self::Integer => "BIGINT",
            Self::Real => "DOUBLE PRECISION",
            Self::Numeric => "NUMERIC",
            Self::Text => "TEXT",
            Self::Bytes => "BYTES",
            Self::Other => "a type the record does not store",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A value of its own.
pub enum Value {
    /// From SQLite.
    Sqlite(SqliteValue),
    /// From PostgreSQL.
    Postgres(PgValue),
}

/// A value within its row.
pub enum ValueRef<'r> {
    /// From SQLite.
    Sqlite(SqliteValueRef<'r>),
    /// From PostgreSQL.
    Postgres(PgValueRef<'r>),
}

impl sqlx::Value for Value {
    type Database = Driver;

    fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Sqlite(value) => ValueRef::Sqlite(value.as_ref()),
            Self::Postgres(value) => ValueRef::Postgres(value.as_ref()),
        }
    }

    fn type_info(&self) -> Cow<'_, Kind> {
        Cow::Owned(match self {
            Self::Sqlite(value) => Kind::of_sqlite(&value.type_info()),
            Self::Postgres(value) => Kind::of_postgres(&value.type_info()),
        })
    }

    fn is_null(&self) -> bool {
        match self {
            Self::Sqlite(value) => value.is_null(),
            Self::Postgres(value) => value.is_null(),
        }
    }
}

impl<'r> sqlx::ValueRef<'r> for ValueRef<'r> {
    type Database = Driver;

    fn to_owned(&self) -> Value {
        match self {
            Self::Sqlite(value) => Value::Sqlite(sqlx::ValueRef::to_owned(value)),
            Self::Postgres(value) => Value::Postgres(sqlx::ValueRef::to_owned(value)),
        }
    }

    fn type_info(&self) -> Cow<'_, Kind> {
        Cow::Owned(match self {
            Self::Sqlite(value) => Kind::of_sqlite(&value.type_info()),
            Self::Postgres(value) => Kind::of_postgres(&value.type_info()),
        })
    }

    fn is_null(&self) -> bool {
        match self {
            Self::Sqlite(value) => value.is_null(),
            Self::Postgres(value) => value.is_null(),
        }
    }
}
