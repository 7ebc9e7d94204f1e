//! The companies that stories build by hand, each with the users, folders and events that one area needs.
//!
//! `world::company` generates companies of any size.

use chrono::{DateTime, TimeDelta, Utc};
use lastpass_sim::{Company, EventLog, Folder, LogEvent, Member, User};

use crate::world::{company, noon};

/// A time in RFC 3339.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// An active user `name@example.com` in these groups.
pub(crate) fn user(id: u64, name: &str, groups: &[&str]) -> User {
    User { groups: texts(groups), ..User::new(id, format!("{name}@example.com")) }
}

/// A member of a folder, `name@example.com`, who reads it without seeing passwords.
pub(crate) fn reader(name: &str, group: Option<&str>, sites: &[&str]) -> Member {
    Member {
        username: format!("{name}@example.com"),
        read_only: true,
        give: false,
        can_administer: false,
        super_admin: false,
        group: group.map(str::to_owned),
        sites: texts(sites),
    }
}

/// A member of a folder who administers it.
pub(crate) fn administrator(name: &str, sites: &[&str]) -> Member {
    Member { read_only: false, give: true, can_administer: true, ..reader(name, None, sites) }
}

pub(crate) fn folder(id: u64, name: &str, members: Vec<Member>) -> Folder {
    Folder { id, name: name.to_owned(), deleted: false, score: 60, members }
}

/// An event of the log.
pub(crate) fn event(time: &str, user: &str, action: &str, data: &str) -> LogEvent {
    LogEvent::new(at(time), user, "10.0.0.1", action, data)
}

