//! How the `Data` of an event reads: its parts, where its grammar is known. Knows no action and no event.
//!
//! The forms are those that Elastic's and Datadog's integrations saw. What does not read as it should gives no parts.

/// What was found in the `Data` of an event, as LastPass wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts<'a> {
    /// The people to whom it was done: an address, or several by commas.
    pub target: Option<&'a str>,
    /// The group; before it was renamed.
    pub group: Option<&'a str>,
    /// The shared folder; before it was renamed.
    pub folder: Option<&'a str>,
    /// The site, several by commas, or `Secure Note (name)`; `VID: number` where LastPass gives no name.
    pub site: Option<&'a str>,
    /// The policy.
    pub policy: Option<&'a str>,
    /// The program that was used: `Chrome v4.134.0`, `Website`.
    pub client: Option<&'a str>,
    /// What it became: a new name, a policy's new value, the rights in a folder.
    pub new_value: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// The people to whom it was done, one by one.
    pub fn targets(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        list(self.target)
    }

    /// The sites, one by one.
    pub(crate) fn sites(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        list(self.site)
    }
}

fn list(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A way in which `Data` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// `address`, `address,address`
    People,
    /// The same, and nothing where it is anything else than addresses.
    Addresses,
    /// `'group'`
    Group,
    /// `'old' to 'new'`
    GroupRename,
    /// `address - group`, `'group' 'address'`
    GroupPerson,
    /// `folder`
    Folder,
    /// `'old' 'new'`
    FolderRename,
    /// `'folder' 'address'`, `'folder' 'address' 'rights'`, `folder address`
    FolderPerson,
    /// `address-Shared-folder`
    PersonOfFolder,
    /// `site`, `site,site`
    Site,
    /// `site to folder`, ` to folder`
    SiteToFolder,
    /// `site from folder`, ` from folder`
    SiteFromFolder,
    /// `Secure Note (name)`, `Secure Note (name) from folder`
    SecureNote,
    /// `policy`, `policy New value: value`
    Policy,
    /// `LastPass via client`, or the site that was entered
    Login,
    /// Nothing is known of it.
    Unknown,
}

impl Grammar {
    pub(crate) fn parse(self, data: &str) -> Parts<'_> {
        let parts = match self {
            Self::People => people(data),
            Self::Addresses => people(data).filter(|parts| parts.targets().all(|target| target.contains('@'))),
            Self::Group => Some(Parts { group: name(data), ..Parts::default() }),
            Self::GroupRename => group_rename(data),
            Self::GroupPerson => group_person(data),
            Self::Folder => Some(Parts { folder: name(data), ..Parts::default() }),
            Self::FolderRename => folder_rename(data),
            Self::FolderPerson => folder_person(data),
            Self::PersonOfFolder => person_of_folder(data),
            Self::Site => Some(Parts { site: given(data), ..Parts::default() }),
            Self::SiteToFolder => site_and_folder(data, " to "),
            Self::SiteFromFolder => site_and_folder(data, " from "),
            Self::SecureNote => secure_note(data),
            Self::Policy => Some(policy(data)),
            Self::Login => Some(login(data)),
            Self::Unknown => None,
        };
        parts.unwrap_or_default()
    }
}

/// What stands between two names in apostrophes; a name itself may hold apostrophes.
const BETWEEN_NAMES: &str = "' '";
const RIGHTS: &str = "Read only:";
const SECURE_NOTE: &str = "Secure Note (";
const VAULT_ITEM: &str = "VID: ";
/// What LastPass writes where a folder has gone.
const NO_FOLDER: &str = "INVALID SHARED FOLDER";

fn people(data: &str) -> Option<Parts<'_>> {
    let target = in_apostrophes(data).unwrap_or(data.trim());
    let mut parts = target.split(',').map(str::trim);
    parts.all(is_user_name).then(|| Parts { target: Some(target), ..Parts::default() })
}

fn group_rename(data: &str) -> Option<Parts<'_>> {
    let (old, new) = split_once_only(in_apostrophes(data)?, "' to '")?;
    Some(Parts { group: given(old), new_value: given(new), ..Parts::default() })
}

fn group_person(data: &str) -> Option<Parts<'_>> {
    let (person, group) = match in_apostrophes(data) {
        Some(names) => names.rsplit_once(BETWEEN_NAMES).map(|(group, person)| (person, group))?,
        None => data.split_once(" - ")?,
    };
    is_address(person.trim()).then(|| Parts { target: given(person), group: given(group), ..Parts::default() })
}

fn folder_rename(data: &str) -> Option<Parts<'_>> {
    let (old, new) = split_once_only(in_apostrophes(data)?, BETWEEN_NAMES)?;
    Some(Parts { folder: given(old), new_value: given(new), ..Parts::default() })
}

