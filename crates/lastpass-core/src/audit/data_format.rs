//! Formats of the field `Data` and the details parsed from it. Knows no action and no event.
//!
//! The formats are those in the samples of Elastic's and Datadog's integrations. `Data` in an unexpected format has no
//! details. Every format accepts the same addresses: all that [`EmailAddress`] accepts.

use crate::domain::EmailAddress;

/// The details in the field `Data` of an event, spelled as LastPass writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventDetails<'a> {
    /// The affected users: one e-mail address, or several separated by commas.
    pub target: Option<&'a str>,
    /// The group; its old name if the event renames it.
    pub group: Option<&'a str>,
    /// The shared folder; its old name if the event renames it.
    pub folder: Option<&'a str>,
    /// The site, several separated by commas, or `Secure Note (name)`; `VID: number` if LastPass gives no name.
    pub site: Option<&'a str>,
    /// The policy.
    pub policy: Option<&'a str>,
    /// The client program, such as `Chrome v4.134.0` or `Website`.
    pub client: Option<&'a str>,
    /// The new name, the new value of a policy, or the rights in a folder.
    pub new_value: Option<&'a str>,
}

impl<'a> EventDetails<'a> {
    /// The affected users, one by one.
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

/// A format of `Data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataFormat {
    /// `address`, `address,address`
    People,
    /// The same, but no details unless all are e-mail addresses.
    Addresses,
    /// `'group'`
    Group,
    /// `'old' to 'new'`
    GroupRename,
    /// `address - group`, `'group' 'address'`; several addresses are separated by commas
    GroupAndPerson,
    /// `folder`
    Folder,
    /// `'old' 'new'`
    FolderRename,
    /// `'folder' 'address'`, `'folder' 'group'`, each also with `'rights'`; `folder address`
    FolderAndMember,
    /// `address-Shared-folder`
    PersonAndFolder,
    /// `site`, `site,site`, each also with ` from folder`
    Site,
    /// `site to folder`, ` to folder`
    SiteToFolder,
    /// `site from folder`, ` from folder`
    SiteFromFolder,
    /// `Secure Note (name)`, `VID: number`; these, and a site, with ` from folder`
    Item,
    /// `policy`, `policy New value: value`
    Policy,
    /// `LastPass via client`, or the site of the login
    Login,
    /// The format is unknown.
    Unknown,
}

impl DataFormat {
    /// The details in `data`; none if it is not in this format.
    pub(crate) fn parse(self, data: &str) -> EventDetails<'_> {
        let details = match self {
            Self::People => people(data),
            Self::Addresses => people(data).filter(|details| details.targets().all(is_address)),
            Self::Group => Some(EventDetails { group: name(data), ..EventDetails::default() }),
            Self::GroupRename => group_rename(data),
            Self::GroupAndPerson => group_and_person(data),
            Self::Folder => Some(EventDetails { folder: name(data), ..EventDetails::default() }),
            Self::FolderRename => folder_rename(data),
            Self::FolderAndMember => folder_and_member(data),
            Self::PersonAndFolder => person_and_folder(data),
            Self::Site => site_and_folder(data, FROM_FOLDER)
                .or_else(|| Some(EventDetails { site: non_empty(data), ..EventDetails::default() })),
            Self::SiteToFolder => site_and_folder(data, TO_FOLDER),
            Self::SiteFromFolder => site_and_folder(data, FROM_FOLDER),
            Self::Item => item(data),
            Self::Policy => Some(policy(data)),
            Self::Login => Some(login(data)),
            Self::Unknown => None,
        };
        details.unwrap_or_default()
    }
}

/// The separator of two names in apostrophes. Names may contain apostrophes.
const NAME_SEPARATOR: &str = "' '";
const SHARED_FOLDER: &str = "-Shared-";
const FROM_FOLDER: &str = " from ";
const TO_FOLDER: &str = " to ";
const RIGHTS: &str = "Read only:";
const SECURE_NOTE: &str = "Secure Note (";
const VAULT_ITEM: &str = "VID: ";
/// What LastPass writes for a folder that no longer exists.
const NO_FOLDER: &str = "INVALID SHARED FOLDER";

fn people(data: &str) -> Option<EventDetails<'_>> {
    let target = unquoted(data).unwrap_or(data.trim());
    let mut names = target.split(',').map(str::trim);
    names.all(is_user_name).then(|| EventDetails { target: Some(target), ..EventDetails::default() })
}

