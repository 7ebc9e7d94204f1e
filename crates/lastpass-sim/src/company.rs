//! What an account holds: people, invitations, shared folders and the log.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::log::EventLog;

/// The account number of [`Company::empty`] and [`Company::generate`].
pub const DEMO_ACCOUNT_NUMBER: &str = "8771312";

/// The provisioning hash of [`Company::empty`] and [`Company::generate`].
pub const DEMO_PROVISIONING_HASH: &str = "demo0provisioning0hash0not0a0secret";

/// One LastPass Enterprise account.
#[derive(Clone, Debug, PartialEq)]
pub struct Company {
    /// The `cid` that requests must carry.
    pub account_number: String,
    /// The hash that requests must carry.
    pub provisioning_hash: String,
    /// The zone in which the enterprise dialect writes its dates.
    pub time_zone: Tz,
    /// The people, in the order in which pages list them.
    pub users: Vec<User>,
    /// Addresses invited and not yet people.
    pub invited: Vec<String>,
    /// What is kept for invited addresses until they accept; no read shows it. The ids mean nothing.
    pub pending_users: Vec<User>,
    /// Addresses that have a personal LastPass account: adding one makes an invitation.
    pub personal_accounts: Vec<String>,
    /// Groups of single sign-on applications, which the API leaves alone.
    pub sso_groups: Vec<String>,
    /// After how many days a master password has expired.
    pub master_password_max_age_days: u32,
    /// The shared folders, in the order in which pages list them.
    pub folders: Vec<Folder>,
    /// What happened, but for what calls did to the simulator.
    pub log: EventLog,
    /// Whether what calls do shows in the log.
    pub log_api_calls: bool,
    /// How many events a reply has at most.
    pub log_page_size: usize,
    /// Whether `next` is a number; its type is not documented.
    pub log_next_is_number: bool,
    /// Whether events of the very second of `to` are left out; that is not documented.
    pub log_to_is_exclusive: bool,
    /// Whether actions are written as they were before December 2022.
    pub title_case_actions: bool,
    /// Whether a question's event names the API as its user, as before 2022, and not in its data.
    pub log_api_as_user: bool,
}

impl Company {
    /// An account with the demo credentials and nobody in it, in the US/Eastern zone.
    pub fn empty() -> Self {
        Self {
            account_number: DEMO_ACCOUNT_NUMBER.to_owned(),
            provisioning_hash: DEMO_PROVISIONING_HASH.to_owned(),
            time_zone: Tz::US__Eastern,
            users: Vec::new(),
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
        }
    }
}

/// One person of the account.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The key in the `Users` map.
    pub id: u64,
    /// The e-mail address.
    pub username: String,
    /// The display name; may be empty.
    pub fullname: String,
    /// Master password strength, 0 to 100; none for a federated person.
    pub mpstrength: Option<u8>,
    /// The security score, 0 to 100; none when not computed.
    pub totalscore: Option<f64>,
    /// When the account was made.
    pub created: DateTime<Utc>,
    /// When the master password last changed.
    pub last_pw_change: Option<DateTime<Utc>>,
    /// The last login.
    pub last_login: Option<DateTime<Utc>>,
    /// Whether the person never logged in; the counters are then null.
    pub never_logged_in: bool,
    /// Whether the login is blocked.
    pub disabled: bool,
    /// Whether the person administers the account.
    pub admin: bool,
    /// The second factor (`googleauth`, `lastpassauth`, `duo`); the field is absent if none.
    pub multifactor: Option<String>,
    /// The groups the person is in.
    pub groups: Vec<String>,
    /// Whether a person without groups lacks the field, in place of having `[]`.
    pub omit_empty_groups: bool,
    /// `attribs.department`; `attribs` is absent if this and the further attributes are.
    pub department: Option<String>,
    /// Further attributes, named and spelled as they were sent.
    pub attributes: Vec<(String, String)>,
    /// Weak passwords; only the guide's dialect tells.
    pub weak_passwords: u32,
    /// Reused passwords; only the guide's dialect tells.
    pub reused_passwords: u32,
    /// The Duo name.
    pub duo_username: Option<String>,
    /// The linked personal account; the field is absent if none.
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
    /// Whether a master password change is asked for.
    pub password_reset_required: bool,
    /// The address to come, once the person logs in with the present one.
    pub new_username: Option<String>,
}

impl User {
    /// A plain active person: good scores, no groups, no second factor.
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

    /// A person who was just added and never logged in; the id is given later.
    pub(crate) fn fresh(username: impl Into<String>) -> Self {
        Self {
            mpstrength: Some(0),
            totalscore: None,
            last_pw_change: None,
            last_login: None,
            never_logged_in: true,
            ..Self::new(0, username)
        }
    }

    /// Puts the person into the groups, behind those of before; a group without a name is none.
    pub(crate) fn join(&mut self, groups: Vec<String>) {
        for group in groups {
            if !group.is_empty() && !self.groups.contains(&group) {
                self.groups.push(group);
            }
        }
    }

    /// Sets an attribute under the name sent; an earlier one of that name, in any letter case, goes.
    pub(crate) fn set_attribute(&mut self, name: &str, value: String) {
        if name.eq_ignore_ascii_case("department") {
            self.department = None;
        }
        match self.attributes.iter_mut().find(|(kept, _)| kept.eq_ignore_ascii_case(name)) {
            Some(kept) => *kept = (name.to_owned(), value),
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
    /// Whether it was deleted; such folders are still listed.
    pub deleted: bool,
    /// The folder's security score, 0 to 100.
    pub score: u8,
    /// Who has access.
    pub members: Vec<Member>,
}

/// One person's access to a shared folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The e-mail address.
    pub username: String,
    /// Whether the person cannot change the folder.
    pub read_only: bool,
    /// Whether the person sees the passwords.
    pub give: bool,
    /// Whether the person administers the folder.
    pub can_administer: bool,
    /// Whether the access is that of a super admin; listed only when all are asked for.
    pub super_admin: bool,
    /// The group the access comes from; the field is absent if none.
    pub group: Option<String>,
    /// The domains in the folder that the person reaches.
    pub sites: Vec<String>,
}