fn folder_person(data: &str) -> Option<Parts<'_>> {
    let (folder, person, rights) = match in_apostrophes(data) {
        Some(names) => {
            let (names, rights) = match names.rsplit_once(BETWEEN_NAMES) {
                Some((names, rights)) if rights.starts_with(RIGHTS) => (names, Some(rights)),
                Some(_) | None => (names, None),
            };
            let (folder, person) = names.rsplit_once(BETWEEN_NAMES)?;
            (folder, person, rights)
        }
        None => {
            let (folder, person) = data.trim().rsplit_once(' ')?;
            (folder, person, None)
        }
    };
    is_address(person.trim()).then(|| Parts {
        folder: given(folder),
        target: given(person),
        new_value: rights,
        ..Parts::default()
    })
}

fn person_of_folder(data: &str) -> Option<Parts<'_>> {
    let (person, folder) =
        data.trim().split_once("-Shared-").map_or((data, None), |(person, folder)| (person, given(folder)));
    is_address(person.trim()).then(|| Parts { target: given(person), folder, ..Parts::default() })
}

fn site_and_folder<'a>(data: &'a str, between: &str) -> Option<Parts<'a>> {
    let (site, folder) = match secure_note_end(data, between) {
        Some(end) => (&data[..end], &data[end + between.len()..]),
        None => {
            let (site, folder) = data.split_once(between)?;
            // Where the word stands twice, only what cannot hold it itself tells where the site ends.
            let is_domain = site.contains('.') && !site.contains(' ');
            let is_certain = site.is_empty() || is_domain || site.starts_with(VAULT_ITEM) || !folder.contains(between);
            is_certain.then_some((site, folder))?
        }
    };
    let folder = given(folder).filter(|folder| *folder != NO_FOLDER);
    Some(Parts { site: given(site), folder, ..Parts::default() })
}

fn secure_note(data: &str) -> Option<Parts<'_>> {
    const BETWEEN: &str = " from ";
    if secure_note_end(data, BETWEEN).is_some() {
        return site_and_folder(data, BETWEEN);
    }
    let note = data.trim();
    let is_whole = note.starts_with(SECURE_NOTE) && note.ends_with(')');
    is_whole.then(|| Parts { site: Some(note), ..Parts::default() })
}

/// Where a note's name ends, if `data` begins with one and `between` follows.
fn secure_note_end(data: &str, between: &str) -> Option<usize> {
    let rest = data.strip_prefix(SECURE_NOTE)?;
    let (place, _) = rest.match_indices(')').find(|(place, _)| rest[place + 1..].starts_with(between))?;
    Some(SECURE_NOTE.len() + place + 1)
}

fn policy(data: &str) -> Parts<'_> {
    let (policy, value) = match data.split_once(" New value: ") {
        Some((policy, value)) => (policy, given(value)),
        None => (data, None),
    };
    Parts { policy: given(policy), new_value: value, ..Parts::default() }
}

fn login(data: &str) -> Parts<'_> {
    match data.trim().strip_prefix("LastPass via ") {
        Some(client) => Parts { client: given(client), ..Parts::default() },
        None => Parts { site: given(data), ..Parts::default() },
    }
}

/// One name, in apostrophes or bare.
fn name(data: &str) -> Option<&str> {
    given(in_apostrophes(data).unwrap_or(data)).filter(|name| !name.contains(BETWEEN_NAMES))
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn in_apostrophes(text: &str) -> Option<&str> {
    text.trim().strip_prefix('\'')?.strip_suffix('\'')
}

/// The two halves, where there is one place to part them.
fn split_once_only<'a>(text: &'a str, between: &str) -> Option<(&'a str, &'a str)> {
    text.split_once(between).filter(|(_, right)| !right.contains(between))
}

/// An address, or the bare name that stands for one in old events.
fn is_user_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '(' | ')'))
}

fn is_address(text: &str) -> bool {
    is_user_name(text) && text.contains('@')
}

#[cfg(test)]
mod tests {
    use super::{Grammar, Parts};

    const ANN: &str = "ann@example.com";

    fn check(grammar: Grammar, data: &str, expected: Parts<'_>) {
        assert_eq!(grammar.parse(data), expected, "{grammar:?} {data:?}");
    }

