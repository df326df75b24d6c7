//! The people who act.

use crate::account;
use crate::dialect::{Connection, DatabaseRow};
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{AccountSerial, LaboratorySerial};
use cairn_core::id::UserId;
use cairn_core::user::User;
use sqlx::{FromRow, Row};
use std::collections::HashMap;

/// The people behind accounts.
pub async fn people(
    connection: &mut Connection,
    accounts: &[AccountSerial],
) -> Result<HashMap<AccountSerial, (User, LaboratorySerial)>, StoreError> {
    #[derive(Debug)]
    struct PersonRow(AccountSerial, LaboratorySerial, User);
    impl<'r> FromRow<'r, DatabaseRow> for PersonRow {
        fn from_row(row: &'r DatabaseRow) -> Result<Self, sqlx::Error> {
            let user = account::user(row).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok(Self(row.try_get("account_id")?, row.try_get("laboratory_id")?, user))
        }
    }
    let rows: Vec<PersonRow> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::people */
                SELECT a.account_id, a.laboratory_id, a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role
                FROM account a JOIN laboratory l ON l.laboratory_id = a.laboratory_id
                WHERE a.account_id IN",
            );
        },
        accounts,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|PersonRow(account, laboratory, user)| (account, (user, laboratory))).collect())
}

/// The key of a person's account.
pub async fn account(connection: &mut Connection, user: UserId) -> Result<Option<AccountSerial>, StoreError> {
    Ok(sqlx::query_scalar("/* discordance::account */ SELECT account_id FROM account WHERE uid = $1")
        .bind(user.to_string())
        .fetch_optional(connection)
        .await?)
}
