//! The recipes of docs/RECIPES.md: each line is sent as it stands there, and its twin in PowerShell asks the same.

use std::{collections::BTreeMap, fmt::Debug, fs, path::Path};

use bytes::Bytes;
use chrono::TimeDelta;
use http::Request;
use lastpass_sim::{Company, Folder, Log, LogEvent, Member, User};
use serde_json::{Map, Value, json};

use crate::{
    database::Kind,
    world::{ADMIN, AUDITOR, Seen, World, noon},
};

const URL: &str = "https://lastpass.example.com";

/// What the document has the reader set, which the lines below it use.
const SH_VARIABLES: [&str; 2] = ["URL=https://lastpass.example.com", "read -rs KEY"];
const POWERSHELL_VARIABLES: [&str; 3] = [
    "$Url = 'https://lastpass.example.com'",
    "$Key = Read-Host -MaskInput",
    "$Headers = @{ Authorization = \"Bearer $Key\" }",
];

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
    company.log = Log::new(log);
    company
}

#[tokio::test]
async fn every_line_of_the_recipes_does_what_it_says() {
    let Some(database) = Kind::Sqlite.empty().await else { unreachable!("SQLite is built in") };
    let world = World::recording(company(), &database, &[]);
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
fn shown(command: &Command, seen: &Seen, line: &str) -> String {
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

/// A recipe, and its lines.
struct Recipe {
    title: String,
    sh: Vec<String>,
    powershell: Vec<String>,
}

/// The recipes of the document; the variables before them are as they should be.
fn recipes() -> Vec<Recipe> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/RECIPES.md");
    let text = fs::read_to_string(path).expect("docs/RECIPES.md");
    let mut recipes = vec![Recipe { title: String::new(), sh: Vec::new(), powershell: Vec::new() }];
    let mut language = None;
    for line in text.lines() {
        let recipe = recipes.last_mut().expect("one to begin with");
        match (language, line) {
            (Some(_), "```") => language = None,
            (Some("sh"), line) => recipe.sh.push(line.to_owned()),
            (Some("powershell"), line) => recipe.powershell.push(line.to_owned()),
            (Some(other), _) => panic!("nothing is known of {other}"),
            (None, line) => match (line.strip_prefix("```"), line.strip_prefix("## ")) {
                (Some(named), _) => language = Some(named),
                (None, Some(title)) => {
                    recipes.push(Recipe { title: title.to_owned(), sh: Vec::new(), powershell: Vec::new() });
                }
                (None, None) => {}
            },
        }
    }
    assert_eq!(language, None, "the last block has an end");
    let variables = recipes.remove(0);
    assert_eq!(variables.sh, SH_VARIABLES);
    assert_eq!(variables.powershell, POWERSHELL_VARIABLES);
    recipes
}

/// What a line does, in either language.
#[derive(Debug, PartialEq)]
struct Command {
    asked: Asked,
    /// Where the reply is written to.
    file: Option<String>,
    /// What is made of a reply that is shown.
    filter: Vec<Stage>,
}

impl Command {
    /// The same in the form that is alike in both: PowerShell goes through lists of itself, needs no member `error`
    /// (a refused request is an exception there), and shows a single member by its path.
    fn listed(mut self) -> Self {
        for stage in &mut self.filter {
            match stage {
                Stage::Path(path) => path.retain(|part| *part != Part::Each),
                Stage::Pick(names) => {
                    names.retain(|name| name != "error");
                    if let [name] = names.as_slice() {
                        *stage = Stage::Path(vec![Part::Member(name.clone())]);
                    }
                }
                Stage::Where(_) => {}
            }
        }
        self
    }
}

/// A request.
#[derive(Debug, PartialEq)]
struct Asked {
    method: &'static str,
    path: String,
    query: BTreeMap<String, String>,
    /// The query as it is written.
    written: String,
    headers: BTreeMap<String, String>,
    body: Option<Value>,
}

impl Asked {
    fn new(url: &str, headers: BTreeMap<String, String>, body: Option<Value>, method: &'static str) -> Self {
        let place = url.strip_prefix(URL).unwrap_or_else(|| panic!("{url} does not begin with the variable"));
        assert!(place.bytes().all(|byte| byte.is_ascii_graphic()), "{place} is not escaped");
        let (path, written) = place.split_once('?').unwrap_or((place, ""));
        let mut query = BTreeMap::new();
        for pair in written.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or_else(|| panic!("{pair} has no value"));
            assert_eq!(query.insert(name.to_owned(), value.to_owned()), None, "{name} comes twice");
        }
        assert_eq!(body.is_some(), method == "POST", "a body is for a POST");
        assert_eq!(body.is_some(), headers.contains_key("content-type"), "a body has a type");
        Self { method, path: path.to_owned(), query, written: written.to_owned(), headers, body }
    }

    /// Sends it with the key of a role.
    async fn send(&self, world: &World, key: &str) -> Seen {
        let mut request = Request::builder().method(self.method).uri(format!("{}?{}", self.path, self.written));
        for (name, value) in &self.headers {
            request = request.header(name, value.replace(ADMIN, key));
        }
        let body = self.body.as_ref().map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        world.send_body(request, body).await
    }
}