    fn none() -> Parts<'static> {
        Parts::default()
    }

    #[test]
    fn people_are_one_or_several() {
        check(Grammar::People, ANN, Parts { target: Some(ANN), ..none() });
        check(Grammar::People, "user4", Parts { target: Some("user4"), ..none() });
        let several = Parts { target: Some("a@example.com, b@example.com"), ..none() };
        check(Grammar::People, "a@example.com, b@example.com", several);
        assert_eq!(several.targets().collect::<Vec<_>>(), ["a@example.com", "b@example.com"]);
        for other in ["", " ", "a@example.com,", "two words", "(initiated by API)"] {
            check(Grammar::People, other, none());
        }
    }

    #[test]
    fn groups_are_named_alone_or_with_a_person() {
        check(Grammar::Group, "'temp-group'", Parts { group: Some("temp-group"), ..none() });
        check(Grammar::Group, "temp-group", Parts { group: Some("temp-group"), ..none() });
        check(Grammar::Group, "'a' 'b'", none());
        let of_group = Parts { target: Some(ANN), group: Some("R - D"), ..none() };
        check(Grammar::GroupPerson, "ann@example.com - R - D", of_group);
        check(Grammar::GroupPerson, "'R - D' 'ann@example.com'", of_group);
        check(Grammar::GroupPerson, "R - D", none());
        check(Grammar::GroupPerson, "", none());
        check(
            Grammar::GroupRename,
            "'old name' to 'new'",
            Parts { group: Some("old name"), new_value: Some("new"), ..none() },
        );
        check(Grammar::GroupRename, "'a' to 'b' to 'c'", none());
    }

    #[test]
    fn folders_are_named_alone_or_with_a_person() {
        check(Grammar::Folder, "temp-1", Parts { folder: Some("temp-1"), ..none() });
        let shared = Parts { folder: Some("Ann's 'box'"), target: Some(ANN), ..none() };
        check(Grammar::FolderPerson, "'Ann's 'box'' 'ann@example.com'", shared);
        let rights = "Read only:no Admin:no Hide PW:no";
        check(
            Grammar::FolderPerson,
            "'Ann's 'box'' 'ann@example.com' 'Read only:no Admin:no Hide PW:no'",
            Parts { new_value: Some(rights), ..shared },
        );
        check(
            Grammar::FolderPerson,
            "shared folder ann@example.com",
            Parts { folder: Some("shared folder"), target: Some(ANN), ..none() },
        );
        for other in ["", "'folder'", "'folder' 'a group'", "shared folder"] {
            check(Grammar::FolderPerson, other, none());
        }
        check(Grammar::FolderRename, "'a' 'b'", Parts { folder: Some("a"), new_value: Some("b"), ..none() });
        check(Grammar::FolderRename, "'a' 'b' 'c'", none());
        let created = Parts { target: Some(ANN), folder: Some("temp-1"), ..none() };
        check(Grammar::PersonOfFolder, "ann@example.com-Shared-temp-1", created);
        check(Grammar::PersonOfFolder, ANN, Parts { target: Some(ANN), ..none() });
        check(Grammar::PersonOfFolder, "temp-1", none());
    }

    #[test]
    fn sites_move_between_folders() {
        let moved = |site, folder| Parts { site, folder, ..none() };
        check(Grammar::SiteToFolder, "example.com to Road to Rome", moved(Some("example.com"), Some("Road to Rome")));
        check(Grammar::SiteToFolder, " to Shared Folder 1", moved(None, Some("Shared Folder 1")));
        check(
            Grammar::SiteToFolder,
            "VID: 1234567890123456789 to A to B",
            moved(Some("VID: 1234567890123456789"), Some("A to B")),
        );
        check(Grammar::SiteToFolder, "My site to Box", moved(Some("My site"), Some("Box")));
        check(Grammar::SiteToFolder, "way to go to Box", none());
        let note = moved(Some("Secure Note (how to) win)"), Some("Box"));
        check(Grammar::SiteToFolder, "Secure Note (how to) win) to Box", note);
        check(Grammar::SiteFromFolder, "example.com from Box", moved(Some("example.com"), Some("Box")));
        check(Grammar::SiteFromFolder, "VID: 42 from Box", moved(Some("VID: 42"), Some("Box")));
        check(Grammar::SiteFromFolder, " from INVALID SHARED FOLDER", none());
        check(Grammar::SiteFromFolder, "example.com", none());
    }

    #[test]
    fn notes_are_told_with_their_folder() {
        let note = |site, folder| Parts { site: Some(site), folder, ..none() };
        check(Grammar::SecureNote, "Secure Note (Address)", note("Secure Note (Address)", None));
        check(Grammar::SecureNote, "Secure Note (VID: 42)", note("Secure Note (VID: 42)", None));
        check(Grammar::SecureNote, "Secure Note (a (b) c) from Box", note("Secure Note (a (b) c)", Some("Box")));
        check(Grammar::SecureNote, "Address", none());
    }

    #[test]
    fn policies_and_logins_are_read() {
        check(Grammar::Policy, "Require x", Parts { policy: Some("Require x"), ..none() });
        let set = Parts { policy: Some("Require x"), new_value: Some("1"), ..none() };
        check(Grammar::Policy, "Require x New value: 1", set);
        check(Grammar::Login, "LastPass via Chrome v4.134.0", Parts { client: Some("Chrome v4.134.0"), ..none() });
        check(Grammar::Login, "1.1.1.1:1234/example", Parts { site: Some("1.1.1.1:1234/example"), ..none() });
        check(Grammar::Login, "", none());
        check(Grammar::Site, "VID: 42,VID: 43", Parts { site: Some("VID: 42,VID: 43"), ..none() });
        check(Grammar::Unknown, "anything", none());
    }
}