fn group_rename(data: &str) -> Option<EventDetails<'_>> {
    let (old, new) = split_at_only(unquoted(data)?, "' to '")?;
    Some(EventDetails { group: non_empty(old), new_value: non_empty(new), ..EventDetails::default() })
}

fn group_and_person(data: &str) -> Option<EventDetails<'_>> {
    let quoted =
        unquoted(data).and_then(|names| names.rsplit_once(NAME_SEPARATOR)).map(|(group, person)| (person, group));
    let (person, group) =
        quoted.into_iter().chain(data.split_once(" - ")).find(|(person, _)| is_address_list(person))?;
    Some(EventDetails { target: non_empty(person), group: non_empty(group), ..EventDetails::default() })
}

fn folder_rename(data: &str) -> Option<EventDetails<'_>> {
    let (old, new) = split_at_only(unquoted(data)?, NAME_SEPARATOR)?;
    Some(EventDetails { folder: non_empty(old), new_value: non_empty(new), ..EventDetails::default() })
}

fn folder_and_member(data: &str) -> Option<EventDetails<'_>> {
    let Some(names) = unquoted(data) else {
        let (folder, person) = data.trim().rsplit_once(' ')?;
        return is_address_list(person).then(|| folder_and_person(folder, person));
    };
    let (names, rights) = match names.rsplit_once(NAME_SEPARATOR) {
        Some((names, rights)) if rights.starts_with(RIGHTS) => (names, Some(rights)),
        Some(_) | None => (names, None),
    };
    let (folder, member) = names.rsplit_once(NAME_SEPARATOR)?;
    let details = if is_address_list(member) {
        folder_and_person(folder, member)
    } else {
        // A folder can be shared with a group. Of more than two names, it is uncertain which is which.
        let (folder, group) = split_at_only(names, NAME_SEPARATOR)?;
        EventDetails { folder: non_empty(folder), group: non_empty(group), ..EventDetails::default() }
    };
    Some(EventDetails { new_value: rights, ..details })
}

fn folder_and_person<'a>(folder: &'a str, person: &'a str) -> EventDetails<'a> {
    EventDetails { folder: non_empty(folder), target: non_empty(person), ..EventDetails::default() }
}

fn person_and_folder(data: &str) -> Option<EventDetails<'_>> {
    let data = data.trim();
    let splits =
        || data.match_indices(SHARED_FOLDER).map(|(at, text)| (&data[..at], non_empty(&data[at + text.len()..])));
    // The separator may also occur in an address, so that complete addresses come first.
    let is_complete = |text: &str| text.parse::<EmailAddress>().is_ok();
    let (person, folder) = splits()
        .find(|(person, _)| is_complete(person))
        .or_else(|| is_complete(data).then_some((data, None)))
        .or_else(|| splits().find(|(person, _)| is_address(person)))
        .unwrap_or((data, None));
    is_address(person).then(|| EventDetails { target: non_empty(person), folder, ..EventDetails::default() })
}

fn site_and_folder<'a>(data: &'a str, separator: &str) -> Option<EventDetails<'a>> {
    let (site, folder) = match secure_note_end(data, separator) {
        Some(end) => (&data[..end], &data[end + separator.len()..]),
        // The separator is a part of the note's name.
        None if data.starts_with(SECURE_NOTE) => return None,
        None => {
            let (site, folder) = data.split_once(separator)?;
            // If the separator occurs twice, the site must be one that cannot contain it.
            let is_domain = site.contains('.') && !site.contains(' ');
            let is_certain =
                site.is_empty() || is_domain || site.starts_with(VAULT_ITEM) || !folder.contains(separator);
            is_certain.then_some((site, folder))?
        }
    };
    let folder = non_empty(folder).filter(|folder| *folder != NO_FOLDER);
    Some(EventDetails { site: non_empty(site), folder, ..EventDetails::default() })
}

fn item(data: &str) -> Option<EventDetails<'_>> {
    site_and_folder(data, FROM_FOLDER).or_else(|| {
        let item = data.trim();
        let is_whole = item.starts_with(SECURE_NOTE) && item.ends_with(')') || item.starts_with(VAULT_ITEM);
        is_whole.then(|| EventDetails { site: Some(item), ..EventDetails::default() })
    })
}

