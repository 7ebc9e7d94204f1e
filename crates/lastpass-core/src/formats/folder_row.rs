//! A shared folder in JSON, and a user who can open one in JSON and in CSV.

use serde::{Serialize, Serializer};

use crate::{
    domain::{FolderUser, SharedFolderRef},
    formats::{
        csv::{escape_formula, join_names},
        values::CompactNumber,
    },
    report::FolderPeople,
};

/// A member of `folders`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SharedFolder))]
pub(crate) struct SharedFolderRow<'a> {
    /// LastPass's id.
    id: &'a str,
    /// The name.
    name: &'a str,
    /// LastPass's score of the folder; null if it has none.
    score: Option<CompactNumber>,
    /// Whether the folder is deleted.
    deleted: bool,
    /// How many users can open it.
    users: usize,
    /// How many users can administer it.
    administrators: usize,
    /// How many sites it contains; null if LastPass does not list them.
    sites: Option<u32>,
}

impl<'a> SharedFolderRow<'a> {
    pub(crate) fn of(folder: SharedFolderRef<'a>) -> Self {
        Self {
            id: folder.id(),
            name: folder.name(),
            score: folder.score().map(CompactNumber::of),
            deleted: folder.is_deleted(),
            users: folder.users().len(),
            administrators: folder.users().filter(FolderUser::can_administer).count(),
            sites: folder.site_count(),
        }
    }
}

/// A member of `people`: a user who can open a folder.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FolderUser))]
#[serde(rename_all = "camelCase")]
pub(crate) struct FolderUserRow<'a> {
    /// The address.
    email: &'a str,
    /// The name; null if it is not known.
    name: Option<&'a str>,
    /// Null if LastPass's list of users has no such user, or cannot be read.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::report::AccountStatus>))]
    status: Option<&'static str>,
    /// `direct`, or the group through which the user has the highest rights.
    via: &'a str,
    /// Every group through which the user can open the folder.
    #[serde(serialize_with = "groups")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    groups: FolderUser<'a>,
    /// Whether the user may not change the sites.
    read_only: bool,
    /// Whether the user can see the passwords.
    passwords_visible: bool,
    /// Whether the user can manage access.
    can_administer: bool,
    /// Whether the user is a super admin, who can open every shared folder.
    super_admin: bool,
    /// The sites that the user can reach; null if LastPass does not list them.
    #[serde(serialize_with = "sites")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    sites: FolderUser<'a>,
}

impl<'a> FolderUserRow<'a> {
    pub(crate) fn of(user: FolderUser<'a>, people: &FolderPeople<'a>) -> Self {
        let person = people.person(user);
        Self {
            email: person.map_or(user.email(), |person| person.email()),
            name: person.and_then(|person| person.name()),
            status: people.status(user).map(|status| status.name()),
            via: user.via(),
            groups: user,
            read_only: user.is_read_only(),
            passwords_visible: user.can_view_passwords(),
            can_administer: user.can_administer(),
            super_admin: user.is_super_admin(),
            sites: user,
        }
    }

    /// The columns of the CSV, which lists each user of each folder.
    pub(crate) const CSV_COLUMNS: [&'static str; 14] = [
        "id",
        "folder",
        "score",
        "deleted",
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

    /// The cells of [`CSV_COLUMNS`](Self::CSV_COLUMNS), in their order; an unknown value is empty.
    pub(crate) fn csv_cells(&self, folder: &SharedFolderRef<'_>) -> [String; 14] {
        let text = |text: &str| escape_formula(text).into_owned();
        [
            text(folder.id()),
            text(folder.name()),
            folder.score().map(|score| score.value().to_string()).unwrap_or_default(),
            folder.is_deleted().to_string(),
            text(self.email),
            text(self.name.unwrap_or_default()),
            self.status.unwrap_or_default().to_owned(),
            text(self.via),
            join_names(self.groups.groups()),
            self.read_only.to_string(),
            self.passwords_visible.to_string(),
            self.can_administer.to_string(),
            self.super_admin.to_string(),
            join_names(self.sites.sites().into_iter().flatten()),
        ]
    }
}

fn groups<S: Serializer>(user: &FolderUser<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(user.groups())
}

fn sites<S: Serializer>(user: &FolderUser<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    match user.sites() {
        Some(sites) => serializer.collect_seq(sites),
        None => serializer.serialize_none(),
    }
}