/// Notes a header; one that comes twice is an error, and one that the functions do not know.
fn note(headers: &mut BTreeMap<String, String>, name: &str, value: &str) {
    let name = name.to_lowercase();
    assert!(["authorization", "content-type", "idempotency-key"].contains(&name.as_str()), "{name} tells nothing");
    assert_eq!(headers.insert(name, value.to_owned()), None, "a header comes twice");
}

/// Sets what may be there once.
fn once<T: Debug + PartialEq>(place: &mut Option<T>, value: T) {
    assert_eq!(place.replace(value), None, "given twice");
}

/// One step of a filter.
#[derive(Debug, PartialEq)]
enum Stage {
    /// `.a.b[]`
    Path(Vec<Part>),
    /// `select(.a or .b == "c")`: what any of these holds for.
    Where(Vec<(String, Option<String>)>),
    /// `{a, b}`
    Pick(Vec<String>),
}

/// One step of a path.
#[derive(Debug, PartialEq)]
enum Part {
    Member(String),
    Place(usize),
    Each,
}

impl Stage {
    fn of(&self, values: Vec<Value>) -> Vec<Value> {
        let member = |value: &Value, name: &str| {
            let found = value.get(name).cloned().or((name == "error").then_some(Value::Null));
            found.unwrap_or_else(|| panic!("{name} is no member of {value}"))
        };
        match self {
            Self::Path(parts) => parts.iter().fold(values, |values, part| {
                let step = |value: Value| match part {
                    Part::Member(name) => vec![member(&value, name)],
                    Part::Place(place) => {
                        vec![value.get(*place).cloned().unwrap_or_else(|| panic!("nothing at {place}"))]
                    }
                    Part::Each => value.as_array().cloned().unwrap_or_else(|| panic!("no list: {value}")),
                };
                values.into_iter().flat_map(step).collect()
            }),
            Self::Where(conditions) => {
                let holds = |value: &Value| {
                    conditions.iter().any(|(name, text)| match (member(value, name), text) {
                        (found, Some(text)) => found == json!(text),
                        (found, None) => !matches!(found, Value::Null | Value::Bool(false)),
                    })
                };
                values.into_iter().filter(holds).collect()
            }
            Self::Pick(names) => {
                let pick = |value: &Value| {
                    let members = names.iter().map(|name| (name.clone(), member(value, name)));
                    Value::Object(members.collect())
                };
                values.iter().map(pick).collect()
            }
        }
    }
}

/// A name of letters, as members have it.
fn name(text: &str) -> String {
    assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic()), "{text:?} is no name");
    text.to_owned()
}

/// A path such as `.a[0].b[]`.
fn path(text: &str) -> Stage {
    let mut parts = Vec::new();
    let dotted = text.strip_prefix('.').unwrap_or_else(|| panic!("{text} is no path"));
    for part in dotted.split('.') {
        let (member, places) = part.split_once('[').map_or((part, None), |(member, places)| (member, Some(places)));
        parts.push(Part::Member(name(member)));
        for place in places.map(|places| places.split('[')).into_iter().flatten() {
            let place = place.strip_suffix(']').unwrap_or_else(|| panic!("{text} has a bracket without an end"));
            parts.push(if place.is_empty() { Part::Each } else { Part::Place(place.parse().expect("a number")) });
        }
    }
    Stage::Path(parts)
}

/// The little of a shell that the lines are written in.
struct Shell;

impl Shell {
    /// A line of curl, and of jq behind it.
    fn command(line: &str) -> Command {
        let words = Self::words(line);
        let mut parts = words.split(|word| word.is_none()).map(|part| part.iter().flatten().map(String::as_str));
        let mut curl = parts.next().expect("a first part");
        assert_eq!(curl.next(), Some("curl"), "{line}");
        let (mut url, mut headers, mut body, mut file) = (None, BTreeMap::new(), None, None);
        let mut silence = None;
        while let Some(word) = curl.next() {
            let mut value = || curl.next().unwrap_or_else(|| panic!("{word} has no value"));
            match word {
                "-s" | "-fsS" => once(&mut silence, word),
                "-H" => {
                    let (name, value) = value().split_once(": ").expect("a header");
                    note(&mut headers, name, value);
                }
                "--json" => {
                    note(&mut headers, "content-type", "application/json");
                    once(&mut body, serde_json::from_str::<Value>(value()).expect("JSON"));
                }
                "-o" => once(&mut file, value().to_owned()),
                option if option.starts_with('-') => panic!("nothing is known of curl's option {option}"),
                place => once(&mut url, place.to_owned()),
            }
        }
        // Without -f an error would be written where figures are expected.
        assert_eq!(silence, Some(if file.is_some() { "-fsS" } else { "-s" }), "{line}");
        let filter = match parts.next().map(Iterator::collect::<Vec<_>>).as_deref() {
            None => Vec::new(),
            Some(["jq", "-c", filter]) => filter.split(" | ").map(Self::stage).collect(),
            Some(other) => panic!("nothing is known of {other:?}"),
        };
        assert!(parts.next().is_none(), "{line} has more than two parts");
        let method = if body.is_some() { "POST" } else { "GET" };
        Command { asked: Asked::new(&url.expect("an address"), headers, body, method), file, filter }
    }

