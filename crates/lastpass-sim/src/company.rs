//! The contents of an account: users, invitations, shared folders and the log.

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;

use crate::event_log::EventLog;

/// The account number of [`Company::empty`] and [`Company::generate`].
pub const DEMO_ACCOUNT_NUMBER: &str = "8771312";

/// The provisioning hash of [`Company::empty`] and [`Company::generate`].
pub const DEMO_PROVISIONING_HASH: &str = "demo0provisioning0hash0not0a0secret";

/// The seed of the demo company, for [`Company::generate`].
pub const DEMO_SEED: u64 = 1;

/// The number of users of the demo company, unless another is requested.
pub const DEMO_USERS: usize = 240;

/// One LastPass Enterprise account.
#[derive(Clone, Debug, PartialEq)]
pub struct Company {
    /// The `cid` that requests must contain.
    pub account_number: String,
    /// The hash that requests must contain.
    pub provisioning_hash: String,
    /// The time zone of the enterprise dialect's dates.
    pub time_zone: Tz,
    /// The users, in the order of the pages.
    pub users: Vec<User>,
    /// The ids of users that `getuserdata` counts and does not list.
    pub unlisted: Vec<u64>,
    /// Addresses with a pending invitation.
    pub invited: Vec<String>,
    /// The data of invited users until they accept, which no read returns. The ids are meaningless.
    pub pending_users: Vec<User>,
    /// Addresses with a personal LastPass account; adding one creates an invitation.
    pub personal_accounts: Vec<String>,
    /// Groups of single sign-on applications, which the API cannot change.
    pub sso_groups: Vec<String>,
    /// The number of days after which a master password expires.
    pub master_password_max_age_days: u32,
    /// The shared folders, in the order of the pages.
    pub folders: Vec<Folder>,
    /// The log, without the events of calls to the simulator.
    pub log: EventLog,
    /// Whether calls to the simulator are logged.
    pub log_api_calls: bool,
    /// The maximum number of events per reply.
    pub log_page_size: usize,
    /// Whether `next` is a number; its type is undocumented.
    pub log_next_is_number: bool,
    /// Whether events in the second of `to` are excluded; this is undocumented.
    pub log_to_is_exclusive: bool,
    /// Whether actions are in title case, as before December 2022.
    pub title_case_actions: bool,
    /// Whether the event of a read names the API as its user, as before 2022, and not in its data.
    pub log_api_as_user: bool,
    /// Whether only the commands that the guide names exist.
    pub has_only_guide_commands: bool,
}

impl Company {
    /// An account with the demo credentials and no users, in the US/Eastern time zone.
    pub fn empty() -> Self {
        Self {
            account_number: DEMO_ACCOUNT_NUMBER.to_owned(),
            provisioning_hash: DEMO_PROVISIONING_HASH.to_owned(),
            time_zone: Tz::US__Eastern,
            users: Vec::new(),
            unlisted: Vec::new(),
            invited: Vec::new(),
            pending_users: Vec::new(),
            personal_accounts: Vec::new(),
            sso_groups: Vec::new(),
            master_password_max_age_days: 365,
            folders: Vec::new(),
            log: EventLog::new(Vec::new()),
            log_api_calls: true,
            log_page_size: 10_000,
            log_next_is_number: false,
            log_to_is_exclusive: false,
            title_case_actions: false,
            log_api_as_user: false,
            has_only_guide_commands: false,
        }
    }

    /// A time in the account's time zone, without naming the zone, as in the enterprise dialect.
    pub(crate) fn format_local(&self, time: DateTime<Utc>) -> String {
        let local = time.with_timezone(&self.time_zone).naive_local();
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second()
        )
    }
}

