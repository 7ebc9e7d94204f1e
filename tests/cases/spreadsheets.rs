//! CSV files as spreadsheets of three locales read them.

use std::collections::BTreeSet;

use lastpass_sim::{Company, EventLog, LogEvent, User};
use serde_json::json;

use crate::{
    companies::{at, folder, reader, user},
    database::Database,
    world::{World, new_user},
};

/// Names that begin a formula in some reading: by comma, semicolon or tab, or after a line break.
const NAMES: [&str; 23] = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "a;=1+1",
    "a; =1+1",
    "a;+1",
    "a;-1",
    "a;@x",
    "a;＝1",
    "a\r\n@x",
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

#[tokio::test]
async fn no_cell_begins_a_formula_in_any_of_the_three_readings() {
    let database = Database::sqlite();
    let world = World::with_database(company(), &database, &[("KNOWN_GROUPS", r#"["New;=1"]"#)]);
    for (number, name) in NAMES.into_iter().enumerate().filter(|(_, name)| !name.contains(char::is_control)) {
        let mut new = new_user(&format!("new{number}"));
        new["manager"] = name.into();
        new["additionalGroups"] = json!(["New;=1"]);
        assert_eq!(world.post("provision-user", new).await.status, 201, "{name}");
    }
    for route in ["security-report", "shared-folders", "audit-logs", "actions"] {
        let path = format!("{route}?format=csv");
        let file = world.get(&path).await;
        assert!(file.text().lines().count() > NAMES.len() / 2, "{path}");
        for separator in [b',', b';', b'\t'] {
            for cell in file.csv_split_at(separator).into_iter().flatten() {
                let first = cell.trim_start_matches([' ', '\u{a0}']);
                assert!(
                    !first.starts_with(['=', '+', '-', '@', '＝', '\t', '\r']),
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
