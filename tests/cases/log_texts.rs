//! Texts of LastPass's log: addresses of every accepted form, groups, folders and items.

use chrono::TimeDelta;
use lastpass_sim::{LogEvent, User};
use serde_json::{Value, json};

use crate::{
    companies::{at, event, user, with_log},
    world::World,
};

/// Addresses with characters that the texts also use as separators.
const ADDRESSES: [&str; 16] = [
    "pat.o'brien@acme.test",
    "o'neil.d'arcy@acme.test",
    "pat'@acme.test",
    "'pat@acme.test",
    "pat+o'brien@acme.test",
    "pat-o'brien@sub-domain.acme.test",
    "pat_o'brien@acme.test",
    "pat/x=y@acme.test",
    "a!#$%&'*+/=?^_`{|}~-b@acme.test",
    "jürgen.o'brien@acme.test",
    "pat@bücher.example",
    "pat@xn--bcher-kva.example",
    "1234@acme.test",
    "pat@my-company.test",
    "pat.to@from.test",
    "Pat.O'Brien@Acme.Test",
];

/// An action, its text about one address, and the group and the folder in it.
type Form = (&'static str, fn(&str, &str) -> String, Option<Part>);

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Group,
    Folder,
}

const FORMS: [Form; 16] = [
    ("Make admin", |address, _| address.to_owned(), None),
    ("Remove admin", |address, _| address.to_owned(), None),
    ("Deactivated user", |address, _| address.to_owned(), None),
    ("Reactivated user", |address, _| address.to_owned(), None),
    ("Employee account created", |address, _| address.to_owned(), None),
    ("Employee account deleted", |address, _| address.to_owned(), None),
    ("Employee invited", |address, _| address.to_owned(), None),
    ("Re-invite user", |address, _| address.to_owned(), None),
    ("Require password change", |address, _| address.to_owned(), None),
    ("Master password reset by super admin", |address, _| address.to_owned(), None),
    ("Add to shared folder", |address, name| format!("'{name}' '{address}'"), Some(Part::Folder)),
    ("Removed from shared folder", |address, name| format!("'{name}' '{address}'"), Some(Part::Folder)),
    (
        "Update folder permissions",
        |address, name| format!("'{name}' '{address}' 'Read only:no Admin:no Hide PW:no'"),
        Some(Part::Folder),
    ),
    ("Limit shared folder", |address, name| format!("{name} {address}"), Some(Part::Folder)),
    ("Adding user to group", |address, name| format!("{address} - {name}"), Some(Part::Group)),
    ("Remove from group", |address, name| format!("'{name}' '{address}'"), Some(Part::Group)),
];

const NAMES: [&str; 8] = [
    "Finance",
    "Domain Admins",
    "Women's Network",
    "R&D - Berlin",
    "Sales, EMEA",
    "O'Hara's 'Best' Files",
    "Büro Zürich",
    "Shared-Finance Accounts",
];

/// A log of these actions and texts by an admin, a second apart.
fn log_of(texts: &[(&str, String)]) -> World {
    let start = at("2026-11-23T15:00:00Z");
    let log = (0..).zip(texts).map(|(n, (action, data))| {
        LogEvent::new(start + TimeDelta::seconds(n), "it@acme.test", "10.0.0.1", action, data)
    });
    World::new(with_log(log.collect()))
}

/// All events, oldest first.
async fn events(world: &World, query: &str) -> Vec<Value> {
    let mut events = world.all_pages(&format!("audit-logs?limit=1000{query}"), "events").await;
    events.reverse();
    events
}

#[tokio::test]
async fn every_accepted_address_is_read_in_every_form() {
    let cases: Vec<_> = ADDRESSES
        .iter()
        .flat_map(|address| NAMES.iter().flat_map(move |name| FORMS.iter().map(move |form| (*address, *name, form))))
        .filter(|(_, name, (_, _, part))| part.is_some() || *name == NAMES[0])
        .collect();
    let texts: Vec<_> = cases.iter().map(|(address, name, (action, text, _))| (*action, text(address, name))).collect();
    let shown = events(&log_of(&texts), "").await;
    assert_eq!(shown.len(), cases.len());
    for (event, (address, name, (_, _, part))) in shown.iter().zip(&cases) {
        let of = |wanted| if *part == Some(wanted) { json!(name) } else { Value::Null };
        assert_eq!(
            (&event["target"], &event["group"], &event["folder"]),
            (&json!(address), &of(Part::Group), &of(Part::Folder)),
            "{}",
            event["raw"]
        );
    }
}

#[tokio::test]
async fn events_about_an_address_are_found_by_it_wherever_it_appears() {
    for address in ADDRESSES {
        let texts: Vec<_> = FORMS.iter().map(|(action, text, _)| (*action, text(address, "Finance"))).collect();
        let other: Vec<_> =
            FORMS.iter().map(|(action, text, _)| (*action, text("brien@acme.test", "Finance"))).collect();
        let list = [&texts[..], &other[..], &[("Employee invited", format!("lee@acme.test,{address},kim@acme.test"))]];
        let mut company = with_log(Vec::new());
        company.users = vec![User { username: address.to_owned(), ..user(1, "x", &[]) }];
        let world = World::new(company);
        for (n, (action, data)) in (0..).zip(list.concat()) {
            let time = at("2026-11-23T15:00:00Z") + TimeDelta::seconds(n);
            world.sim.log_event(LogEvent::new(time, "it@acme.test", "10.0.0.1", action, &data));
        }
        let encoded: String = address.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for query in [format!("&user={encoded}"), format!("&target={encoded}")] {
            let found = events(&world, &query).await;
            assert_eq!(found.len(), FORMS.len() + 1, "{address} by {query}");
        }
        let detail = world.get(&format!("users?email={encoded}")).await.json();
        let shown = detail["user"]["events"].as_array().unwrap_or_else(|| panic!("{address}: {detail}"));
        assert_eq!(shown.len(), FORMS.len() + 1, "{address}");
    }
}

