//! The simulated company that the recipes run against.

use chrono::TimeDelta;
use lastpass_sim::{Company, EventLog, Folder, LogEvent, Member, User};

use crate::world::noon;

/// A company with a user, folder or event for each recipe.
pub(crate) fn company() -> Company {
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