    /// The words of a line, with variables filled in; nothing stands for a pipe.
    fn words(line: &str) -> Vec<Option<String>> {
        let mut words = Vec::new();
        let mut word: Option<String> = None;
        let mut rest = line.chars();
        while let Some(character) = rest.next() {
            match character {
                ' ' => words.extend(word.take().map(Some)),
                '|' => {
                    assert!(word.is_none(), "a blank goes before a pipe");
                    words.push(None);
                }
                '\'' | '"' => {
                    let (quoted, behind) = rest.as_str().split_once(character).expect("a quote has an end");
                    rest = behind.chars();
                    let text = if character == '"' {
                        assert!(!quoted.contains(['\\', '`', '!']), "{quoted} has a meaning to the shell");
                        let filled = quoted.replace("$URL", URL).replace("$KEY", ADMIN);
                        assert!(!filled.contains('$'), "{quoted} names a variable that is not set");
                        filled
                    } else {
                        quoted.to_owned()
                    };
                    word.get_or_insert_default().push_str(&text);
                }
                plain if plain.is_ascii_alphanumeric() || "-./_".contains(plain) => {
                    word.get_or_insert_default().push(plain);
                }
                other => panic!("{other} has a meaning to the shell: {line}"),
            }
        }
        words.extend(word.map(Some));
        words
    }

    /// A step of jq.
    fn stage(text: &str) -> Stage {
        let between = |start, end| text.strip_prefix(start).and_then(|text: &str| text.strip_suffix(end));
        if let Some(names) = between("{", "}") {
            return Stage::Pick(names.split(", ").map(name).collect());
        }
        let Some(conditions) = between("select(", ")") else { return path(text) };
        let condition = |text: &str| {
            let (member, text) = text.split_once(" == ").map_or((text, None), |(member, text)| (member, Some(text)));
            let literal = |text: &str| text.strip_prefix('"')?.strip_suffix('"').map(name);
            (name(member.strip_prefix('.').expect("a member")), text.map(|text| literal(text).expect("a text")))
        };
        Stage::Where(conditions.split(" or ").map(condition).collect())
    }
}

/// A piece of a line of PowerShell.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A name, a parameter, a variable or a path.
    Word(String),
    /// A text between quotes, filled in.
    Text(String),
    /// `(`, `@{` and their like.
    Sign(&'static str),
}

/// The little of PowerShell that the lines are written in.
struct PowerShell {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

impl PowerShell {
    /// A line of `Invoke-RestMethod`, and what is made of its reply.
    fn command(line: &str) -> Command {
        let mut reader = Self { tokens: Self::tokens(line).into_iter().peekable() };
        let is_grouped = reader.takes(&Token::Sign("("));
        let (asked, file) = reader.request();
        let mut filter = Vec::new();
        if is_grouped {
            reader.sign(")");
            let members = reader.word();
            filter.push(path(&members));
        }
        while reader.takes(&Token::Sign("|")) {
            filter.push(reader.stage());
        }
        assert_eq!(reader.tokens.next(), None, "{line} goes on");
        Command { asked, file, filter }
    }

    fn request(&mut self) -> (Asked, Option<String>) {
        self.is("Invoke-RestMethod");
        let url = self.text();
        let (mut method, mut headers, mut body, mut file) = (None, BTreeMap::new(), None, None);
        while let Some(Token::Word(_)) = self.tokens.peek() {
            match self.word().as_str() {
                "-Method" => {
                    self.is("Post");
                    once(&mut method, "POST");
                }
                "-Headers" => self.headers(&mut headers),
                "-ContentType" => note(&mut headers, "content-type", &self.text()),
                "-Body" => {
                    self.sign("(");
                    once(&mut body, Value::Object(self.table()));
                    self.sign("|");
                    self.is("ConvertTo-Json");
                    self.sign(")");
                }
                "-OutFile" => once(&mut file, self.word()),
                other => panic!("nothing is known of {other}"),
            }
        }
        (Asked::new(&url, headers, body, method.unwrap_or("GET")), file)
    }

