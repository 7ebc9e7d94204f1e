//! CSV as spreadsheets read it (RFC 4180), with text that no spreadsheet evaluates as a formula.
//!
//! A spreadsheet in another locale splits lines at semicolons or tabs. It then recognizes quotes only at the start of
//! its own cells, so a cell of it can begin at each such character and line end within a text of ours.

use std::{borrow::Cow, fmt::Write};

use bytes::Bytes;
use serde::Serialize;

use crate::domain::is_invisible;

/// The byte order mark, without which Excel does not read a file as UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Between the names of a list.
const LIST_SEPARATOR: &str = "; ";

/// The text of a cell, with an apostrophe in front of each part that a spreadsheet would take for a formula (OWASP, CSV
/// injection).
pub(crate) fn escape_formula(cell: &str) -> Cow<'_, str> {
    // Not every spreadsheet reads control characters.
    let cell = if cell.contains(is_control) { Cow::Owned(cell.replace(is_control, " ")) } else { Cow::Borrowed(cell) };
    let formulas = formulas(&cell);
    if formulas.is_empty() {
        return cell;
    }
    let mut escaped = String::with_capacity(cell.len() + formulas.len());
    let mut rest = 0;
    for Formula { cell: start, .. } in formulas {
        escaped.push_str(&cell[rest..start]);
        escaped.push('\'');
        rest = start;
    }
    escaped.push_str(&cell[rest..]);
    Cow::Owned(escaped)
}

/// The text of a cell with several names. A backslash makes the next character part of a name: it precedes semicolons
/// and backslashes, and what a spreadsheet would take for a formula.
pub(crate) fn join_names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for (index, name) in names.enumerate() {
        if index > 0 {
            joined.push_str(LIST_SEPARATOR);
        }
        let mut formulas = formulas(name).into_iter().map(|start| start.cell).peekable();
        for (position, character) in name.char_indices() {
            let is_formula = formulas.next_if_eq(&position).is_some();
            if is_formula || matches!(character, ';' | '\\') {
                joined.push('\\');
            }
            joined.push(if is_control(character) { ' ' } else { character });
        }
    }
    joined
}