/// A login that long before noon.
pub(crate) fn login(ago: TimeDelta) -> LogEvent {
    LogEvent::new(noon() - ago, "ann@example.com", "192.0.2.1", "Log in", "")
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// Five users and only these events.
pub(crate) fn with_log(events: Vec<LogEvent>) -> Company {
    Company { log: EventLog::new(events), ..company(5) }
}

/// Five users, one of whom logged in ten minutes before noon.
pub(crate) fn with_recent_login() -> Company {
    with_log(vec![login(TimeDelta::minutes(10))])
}

/// The company with one of its users renamed, active, and in only these groups.
pub(crate) fn with_user(mut company: Company, index: usize, email: &str, groups: &[&str]) -> Company {
    let user = &mut company.users[index];
    (user.username, user.disabled, user.groups) = (email.to_owned(), false, texts(groups));
    company
}

/// An admin, a leaver who is the only administrator of one folder, and two colleagues.
pub(crate) fn with_leaver() -> Company {
    let sales = |id, name| user(id, name, &["Sales-Team"]);
    let mut company = Company::empty();
    company.users = vec![
        User { admin: true, ..sales(1, "root") },
        sales(2, "leaver"),
        sales(3, "colleague"),
        user(4, "other", &["Sales-Team", "Domain Admins"]),
    ];
    let hidden = |member: Member| Member { give: false, ..member };
    let writer = |member: Member| Member { read_only: false, ..member };
    company.folders = vec![
        folder(10, "Shared-Alone", vec![administrator("leaver", &["a.com", "b.com"])]),
        folder(
            11,
            "Shared-Both",
            vec![hidden(administrator("leaver", &["c.com"])), administrator("colleague", &["c.com"])],
        ),
        folder(
            12,
            "Shared-Hidden",
            vec![writer(reader("leaver", None, &["d.com"])), administrator("root", &["d.com"])],
        ),
        folder(13, "Shared-Others", vec![administrator("root", &["e.com"])]),
    ];
    company
}

/// The same without folders, so that off-boarding orphans none.
pub(crate) fn without_folders() -> Company {
    Company { folders: Vec::new(), ..with_leaver() }
}

/// Three users in groups that LastPass spells differently from the settings.
pub(crate) fn with_groups() -> Company {
    let mut company = Company::empty();
    company.users =
        vec![user(1, "ann", &["sales-TEAM", "VPN"]), user(2, "bob", &["VPN"]), user(3, "cy", &["Domain Admins"])];
    company
}

/// Four users, one of each status, and four folders that the filters distinguish.
pub(crate) fn with_folders() -> Company {
    let named = |id, name: &str| User { fullname: name.to_owned(), ..user(id, name, &[]) };
    let mut company = Company::empty();
    company.users = vec![
        named(1, "ann"),
        User { disabled: true, ..named(2, "bob") },
        User { never_logged_in: true, last_login: None, ..named(3, "cy") },
    ];
    company.invited = vec!["new@example.com".to_owned()];
    let sites = &["a.example", "b.example"];
    company.folders = vec![
        folder(30, "Shared-VPN", vec![administrator("ann", sites), reader("bob", Some("VPN"), sites)]),
        folder(9, "Shared-Ads", vec![administrator("bob", sites), reader("ann", Some("VPN"), sites)]),
        folder(10, "shared-ads", vec![administrator("cy", sites), reader("new", None, sites)]),
        Folder { deleted: true, ..folder(11, "Shared-Old", vec![reader("ann", None, sites)]) },
    ];
    company
}

/// Ann, who reads one folder by a group, administers another and has an old master password; Bob, who has no folder;
/// an admin; and events about them.
pub(crate) fn with_user_details() -> Company {
    let mut company = Company::empty();
    company.users = vec![
        User {
            username: "Ann@example.com".to_owned(),
            fullname: "Ann Lee".to_owned(),
            last_pw_change: Some(noon() - TimeDelta::days(400)),
            ..user(1, "ann", &["VPN"])
        },
        User { last_pw_change: Some(noon() - TimeDelta::days(10)), ..user(2, "bob", &[]) },
        User { admin: true, ..user(3, "root", &[]) },
    ];
    company.invited = vec!["new@example.com".to_owned()];
    company.folders = vec![
        folder(7, "Shared-VPN", vec![reader("ann", Some("VPN"), &[])]),
        folder(8, "Shared-Ads", vec![administrator("ann", &[])]),
        folder(9, "Shared-Others", Vec::new()),
        Folder { deleted: true, ..folder(10, "Shared-Old", vec![administrator("ann", &[])]) },
    ];
    company.log = EventLog::new(vec![
        event("2026-11-24T11:00:00Z", "ann@example.com", "Failed login attempt", ""),
        event("2026-11-24T10:00:00Z", "root@example.com", "Make admin", "ann@example.com"),
        event("2026-11-24T09:00:00Z", "bob@example.com", "Log in", "LastPass via Website"),
        event("2026-11-16T12:00:00Z", "ann@example.com", "Log in", "LastPass via Website"),
    ]);
    company
}

/// Users, folders, sites and groups whose names a spreadsheet would run as formulas.
pub(crate) fn with_formulas() -> Company {
    let mut company = Company::empty();
    company.users = vec![User { fullname: "-2+3".to_owned(), ..user(1, "+ann", &[]) }];
    company.folders = vec![folder(
        7,
        "=1+1",
        vec![
            reader("+ann", Some("+x"), &["@y", "b.example"]),
            reader("+ann", Some("=cmd|' /C calc'!A0"), &["\t=z", "b.example"]),
        ],
    )];
    company.log = EventLog::new(vec![
        event("2026-11-23T15:00:00Z", "=cmd|' /C calc'!A0", "+Action", "@SUM(A1)"),
        event("2026-11-23T16:00:00Z", "-2+3", "\t=1", "Initiated by API: =1"),
    ]);
    company
}

/// 1,200 users whose master password has expired, more than one page of LastPass holds, and one whose has not.
pub(crate) fn with_expired_passwords() -> Company {
    let mut company = Company::empty();
    let changed =
        |id, days| User { last_pw_change: Some(noon() - TimeDelta::days(days)), ..user(id, &format!("user{id}"), &[]) };
    company.users = (1..=1_200).map(|id| changed(id, 400)).chain([changed(1_201, 0)]).collect();
    company
}

/// One active user, `bob@example.com`, and an invitation.
pub(crate) fn with_bob() -> Company {
    let bob = user(1, "bob", &["Sales-Team", "HR-Team"]);
    Company { users: vec![bob], invited: vec!["eve@example.com".to_owned()], ..Company::empty() }
}

/// Ten accounts and one invitation, with every kind of user that replies distinguish.
pub(crate) fn office() -> Company {
    let worker = |id, name: &str, fullname: &str, groups: &[&str], strength, score| User {
        fullname: fullname.to_owned(),
        mpstrength: strength,
        totalscore: score,
        last_login: Some(noon() - TimeDelta::days(3 * i64::try_from(id).expect("a small id"))),
        last_pw_change: Some(at("2026-03-01T09:30:00Z")),
        ..user(id, name, groups)
    };
    let mut company = Company::empty();
    company.users = vec![
        User {
            admin: true,
            multifactor: Some("googleauth".to_owned()),
            ..worker(1, "root", "Rita Root", &["Engineering-Team", "Domain Admins"], Some(95), Some(88.5))
        },
        User {
            multifactor: Some("lastpassauth".to_owned()),
            ..worker(2, "leaver", "Lee Leaver", &["Sales-Team", "VPN"], Some(64), Some(61.0))
        },
        User {
            weak_passwords: 3,
            reused_passwords: 2,
            last_pw_change: Some(at("2025-01-02T03:04:05Z")),
            ..worker(3, "Eva", "Müller, Eva", &["Sales-Team"], Some(20), Some(31.2))
        },
        User { disabled: true, ..worker(4, "sam", "=SUM(A1)", &["Sales-Team"], Some(70), Some(75.0)) },
        User {
            never_logged_in: true,
            last_login: None,
            last_pw_change: None,
            ..worker(5, "cy", "Cy Young", &["Sales-Team"], Some(0), None)
        },
        worker(6, "dee", "", &["Sales-Team", "Domain Admins"], None, Some(55.0)),
        User { department: Some("Design".to_owned()), ..worker(7, "finn", "Finn", &[], Some(81), None) },
        worker(8, "gus", "Gus", &["HR-Team"], Some(50), Some(50.0)),
        worker(9, "hal", "Hal; Jr", &["Night; Shift"], Some(100), Some(100.0)),
        User { multifactor: Some("duo".to_owned()), ..worker(10, "ivy", "Ivy", &["Engineering-Team"], Some(49), None) },
    ];
    company.invited = vec!["new@example.com".to_owned()];
    company.folders = vec![
        folder(
            20,
            "Shared-VPN",
            vec![
                Member { super_admin: true, ..administrator("root", &["a.example", "b.example"]) },
                reader("leaver", Some("VPN"), &["a.example"]),
                reader("sam", Some("VPN"), &["a.example"]),
            ],
        ),
        folder(21, "Shared-Ads", vec![administrator("leaver", &["c.example", "d.example"])]),
        Folder { deleted: true, ..folder(22, "Shared-Old", vec![administrator("eva", &[])]) },
    ];
    let event =
        |time: &str, user: &str, action: &str, data: &str| LogEvent::new(at(time), user, "192.0.2.7", action, data);
    company.log = EventLog::new(vec![
        event("2026-11-23T08:00:00Z", "leaver@example.com", "Log in", "LastPass via Chrome v4.134.0"),
        event("2026-11-23T09:00:00Z", "eva@example.com", "Failed login attempt", ""),
        event("2026-11-23T10:00:00Z", "root@example.com", "Make admin", "dee@example.com"),
        event("2026-11-23T10:30:00Z", "root@example.com", "Add policy", "Length of master password New value: 12"),
        event("2026-11-23T11:00:00Z", "root@example.com", "Add to shared folder", "'Shared-VPN' 'sam@example.com'"),
        event("2026-11-23T12:00:00Z", "root@example.com", "Add to group", "'VPN' 'sam@example.com'"),
        event("2026-11-24T07:00:00Z", "sam@example.com", "Deleted sites", "a.example"),
        event("2026-11-24T08:00:00Z", "=cmd", "Danced", "on the table"),
        event("2026-11-24T09:00:00Z", "API: elsewhere", "Employee account created", "mallory@example.com"),
        event("2026-11-24T11:50:00Z", "leaver@example.com", "LastPass login", "LastPass via Website"),
    ]);
    company
}
