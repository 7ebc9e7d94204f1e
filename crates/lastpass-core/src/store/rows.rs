//! Rows that cross the driver as JSON, one text per row.

use serde::Deserialize;

use crate::store::{Error, database::SqlRow};

/// The values of rows of one column.
pub(crate) fn parse_rows<T: for<'a> Deserialize<'a>>(rows: &[SqlRow]) -> Result<Vec<T>, Error> {
    let parse = |row: &SqlRow| serde_json::from_str(&row.text(0)?).map_err(|_| Error::InvalidRow);
    rows.iter().map(parse).collect()
}
