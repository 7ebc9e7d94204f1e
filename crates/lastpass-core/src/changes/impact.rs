//! The impact of an off-boarding: the shared folders that the user could open, and those left without an administrator.
//! Pure.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::domain::{EmailAddress, FolderGrant, FolderRights, People, Person, SharedFolder, normalize_address};

/// The impact of an off-boarding. Its JSON names are part of replies and of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Impact {
    /// The user's groups.
    pub(crate) groups: Vec<String>,
    /// The folders that the user could open and that are not deleted, sorted by name.
    pub(crate) folders: Vec<AffectedFolder>,
    /// The ids of the folders that would have no active administrator.
    pub(crate) orphaned_folders: Vec<String>,
    /// The number of folder and site pairs whose password the user could see; null if LastPass does not return
    /// the sites.
    pub(crate) passwords_to_rotate: Option<u64>,
}

/// One folder that the user could open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AffectedFolder {
    /// The id at LastPass.
    pub(crate) id: String,
    /// The name.
    pub(crate) name: String,
    /// The rights of the user.
    #[serde(with = "by_name")]
    pub(crate) rights: FolderRights,
    /// Whether the user could see the passwords.
    pub(crate) passwords_visible: bool,
    /// Whether no other active user may administer the folder.
    pub(crate) only_administrator: bool,
    /// The sites that the user could reach; null if LastPass does not return them.
    pub(crate) sites: Option<Vec<String>>,
}

/// Serializes rights by their name.
mod by_name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::domain::FolderRights;

    pub(crate) fn serialize<S: Serializer>(rights: &FolderRights, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(rights.name())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FolderRights, D::Error> {
        let name = String::deserialize(deserializer)?;
        let rights = FolderRights::ALL.into_iter().find(|rights| rights.name() == name);
        rights.ok_or_else(|| D::Error::custom("no rights of this name"))
    }
}

/// The impact on one folder that the user can open, before it is known who else is active.
pub(crate) struct FolderImpact {
    folder: AffectedFolder,
    other_administrators: HashSet<String>,
}

impl FolderImpact {
    /// The impact of off-boarding the user with an address; `None` if the user cannot open the folder, or it is deleted.
    pub(crate) fn of(folder: SharedFolder, email: &EmailAddress) -> Option<Self> {
        let (own, others): (Vec<_>, Vec<_>) = folder.grants.into_iter().partition(|grant| email.matches(&grant.email));
        if own.is_empty() || folder.is_deleted {
            return None;
        }
        let rights = own.iter().map(FolderGrant::rights).max().unwrap_or(FolderRights::ReadOnly);
        let sites = own.iter().any(|grant| grant.sites.is_some()).then(|| {
            let all: BTreeSet<&String> = own.iter().filter_map(|grant| grant.sites.as_ref()).flatten().collect();
            all.into_iter().cloned().collect()
        });
        let administrators = others.iter().filter(|grant| grant.can_administer);
        Some(Self {
            other_administrators: administrators.map(|grant| normalize_address(&grant.email).into_owned()).collect(),
            folder: AffectedFolder {
                id: folder.id,
                name: folder.name,
                rights,
                passwords_visible: own.iter().any(|grant| grant.can_view_passwords),
                only_administrator: false,
                sites,
            },
        })
    }

    /// Whether the user may administer the folder, so that the other administrators matter.
    pub(crate) fn is_administered(&self) -> bool {
        self.folder.rights == FolderRights::Administer
    }
}

/// The impact over all folders. `active` returns whether another user is active and stays; it is called for
/// administrators only.
pub(crate) fn impact(groups: Vec<String>, folders: Vec<FolderImpact>, active: impl Fn(&str) -> bool) -> Impact {
    let affected = |impact: FolderImpact| {
        let only_administrator =
            impact.is_administered() && !impact.other_administrators.iter().any(|email| active(email));
        AffectedFolder { only_administrator, ..impact.folder }
    };
    let mut folders: Vec<_> = folders.into_iter().map(affected).collect();
    folders.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let orphaned_folders = folders.iter().filter(|folder| folder.only_administrator);
    let seen = folders.iter().filter(|folder| folder.passwords_visible || folder.rights == FolderRights::Administer);
    let passwords = seen.map(|folder| folder.sites.as_ref().map(|sites| sites.len() as u64)).sum();
    Impact {
        groups,
        orphaned_folders: orphaned_folders.map(|folder| folder.id.clone()).collect(),
        passwords_to_rotate: passwords,
        folders,
    }
}

/// The normalized addresses of all matching people who can use their account.
pub(crate) fn active_people(people: &People, matches: impl Fn(&Person<'_>) -> bool) -> HashSet<String> {
    let active = people.iter().filter(|person| person.is_entry() && !person.is_disabled() && !person.never_logged_in());
    let active = active.filter(matches);
    active.map(|person| normalize_address(person.email()).into_owned()).collect()
}
