//! Who can open which shared folder, told of simulated companies.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use lastpass_sim::{Company, Folder, Member, User};
use serde_json::{Value, json};

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    world::{ADMIN, AUDITOR, TestResponse, World, company},
};

fn member(username: &str, group: Option<&str>) -> Member {
    Member {
        username: username.to_owned(),
        read_only: true,
        give: false,
        can_administer: false,
        super_admin: false,
        group: group.map(str::to_owned),
        sites: vec!["a.example".to_owned(), "b.example".to_owned()],
    }
}

fn folder(id: u64, name: &str, members: Vec<Member>) -> Folder {
    Folder { id, name: name.to_owned(), deleted: false, score: 60, members }
}

/// Four people and four folders, each for one question.
fn small() -> Company {
    let mut company = Company::empty();
    let named = |id, name: &str| User { fullname: name.to_owned(), ..User::new(id, format!("{name}@example.com")) };
    company.users = vec![
        named(1, "ann"),
        User { disabled: true, ..named(2, "bob") },
        User { never_logged_in: true, last_login: None, ..named(3, "cy") },
    ];
    company.invited = vec!["new@example.com".to_owned()];
    let administrator = |name| Member { can_administer: true, read_only: false, give: true, ..member(name, None) };
    company.folders = vec![
        folder(30, "Shared-VPN", vec![administrator("ann@example.com"), member("bob@example.com", Some("VPN"))]),
        folder(9, "Shared-Ads", vec![administrator("bob@example.com"), member("ann@example.com", Some("VPN"))]),
        folder(10, "shared-ads", vec![administrator("cy@example.com"), member("new@example.com", None)]),
        Folder { deleted: true, ..folder(11, "Shared-Old", vec![member("ann@example.com", None)]) },
    ];
    company
}

async fn ids(world: &World, query: &str) -> Vec<String> {
    let list = world.get(&format!("shared-folders?{query}")).await.json();
    let folders = list["folders"].as_array().unwrap_or_else(|| panic!("{query}: {list}"));
    folders.iter().map(|folder| folder["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn folders_are_listed_by_name_with_what_an_auditor_counts() {
    for dialect in ["enterprise", "guide"] {
        let world = World::with(small(), &[("LASTPASS_API_DIALECT", dialect)]);
        let list = world.get_as(AUDITOR, "shared-folders").await.json();
        let shown = |id: &str, name: &str| json!({ "id": id, "name": name, "score": 60, "deleted": false, "users": 2, "administrators": 1, "sites": 2 });
        assert_eq!(
            list["folders"],
            json!([shown("9", "Shared-Ads"), shown("10", "shared-ads"), shown("30", "Shared-VPN")]),
            "{dialect}"
        );
        assert_eq!(list["nextCursor"], Value::Null);
        assert_eq!(
            list["meta"],
            json!({ "asOf": "2026-11-24T12:00:00Z", "source": "lastpass", "stale": false, "warnings": [] })
        );
    }
}

#[tokio::test]
async fn a_filter_finds_the_folders_that_need_a_look() {
    let world = World::new(small());
    for (query, expected) in [
        ("user=ANN@example.com", "9 30"),
        ("group=vpn", "9 30"),
        ("holders=disabled", "9 30"),
        ("holders=neverLoggedIn", "10"),
        ("holders=invited", "10"),
        ("withoutAdministrator=true", "9 10"),
        ("deleted=true", "11"),
        ("deleted=false&withoutAdministrator=false", "9 10 30"),
        ("user=nobody@example.com", ""),
        ("user=ann@example.com&withoutAdministrator=true", "9"),
    ] {
        assert_eq!(ids(&world, query).await.join(" "), expected, "{query}");
    }
    assert_eq!(world.calls_by_command()["getdetailedsfdata"], 2, "all of them by one reading");
}

#[tokio::test]
async fn one_folder_tells_who_by_what_and_with_which_rights() {
    let world = World::new(small());
    let one = world.get("shared-folders?id=30").await.json();
    assert_eq!((&one["folder"]["name"], &one["folder"]["users"]), (&json!("Shared-VPN"), &json!(2)));
    assert_eq!(
        one["folder"]["people"],
        json!([
            { "email": "ann@example.com", "name": "ann", "status": "active", "via": "direct", "groups": [],
              "readOnly": false, "passwordsVisible": true, "canAdminister": true, "superAdmin": false,
              "sites": ["a.example", "b.example"] },
            { "email": "bob@example.com", "name": "bob", "status": "disabled", "via": "VPN", "groups": ["VPN"],
              "readOnly": true, "passwordsVisible": false, "canAdminister": false, "superAdmin": false,
              "sites": ["a.example", "b.example"] },
        ])
    );
    assert_eq!(world.get("shared-folders?id=11").await.json()["folder"]["deleted"], true);
    world.get("shared-folders?id=404").await.problem(404, "unknown-folder");
    world.get("shared-folders?id=404&format=csv").await.problem(404, "unknown-folder");
    let any = http::Request::get("/api/shared-folders?id=404").header("x-api-key", ADMIN).header("if-none-match", "*");
    world.send(any).await.problem(404, "unknown-folder");
    let problem = world.get("shared-folders?id=30&user=a&limit=3").await.problem(400, "invalid-parameters");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2));
}