/// The end of a secure note at the start of `data`, if `separator` follows it.
fn secure_note_end(data: &str, separator: &str) -> Option<usize> {
    let rest = data.strip_prefix(SECURE_NOTE)?;
    let (index, _) = rest.match_indices(')').find(|(index, _)| rest[index + 1..].starts_with(separator))?;
    Some(SECURE_NOTE.len() + index + 1)
}

fn policy(data: &str) -> EventDetails<'_> {
    let (policy, value) = match data.split_once(" New value: ") {
        Some((policy, value)) => (policy, non_empty(value)),
        None => (data, None),
    };
    EventDetails { policy: non_empty(policy), new_value: value, ..EventDetails::default() }
}

fn login(data: &str) -> EventDetails<'_> {
    match data.trim().strip_prefix("LastPass via ") {
        Some(client) => EventDetails { client: non_empty(client), ..EventDetails::default() },
        None => EventDetails { site: non_empty(data), ..EventDetails::default() },
    }
}

/// One name, with or without apostrophes.
fn name(data: &str) -> Option<&str> {
    non_empty(unquoted(data).unwrap_or(data)).filter(|name| !name.contains(NAME_SEPARATOR))
}

fn non_empty(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn unquoted(text: &str) -> Option<&str> {
    text.trim().strip_prefix('\'')?.strip_suffix('\'')
}

/// Splits at `separator`. Returns `None` if it does not occur exactly once.
fn split_at_only<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    text.split_once(separator).filter(|(_, right)| !right.contains(separator))
}

/// An e-mail address, or a user name without a domain as in old events.
fn is_user_name(text: &str) -> bool {
    let has_separator = text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '(' | ')'));
    // An address may contain apostrophes, like the names around it, but its domain does not.
    let (_, domain) = text.rsplit_once('@').unwrap_or(("", text));
    !text.is_empty() && !has_separator && !domain.contains('\'')
}

fn is_address(text: &str) -> bool {
    is_user_name(text) && text.contains('@')
}

