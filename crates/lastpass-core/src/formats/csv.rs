//! CSV as spreadsheets read it (RFC 4180), with text that no spreadsheet evaluates as a formula.

use std::borrow::Cow;

use bytes::Bytes;

use crate::domain::is_invisible;

/// The byte order mark, without which Excel does not read a file as UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The text of a cell, with an apostrophe in front if a spreadsheet would take it for a formula (OWASP, CSV
/// injection): after `=`, `+`, `-`, `@`, their full-width forms, tab and line ends.
pub(crate) fn escape_formula(cell: &str) -> Cow<'_, str> {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    // Some spreadsheets evaluate what follows white space and invisible characters.
    let visible = cell.trim_start_matches(|character: char| is_invisible(character) || character.is_whitespace());
    let is_formula = cell.starts_with(STARTS) || visible.starts_with(STARTS);
    // Not every spreadsheet reads control characters.
    let cell = if cell.contains(is_control) { Cow::Owned(cell.replace(is_control, " ")) } else { Cow::Borrowed(cell) };
    if is_formula { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// Control characters except tab and line ends, which a quoted cell may contain.
fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\r' | '\n')
}

/// The text of a cell with several names.
pub(crate) fn join_names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    // If the list separator is a semicolon, each name may become a cell of its own: escape each, and the whole.
    escape_formula(&names.map(escape_formula).collect::<Vec<_>>().join("; ")).into_owned()
}

/// The start of a file: the byte order mark and the names of the columns.
pub(crate) fn header<const N: usize>(columns: [&str; N]) -> Bytes {
    [BYTE_ORDER_MARK, &lines([columns.map(str::to_owned)])].concat().into()
}

/// One line for each row of cells.
pub(crate) fn lines<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> Bytes {
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::NonNumeric)
        .from_writer(Vec::new());
    for row in rows {
        csv.write_record(row).expect("writing to memory does not fail");
    }
    Bytes::from(csv.into_inner().expect("writing to memory does not fail"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_escaped() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u{feff}=1"] {
            assert_eq!(escape_formula(cell), format!("'{cell}"));
        }
        for cell in ["\u{200e}=1", "\u{2060}=1", "\u{ad}=1"] {
            assert_eq!(escape_formula(cell), format!("'{cell}"));
        }
        assert_eq!(escape_formula("\u{0}=1"), "' =1");
        for cell in ["Ann", "a=b", "", "1-2", "'x"] {
            assert_eq!(escape_formula(cell), cell);
        }
    }
}
