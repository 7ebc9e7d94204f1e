//! The recipes of docs/RECIPES.md, run by real programs: each line of curl and jq by bash, each line of PowerShell by
//! pwsh, against a local server.

mod company;
mod document;
mod programs;
mod server;

use std::sync::Arc;

use lastpass_sim::Company;
use serde_json::Value;

use crate::{
    database::Database,
    recipes::{
        company::company,
        document::{Recipe, recipes},
        programs::{Output, Shell},
        server::{Exchange, Server},
    },
    world::{ADMIN, AUDITOR, World},
};

/// For each line of each recipe, texts that its output contains in this company; those after `!` are absent.
const EXPECTED: [(&str, &[&[&str]]); 13] = [
    (
        "Users without MFA",
        &[&["tom.reed@example.com", "!root@example.com", "!nina.roth@example.com", "!bob.gone@example.com"]],
    ),
    ("Inactive for 45 days", &[&["tom.reed@example.com", "!root@example.com", "!nina.roth@example.com"]]),
    (
        "Pending invitations",
        &[&["nina.roth@example.com", "!new@example.com"], &["new@example.com"], &["\"reinvite\"", "\"sent\""]],
    ),
    (
        "The weakest master passwords of a department",
        &[&[r#""email","name","securityScore""#, "eva.park@example.com", "!tom.reed@example.com", "!root@example.com"]],
    ),
    (
        "Who can open a shared folder",
        &[
            &["Shared-Ads", "Shared-Network", "Shared-Left", "!Shared-Old"],
            &["lee.moore@example.com", "\"via\":\"VPN\"", "root@example.com", "\"via\":\"direct\""],
            &["Shared-Ads", "lee.moore@example.com"],
        ],
    ),
    ("What one user can open", &[&["Shared-Ads", "Shared-Network", "\"administer\"", "!Shared-Left"]]),
    (
        "Folders without an administrator",
        &[&["Shared-Left", "!Shared-Ads", "!Shared-Network"], &["Shared-Left", "!Shared-Ads"]],
    ),
    (
        "Off-board a user, and list the passwords to change",
        &[
            &["\"groups\":[\"VPN\"]", "\"orphanedFolders\":[]", "\"passwordsToRotate\":2", "Shared-Network"],
            &["\"success\":true", "Account deactivated"],
            &["Shared-Ads", "ads.example.net", "bills.example.net", "!Shared-Network"],
            &["\"success\":true", "User removed from the company"],
        ],
    ),
    ("Create an account and add it to its groups", &[&["\"added\":[\"Sales-Team\",\"VPN\"]", "\"failed\":[]"]]),
    (
        "Move a user to another group",
        &[
            &["Sales-Team", "Marketing-Team", "VPN"],
            &["\"added\":[\"Marketing-Team\"]", "\"removed\":[\"Sales-Team\"]"],
        ],
    ),
    (
        "Failed logins and alerts of the last week",
        &[
            &["tom.reed@example.com", "10.0.0.9", "!root@example.com"],
            &["\"events\":6", "tom.reed@example.com"],
            &["repeatedFailedLogins", "adminRightsGiven"],
        ],
    ),
    ("API use by other clients", &[&["mallory@example.com", "Employee account created", "!ann.lee@example.com"]]),
    (
        "Evidence for a quarter",
        &[
            &["\"action\":\"Log in\"", "2026-10-01", "!2026-09"],
            &[r#""id","timestamp","user""#, "Log in", "!2026-09"],
            &["\"ok\":true"],
            &[r#""id","at","actor""#, "lee.moore@example.com", "ann.lee@example.com", "eva.park@example.com"],
        ],
    ),
];

/// A server over the company, with a database.
async fn recording_server() -> Server {
    let database = Database::sqlite();
    Server::start(World::with_database(company(), &database, &[])).await
}

/// Runs a line, which sends one request.
fn run(shell: &Shell, line: &str, server: &Server, key: &str) -> (Output, Arc<Exchange>) {
    let before = server.exchanges().len();
    let output = shell.run(line, &server.url, key);
    let exchanges = server.exchanges();
    assert_eq!(exchanges.len(), before + 1, "{line}\nsends one request; it printed:\n{output:?}");
    (output, exchanges.into_iter().next_back().expect("one exchange"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_curl_line_does_what_its_recipe_says() {
    let Some(bash) = Shell::bash() else { return };
    let server = recording_server().await;
    let recipes = recipes();
    let titles: Vec<_> = recipes.iter().map(|recipe| recipe.title.as_str()).collect();
    assert_eq!(titles, EXPECTED.map(|(title, _)| title), "each recipe has a row in EXPECTED");
    for (recipe, (_, expected)) in recipes.iter().zip(EXPECTED) {
        assert_eq!(recipe.sh.len(), expected.len(), "{}: each line has a row in EXPECTED", recipe.title);
        for (line, expected) in recipe.sh.iter().zip(expected) {
            let (output, exchange) = run(&bash, line, &server, ADMIN);
            assert!(output.success && matches!(exchange.reply.status.as_u16(), 200 | 201), "{line}\n{output:?}");
            let text = shown(line, &output);
            for expected in *expected {
                match expected.strip_prefix('!') {
                    Some(absent) => assert!(!text.contains(absent), "{line}\nshows {absent}:\n{text}"),
                    None => assert!(text.contains(expected), "{line}\ndoes not show {expected}:\n{text}"),
                }
            }
            if exchange.headers.contains_key("idempotency-key") {
                let (_, repeated) = run(&bash, line, &server, ADMIN);
                assert_eq!(repeated.reply.header("idempotency-replayed"), "true", "{line}");
                assert_eq!(repeated.reply.json()["actionId"], exchange.reply.json()["actionId"], "{line}");
            }
            // The document says that an auditor's key suffices for these.
            let route = exchange.uri.path().trim_start_matches("/api/lastpass/");
            if ["shared-folders", "audit-logs", "actions"].contains(&route) {
                assert_eq!(run(&bash, line, &server, AUDITOR).1.reply.status, 200, "{line}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_shows_its_error_and_writes_no_file() {
    let Some(bash) = Shell::bash() else { return };
    // Changes fail since there is no database, and reads since the key is unknown.
    let server = Server::start(World::new(Company::empty())).await;
    for line in recipes().iter().flat_map(|recipe| &recipe.sh) {
        let (output, exchange) = run(&bash, line, &server, if line.contains("--json") { ADMIN } else { "unknown" });
        assert!(exchange.reply.status.as_u16() >= 400, "{line}\n{output:?}");
        let error = exchange.reply.json()["error"].to_string();
        let shows_error = output.stdout.contains(&format!("\"error\":{error}"));
        if exchange.method == "POST" {
            assert!(shows_error, "{line}\n{output:?}");
        } else if line.contains(" -o ") {
            assert!(output.file.is_none() && !output.success && !output.stderr.is_empty(), "{line}\n{output:?}");
        } else {
            assert!(shows_error || output.stderr.contains("Cannot iterate over null"), "{line}\n{output:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_powershell_line_sends_the_request_of_its_curl_line() {
    let recipes = recipes();
    for Recipe { title, sh, powershell } in &recipes {
        assert!(!sh.is_empty(), "{title} has no line");
        assert_eq!(sh.len(), powershell.len(), "{title}: lines of curl and of PowerShell");
        for (line, twin) in sh.iter().zip(powershell) {
            let (url, twin_url) = (url(line, "\"$URL"), url(twin, "\"$Url"));
            assert!(url.is_some() && url == twin_url, "{line}\n{twin}\n{url:?} is not {twin_url:?}");
        }
    }
    let Some((bash, pwsh)) = Shell::bash().zip(Shell::pwsh()) else { return };
    let (server, twin_server) = (recording_server().await, recording_server().await);
    for recipe in &recipes {
        for (line, twin) in recipe.sh.iter().zip(&recipe.powershell) {
            let (output, exchange) = run(&bash, line, &server, ADMIN);
            let (twin_output, twin_exchange) = run(&pwsh, twin, &twin_server, ADMIN);
            assert_eq!(twin_exchange.request(), exchange.request(), "{twin}\nis not\n{line}");
            assert!(twin_output.success && twin_exchange.reply.status.is_success(), "{twin}\n{twin_output:?}");
            assert_eq!(twin_output.file.is_some(), output.file.is_some(), "{twin}");
            assert!(twin_output.file.is_some() || !twin_output.stdout.trim().is_empty(), "{twin}\nshows nothing");
        }
    }
}

/// The path and query of a line's address, which is in quotes after the variable of the address.
fn url<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.split_once(start)?.1.split('"').next()
}

/// What a line prints or writes. Each member that it names has a value in some row, and `error` in none.
fn shown(line: &str, output: &Output) -> String {
    if let Some(file) = &output.file {
        assert!(output.stdout.is_empty(), "{line}\nprints and writes a file");
        assert!(file.lines().count() > 1, "{line}\nwrites an empty file");
        return file.clone();
    }
    let rows: Vec<Value> = output
        .stdout
        .lines()
        .map(|row| serde_json::from_str(row).unwrap_or_else(|error| panic!("{line}\nprints {row}: {error}")))
        .collect();
    let first = rows.first().and_then(Value::as_object);
    for name in first.unwrap_or_else(|| panic!("{line}\nprints no row with named members")).keys() {
        let has_value = rows.iter().any(|row| !row[name].is_null());
        assert_eq!(has_value, name != "error", "{line}\n{name} in {rows:?}");
    }
    output.stdout.clone()
}
