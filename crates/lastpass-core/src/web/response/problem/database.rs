//! The problems of a call to the database.

use crate::{
    error_chain::causes,
    store::Error,
    web::response::problem::{code::ProblemCode, row::ProblemRow},
};

pub(crate) fn row(error: &Error) -> ProblemRow<'static> {
    let row = match error {
        Error::NoTables => ProblemRow::new(
            ProblemCode::NotRecorded,
            "The database has no tables yet. The first change or sync in production creates them.",
        ),
        Error::Unreachable(_)
        | Error::Refused(_)
        | Error::OutdatedSchema(_)
        | Error::Superseded
        | Error::InvalidRow => ProblemRow::new(
            ProblemCode::DatabaseUnavailable,
            "The database (DATABASE_URL or POSTGRES_URL) gave no usable reply. Try again in a minute; a script \
             repeats a change with the same Idempotency-Key.",
        ),
    };
    row.cause(Some(causes(error)))
}
