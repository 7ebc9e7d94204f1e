//! The text that the server prints when it starts, and serves at `/` while the dashboard is not built.

use chrono::{TimeDelta, Utc};
use lastpass_core::{auth::DEMO_KEYS, domain::Role, web::ROUTES};

use crate::leavers::Leavers;

/// The page of the demo company. Its commands succeed in the order in which they are printed, unless a heading says
/// otherwise.
pub(crate) fn demo(address: &str, database: &str, leavers: &Leavers) -> String {
    let keys: String =
        Role::ALL.iter().zip(DEMO_KEYS).map(|(role, key)| format!("  {key:<18} {}\n", permissions(*role))).collect();
    let month_ago = (Utc::now() - TimeDelta::days(30)).date_naive();
    let routes = routes(address);
    let off_boarding = off_boarding(address, leavers);
    format!(
        "Demo company on {address}

Routes, also without lastpass/ in the path:
{routes}
Keys, which are valid only here:
{keys}
Changes are made in memory, unless the setting CHANGES says otherwise, and are recorded in {database}.

The security report: two users, two users at high risk, all users as CSV, figures only; and 401 without a key:
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/lastpass/security-report?limit=2'
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/lastpass/security-report?risk=high&sort=-lastLogin&limit=2'
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/lastpass/security-report?format=csv'
  curl -s -H 'Authorization: Bearer demo-manager' '{address}/api/lastpass/security-report?view=summary'
  curl -i '{address}/api/lastpass/security-report'

LastPass's event log: the newest two events of the last week, the events behind one alert in the last month, that month as CSV:
  curl -s -H 'X-Api-Key: demo-auditor' '{address}/api/lastpass/audit-logs?limit=2'
  curl -s -H 'X-Api-Key: demo-auditor' '{address}/api/lastpass/audit-logs?from={month_ago}&alert=loginFromNewAddress'
  curl -s -H 'X-Api-Key: demo-auditor' '{address}/api/lastpass/audit-logs?from={month_ago}&format=csv'

A new user: a dry run, then the change. Run again, its Idempotency-Key returns the same reply and creates no second account:
  curl -s -H 'X-Api-Key: demo-provisioner' --json '{{\"firstName\":\"Ann\",\"lastName\":\"Lee\",\"email\":\"ann.lee@example.com\",\"department\":\"Sales\",\"dryRun\":true}}' '{address}/api/lastpass/provision-user'
  curl -s -H 'X-Api-Key: demo-provisioner' -H 'Idempotency-Key: 1' --json '{{\"firstName\":\"Ann\",\"lastName\":\"Lee\",\"email\":\"ann.lee@example.com\",\"department\":\"Sales\"}}' '{address}/api/lastpass/provision-user'
{off_boarding}
A link to the summary that needs no key; the model of the platform's cache returns MISS, then HIT:
  link=$(curl -si -H 'X-Api-Key: demo-manager' '{address}/api/lastpass/security-report' | grep -o '/api/[^>]*sig=[^>]*')
  curl -si \"{address}$link\" | grep x-vercel-cache
  curl -si \"{address}$link\" | grep x-vercel-cache

The audit record, verified:
  curl -s -H 'X-Api-Key: demo-auditor' '{address}/api/lastpass/actions?verify=true'

A sync, which a scheduler runs every day: it stores users and figures in the same database, and notes what changed since the last:
  curl -s -X POST -H 'X-Api-Key: demo-admin' '{address}/api/lastpass/sync'

The state of every part, and what to do about problems:
  curl -s -H 'X-Api-Key: demo-admin' '{address}/api/lastpass/health'
"
    )
}

fn off_boarding(address: &str, leavers: &Leavers) -> String {
    let command = |email: &str, members: &str| {
        format!(
            "  curl -s -H 'X-Api-Key: demo-admin' --json '{{\"email\":\"{email}\",{members}}}' '{address}/api/lastpass/users'\n"
        )
    };
    let mut text = String::new();
    if let Some(email) = &leavers.replaceable {
        text += "\nOff-boarding: the impact (a dry run), the change, and undo:\n";
        text += &command(email, r#""action":"deactivate","dryRun":true"#);
        text += &command(email, r#""action":"deactivate""#);
        text += &command(email, r#""action":"restore""#);
    }
    if let Some(email) = &leavers.only_administrator {
        text += "\nRefused with 409 orphans-folders: a folder would be left without an administrator. Then accepted, and undo:\n";
        text += &command(email, r#""action":"deactivate""#);
        text += &command(email, r#""action":"deactivate","allowOrphans":true"#);
        text += &command(email, r#""action":"restore""#);
    }
    text
}

/// The page of the user's own company.
pub(crate) fn live(address: &str, changes: &str) -> String {
    let routes = routes(address);
    format!(
        "Your own company on {address}

Routes, also without lastpass/ in the path:
{routes}
Keys: those of your DASHBOARD_KEYS.
{changes}

Replace KEY with one of them:
  curl -s -H 'Authorization: Bearer KEY' '{address}/api/lastpass/security-report?view=summary'
"
    )
}

fn routes(address: &str) -> String {
    ROUTES.iter().map(|route| format!("  {address}/api/lastpass/{}\n", route.name)).collect()
}

fn permissions(role: Role) -> &'static str {
    match role {
        Role::Admin => "reads and changes everything",
        Role::Manager => "reads figures, without users",
        Role::Auditor => "reads figures, the log, shared folders and the audit record",
        Role::Provisioner => "creates accounts",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_which_off_boarding_is_refused() {
        let leavers = |replaceable: bool, only_administrator: bool| Leavers {
            replaceable: replaceable.then(|| "a@example.com".to_owned()),
            only_administrator: only_administrator.then(|| "b@example.com".to_owned()),
        };
        let page = off_boarding("http://localhost:3000", &leavers(true, true));
        let (accepted, refused) = page.split_once("409 orphans-folders").expect("two parts");
        assert!(accepted.contains("a@example.com") && !accepted.contains("b@example.com"), "{page}");
        assert!(!refused.contains("a@example.com") && refused.contains("b@example.com"), "{page}");
        assert_eq!(off_boarding("http://localhost:3000", &leavers(false, false)), "");
    }
}
