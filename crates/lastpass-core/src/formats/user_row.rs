//! A user as the security report and the list of users show it, in JSON and in CSV.

use serde::{Serialize, Serializer};

use crate::{
    domain::Person,
    formats::{
        csv::{escape_formula, join_names},
        values::{CompactNumber, Timestamp},
    },
    report::{AccountStatus, ReportContext},
};

/// A member of `users`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = User))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserRow<'a> {
    /// LastPass's id; null for a user who is only invited.
    id: Option<&'a str>,
    /// The address, as LastPass spells it.
    email: &'a str,
    /// The name; null if LastPass has none.
    name: Option<&'a str>,
    /// The strength of the master password, 0 to 100 (LastPass's `mpstrength`). Null for a user who never logged in,
    /// and for one without a master password.
    security_score: Option<CompactNumber>,
    /// Null, except in the guide's dialect: the LastPass Enterprise API does not report it.
    weak_passwords: Option<u32>,
    /// Null, except in the guide's dialect: the LastPass Enterprise API does not report it.
    reused_passwords: Option<u32>,
    /// The last login; null for a user who never logged in.
    last_login: Option<Timestamp>,
    /// Whether the account is disabled.
    is_disabled: bool,
    /// Whether the user is an admin of LastPass.
    is_admin: bool,
    /// Null for a user without a score.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::report::Risk>))]
    risk: Option<&'static str>,
    /// The state of the account.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::report::AccountStatus))]
    status: &'static str,
    /// By `DEPARTMENT_GROUPS`, else LastPass's own attribute.
    department: Option<&'a str>,
    /// The names of the groups.
    #[serde(serialize_with = "groups")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    groups: Person<'a>,
    /// LastPass's security score of the whole vault, 0 to 100; null for a user who never logged in.
    vault_score: Option<CompactNumber>,
    /// The multifactor method, such as `googleauth`; `none` for an account without one, null for a user who is only
    /// invited.
    mfa: Option<&'a str>,
    /// When the master password was last changed.
    password_last_changed: Option<Timestamp>,
}

impl<'a> UserRow<'a> {
    pub(crate) fn of(person: Person<'a>, context: &ReportContext<'a>) -> Self {
        Self {
            id: person.id(),
            email: person.email(),
            name: person.name(),
            security_score: person.master_password_strength().map(CompactNumber::of),
            weak_passwords: person.weak_passwords(),
            reused_passwords: person.reused_passwords(),
            last_login: person.last_login().map(Timestamp),
            is_disabled: person.is_disabled(),
            is_admin: person.is_admin(),
            risk: context.risk(person).map(|risk| risk.name()),
            status: AccountStatus::of(person).name(),
            department: context.department(person),
            groups: person,
            vault_score: person.vault_score().map(CompactNumber::of),
            mfa: person.mfa().or(person.is_entry().then_some("none")),
            password_last_changed: person.password_last_changed().map(Timestamp),
        }
    }

    /// The columns of the CSV.
    pub(crate) const CSV_COLUMNS: [&'static str; 16] = [
        "id",
        "email",
        "name",
        "securityScore",
        "weakPasswords",
        "reusedPasswords",
        "lastLogin",
        "isDisabled",
        "isAdmin",
        "risk",
        "status",
        "department",
        "groups",
        "vaultScore",
        "mfa",
        "passwordLastChanged",
    ];

    /// The cells of [`CSV_COLUMNS`](Self::CSV_COLUMNS), in their order; an unknown value is empty.
    pub(crate) fn csv_cells(&self) -> [String; 16] {
        let text = |text: Option<&str>| escape_formula(text.unwrap_or_default()).into_owned();
        let count = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
        let number = |number: Option<CompactNumber>| number.map(|number| number.0.to_string()).unwrap_or_default();
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        [
            text(self.id),
            text(Some(self.email)),
            text(self.name),
            number(self.security_score),
            count(self.weak_passwords),
            count(self.reused_passwords),
            time(self.last_login),
            self.is_disabled.to_string(),
            self.is_admin.to_string(),
            text(self.risk),
            text(Some(self.status)),
            text(self.department),
            join_names(self.groups.groups()),
            number(self.vault_score),
            text(self.mfa),
            time(self.password_last_changed),
        ]
    }
}

fn groups<S: Serializer>(person: &Person<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(person.groups())
}