/// One address, or several separated by commas.
fn is_address_list(text: &str) -> bool {
    text.split(',').map(str::trim).all(is_address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DataFormat, EventDetails};
    use crate::domain::EmailAddress;

    const ANN: &str = "ann@example.com";

    fn check(format: DataFormat, data: &str, expected: EventDetails<'_>) {
        assert_eq!(format.parse(data), expected, "{format:?} {data:?}");
    }

    fn none() -> EventDetails<'static> {
        EventDetails::default()
    }

    #[test]
    fn people_may_be_one_or_several() {
        check(DataFormat::People, ANN, EventDetails { target: Some(ANN), ..none() });
        check(DataFormat::People, "user4", EventDetails { target: Some("user4"), ..none() });
        let several = EventDetails { target: Some("a@example.com, b@example.com"), ..none() };
        check(DataFormat::People, "a@example.com, b@example.com", several);
        assert_eq!(several.targets().collect::<Vec<_>>(), ["a@example.com", "b@example.com"]);
        for other in ["", " ", "a@example.com,", "two words", "(initiated by API)"] {
            check(DataFormat::People, other, none());
        }
    }

    #[test]
    fn groups_are_parsed_alone_or_with_a_user() {
        check(DataFormat::Group, "'temp-group'", EventDetails { group: Some("temp-group"), ..none() });
        check(DataFormat::Group, "temp-group", EventDetails { group: Some("temp-group"), ..none() });
        check(DataFormat::Group, "'a' 'b'", none());
        let of_group = EventDetails { target: Some(ANN), group: Some("R - D"), ..none() };
        check(DataFormat::GroupAndPerson, "ann@example.com - R - D", of_group);
        check(DataFormat::GroupAndPerson, "'R - D' 'ann@example.com'", of_group);
        check(DataFormat::GroupAndPerson, "R - D", none());
        check(DataFormat::GroupAndPerson, "", none());
        check(
            DataFormat::GroupRename,
            "'old name' to 'new'",
            EventDetails { group: Some("old name"), new_value: Some("new"), ..none() },
        );
        check(DataFormat::GroupRename, "'a' to 'b' to 'c'", none());
    }

    #[test]
    fn folders_are_parsed_alone_or_with_a_user() {
        check(DataFormat::Folder, "temp-1", EventDetails { folder: Some("temp-1"), ..none() });
        let shared = EventDetails { folder: Some("Ann's 'box'"), target: Some(ANN), ..none() };
        check(DataFormat::FolderAndMember, "'Ann's 'box'' 'ann@example.com'", shared);
        let rights = "Read only:no Admin:no Hide PW:no";
        check(
            DataFormat::FolderAndMember,
            "'Ann's 'box'' 'ann@example.com' 'Read only:no Admin:no Hide PW:no'",
            EventDetails { new_value: Some(rights), ..shared },
        );
        check(
            DataFormat::FolderAndMember,
            "shared folder ann@example.com",
            EventDetails { folder: Some("shared folder"), target: Some(ANN), ..none() },
        );
        for other in ["", "'folder'", "'a' 'b' 'c'", "'a' 'Read only:no Admin:no Hide PW:no'", "shared folder"] {
            check(DataFormat::FolderAndMember, other, none());
        }
        let of_group = EventDetails { folder: Some("Ann's box"), group: Some("Domain Users"), ..none() };
        check(DataFormat::FolderAndMember, "'Ann's box' 'Domain Users'", of_group);
        check(
            DataFormat::FolderAndMember,
            "'Ann's box' 'Domain Users' 'Read only:no Admin:no Hide PW:no'",
            EventDetails { new_value: Some(rights), ..of_group },
        );
        check(DataFormat::FolderRename, "'a' 'b'", EventDetails { folder: Some("a"), new_value: Some("b"), ..none() });
        check(DataFormat::FolderRename, "'a' 'b' 'c'", none());
        let created = EventDetails { target: Some(ANN), folder: Some("temp-1"), ..none() };
        check(DataFormat::PersonAndFolder, "ann@example.com-Shared-temp-1", created);
        check(DataFormat::PersonAndFolder, ANN, EventDetails { target: Some(ANN), ..none() });
        check(DataFormat::PersonAndFolder, "temp-1", none());
    }

    #[test]
    fn moved_sites_are_parsed_with_their_folder() {
        let moved = |site, folder| EventDetails { site, folder, ..none() };
        check(
            DataFormat::SiteToFolder,
            "example.com to Road to Rome",
            moved(Some("example.com"), Some("Road to Rome")),
        );
        check(DataFormat::SiteToFolder, " to Shared Folder 1", moved(None, Some("Shared Folder 1")));
        check(
            DataFormat::SiteToFolder,
            "VID: 1234567890123456789 to A to B",
            moved(Some("VID: 1234567890123456789"), Some("A to B")),
        );
        check(DataFormat::SiteToFolder, "My site to Box", moved(Some("My site"), Some("Box")));
        check(DataFormat::SiteToFolder, "way to go to Box", none());
        let note = moved(Some("Secure Note (how to) win)"), Some("Box"));
        check(DataFormat::SiteToFolder, "Secure Note (how to) win) to Box", note);
        check(DataFormat::SiteFromFolder, "example.com from Box", moved(Some("example.com"), Some("Box")));
        check(DataFormat::SiteFromFolder, "VID: 42 from Box", moved(Some("VID: 42"), Some("Box")));
        check(DataFormat::SiteFromFolder, " from INVALID SHARED FOLDER", none());
        check(DataFormat::SiteFromFolder, "example.com", none());
    }

    #[test]
    fn secure_notes_are_parsed_with_their_folder() {
        let note = |site, folder| EventDetails { site: Some(site), folder, ..none() };
        check(DataFormat::Item, "Secure Note (Address)", note("Secure Note (Address)", None));
        check(DataFormat::Item, "Secure Note (VID: 42)", note("Secure Note (VID: 42)", None));
        check(DataFormat::Item, "Secure Note (a (b) c) from Box", note("Secure Note (a (b) c)", Some("Box")));
        check(DataFormat::Item, "Secure Note (a letter from Ann)", note("Secure Note (a letter from Ann)", None));
        check(DataFormat::Item, "VID: 42", note("VID: 42", None));
        check(DataFormat::Item, "Address", none());
    }

    #[test]
    fn every_kind_of_item_may_come_from_a_folder() {
        let from = |site, folder| EventDetails { site: Some(site), folder, ..none() };
        for format in [DataFormat::Site, DataFormat::SiteFromFolder, DataFormat::Item] {
            for item in [
                "VID: 5516541713708306640",
                "example.com/login",
                "1.1.1.1:1234/x",
                "My site",
                "Secure Note (Wi-Fi)",
                "Secure Note (VID: 42)",
                "a.example,b.example",
                "VID: 1,VID: 2",
            ] {
                check(format, &format!("{item} from SFolder33"), from(item, Some("SFolder33")));
                check(format, &format!("{item} from Pat's (old) Box"), from(item, Some("Pat's (old) Box")));
                check(format, &format!("{item} from INVALID SHARED FOLDER"), from(item, None));
            }
        }
        check(DataFormat::Site, "VID: 42 from A from B", from("VID: 42", Some("A from B")));
        check(DataFormat::Site, "far from home from Box", from("far from home from Box", None));
        check(DataFormat::Site, " from INVALID SHARED FOLDER", none());
    }

    /// Checks that an address is parsed in every format with an address.
    fn check_address(address: &str) {
        let person = EventDetails { target: Some(address), ..none() };
        check(DataFormat::People, address, person);
        check(DataFormat::People, &format!("'{address}'"), person);
        check(DataFormat::Addresses, address, person);
        let list = format!("{address},{address}");
        let several = EventDetails { target: Some(&list), ..none() };
        check(DataFormat::People, &list, several);
        assert_eq!(several.targets().collect::<Vec<_>>(), [address; 2]);
        let of_group = EventDetails { group: Some("Domain Admins"), ..person };
        check(DataFormat::GroupAndPerson, &format!("{address} - Domain Admins"), of_group);
        check(DataFormat::GroupAndPerson, &format!("'Domain Admins' '{address}'"), of_group);
        let several_of_group = EventDetails { target: Some(&list), ..of_group };
        check(DataFormat::GroupAndPerson, &format!("{list} - Domain Admins"), several_of_group);
        check(DataFormat::GroupAndPerson, &format!("'Domain Admins' '{list}'"), several_of_group);
        let rights = "Read only:no Admin:no Hide PW:no";
        for folder in ["Finance", "Pat's box", "'Box'", "R - D"] {
            let shared = EventDetails { folder: Some(folder), ..person };
            check(DataFormat::FolderAndMember, &format!("'{folder}' '{address}'"), shared);
            check(DataFormat::FolderAndMember, &format!("{folder} {address}"), shared);
            let with_rights = EventDetails { new_value: Some(rights), ..shared };
            check(DataFormat::FolderAndMember, &format!("'{folder}' '{address}' '{rights}'"), with_rights);
            check(DataFormat::PersonAndFolder, &format!("{address}-Shared-{folder}"), shared);
        }
        let nested = EventDetails { folder: Some("A-Shared-B"), ..person };
        check(DataFormat::PersonAndFolder, &format!("{address}-Shared-A-Shared-B"), nested);
        check(DataFormat::PersonAndFolder, address, person);
    }

    #[test]
    fn an_address_is_parsed_alike_in_every_format() {
        for address in [
            ANN,
            "pat.o'brien@acme.test",
            "Pat.O'Brien@Acme.Test",
            "'pat@acme.test",
            "pat'@acme.test",
            "o'b'r'ien+x@acme.test",
            "jörg@bücher.example",
            "{ann}!#$%&*/=?^_|~-@example.com",
            "ann-Shared-x@example.com",
            "ann@my-Shared-host.example",
        ] {
            assert!(address.parse::<EmailAddress>().is_ok(), "{address}");
            check_address(address);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_an_address_is_parsed_in_every_format(
            address in "[a-zA-Z0-9'!#$%&*+/=?^_{|}~.é-]{1,12}@([a-zA-Z0-9é-]{1,6}\\.){1,2}[a-z]{2,5}",
        ) {
            prop_assume!(address.parse::<EmailAddress>().is_ok());
            check_address(&address);
        }
    }

    #[test]
    fn policies_and_logins_are_parsed() {
        check(DataFormat::Policy, "Require x", EventDetails { policy: Some("Require x"), ..none() });
        let set = EventDetails { policy: Some("Require x"), new_value: Some("1"), ..none() };
        check(DataFormat::Policy, "Require x New value: 1", set);
        check(
            DataFormat::Login,
            "LastPass via Chrome v4.134.0",
            EventDetails { client: Some("Chrome v4.134.0"), ..none() },
        );
        check(DataFormat::Login, "1.1.1.1:1234/example", EventDetails { site: Some("1.1.1.1:1234/example"), ..none() });
        check(DataFormat::Login, "", none());
        check(DataFormat::Site, "VID: 42,VID: 43", EventDetails { site: Some("VID: 42,VID: 43"), ..none() });
        check(DataFormat::Unknown, "anything", none());
    }
}