    /// `$Headers`, or `($Headers + @{ ... })`.
    fn headers(&mut self, headers: &mut BTreeMap<String, String>) {
        note(headers, "authorization", &format!("Bearer {ADMIN}"));
        if !self.takes(&Token::Sign("(")) {
            return self.is("$Headers");
        }
        self.is("$Headers");
        self.sign("+");
        for (name, value) in self.table() {
            note(headers, &name, value.as_str().expect("a text"));
        }
        self.sign(")");
    }

    /// `@{ a = 'b'; c = $true; d = @('e', 'f') }`
    fn table(&mut self) -> Map<String, Value> {
        self.sign("@{");
        let mut table = Map::new();
        loop {
            let key = match self.tokens.next() {
                Some(Token::Word(word)) => name(&word),
                Some(Token::Text(text)) => text,
                other => panic!("{other:?} is no key"),
            };
            self.sign("=");
            let value = self.value();
            assert_eq!(table.insert(key, value), None, "a key comes once");
            if !self.takes(&Token::Sign(";")) {
                self.sign("}");
                return table;
            }
        }
    }

    fn value(&mut self) -> Value {
        match self.tokens.next() {
            Some(Token::Text(text)) => Value::from(text),
            Some(Token::Word(word)) if word == "$true" => Value::from(true),
            Some(Token::Sign("@(")) => {
                let mut list = vec![self.value()];
                while self.takes(&Token::Sign(",")) {
                    list.push(self.value());
                }
                self.sign(")");
                Value::from(list)
            }
            other => panic!("{other:?} is no value"),
        }
    }

    /// `Select-Object a, b`, or `Where-Object { $_.a -or $_.b -eq 'c' }`.
    fn stage(&mut self) -> Stage {
        match self.word().as_str() {
            "Select-Object" => {
                let mut names = vec![name(&self.word())];
                while self.takes(&Token::Sign(",")) {
                    names.push(name(&self.word()));
                }
                Stage::Pick(names)
            }
            "Where-Object" => {
                self.sign("{");
                let mut conditions = Vec::new();
                loop {
                    let member = name(self.word().strip_prefix("$_.").expect("a member"));
                    let text = self.takes(&Token::Word("-eq".to_owned())).then(|| self.text());
                    conditions.push((member, text));
                    if !self.takes(&Token::Word("-or".to_owned())) {
                        self.sign("}");
                        return Stage::Where(conditions);
                    }
                }
            }
            other => panic!("nothing is known of {other}"),
        }
    }

    fn takes(&mut self, token: &Token) -> bool {
        self.tokens.next_if_eq(token).is_some()
    }

    fn sign(&mut self, sign: &'static str) {
        assert_eq!(self.tokens.next(), Some(Token::Sign(sign)));
    }

    fn is(&mut self, word: &str) {
        assert_eq!(self.word(), word);
    }

    fn word(&mut self) -> String {
        match self.tokens.next() {
            Some(Token::Word(word)) => word,
            other => panic!("{other:?} is no word"),
        }
    }

    fn text(&mut self) -> String {
        match self.tokens.next() {
            Some(Token::Text(text)) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    fn tokens(line: &str) -> Vec<Token> {
        const SIGNS: [&str; 10] = ["@{", "@(", "(", ")", "{", "}", "=", ";", ",", "|"];
        let mut tokens = Vec::new();
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            if let Some(sign) = SIGNS.into_iter().chain(["+"]).find(|sign| rest.starts_with(sign)) {
                tokens.push(Token::Sign(sign));
                rest = &rest[sign.len()..];
            } else if let '\'' | '"' = first {
                let (quoted, behind) = rest[1..].split_once(first).expect("a quote has an end");
                tokens.push(Token::Text(Self::filled(first, quoted)));
                rest = behind;
            } else {
                let is_plain = |character: char| character.is_ascii_alphanumeric() || "-.$_[]".contains(character);
                let end = rest.find(|character| !is_plain(character)).unwrap_or(rest.len());
                assert!(end > 0, "{first} has a meaning to PowerShell: {line}");
                tokens.push(Token::Word(rest[..end].to_owned()));
                rest = &rest[end..];
            }
            rest = rest.trim_start();
        }
        tokens
    }

    /// A text between quotes; variables are filled in between double ones.
    fn filled(quote: char, quoted: &str) -> String {
        if quote == '\'' {
            return quoted.to_owned();
        }
        assert!(!quoted.contains('`'), "{quoted} has a meaning to PowerShell");
        let filled = quoted.replace("$Url/", &format!("{URL}/"));
        assert!(!filled.contains('$'), "{quoted} names a variable that is not set");
        filled
    }
}
