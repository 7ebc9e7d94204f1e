//! The recipes of docs/RECIPES.md: each line is sent as it stands there, and its twin in PowerShell asks the same.

mod document;
mod filter;
mod powershell;
mod shell;

use chrono::TimeDelta;
use lastpass_sim::{Company, EventLog, Folder, LogEvent, Member, User};

use crate::{
    database::Database,
    recipes::{
        document::{Command, recipes},
        filter::Stage,
        powershell::PowerShell,
        shell::Shell,
    },
    world::{ADMIN, AUDITOR, TestResponse, World, noon},
};

/// For each recipe, for each of its lines, what its answer in this company holds, and after `!` what it does not.
const ANSWERS: [(&str, &[&[&str]]); 13] = [
    (
        "People without MFA",
        &[&["tom.reed@example.com", "!root@example.com", "!nina.roth@example.com", "!bob.gone@example.com"]],
    ),
    ("Inactive for 45 days", &[&["tom.reed@example.com", "!root@example.com", "!nina.roth@example.com"]]),
    (
        "Invitations to chase",
        &[&["nina.roth@example.com", "!new@example.com"], &["new@example.com"], &["\"reinvite\"", "\"sent\""]],
    ),
    (
        "The weakest people of a department",
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
    ("What one person can open", &[&["Shared-Ads", "Shared-Network", "\"administer\"", "!Shared-Left"]]),
    (
        "Folders without an administrator",
        &[&["Shared-Left", "!Shared-Ads", "!Shared-Network"], &["Shared-Left", "!Shared-Ads"]],
    ),
    (
        "Off-board somebody, and know which passwords to change",
        &[
            &["\"groups\":[\"VPN\"]", "\"orphanedFolders\":[]", "\"passwordsToRotate\":2", "Shared-Network"],
            &["\"success\":true", "\"dryRun\":false"],
            &["Shared-Ads", "ads.example.net", "bills.example.net", "!Shared-Network"],
            &["\"success\":true", "\"dryRun\":false"],
        ],
    ),
    ("Create an account and put it into its groups", &[&["\"added\":[\"Sales-Team\",\"VPN\"]", "\"failed\":[]"]]),
    (
        "Move somebody to another group",
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
    ("Foreign use of the API", &[&["mallory@example.com", "Employee account created", "!ann.lee@example.com"]]),
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

/// A company that has somebody for each recipe.
fn company() -> Company {
    let user = |id, name: &str, groups: &[&str]| User {
        fullname: name.replace('.', " "),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        last_login: Some(noon() - TimeDelta::days(1)),
        multifactor: Some("googleauth".to_owned()),
        ..User::new(id, format!("{name}@example.com"))
    };
    let mut company = Company::empty();
    company.users = vec![
        User { admin: true, ..user(1, "root", &[]) },
        user(2, "lee.moore", &["VPN"]),
        User { mpstrength: Some(20), ..user(3, "eva.park", &["Sales-Team"]) },
        User {
            multifactor: None,
            last_login: Some(noon() - TimeDelta::days(60)),
            ..user(4, "tom.reed", &["Sales-Team", "VPN"])
        },
        User {
            never_logged_in: true,
            last_login: None,
            multifactor: None,
            ..user(5, "nina.roth", &["Marketing-Team"])
        },
        User { disabled: true, multifactor: None, ..user(6, "bob.gone", &["Marketing-Team"]) },
    ];
    company.invited = vec!["new@example.com".to_owned()];
    let member = |name: &str, group: Option<&str>, can_administer: bool, sites: &[&str]| Member {
        username: format!("{name}@example.com"),
        read_only: !can_administer,
        give: can_administer,
        can_administer,
        super_admin: false,
        group: group.map(str::to_owned),
        sites: sites.iter().map(|site| (*site).to_owned()).collect(),
    };
    let folder = |id, name: &str, members| Folder { id, name: name.to_owned(), deleted: false, score: 60, members };
    let ads = ["ads.example.net", "bills.example.net"];
    company.folders = vec![
        folder(11, "Shared-Ads", vec![member("lee.moore", None, true, &ads), member("root", None, true, &ads)]),
        folder(
            12,
            "Shared-Network",
            vec![
                member("lee.moore", Some("VPN"), false, &["net.example.net"]),
                member("root", None, true, &["net.example.net"]),
            ],
        ),
        folder(13, "Shared-Left", vec![member("bob.gone", None, true, &[]), member("tom.reed", None, false, &[])]),
        Folder { deleted: true, ..folder(14, "Shared-Old", vec![member("root", None, true, &[])]) },
    ];
    let event = |at: &str, user: &str, ip: &str, action: &str, data: &str| {
        LogEvent::new(at.parse().expect("a time"), user, ip, action, data)
    };
    let mut log = vec![
        event("2026-09-30T12:00:00Z", "root@example.com", "10.0.0.1", "Log in", "LastPass via Website"),
        event("2026-10-01T12:00:00Z", "root@example.com", "10.0.0.1", "Log in", "LastPass via Website"),
        event(
            "2026-11-10T12:00:00Z",
            "API: old-script",
            "192.0.2.7",
            "Employee account created",
            "mallory@example.com",
        ),
        event("2026-11-23T12:00:00Z", "root@example.com", "10.0.0.1", "Make admin", "tom.reed@example.com"),
    ];
    let minute = |minute| format!("2026-11-22T12:0{minute}:00Z");
    let failed = |at| event(&minute(at), "tom.reed@example.com", "10.0.0.9", "Failed login attempt", "");
    log.extend((0..6).map(failed));
    company.log = EventLog::new(log);
    company
}

#[tokio::test]
async fn every_line_of_the_recipes_does_what_it_says() {
    let database = Database::sqlite();
    let world = World::with_database(company(), &database, &[]);
    let recipes = recipes();
    let titles: Vec<_> = recipes.iter().map(|recipe| recipe.title.as_str()).collect();
    assert_eq!(titles, ANSWERS.map(|(title, _)| title), "each recipe has its answers in ANSWERS");
    for (recipe, (_, answers)) in recipes.iter().zip(ANSWERS) {
        assert_eq!(recipe.sh.len(), answers.len(), "{}: each line has its answer in ANSWERS", recipe.title);
        for (line, expected) in recipe.sh.iter().zip(answers) {
            let command = Shell::command(line);
            let seen = command.asked.send(&world, ADMIN).await;
            let shown = shown(&command, &seen, line);
            for text in *expected {
                match text.strip_prefix('!') {
                    Some(absent) => assert!(!shown.contains(absent), "{line}\nshows {absent}:\n{shown}"),
                    None => assert!(shown.contains(text), "{line}\ndoes not show {text}:\n{shown}"),
                }
            }
            if command.asked.headers.contains_key("idempotency-key") {
                let again = command.asked.send(&world, ADMIN).await;
                assert_eq!(again.header("idempotency-replayed"), "true", "{line}");
                assert_eq!(again.json()["actionId"], seen.json()["actionId"], "{line}");
            }
            // The document says that an auditor's key does for these.
            let is_for_auditors = ["shared-folders", "audit-logs", "actions"];
            if is_for_auditors.iter().any(|route| command.asked.path == format!("/api/{route}")) {
                assert_eq!(command.asked.send(&world, AUDITOR).await.status, 200, "{line}");
            }
        }
    }
}

#[tokio::test]
async fn a_change_that_is_refused_says_why() {
    // Nobody is there whom the lines name, and no database.
    let world = World::new(Company::empty());
    let commands: Vec<_> =
        recipes().iter().flat_map(|recipe| recipe.sh.iter()).map(|line| Shell::command(line)).collect();
    for command in commands.iter().filter(|command| command.asked.method == "POST") {
        let seen = command.asked.send(&world, ADMIN).await;
        let [Stage::Pick(names)] = command.filter.as_slice() else { panic!("{command:?} filters the error away") };
        assert!(seen.status.as_u16() >= 400 && names.iter().any(|name| name == "error"), "{command:?}");
        assert!(seen.json()["error"].is_string(), "{}", seen.text());
    }
}

#[test]
fn every_line_has_a_twin_in_powershell() {
    for recipe in recipes() {
        let [sh, powershell] = [&recipe.sh, &recipe.powershell];
        assert!(!sh.is_empty(), "{} has no line", recipe.title);
        assert_eq!(sh.len(), powershell.len(), "{}: lines of curl and of PowerShell", recipe.title);
        for (line, twin) in sh.iter().zip(powershell) {
            assert_eq!(PowerShell::command(twin).listed(), Shell::command(line).listed(), "{twin}\nis not\n{line}");
        }
    }
}

#[test]
fn a_line_that_would_do_something_else_is_refused() {
    for line in [
        "curl -s $URL/api/actions?limit=1&verify=true",
        "curl -s \"$URL/api/actions\" -k",
        "curl -s \"$URL/api/actions\" \"$URL/api/users\"",
        "curl -s \"$HOST/api/actions\"",
        "curl -s 'https://other.example.com/api/actions'",
        "curl -s \"$URL/api/actions\" | jq -c '.actions[] | map(.id)'",
        "curl -s \"$URL/api/users\" --json '{\"email\":}'",
        "curl -s \"$URL/api/users",
        "curl -s \"$URL/api/actions?limit=1&limit=1\"",
        "curl -s \"$URL/api/actions\" > actions.json",
        "curl -s \"$URL/api/actions?format=csv\" -o actions.csv",
        "curl \"$URL/api/actions\"",
    ] {
        assert!(std::panic::catch_unwind(|| Shell::command(line)).is_err(), "{line}");
    }
    for line in [
        "Invoke-RestMethod \"$Url/api/actions\" -SkipCertificateCheck",
        "Invoke-RestMethod '$Url/api/actions'",
        "Invoke-RestMethod \"$Url/api/actions\" -Headers $Others",
        "Invoke-RestMethod \"$Url/api/users\" -Body (@{ email = 'a' })",
        "(Invoke-RestMethod \"$Url/api/actions\").actions | Sort-Object at",
        "Invoke-RestMethod \"$Url/api/actions\") | Select-Object at",
    ] {
        assert!(std::panic::catch_unwind(|| PowerShell::command(line)).is_err(), "{line}");
    }
}

/// What the line prints or writes of the reply, in which each member that it names is told.
fn shown(command: &Command, seen: &TestResponse, line: &str) -> String {
    assert!(matches!(seen.status.as_u16(), 200 | 201), "{line}\n{}", seen.text());
    if command.file.is_some() {
        assert!(command.filter.is_empty(), "{line} writes a file and filters nothing");
        assert!(seen.text().lines().count() > 1, "{line}\nwrites an empty file");
        return seen.text().trim_start_matches('\u{feff}').to_owned();
    }
    let rows = command.filter.iter().fold(vec![seen.json()], |values, stage| stage.of(values));
    assert!(!rows.is_empty(), "{line}\nfinds nothing in {}", seen.text());
    let Some(Stage::Pick(names)) = command.filter.last() else { panic!("{line}\nnames no members") };
    for name in names {
        let is_told = rows.iter().any(|row| !row[name].is_null());
        assert_eq!(is_told, name != "error", "{line}\n{name} is told by none of {rows:?}");
    }
    rows.iter().map(|row| format!("{row}\n")).collect()
}
