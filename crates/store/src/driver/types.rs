//! What is bound and read: whole numbers, truths, numbers, texts, bytes.

use super::Driver;
use super::argument::Argument;
use super::numeric::Numeric;
use super::value::{Kind, ValueRef};
use sqlx::postgres::{PgValueFormat, PgValueRef, Postgres};
use sqlx::sqlite::Sqlite;
use sqlx::{Type, ValueRef as _};
use sqlx_core::decode::Decode;
use sqlx_core::encode::{Encode, IsNull};
use sqlx_core::error::BoxDynError;

sqlx_core::impl_encode_for_option!(Driver);

/// How a type is bound, and which kinds it is read from.
macro_rules! bound {
    ($type:ty as $kind:ident, from $($from:ident)|+, $value:ident => $argument:expr) => {
        impl Type<Driver> for $type {
            fn type_info() -> Kind {
                Kind::$kind
            }

            fn compatible(kind: &Kind) -> bool {
                matches!(kind, $(Kind::$from)|+)
            }
        }

        impl Encode<'_, Driver> for $type {
            fn encode_by_ref(&self, buffer: &mut Vec<Argument>) -> Result<IsNull, BoxDynError> {
                let $value = self;
                buffer.push($argument);
                Ok(IsNull::No)
            }
        }
    };
}

bound!(i64 as Integer, from Integer | Truth | Numeric, number => Argument::Integer(*number));
bound!(i32 as Integer, from Integer | Truth | Numeric, number => Argument::Integer(i64::from(*number)));
bound!(u32 as Integer, from Integer | Truth | Numeric, number => Argument::Integer(i64::from(*number)));
bound!(bool as Integer, from Integer | Truth, truth => Argument::Integer(i64::from(*truth)));
bound!(f64 as Real, from Real | Integer | Numeric, number => Argument::Real(*number));

impl<'r> Decode<'r, Driver> for i64 {
    fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
        match value {
            ValueRef::Sqlite(value) => Decode::<Sqlite>::decode(value),
            ValueRef::Postgres(value) => integer(&value),
        }
    }
}

impl<'r> Decode<'r, Driver> for i32 {
    fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::try_from(<i64 as Decode<'r, Driver>>::decode(value)?)?)
    }
}

impl<'r> Decode<'r, Driver> for u32 {
    fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::try_from(<i64 as Decode<'r, Driver>>::decode(value)?)?)
    }
}

impl<'r> Decode<'r, Driver> for bool {
    fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(<i64 as Decode<'r, Driver>>::decode(value)? != 0)
    }
}

impl<'r> Decode<'r, Driver> for f64 {
    fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
        match value {
            ValueRef::Sqlite(value) => Decode::<Sqlite>::decode(value),
            ValueRef::Postgres(value) => real(&value),
        }
    }
}

/// A whole number of any width, a truth as 0 or 1, or a sum of whole numbers.
fn integer(value: &PgValueRef<'_>) -> Result<i64, BoxDynError> {
    if value.format() == PgValueFormat::Text {
        return Ok(match value.as_str()? {
            "t" => 1,
            "f" => 0,
            digits => digits.parse()?,
        });
    }
    let bytes = value.as_bytes()?;
    if Kind::of_postgres(&value.type_info()) == Kind::Numeric {
        return Numeric::read(bytes)?.integer();
    }
    Ok(match *bytes {
        [truth] => i64::from(truth),
        [a, b] => i64::from(i16::from_be_bytes([a, b])),
        [a, b, c, d] => i64::from(i32::from_be_bytes([a, b, c, d])),
        _ => i64::from_be_bytes(bytes.try_into()?),
    })
}

/// A number of any kind.
fn real(value: &PgValueRef<'_>) -> Result<f64, BoxDynError> {
    if value.format() == PgValueFormat::Text {
        return Ok(value.as_str()?.parse()?);
    }
    let bytes = value.as_bytes()?;
    match Kind::of_postgres(&value.type_info()) {
        Kind::Numeric => Ok(Numeric::read(bytes)?.real()),
        Kind::Real => Ok(match *bytes {
            [a, b, c, d] => f64::from(f32::from_be_bytes([a, b, c, d])),
            _ => f64::from_be_bytes(bytes.try_into()?),
        }),
        #[expect(clippy::cast_precision_loss, reason = "a number that was asked for as a real one")]
        _ => integer(value).map(|number| number as f64),
    }
}

/// Texts and bytes: each owned and borrowed.
macro_rules! sequence {
    ($borrowed:ty, $owned:ty, $kind:ident, from $($from:ident)|+) => {
        impl Type<Driver> for $borrowed {
            fn type_info() -> Kind {
                Kind::$kind
            }

            fn compatible(kind: &Kind) -> bool {
                matches!(kind, $(Kind::$from)|+)
            }
        }

        impl Type<Driver> for $owned {
            fn type_info() -> Kind {
                Kind::$kind
            }

            fn compatible(kind: &Kind) -> bool {
                matches!(kind, $(Kind::$from)|+)
            }
        }

        impl<'q> Encode<'q, Driver> for &'q $borrowed {
            fn encode_by_ref(&self, buffer: &mut Vec<Argument>) -> Result<IsNull, BoxDynError> {
                buffer.push(Argument::$kind((**self).into()));
                Ok(IsNull::No)
            }
        }

        impl Encode<'_, Driver> for $owned {
            fn encode(self, buffer: &mut Vec<Argument>) -> Result<IsNull, BoxDynError> {
                buffer.push(Argument::$kind(self));
                Ok(IsNull::No)
            }

            fn encode_by_ref(&self, buffer: &mut Vec<Argument>) -> Result<IsNull, BoxDynError> {
                buffer.push(Argument::$kind(self.clone()));
                Ok(IsNull::No)
            }
        }

        impl<'r> Decode<'r, Driver> for &'r $borrowed {
            fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
                match value {
                    ValueRef::Sqlite(value) => Decode::<Sqlite>::decode(value),
                    ValueRef::Postgres(value) => Decode::<Postgres>::decode(value),
                }
            }
        }

        impl<'r> Decode<'r, Driver> for $owned {
            fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
                match value {
                    ValueRef::Sqlite(value) => Decode::<Sqlite>::decode(value),
                    ValueRef::Postgres(value) => Decode::<Postgres>::decode(value),
                }
            }
        }
    };
}

sequence!(str, String, Text, from Text);
sequence!([u8], Vec<u8>, Bytes, from Bytes | Text);

/// A value whose kind is known when it is bound, in copies of whole tables.
impl Type<Driver> for Argument {
    fn type_info() -> Kind {
        Kind::Null
    }

    fn compatible(_: &Kind) -> bool {
        false
    }
}

impl Encode<'_, Driver> for Argument {
    fn encode(self, buffer: &mut Vec<Argument>) -> Result<IsNull, BoxDynError> {
        buffer.push(self);
        Ok(IsNull::No)
    }

    fn encode_by_ref(&self, buffer: &mut Vec<Argument>) -> Result<IsNull, BoxDynError> {
        buffer.push(self.clone());
        Ok(IsNull::No)
    }
}