#[tokio::test]
async fn the_folder_of_an_item_is_read_for_every_kind_of_item() {
    let folders = ["SFolder33", "Shared-Ops Europe", "Büro Zürich", "R&D (old)"];
    let items = [
        ("VID: 5516541713708306640", Some("VID: 5516541713708306640")),
        ("example.com", Some("example.com")),
        ("example.com/login", Some("example.com/login")),
        ("203.0.113.7:8443/admin", Some("203.0.113.7:8443/admin")),
        ("Secure Note (Wi-Fi)", None),
        ("Secure Note (VID: 5516541713708306640)", None),
    ];
    // Events of sites and notes alike.
    let of_both =
        ["Username changed", "Personal share", "Password reuse", "Form filled", "Deleted sites", "Delete shared sites"];
    let actions = ["Site added", "Site changed", "Site deleted", "Password changed"];
    let notes = ["Add secure note", "Edit secure note", "Open secure note"];
    let mut cases = Vec::new();
    for folder in folders {
        for (item, site) in items {
            for action in if site.is_some() { &actions[..] } else { &notes[..] } {
                cases.push((*action, format!("{item} from {folder}"), folder, site));
            }
            cases.extend(of_both.map(|action| (action, format!("{item} from {folder}"), folder, site)));
            cases.push(("Move from shared folder", format!("{item} from {folder}"), folder, site));
            cases.push(("Move to shared folder", format!("{item} to {folder}"), folder, site));
        }
        // A site without a name.
        cases.push(("Move to shared folder", format!(" to {folder}"), folder, None));
        cases.push(("Site added", format!(" from {folder}"), folder, None));
    }
    let texts: Vec<_> = cases.iter().map(|(action, text, ..)| (*action, text.clone())).collect();
    let world = log_of(&texts);
    let shown = events(&world, "").await;
    for (event, (_, _, folder, site)) in shown.iter().zip(&cases) {
        assert_eq!(event["folder"], *folder, "{}", event["raw"]);
        if let Some(site) = site {
            assert_eq!(event["site"], *site, "{}", event["raw"]);
        }
    }
    for folder in ["sfolder33", "ops%20europe", "b%C3%BCro%20z%C3%BCrich"] {
        assert_eq!(events(&world, &format!("&target={folder}")).await.len(), cases.len() / folders.len(), "{folder}");
    }
}

#[tokio::test]
async fn a_folder_can_be_shared_with_a_group() {
    let pairs = [
        ("Finance", "Domain Users"),
        ("Women's Network", "O'Hara Team"),
        ("Shared-Ops", "R&D - Berlin"),
        ("Büro Zürich", "Vertrieb (Süd)"),
        ("A", "B"),
    ];
    for action in ["Add to shared folder", "Removed from shared folder", "Update folder permissions"] {
        let rights = if action.starts_with("Update") { " 'Read only:no Admin:no Hide PW:no'" } else { "" };
        let texts: Vec<_> =
            pairs.iter().map(|(folder, group)| (action, format!("'{folder}' '{group}'{rights}"))).collect();
        for (event, (folder, group)) in events(&log_of(&texts), "").await.iter().zip(pairs) {
            assert_eq!((&event["folder"], &event["group"]), (&json!(folder), &json!(group)), "{}", event["raw"]);
        }
    }
}

#[tokio::test]
async fn the_alert_on_a_disabled_account_follows_what_happened_to_it() {
    let pat = "pat.o'brien@acme.test";
    let login = |time: &str, who: &str| event(time, who, "Log in", "LastPass via Website");
    let by_admin = |time: &str, action: &str, data: &str| event(time, "it@acme.test", action, data);
    let (deactivated, reactivated) = ("2026-11-23T15:00:00Z", "2026-11-23T15:30:00Z");
    let later = "2026-11-23T16:00:00Z";
    for (what, log, alerts) in [
        (
            "another letter case",
            vec![by_admin(deactivated, "Deactivated user", "Pat.O'Brien@ACME.test"), login(later, pat)],
            1,
        ),
        (
            "by the user in another case",
            vec![by_admin(deactivated, "Deactivated user", pat), login(later, "PAT.o'brien@acme.test")],
            1,
        ),
        ("title case of the action", vec![by_admin(deactivated, "Deactivated User", pat), login(later, pat)], 1),
        (
            "a failed login too",
            vec![by_admin(deactivated, "Employee account deleted", pat), event(later, pat, "SAML login", "")],
            1,
        ),
        (
            "reactivated",
            vec![
                by_admin(deactivated, "Deactivated user", pat),
                by_admin(reactivated, "Reactivated user", pat),
                login(later, pat),
            ],
            0,
        ),
        (
            "created again",
            vec![
                by_admin(deactivated, "Employee account deleted", pat),
                by_admin(reactivated, "Employee account created", pat),
                login(later, pat),
            ],
            0,
        ),
        (
            "removed from the company",
            vec![by_admin(deactivated, "Remove user from company", pat), login(later, pat)],
            1,
        ),
        ("before it", vec![login("2026-11-23T14:00:00Z", pat), by_admin(deactivated, "Deactivated user", pat)], 0),
        ("someone else", vec![by_admin(deactivated, "Deactivated user", pat), login(later, "brien@acme.test")], 0),
    ] {
        let found = World::new(with_log(log)).get("audit-logs?alert=activityOfDisabledAccount").await.json();
        assert_eq!(found["total"], alerts, "{what}: {found:#}");
    }
}
