//! Shared folders: their members, filters, pages and CSV.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use lastpass_sim::{Fault, FaultKind, Member};
use serde_json::{Value, json};

use crate::{
    companies::{folder, reader, with_folders, with_formulas},
    world::{ADMIN, AUDITOR, TestResponse, World, company, csv_cell},
};

async fn ids(world: &World, query: &str) -> Vec<String> {
    let list = world.get(&format!("shared-folders?{query}")).await.json();
    let folders = list["folders"].as_array().unwrap_or_else(|| panic!("{query}: {list}"));
    folders.iter().map(|folder| folder["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn folders_are_listed_by_name_with_their_counts() {
    for dialect in ["enterprise", "guide"] {
        let world = World::with(with_folders(), &[("LASTPASS_API_DIALECT", dialect)]);
        let list = world.get_as(AUDITOR, "shared-folders").await.json();
        // The guide names no command that returns sites.
        let sites = if dialect == "enterprise" { json!(2) } else { Value::Null };
        let shown = |id: &str, name: &str| json!({ "id": id, "name": name, "score": 60, "deleted": false, "users": 2, "administrators": 1, "sites": sites });
        assert_eq!(
            list["folders"],
            json!([shown("9", "Shared-Ads"), shown("10", "shared-ads"), shown("30", "Shared-VPN")]),
            "{dialect}"
        );
        assert_eq!(list["nextCursor"], Value::Null);
        let unavailable = match dialect {
            "enterprise" => json!([]),
            _ => json!([{ "field": "folders.sites", "reason": "LastPass does not list the sites of this folder" }]),
        };
        assert_eq!(
            list["meta"],
            json!({
                "asOf": "2026-11-24T12:00:00Z", "source": "lastpass", "stale": false, "warnings": [],
                "unavailable": unavailable,
            })
        );
    }
}

#[tokio::test]
async fn filters_select_folders_by_holder_group_and_state() {
    let world = World::new(with_folders());
    for (query, expected) in [
        ("user=ANN@example.com", "9 30"),
        ("group=vpn", "9 30"),
        ("holders=disabled", "9 30"),
        ("holders=neverLoggedIn", "10"),
        ("holders=invited", "10"),
        ("withoutAdministrator=true", "9 10"),
        ("deleted=true", "11"),
        ("deleted=false&withoutAdministrator=false", "9 10 30"),
        ("user=missing@example.com", ""),
        ("user=ann@example.com&withoutAdministrator=true", "9"),
    ] {
        assert_eq!(ids(&world, query).await.join(" "), expected, "{query}");
    }
    assert_eq!(world.calls_by_command()["getdetailedsfdata"], 2, "one fetch for all of them");
}

#[tokio::test]
async fn one_folder_lists_its_members_with_their_rights() {
    let world = World::new(with_folders());
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

/// The rows of the JSON of these folders, one folder after the other.
async fn rows_of_json(world: &World, ids: &[String]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for id in ids {
        let one = world.get(&format!("shared-folders?id={id}")).await.json();
        let folder = &one["folder"];
        let head = OF_FOLDER.map(|name| csv_cell(&folder[name]));
        let people = folder["people"].as_array().expect("people").iter();
        rows.extend(people.map(|person| [&head[..], &OF_PERSON.map(|name| csv_cell(&person[name]))].concat()));
    }
    rows
}

/// The rows of the CSV.
fn rows_of_csv(response: &TestResponse) -> Vec<Vec<String>> {
    let (columns, rows) = response.csv();
    let expected = OF_FOLDER.map(|name| if name == "name" { "folder" } else { name });
    assert_eq!(columns, [&expected[..], &OF_PERSON].concat());
    rows
}

#[tokio::test]
async fn csv_has_the_members_of_the_json() {
    let world = World::new(company(200));
    let expected = rows_of_json(&world, &ids(&world, "limit=1000").await).await;
    let response = world.get("shared-folders?format=csv").await;
    assert_eq!(
        response.header("content-disposition"),
        "attachment; filename=\"lastpass-shared-folders-2026-11-24.csv\""
    );
    assert_eq!(rows_of_csv(&response), expected);
}

#[tokio::test]
async fn a_folder_streamed_in_several_chunks_is_complete() {
    let mut company = with_folders();
    let numbered = |count: usize| {
        let one = |number| Member {
            read_only: number % 2 == 0,
            ..reader(&format!("person{number:03}"), (number % 3 == 0).then_some("VPN"), &["a.example", "b.example"])
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
    let expected = rows_of_json(&world, &ids(&world, "").await).await;
    let written = rows_of_csv(&world.get("shared-folders?format=csv").await);
    assert_eq!(written.len(), 6 + 450 + 400 + 201);
    assert_eq!(written, expected);
    // The first chunks of the folder have no matching member.
    let last = rows_of_csv(&world.get("shared-folders?format=csv&user=person449@example.com").await);
    assert_eq!(
        last.iter().map(|row| (row[0].as_str(), row[4].as_str())).collect::<Vec<_>>(),
        [("41", "person449@example.com")]
    );
}

#[tokio::test]
async fn formulas_are_escaped_in_each_cell_and_each_list() {
    let written = rows_of_csv(&World::new(with_formulas()).get("shared-folders?format=csv").await);
    let [row] = written.as_slice() else { panic!("one person: {written:?}") };
    assert_eq!(row[1], "'=1+1");
    assert_eq!(row[4..9], ["'+ann@example.com", "'-2+3", "active", "'+x", "\\+x; \\=cmd|' /C calc'!A0"]);
    assert_eq!(row[13], "\\=z; \\@y; b.example");
}

#[tokio::test]
async fn csv_has_the_rows_of_the_selected_members() {
    let world = World::new(with_folders());
    let rows = async |query: &str| {
        let response = world.get(&format!("shared-folders?format=csv&{query}")).await;
        response.text().lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows("").await.len(), 6);
    let disabled = rows("holders=disabled").await;
    assert!(disabled.len() == 2 && disabled.iter().all(|row| row.contains("bob@example.com")), "{disabled:?}");
    assert_eq!(rows("withoutAdministrator=true").await.len(), 4);
    assert_eq!(rows("id=30").await.len(), 2);
}

#[tokio::test]
async fn fresh_refetches_the_folders() {
    let world = World::new(with_folders());
    assert_eq!(ids(&world, "").await.len(), 3);
    world.sim.with_company(|company| company.folders.truncate(1));
    world.advance(TimeDelta::seconds(31));
    assert_eq!(ids(&world, "").await.len(), 3);
    assert_eq!(ids(&world, "fresh=true").await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn folders_are_listed_without_statuses_if_users_are_unavailable() {
    let world = World::new(with_folders());
    world.sim.inject_random_for(&["getuserdata"], 1, 1.0, vec![FaultKind::TooManyRequests { retry_after: None }]);
    let one = world.get("shared-folders?id=30").await;
    assert_eq!(one.warnings(), ["people-unavailable"]);
    assert_eq!(one.json()["folder"]["people"][0]["status"], Value::Null);
    world.get("shared-folders?holders=disabled").await.problem(503, "lastpass-busy");
}

#[tokio::test]
async fn two_thousand_folders_of_a_hundred_thousand_users_are_listed() {
    let world = World::new(company(100_000));
    let folders = world.sim.with_company(|company| {
        company.folders.truncate(2_000);
        company.folders.iter().filter(|folder| !folder.deleted).count()
    });
    let pages = world.all_pages("shared-folders?limit=1000", "folders").await;
    let users: u64 = pages.iter().map(|folder| folder["users"].as_u64().expect("a count")).sum();
    let listed: Vec<_> = pages.iter().map(|folder| &folder["id"]).collect();
    let distinct: BTreeSet<_> = listed.iter().map(|id| id.to_string()).collect();
    assert_eq!((listed.len(), distinct.len()), (folders, folders));
    assert_eq!(
        world.calls_by_command()["getdetailedsfdata"],
        21,
        "a hundred per page, and a last page without new ones"
    );
    let csv = world.get("shared-folders?format=csv").await;
    assert_eq!(rows_of_csv(&csv).len() as u64, users);
}

#[tokio::test(start_paused = true)]
async fn without_sites_the_folders_are_listed_with_people_and_rights() {
    for kind in [
        FaultKind::Fail("no".to_owned()),
        FaultKind::TooManyRequests { retry_after: Some(17) },
        FaultKind::TooManyRequests { retry_after: None },
        FaultKind::Status(500),
        FaultKind::Html,
        FaultKind::Delay(std::time::Duration::from_secs(600)),
    ] {
        // The first page, or the second one after folders of the first have been read.
        for skip in [0, 1] {
            let world = World::new(with_folders());
            let expected = world.get("shared-folders?id=30").await.json();
            let world = World::new(with_folders());
            let fault = Fault { skip, ..Fault::always(kind.clone()).on("getdetailedsfdata") };
            world.sim.inject(fault);
            let one = world.get("shared-folders?id=30").await;
            assert_eq!((one.status.as_u16(), one.warnings()), (200, vec!["sites-unavailable".to_owned()]), "{kind:?}");
            let mut without = expected["folder"].clone();
            without["sites"] = Value::Null;
            without["people"]
                .as_array_mut()
                .expect("people")
                .iter_mut()
                .for_each(|person| person["sites"] = Value::Null);
            assert_eq!(one.json()["folder"], without, "{kind:?}");
            assert_eq!(ids(&world, "").await, ["9", "10", "30"]);
            assert_eq!(world.calls_by_command()["getsfdata"], 1, "{kind:?}");
            let user = world.get("users?email=ann@example.com").await;
            assert_eq!(
                (user.json()["user"]["folders"][0]["id"].clone(), user.warnings()),
                (json!("9"), vec!["not-recorded".to_owned()])
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn if_no_list_of_folders_is_returned_the_more_useful_error_is() {
    let busy = |seconds| FaultKind::TooManyRequests { retry_after: Some(seconds) };
    let refused = || FaultKind::Fail("no".to_owned());
    for (with_sites, without_sites, status, code, retry_after) in [
        (refused(), refused(), 502, "lastpass-refused", ""),
        (busy(17), refused(), 503, "lastpass-busy", "17"),
        (refused(), busy(17), 503, "lastpass-busy", "17"),
        (FaultKind::Status(500), refused(), 502, "lastpass-unavailable", ""),
        (refused(), FaultKind::AuthorizationError, 502, "lastpass-credentials", ""),
    ] {
        let world = World::new(with_folders());
        for (command, kind) in [("getdetailedsfdata", with_sites), ("getsfdata", without_sites)] {
            world.sim.inject(Fault::always(kind).on(command));
        }
        let response = world.get("shared-folders").await;
        response.problem(status, code);
        assert_eq!(response.header("retry-after"), retry_after);
    }
}
