//! CSV files as spreadsheets of three locales read them.

use std::collections::BTreeSet;

use lastpass_sim::{Company, EventLog, LogEvent, User};

use crate::{
    companies::{at, folder, reader, user},
    world::World,
};

/// Names that begin a formula in some reading: by comma, semicolon or tab, or after a line break.
const NAMES: [&str; 21] = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "a;=1+1",
    "a; =1+1",
    "a;+1",
    "a;-1",
    "a;@x",
    "a\t=1+1",
    "a\t@x",
    "a,=1+1",
    "a,+1",
    "a, -1",
    "\t=1",
    "\r=1",
    "a\n=1",
    "\"=1",
    "a;\"=1+1\"",
    "a\";=1",
    ";=1;\t+1,@x",
];

fn company() -> Company {
    let mut company = Company::empty();
    for (id, name) in (1..).zip(NAMES) {
        company.users.push(User {
            fullname: name.to_owned(),
            department: Some(name.to_owned()),
            ..user(id, &format!("user{id}"), &[name, "Plain"])
        });
        let name_of_user = format!("user{id}");
        company.folders.push(folder(id, name, vec![reader(&name_of_user, Some(name), &[name, "b.example"])]));
    }
    let log = NAMES.map(|name| LogEvent::new(at("2026-11-23T15:00:00Z"), name, name, name, name));
    company.log = EventLog::new(log.to_vec());
    company
}

/// The cells of a file, as a spreadsheet with this list separator reads them.
fn cells(text: &str, separator: u8) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
    reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[tokio::test]
async fn no_cell_begins_a_formula_in_any_of_the_three_readings() {
    let world = World::new(company());
    for path in ["security-report?format=csv", "shared-folders?format=csv", "audit-logs?format=csv"] {
        let file = world.get(path).await;
        assert!(file.text().lines().count() > NAMES.len(), "{path}");
        for separator in [b',', b';', b'\t'] {
            for cell in cells(file.text(), separator) {
                let first = cell.trim_start_matches([' ', '\u{a0}']);
                assert!(
                    !first.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{path}, read by {:?}: {cell:?}",
                    char::from(separator)
                );
            }
        }
    }
}

/// The values of a joined cell: separated by `; `, with `\` before a `;` or a `\` of a value.
fn split(cell: &str) -> Vec<String> {
    let (mut values, mut value, mut rest) = (Vec::new(), String::new(), cell.chars());
    while let Some(next) = rest.next() {
        match next {
            '\\' => value.extend(rest.next()),
            ';' => {
                values.push(std::mem::take(&mut value));
                assert_eq!(rest.next(), Some(' '), "a separator of {cell:?}");
            }
            other => value.push(other),
        }
    }
    values.push(value);
    values
}

#[tokio::test]
async fn joined_names_come_apart_into_the_same_names() {
    const JOINED: [&str; 9] =
        ["Plain", "a;b", "a; b", r"a\b", r"a\;b", r"trailing\", ";", r"\", "Sales, EMEA; \"R&D\""];
    let mut company = Company::empty();
    company.users = vec![user(1, "ann", &JOINED)];
    company.folders = vec![folder(7, "Shared", vec![reader("ann", None, &JOINED)])];
    let world = World::new(company);
    let expected: BTreeSet<_> = JOINED.iter().map(|name| (*name).to_owned()).collect();
    for (path, column) in [("security-report?format=csv", "groups"), ("shared-folders?format=csv", "sites")] {
        let (columns, rows) = world.get(path).await.csv();
        let column = columns.iter().position(|name| name == column).expect("a column");
        let found: BTreeSet<_> = split(&rows[0][column]).into_iter().collect();
        assert_eq!(found, expected, "{path}: {}", rows[0][column]);
    }
}