/// One user of the account.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The key in the `Users` map.
    pub id: u64,
    /// The e-mail address.
    pub username: String,
    /// The display name; may be empty.
    pub fullname: String,
    /// Master password strength, 0 to 100; `None` for a federated user.
    pub mpstrength: Option<u8>,
    /// The security score, 0 to 100; `None` if not computed.
    pub totalscore: Option<f64>,
    /// When the account was created.
    pub created: DateTime<Utc>,
    /// When the master password last changed.
    pub last_pw_change: Option<DateTime<Utc>>,
    /// The time of the last login.
    pub last_login: Option<DateTime<Utc>>,
    /// Whether the user never logged in; the counters are then null.
    pub never_logged_in: bool,
    /// Whether logins are blocked.
    pub disabled: bool,
    /// Whether the user is an administrator of the account.
    pub admin: bool,
    /// The second factor (`googleauth`, `lastpassauth`, `duo`); `None` omits the field.
    pub multifactor: Option<String>,
    /// The groups that the user is a member of.
    pub groups: Vec<String>,
    /// Whether the field is omitted, rather than `[]`, if the user has no groups.
    pub omit_empty_groups: bool,
    /// `attribs.department`; `attribs` is omitted if this and `attributes` are empty.
    pub department: Option<String>,
    /// Other attributes, with names and values as sent.
    pub attributes: Vec<(String, String)>,
    /// Weak passwords; only in the guide's dialect.
    pub weak_passwords: u32,
    /// Reused passwords; only in the guide's dialect.
    pub reused_passwords: u32,
    /// The Duo user name.
    pub duo_username: Option<String>,
    /// The linked personal account; `None` omits the field.
    pub linked: Option<String>,
    /// Stored sites.
    pub sites: u32,
    /// Stored notes.
    pub notes: u32,
    /// Stored form fills.
    pub formfills: u32,
    /// Stored applications.
    pub applications: u32,
    /// Stored attachments.
    pub attachments: u32,
    /// Whether the master password must be changed.
    pub password_reset_required: bool,
    /// The new address, which takes effect when the user logs in with the current one.
    pub new_username: Option<String>,
}

impl User {
    /// An active user with good scores, no groups and no second factor.
    pub fn new(id: u64, username: impl Into<String>) -> Self {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a constant within chrono's range");
        Self {
            id,
            username: username.into(),
            fullname: String::new(),
            mpstrength: Some(100),
            totalscore: Some(80.0),
            created: at(1_700_000_000),
            last_pw_change: Some(at(1_700_000_000)),
            last_login: Some(at(1_750_000_000)),
            never_logged_in: false,
            disabled: false,
            admin: false,
            multifactor: None,
            groups: Vec::new(),
            omit_empty_groups: false,
            department: None,
            attributes: Vec::new(),
            weak_passwords: 0,
            reused_passwords: 0,
            duo_username: None,
            linked: None,
            sites: 0,
            notes: 0,
            formfills: 0,
            applications: 0,
            attachments: 0,
            password_reset_required: false,
            new_username: None,
        }
    }

    /// A new user who never logged in; the id is assigned later.
    pub(crate) fn newly_added(username: impl Into<String>) -> Self {
        Self {
            mpstrength: Some(0),
            totalscore: None,
            last_pw_change: None,
            last_login: None,
            never_logged_in: true,
            ..Self::new(0, username)
        }
    }

    /// Appends the groups that the user is not yet a member of; empty names are ignored.
    pub(crate) fn add_to_groups(&mut self, groups: Vec<String>) {
        for group in groups {
            if !group.is_empty() && !self.groups.contains(&group) {
                self.groups.push(group);
            }
        }
    }

    /// Sets an attribute, replacing one whose name differs only in case.
    pub(crate) fn set_attribute(&mut self, name: &str, value: String) {
        if name.eq_ignore_ascii_case("department") {
            self.department = None;
        }
        match self.attributes.iter_mut().find(|(existing, _)| existing.eq_ignore_ascii_case(name)) {
            Some(existing) => *existing = (name.to_owned(), value),
            None => self.attributes.push((name.to_owned(), value)),
        }
    }
}

/// One shared folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Folder {
    /// The key in the reply's map.
    pub id: u64,
    /// The folder's name.
    pub name: String,
    /// Whether the folder was deleted; deleted folders are still listed.
    pub deleted: bool,
    /// The folder's security score, 0 to 100.
    pub score: u8,
    /// The users with access.
    pub members: Vec<Member>,
}

/// One user's access to a shared folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The e-mail address.
    pub username: String,
    /// Whether the user cannot change the folder.
    pub read_only: bool,
    /// Whether the user can see the passwords.
    pub give: bool,
    /// Whether the user is an administrator of the folder.
    pub can_administer: bool,
    /// Whether the access is a super admin's, which is listed only if the request includes super admins.
    pub super_admin: bool,
    /// The group that grants the access; `None` omits the field.
    pub group: Option<String>,
    /// The domains in the folder that the user can access.
    pub sites: Vec<String>,
}
