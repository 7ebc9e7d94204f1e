//! CSV as spreadsheets read it (RFC 4180), and text that they must not run.

use std::borrow::Cow;

use bytes::Bytes;

use crate::domain::is_invisible;

/// The cell, with an apostrophe in front where a spreadsheet would take it for a formula
/// (OWASP, CSV injection): after `=`, `+`, `-`, `@`, their full-width forms, tab and line ends.
pub(crate) fn safe(cell: &str) -> Cow<'_, str> {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    // Blanks and marks in front do not keep every spreadsheet from running what follows.
    let shown = cell.trim_start_matches(|character: char| is_invisible(character) || character.is_whitespace());
    let risky = cell.starts_with(STARTS) || shown.starts_with(STARTS);
    // Nor do characters that nobody sees come through every spreadsheet.
    let cell = if cell.contains(is_control) { Cow::Owned(cell.replace(is_control, " ")) } else { Cow::Borrowed(cell) };
    if risky { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// Control characters but tab and line ends, which a quoted cell may hold.
fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\r' | '\n')
}

/// The mark without which Excel takes a file for something else than UTF-8.
pub(crate) fn byte_order_mark() -> Bytes {
    Bytes::from_static("\u{feff}".as_bytes())
}

/// Rows of cells as lines of CSV.
pub(crate) fn lines<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> Bytes {
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::NonNumeric)
        .from_writer(Vec::new());
    for row in rows {
        csv.write_record(row).expect("memory takes what is written to it");
    }
    Bytes::from(csv.into_inner().expect("memory takes what is written to it"))
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn what_would_run_is_made_text() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u{feff}=1"] {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        for cell in ["\u{200e}=1", "\u{2060}=1", "\u{ad}=1"] {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        assert_eq!(safe("\u{0}=1"), "' =1");
        for cell in ["Ann", "a=b", "", "1-2", "'x"] {
            assert_eq!(safe(cell), cell);
        }
    }
}
