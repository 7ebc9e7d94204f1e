//! What a leaver takes along: the shared folders that they could open, and those that nobody would administer. Pure.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::domain::{EmailAddress, FolderGrant, FolderRights, People, Person, SharedFolder, normalize_name};

/// What a leaver could open, which folders nobody would administer any more, and how many passwords should be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// The leaver's groups.
    pub groups: Vec<String>,
    /// The folders that are not deleted, by name.
    pub folders: Vec<AffectedFolder>,
    /// The ids of the folders that nobody active would administer.
    pub orphaned_folders: Vec<String>,
    /// Pairs of folder and site whose password the leaver could see; nothing where LastPass does not tell the sites.
    pub passwords_to_rotate: Option<u64>,
}

/// One folder that a leaver could open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AffectedFolder {
    /// LastPass's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// What the leaver could do in it.
    #[serde(with = "by_name")]
    pub rights: FolderRights,
    /// Whether the leaver could see the passwords.
    pub passwords_visible: bool,
    /// Whether nobody else who is active may administer it.
    pub only_administrator: bool,
    /// The sites that the leaver reached; nothing where LastPass does not tell.
    pub sites: Option<Vec<String>>,
}

/// Rights in replies and the record: by their name.
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

/// A folder that a leaver could open, and who else may administer it.
pub(crate) struct FolderAccess {
    folder: AffectedFolder,
    other_administrators: HashSet<String>,
}

impl FolderAccess {
    /// What the leaver loses of a folder; nothing where they cannot open it, or it is deleted.
    pub(crate) fn of(folder: SharedFolder, leaver: &EmailAddress) -> Option<Self> {
        let (own, others): (Vec<_>, Vec<_>) =
            folder.grants.into_iter().partition(|holder| leaver.matches(&holder.email));
        if own.is_empty() || folder.is_deleted {
            return None;
        }
        let rights = own.iter().map(FolderGrant::rights).max().unwrap_or(FolderRights::ReadOnly);
        let reached = |holder: &FolderGrant| holder.sites.clone();
        let sites = own.iter().any(|holder| holder.sites.is_some()).then(|| {
            let all: BTreeSet<String> = own.iter().filter_map(reached).flatten().collect();
            all.into_iter().collect()
        });
        let administrators = others.iter().filter(|holder| holder.may_administer);
        Some(Self {
            other_administrators: administrators.map(|holder| normalize_name(&holder.email).into_owned()).collect(),
            folder: AffectedFolder {
                id: folder.id,
                name: folder.name,
                rights,
                passwords_visible: own.iter().any(|holder| holder.sees_passwords),
                only_administrator: false,
                sites,
            },
        })
    }

    /// Whether it takes a look at the others to know who administers it.
    pub(crate) fn is_administered(&self) -> bool {
        self.folder.rights == FolderRights::Administer
    }
}

/// The impact over all folders. `active` tells who else is there and stays; it is asked of administrators alone.
pub(crate) fn impact(groups: Vec<String>, held: Vec<FolderAccess>, active: impl Fn(&str) -> bool) -> Impact {
    let mut folders: Vec<AffectedFolder> = held
        .into_iter()
        .map(|held| {
            let only_administrator =
                held.is_administered() && !held.other_administrators.iter().any(|email| active(email));
            AffectedFolder { only_administrator, ..held.folder }
        })
        .collect();
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

/// The addresses, as they are compared, of all of a kind who can use their account.
pub(crate) fn active_people(people: &People, is_of_kind: impl Fn(&Person<'_>) -> bool) -> HashSet<String> {
    let active = people.iter().filter(|person| person.is_entry() && !person.is_disabled() && !person.never_logged_in());
    let active = active.filter(is_of_kind);
    active.map(|person| normalize_name(person.email()).into_owned()).collect()
}
