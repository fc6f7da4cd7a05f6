//! What goes wrong inside the engine, before it becomes one of the three failures of the port.

use behalf_model::ports::StoreError;
use rusqlite::{Error, ErrorCode};

pub(super) type Result<T> = std::result::Result<T, Failure>;

#[derive(Debug)]
pub(super) enum Failure {
    /// A condition of the request does not hold.
    Conflict(String),
    Sql(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Conflict(what) => Self::Conflict(what),
            Failure::Sql(error) => sql_error(&error),
        }
    }
}

/// Texts name columns, never their content: content may be what nobody should read in a log.
fn sql_error(error: &Error) -> StoreError {
    match error {
        Error::FromSqlConversionFailure(column, ..)
        | Error::IntegralValueOutOfRange(column, _)
        | Error::InvalidColumnType(column, ..) => StoreError::Corrupt(format!(
            "column {column} of a row holds something unexpected"
        )),
        Error::SqliteFailure(code, _) => match code.code {
            ErrorCode::ConstraintViolation => {
                StoreError::Conflict("a unique name is taken".to_owned())
            }
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                StoreError::Corrupt(code.to_string())
            }
            _ => StoreError::Unavailable(code.to_string()),
        },
        other => StoreError::Unavailable(other.to_string()),
    }
}