/// The text of a cell with a JSON value. What a spreadsheet would take for a formula, and every control character, is
/// written as JSON's `\u` escape.
pub(crate) fn json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("texts and numbers are JSON");
    let mut signs = formulas(&json).into_iter().map(|formula| formula.sign).peekable();
    let mut escaped = String::with_capacity(json.len());
    for (position, character) in json.char_indices() {
        let is_formula = signs.next_if_eq(&position).is_some();
        while signs.next_if_eq(&position).is_some() {}
        // Between its tokens this JSON has no white space, so that a control character is part of a text.
        if is_formula || character.is_control() {
            write!(escaped, "\\u{:04x}", u32::from(character)).expect("writing to memory does not fail");
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// A part of a text that may become a cell of its own and begins like a formula.
struct Formula {
    /// The position at which the cell would begin.
    cell: usize,
    /// The position of its first visible character.
    sign: usize,
}

/// The parts of a text that a spreadsheet would take for formulas, in ascending order: after `=`, `+`, `-`, `@`, their
/// full-width and small forms, tab and line ends. What is invisible, white space or a quote in front is skipped, as some
/// spreadsheets do.
fn formulas(text: &str) -> Vec<Formula> {
    let mut found = Vec::new();
    // The sign that the text from here on begins with.
    let mut sign = None;
    // Whether it begins with quotes, which a spreadsheet removes, and then a tab.
    let mut is_quoted_tab = false;
    let mut after = None;
    let mut characters = text.char_indices().rev().peekable();
    while let Some((position, character)) = characters.next() {
        if is_sign(character) {
            sign = Some(position);
        } else if !(character == '"' || character.is_whitespace() || is_invisible(character)) {
            sign = None;
        }
        is_quoted_tab = character == '"' && (is_quoted_tab || after == Some('\t'));
        after = Some(character);
        let before = characters.peek().map(|(_, before)| *before);
        let begins_with_break = match character {
            '"' => is_quoted_tab,
            '\t' => before != Some('\t'),
            '\r' | '\n' => before.is_none(),
            _ => false,
        };
        let is_within_line_end = (before, character) == (Some('\r'), '\n');
        if before.is_none_or(is_separator) && !is_within_line_end && (sign.is_some() || begins_with_break) {
            found.push(Formula { cell: position, sign: sign.unwrap_or(position) });
        }
    }
    found.reverse();
    found
}

fn is_sign(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫')
}

/// Whether a spreadsheet may begin a cell after this character. Commas are not among them: a reader that splits at
/// commas recognizes our quotes.
fn is_separator(character: char) -> bool {
    matches!(character, ';' | '\t' | '\r' | '\n' | '\u{2028}' | '\u{2029}')
}

/// Control characters except tab and line ends, which a quoted cell may contain.
fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\r' | '\n')
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
    use proptest::{
        collection::vec,
        prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest},
        sample::select,
    };

    use super::*;

    #[test]
    fn formulas_are_escaped() {
        let check = |cell: &str, expected: &str| assert_eq!(escape_formula(cell), expected, "{cell:?}");
        // The table of the client's own files too.
        let cases = include_str!("../../../../tests/samples/csv/formulas.json");
        for (cell, expected) in serde_json::from_str::<Vec<(String, String)>>(cases).unwrap() {
            check(&cell, &expected);
        }
        // A file of the client has neither tabs nor line ends in its cells.
        for (cell, expected) in [
            ("\t", "'\t"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("a;\t=1", "a;'\t'=1"),
            ("a\t+1;b", "a\t'+1;b"),
            ("a\r\n\"@SUM(A1)", "a\r\n'\"@SUM(A1)"),
            ("a;\"\"\tb", "a;'\"\"\tb"),
            ("a\tb", "a\tb"),
            ("a\r\nb", "a\r\nb"),
        ] {
            check(cell, expected);
        }
    }

    #[test]
    fn names_are_joined_with_backslashes_and_json_keeps_its_value() {
        let check = |names: &[&str], expected: &str| assert_eq!(join_names(names.iter().copied()), expected);
        check(&[], "");
        check(&["Sales; EMEA", "R\\D", "a=b"], "Sales\\; EMEA; R\\\\D; a=b");
        check(&["\u{0}z", "a\u{9f}b\u{7f}", "\u{0}=1"], " z; a b ; \\ =1");
        check(&["=1", "-Team", "a;=1"], "\\=1; \\-Team; a\\;\\=1");
        let value = ["=1", "a", "x;=1", "x;\"＠1", "-1"];
        assert_eq!(json(&value), r#"["=1","a","x;\u003d1","x;\"＠1","-1"]"#);
        let controls = ["a\u{0}b", "\u{1b}\u{7f}", "\u{80}\u{9f}=1", "é\u{a0}"];
        assert_eq!(json(&controls), "[\"a\\u0000b\",\"\\u001b\\u007f\",\"\\u0080\\u009f=1\",\"é\u{a0}\"]");
    }

    /// The names of a joined list.
    fn split_names(cell: &str) -> Vec<String> {
        let mut names = vec![String::new()];
        let mut rest = cell.chars();
        while let Some(character) = rest.next() {
            let name = names.last_mut().expect("never empty");
            match character {
                '\\' => name.extend(rest.next()),
                ';' => {
                    assert_eq!(rest.next(), Some(' '), "{cell}");
                    names.push(String::new());
                }
                other => name.push(other),
            }
        }
        names
    }

    /// The cells as the `csv` crate reads them.
    fn read(file: &[u8], delimiter: u8) -> Vec<String> {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(file);
        reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// The cells as spreadsheets read them. A quote that no separator follows ends the quoted part of a cell (Excel), or
    /// is a character of it (LibreOffice).
    fn read_like_spreadsheet(file: &str, delimiter: char, ends_at_any_quote: bool) -> Vec<String> {
        let (mut cells, mut cell) = (Vec::new(), String::new());
        let (mut is_at_start, mut is_quoted) = (true, false);
        let mut rest = file.chars().peekable();
        while let Some(character) = rest.next() {
            let is_end = |next: Option<&char>| next.is_none_or(|next| *next == delimiter || "\r\n".contains(*next));
            match character {
                '"' if is_at_start => is_quoted = true,
                '"' if is_quoted && rest.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' if is_quoted && (ends_at_any_quote || is_end(rest.peek())) => is_quoted = false,
                _ if !is_quoted && (character == delimiter || "\r\n".contains(character)) => {
                    cells.push(std::mem::take(&mut cell));
                    is_at_start = true;
                    continue;
                }
                other => cell.push(other),
            }
            is_at_start = false;
        }
        cells.push(cell);
        cells
    }

    fn is_formula(cell: &str) -> bool {
        let visible = cell.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
        visible.starts_with(is_sign) || cell.starts_with('\t')
    }

    /// Texts in which everything that matters here is frequent.
    fn text() -> impl Strategy<Value = String> {
        const PARTS: [&str; 18] =
            ["=", "+1", "-", "@", "＝", "﹣", ",", ";", "\t", "\r", "\n", "\"", "'", "\\", " ", "\u{feff}", "a", "7"];
        prop_oneof![vec(select(&PARTS[..]), 0..8).prop_map(|parts| parts.concat()), any::<String>()]
    }

    proptest! {
        #[test]
        fn no_reading_of_a_file_has_a_formula(rows in vec([text(), text(), text(), text()], 1..4)) {
            let cells = rows.iter().map(|[first, second, third, fourth]| [
                escape_formula(first).into_owned(),
                join_names([second.as_str(), third].into_iter()),
                json(&[third, fourth]),
                escape_formula(fourth).into_owned(),
            ]);
            let file = lines(cells.clone());
            prop_assert_eq!(read(&file, b','), cells.flatten().collect::<Vec<_>>());
            let text = std::str::from_utf8(&file).unwrap();
            for delimiter in [',', ';', '\t'] {
                let readings = [
                    read(&file, delimiter as u8),
                    read_like_spreadsheet(text, delimiter, true),
                    read_like_spreadsheet(text, delimiter, false),
                ];
                for cell in readings.iter().flatten() {
                    prop_assert!(!is_formula(cell), "{cell:?} in {text:?}");
                }
            }
        }

        #[test]
        fn a_joined_list_comes_apart_into_its_names(names in vec(text(), 1..5)) {
            let expected: Vec<_> = names.iter().map(|name| name.replace(is_control, " ")).collect();
            prop_assert_eq!(split_names(&join_names(names.iter().map(String::as_str))), expected);
        }

        #[test]
        fn a_json_cell_keeps_its_value(texts in vec(text(), 0..5)) {
            prop_assert_eq!(serde_json::from_str::<Vec<String>>(&json(&texts)).unwrap(), texts);
        }
    }
}
