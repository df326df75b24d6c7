//! Bound values, kept until it is known which database takes them.

use super::Driver;
use super::value::Kind;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, Type};
use sqlx_core::encode::{Encode, IsNull};
use sqlx_core::error::BoxDynError;

/// A value to be bound.
#[derive(Debug, Clone)]
pub enum Argument {
    /// No value; what it would be matters to PostgreSQL, which fixes the type of a parameter.
    Null(Kind),
    /// A whole number, or a truth as 0 or 1.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The bound values of a statement, in order.
#[derive(Debug, Default)]
pub struct Arguments(Vec<Argument>);

impl Arguments {
    /// As SQLite takes them.
    pub(super) fn for_sqlite(self) -> Result<SqliteArguments, BoxDynError> {
        let mut out = SqliteArguments::default();
        out.reserve(self.0.len(), 0);
        for argument in self.0 {
            match argument {
                Argument::Null(_) => out.add(None::<i64>)?,
                Argument::Integer(number) => out.add(number)?,
                Argument::Real(number) => out.add(number)?,
                Argument::Text(text) => out.add(text)?,
                Argument::Bytes(bytes) => out.add(bytes)?,
            }
        }
        Ok(out)
    }

    /// As PostgreSQL takes them.
    pub(super) fn for_postgres(self) -> Result<PgArguments, BoxDynError> {
        let mut out = PgArguments::default();
        out.reserve(self.0.len(), 16 * self.0.len());
        for argument in self.0 {
            match argument {
                Argument::Null(Kind::Text) => out.add(None::<&str>)?,
                Argument::Null(Kind::Bytes) => out.add(None::<&[u8]>)?,
                Argument::Null(Kind::Real) => out.add(None::<f64>)?,
                Argument::Null(_) => out.add(None::<i64>)?,
                Argument::Integer(number) => out.add(number)?,
                Argument::Real(number) => out.add(number)?,
                Argument::Text(text) => out.add(text)?,
                Argument::Bytes(bytes) => out.add(bytes)?,
            }
        }
        Ok(out)
    }
}

impl sqlx::Arguments for Arguments {
    type Database = Driver;

    fn reserve(&mut self, additional: usize, _size: usize) {
        self.0.reserve(additional);
    }

    fn add<'t, T>(&mut self, value: T) -> Result<(), BoxDynError>
    where
        T: Encode<'t, Driver> + Type<Driver>,
    {
        let kind = value.produces().unwrap_or_else(T::type_info);
        if let IsNull::Yes = value.encode(&mut self.0)? {
            self.0.push(Argument::Null(kind));
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

sqlx_core::impl_into_arguments_for_arguments!(Arguments);