/// The columns of the CSV, by their names in the JSON.
const OF_FOLDER: [&str; 4] = ["id", "name", "score", "deleted"];
const OF_PERSON: [&str; 10] = [
    "email",
    "name",
    "status",
    "via",
    "groups",
    "readOnly",
    "passwordsVisible",
    "canAdminister",
    "superAdmin",
    "sites",
];

/// The rows that the JSON of these folders makes, one folder after the other.
async fn rows_told(world: &World, ids: &[String]) -> Vec<Vec<String>> {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => other.to_string(),
    };
    let mut rows = Vec::new();
    for id in ids {
        let one = world.get(&format!("shared-folders?id={id}")).await.json();
        let folder = &one["folder"];
        let head = OF_FOLDER.map(|name| cell(&folder[name]));
        let people = folder["people"].as_array().expect("people").iter();
        rows.extend(people.map(|person| [&head[..], &OF_PERSON.map(|name| cell(&person[name]))].concat()));
    }
    rows
}

/// The rows of a CSV, as they are written.
fn rows_written(response: &TestResponse) -> Vec<Vec<String>> {
    let text = response.text().strip_prefix('\u{feff}').expect("the mark that Excel wants");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns: Vec<_> = reader.headers().expect("columns").iter().map(str::to_owned).collect();
    let expected = OF_FOLDER.map(|name| if name == "name" { "folder" } else { name });
    assert_eq!(columns, [&expected[..], &OF_PERSON].concat());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn csv_has_the_people_that_the_json_has() {
    let world = World::new(company(200));
    let told = rows_told(&world, &ids(&world, "limit=1000").await).await;
    let response = world.get("shared-folders?format=csv").await;
    assert_eq!(
        response.header("content-disposition"),
        "attachment; filename=\"lastpass-shared-folders-2026-11-24.csv\""
    );
    assert_eq!(rows_written(&response), told);
}

#[tokio::test]
async fn a_folder_that_is_written_in_several_pieces_loses_nobody() {
    let mut company = small();
    let numbered = |count: usize| {
        let one = |number| Member {
            read_only: number % 2 == 0,
            ..member(&format!("person{number:03}@example.com"), (number % 3 == 0).then_some("VPN"))
        };
        (0..count).map(one).collect()
    };
    company.folders.extend([
        folder(41, "Shared-B-450", numbered(450)),
        folder(42, "Shared-C-400", numbered(400)),
        folder(43, "Shared-D-0", Vec::new()),
        folder(44, "Shared-E-201", numbered(201)),
    ]);
    let world = World::new(company);
    let told = rows_told(&world, &ids(&world, "").await).await;
    let written = rows_written(&world.get("shared-folders?format=csv").await);
    assert_eq!(written.len(), 6 + 450 + 400 + 201);
    assert_eq!(written, told);
    // The first pieces of the folder hold nobody who is asked for.
    let last = rows_written(&world.get("shared-folders?format=csv&user=person449@example.com").await);
    assert_eq!(
        last.iter().map(|row| (row[0].as_str(), row[4].as_str())).collect::<Vec<_>>(),
        [("41", "person449@example.com")]
    );
}

#[tokio::test]
async fn no_cell_of_a_file_is_run_by_a_spreadsheet() {
    let mut company = Company::empty();
    company.users = vec![User { fullname: "-2+3".to_owned(), ..User::new(1, "+ann@example.com") }];
    let by = |group: &str, site: &str| Member {
        sites: vec![site.to_owned(), "b.example".to_owned()],
        ..member("+ann@example.com", Some(group))
    };
    company.folders = vec![folder(7, "=1+1", vec![by("+x", "@y"), by("=cmd|' /C calc'!A0", "\t=z")])];
    let written = rows_written(&World::new(company).get("shared-folders?format=csv").await);
    for cell in written.iter().flatten() {
        // Where a list separator is a semicolon, each name of a list is a cell.
        for cell in [cell.as_str()].into_iter().chain(cell.split(';')) {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    let [row] = written.as_slice() else { panic!("one person: {written:?}") };
    assert_eq!(row[1], "'=1+1");
    assert_eq!(row[4..9], ["'+ann@example.com", "'-2+3", "active", "'+x", "'+x; '=cmd|' /C calc'!A0"]);
    assert_eq!(row[13], "'=z; '@y; b.example");
}

#[tokio::test]
async fn csv_has_the_rows_of_those_who_are_asked_for() {
    let world = World::new(small());
    let rows = async |query: &str| {
        let response = world.get(&format!("shared-folders?format=csv&{query}")).await;
        response.text().lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows("").await.len(), 6);
    let disabled = rows("holders=disabled").await;
    assert!(disabled.len() == 2 && disabled.iter().all(|row| row.contains("bob@example.com")), "{disabled:?}");
    assert_eq!(rows("withoutAdministrator=true").await.len(), 4);
    assert_eq!(rows("id=30").await.len(), 2);
    let problem = world.get("shared-folders?format=csv&limit=5").await.problem(400, "invalid-parameters");
    assert_eq!(problem["errors"][0]["field"], "limit");
}

on_every_database! {
    async fn taking_the_file_along_is_recorded_and_looking_at_its_head_is_not(database) {
        let world = World::with_database(small(), database, &[]);
        // The first change makes the tables.
        let change = json!({ "email": "ann@example.com", "action": "requirePasswordChange" });
        assert_eq!(world.post("users", change).await.status, 200);
        let head = http::Request::head("/api/shared-folders?format=csv").header("x-api-key", ADMIN);
        assert_eq!(world.send(head).await.status, 200);
        world.join_background().await;
        assert_eq!(world.get("actions?action=export").await.json()["actions"], json!([]));
        assert_eq!(world.get_as(AUDITOR, "shared-folders?format=csv").await.status, 200);
        world.join_background().await;
        let exports = world.get("actions?action=export").await.json()["actions"].clone();
        assert_eq!(exports[0]["export"], json!({ "route": "shared-folders", "format": "csv" }));
        assert_eq!(exports.as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_named() {
    let world = World::new(small());
    for (query, field) in [
        ("nope=1", "nope"),
        ("holders=active", "holders"),
        ("withoutAdministrator=yes", "withoutAdministrator"),
        ("deleted=1", "deleted"),
        ("limit=0", "limit"),
        ("cursor=abc", "cursor"),
        ("format=xml", "format"),
        ("fresh=1", "fresh"),
    ] {
        let problem = world.get(&format!("shared-folders?{query}")).await.problem(400, "invalid-parameters");
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
    world.get_as(AUDITOR, "shared-folders?fresh=true").await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_tag_stands_for_the_bytes_and_fresh_reads_again() {
    let world = World::new(small());
    let first = world.get("shared-folders").await;
    let again = http::Request::get("/api/shared-folders")
        .header("x-api-key", ADMIN)
        .header("if-none-match", first.header("etag"));
    assert_eq!(world.send(again).await.status, 304);
    assert_ne!(world.get_as(AUDITOR, "shared-folders").await.header("etag"), first.header("etag"));
    world.sim.with_company(|company| company.folders.truncate(1));
    world.advance(TimeDelta::seconds(31));
    assert_eq!(ids(&world, "").await.len(), 3);
    assert_eq!(ids(&world, "fresh=true").await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_people_folders_are_shown_and_statuses_are_unknown() {
    let world = World::new(small());
    world.sim.inject_random_for(
        &["getuserdata"],
        1,
        1.0,
        vec![lastpass_sim::FaultKind::TooManyRequests { retry_after: None }],
    );
    let one = world.get("shared-folders?id=30").await;
    assert_eq!(one.warnings(), ["people-unavailable"]);
    assert_eq!(one.json()["folder"]["people"][0]["status"], Value::Null);
    world.get("shared-folders?holders=disabled").await.problem(503, "lastpass-busy");
}

#[tokio::test]
async fn two_thousand_folders_and_a_hundred_thousand_people_are_answered() {
    let world = World::new(company(100_000));
    let folders = world.sim.with_company(|company| {
        company.folders.truncate(2_000);
        company.folders.iter().filter(|folder| !folder.deleted).count()
    });
    let mut path = "shared-folders?limit=1000".to_owned();
    let (mut listed, mut users) = (Vec::new(), 0);
    loop {
        let page = world.get(&path).await.json();
        for folder in page["folders"].as_array().expect("folders") {
            listed.push(folder["id"].clone());
            users += folder["users"].as_u64().expect("a count");
        }
        match page["nextCursor"].as_str() {
            Some(cursor) => path = format!("shared-folders?limit=1000&cursor={cursor}"),
            None => break,
        }
    }
    let distinct: BTreeSet<_> = listed.iter().map(Value::to_string).collect();
    assert_eq!((listed.len(), distinct.len()), (folders, folders));
    assert_eq!(
        world.calls_by_command()["getdetailedsfdata"],
        21,
        "a hundred at a time, and one that brings nothing new"
    );
    let csv = world.get("shared-folders?format=csv").await;
    assert_eq!(rows_written(&csv).len() as u64, users);
}
