//! Decodes the replies to `getsfdata` and `getdetailedsfdata`.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use serde::de::MapAccess;

use crate::{
    domain::{FolderGrant, Score, SharedFolder, normalize_name, numeric_id},
    lastpass::{
        dialect::Dialect,
        error::{Error, InvalidReply},
        lenient_json::{Entries, Fields, Object, Scalar, Texts, skip},
        reply_status::{ReadStatus, StatusFields},
    },
};

/// One folder, with its sites counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CountedFolder {
    pub(crate) is_deleted: bool,
    /// Distinct sites over all users of the folder. `None` if LastPass lists sites for none of them.
    pub(crate) sites: Option<u64>,
}

/// What is kept of a folder of a reply.
pub(crate) trait FromWireFolder: Sized + Send + 'static {
    /// Converts a folder. `None` if a required value is missing or unreadable.
    fn from_wire(id: &str, folder: &WireFolder<'_>) -> Option<Self>;
}

/// The folders of one reply, by id.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FolderPage<T> {
    /// `None` for a folder that cannot be converted.
    pub(crate) folders: HashMap<String, Option<T>>,
    pub(crate) is_past_end: bool,
    pub(crate) status: ReadStatus,
    /// The number of users of folders that were left out as unreadable.
    pub(crate) unreadable: u64,
}

/// Decodes a reply to either command. An error in a page that is not the first may mean that there is no such page.
///
/// In the guide's dialect there is a status beside the folders, or alone if there are none.
///
/// # Errors
/// Returns an error if LastPass refuses the request, or the reply is not a map of folders.
pub(crate) fn decode<T: FromWireFolder>(json: &[u8], dialect: Dialect, is_first: bool) -> Result<FolderPage<T>, Error> {
    let Object(Some(reply)) = serde_json::from_slice::<Object<FoldersReply<'_, T>>>(json)? else {
        // An empty list is how PHP writes a map of no folders.
        let is_empty = serde_json::from_slice::<[(); 0]>(json).is_ok();
        let no_folders =
            FolderPage { folders: HashMap::new(), is_past_end: false, status: ReadStatus::Ok, unreadable: 0 };
        return if is_empty { Ok(no_folders) } else { Err(Error::InvalidReply(InvalidReply::Shape)) };
    };
    let is_past_end = !is_first && reply.folders.is_empty() && reply.status.is_past_end();
    let is_empty_map = !reply.has_status && !reply.has_other_data;
    let is_empty_in_guide = dialect == Dialect::Guide && reply.status.is_plain_ok() && !reply.has_other_data;
    let status = if is_past_end || is_empty_map {
        ReadStatus::Ok
    } else {
        reply.status.read_status(!reply.folders.is_empty() || is_empty_in_guide)?
    };
    Ok(FolderPage { folders: reply.folders, is_past_end, status, unreadable: reply.unreadable })
}

struct FoldersReply<'a, T> {
    status: StatusFields<'a>,
    has_status: bool,
    has_other_data: bool,
    folders: HashMap<String, Option<T>>,
    unreadable: u64,
}

impl<T> Default for FoldersReply<'_, T> {
    fn default() -> Self {
        let status = StatusFields::default();
        Self { status, has_status: false, has_other_data: false, folders: HashMap::new(), unreadable: 0 }
    }
}

impl<'a, T: FromWireFolder> Fields<'a> for FoldersReply<'a, T> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        if StatusFields::contains(&key) {
            self.has_status = true;
            return self.status.take(&key, value);
        }
        match value.next_value::<Object<WireFolder<'_>>>()? {
            // An object whose key is a number is a folder, whatever it contains.
            Object(Some(folder))
                if folder.name.text().is_some() || folder.users.is_some() || numeric_id(&key).is_some() =>
            {
                self.unreadable += folder.unreadable();
                let kept = T::from_wire(&key, &folder);
                self.folders.insert(key.into_owned(), kept);
            }
            Object(None) if numeric_id(&key).is_some() => {
                self.folders.insert(key.into_owned(), None);
            }
            Object(_) => self.has_other_data = true,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct WireFolder<'a> {
    name: Scalar<'a>,
    deleted: Scalar<'a>,
    score: Scalar<'a>,
    users: Option<Entries<'a, WireGrant<'a>>>,
}

impl<'a> WireFolder<'a> {
    fn grants(&self) -> impl Iterator<Item = &WireGrant<'a>> {
        self.users.iter().flat_map(|users| &users.all).filter_map(|(_, grant)| grant.as_ref())
    }

    /// Whether LastPass lists the users, at least some of them, or an empty list.
    fn has_readable_users(&self) -> bool {
        let is_readable = |users: &Entries<'_, _>| users.all.is_empty() || self.grants().any(WireGrant::has_username);
        self.users.as_ref().is_some_and(|users| !users.is_unknown && is_readable(users))
    }

    /// The number of unreadable users beside readable ones.
    fn unreadable(&self) -> u64 {
        if !self.has_readable_users() {
            return 0;
        }
        let all = self.users.iter().flat_map(|users| &users.all);
        all.filter(|(_, grant)| !grant.as_ref().is_some_and(WireGrant::has_username)).count() as u64
    }
}

impl FromWireFolder for CountedFolder {
    fn from_wire(_: &str, folder: &WireFolder<'_>) -> Option<Self> {
        let is_empty = folder.has_readable_users() && folder.grants().next().is_none();
        let has_sites = is_empty || folder.grants().any(|grant| grant.sites.0.is_some());
        let sites = folder.grants().flat_map(|grant| grant.sites.iter().map(normalize_name));
        let sites = has_sites.then(|| sites.collect::<HashSet<_>>().len() as u64);
        Some(Self { is_deleted: folder.deleted.flag().unwrap_or_default(), sites })
    }
}

impl FromWireFolder for SharedFolder {
    fn from_wire(id: &str, folder: &WireFolder<'_>) -> Option<Self> {
        let grant = |grant: &WireGrant<'_>| {
            let flag = |flag: &Scalar<'_>| flag.flag().unwrap_or_default();
            let sites = grant.sites.0.is_some().then(|| grant.sites.iter().map(str::to_owned).collect());
            Some(FolderGrant {
                email: grant.username.text()?.into_owned(),
                group: grant.group_name.text().map(Cow::into_owned),
                is_read_only: flag(&grant.readonly),
                // If LastPass does not say, the user counts as one who sees the passwords, so that no password that has
                // to be changed is left out.
                can_view_passwords: grant.give.flag().unwrap_or(true),
                can_administer: flag(&grant.can_administer),
                is_super_admin: flag(&grant.superadmin),
                sites,
            })
        };
        // Without readable users the folder would appear to have none.
        folder.has_readable_users().then(|| Self {
            id: id.to_owned(),
            name: folder.name.text().map(Cow::into_owned).unwrap_or_default(),
            is_deleted: folder.deleted.flag().unwrap_or_default(),
            score: folder.score.number().and_then(Score::new),
            grants: folder.grants().filter_map(grant).collect(),
        })
    }
}

impl<'a> Fields<'a> for WireFolder<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "sharedfoldername" => self.name = value.next_value()?,
            "deleted" => self.deleted = value.next_value()?,
            "score" => self.score = value.next_value()?,
            "users" => self.users = Some(value.next_value()?),
            _ => skip(value)?,
        }
        Ok(())
    }
}

/// A user of a folder, and how the user can open it.
#[derive(Default)]
struct WireGrant<'a> {
    username: Scalar<'a>,
    group_name: Scalar<'a>,
    readonly: Scalar<'a>,
    give: Scalar<'a>,
    can_administer: Scalar<'a>,
    superadmin: Scalar<'a>,
    sites: Texts<'a>,
}

impl WireGrant<'_> {
    fn has_username(&self) -> bool {
        self.username.text().is_some()
    }
}

impl<'a> Fields<'a> for WireGrant<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "username" => self.username = value.next_value()?,
            "group_name" => self.group_name = value.next_value()?,
            "readonly" => self.readonly = value.next_value()?,
            "give" => self.give = value.next_value()?,
            "can_administer" => self.can_administer = value.next_value()?,
            "superadmin" => self.superadmin = value.next_value()?,
            "sites" => self.sites = value.next_value()?,
            _ => skip(value)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, json: &str, expected: &[(&str, bool, Option<u64>)]) {
        let page = decode::<CountedFolder>(json.trim().as_bytes(), dialect, true).unwrap();
        let counted = |(id, deleted, sites): &(&str, bool, Option<u64>)| {
            ((*id).to_owned(), Some(CountedFolder { is_deleted: *deleted, sites: *sites }))
        };
        assert_eq!(
            page,
            FolderPage {
                folders: expected.iter().map(counted).collect(),
                is_past_end: false,
                status: ReadStatus::Ok,
                unreadable: 0
            },
            "{json}"
        );
    }

    const ENTERPRISE: Dialect = Dialect::Enterprise;

    #[test]
    fn documented_and_curated_replies_are_decoded() {
        let without_sites = include_str!("../../../../../tests/samples/official/getsfdata.response.json");
        check(ENTERPRISE, without_sites, &[("101", false, None)]);
        let detailed = include_str!("../../../../../tests/samples/official/getdetailedsfdata.response.json");
        check(ENTERPRISE, detailed, &[("101", false, Some(3))]);
        let page = include_str!("../../../../../tests/samples/elastic/mock_getdetailedsfdata_page0.json");
        check(ENTERPRISE, page, &[("101", false, Some(5)), ("102", false, Some(2))]);
        let page = include_str!("../../../../../tests/samples/elastic/mock_getdetailedsfdata_page1.json");
        check(ENTERPRISE, page, &[("103", false, Some(2))]);
        let curated = include_str!("../../../../../tests/samples/elastic/test-detailed-shared-folder.log");
        // In this sample `users` is one user instead of a list.
        check(ENTERPRISE, &format!("{{\"7\":{curated}}}"), &[("7", false, None)]);
    }

    #[test]
    fn flags_are_read_from_texts_and_sites_are_counted_without_case() {
        check(
            ENTERPRISE,
            r#"{"1":{"sharedfoldername":"Shared-A","deleted":true,"score":50,"users":[
                 {"username":"a@example.com","readonly":"0","give":"1","can_administer":"1","superadmin":false,"sites":["x.com","X.com "]},
                 {"username":"b@example.com","sites":["x.com","y.com"]}]},
               "2":{"sharedfoldername":"Shared-B","users":[]},
               "3":{"sharedfoldername":"Shared-C","users":""},
               "4":{"sharedfoldername":"Shared-D","users":[{"username":"a@example.com","sites":null}]},
               "total":4}"#,
            &[("1", true, Some(2)), ("2", false, Some(0)), ("3", false, Some(0)), ("4", false, None)],
        );
    }

    #[test]
    fn users_of_a_folder_are_decoded() {
        let page = include_str!("../../../../../tests/samples/official/getdetailedsfdata.response.json");
        let folders = decode::<SharedFolder>(page.trim().as_bytes(), ENTERPRISE, true).unwrap().folders;
        let folder = folders["101"].as_ref().unwrap();
        let grants: Vec<_> = folder
            .grants
            .iter()
            .map(|grant| (grant.email.as_str(), grant.is_read_only, grant.can_view_passwords, grant.can_administer))
            .collect();
        assert_eq!(folder.name, "ThisSFName");
        assert_eq!(
            grants,
            [("joe.user@lastpass.com", false, true, true), ("jane.user@lastpass.com", true, false, false)]
        );
    }

    #[test]
    fn unreadable_users_are_counted_and_are_not_an_empty_list() {
        let check = |json: &str, grants: Option<usize>, unreadable: u64| {
            let json = format!(r#"{{"1":{json},"2":{{"sharedfoldername":"B","users":[{{"username":"b"}}]}}}}"#);
            let page = decode::<SharedFolder>(json.as_bytes(), ENTERPRISE, true).unwrap();
            let found = page.folders["1"].as_ref().map(|folder| folder.grants.len());
            assert_eq!((page.folders.len(), found, page.unreadable), (2, grants, unreadable), "{json}");
        };
        for empty in ["[]", "{}", "\"\""] {
            check(&format!(r#"{{"sharedfoldername":"A","users":{empty}}}"#), Some(0), 0);
        }
        for unknown in ["null", "\"oops\"", "7", "false"] {
            check(&format!(r#"{{"sharedfoldername":"A","users":{unknown}}}"#), None, 0);
        }
        for no_folder in ["null", "\"x\"", "7", "[]", "false"] {
            check(no_folder, None, 0);
        }
        check(r#"{"sharedfoldername":"A"}"#, None, 0);
        check(r#"{"deleted":false,"score":5}"#, None, 0);
        check(r#"{"sharedfoldername":"A","users":["a@example.com"]}"#, None, 0);
        check(r#"{"sharedfoldername":"A","users":[{"user":"a"}]}"#, None, 0);
        check(r#"{"sharedfoldername":"A","users":[{"user":"a"},{"username":"c"}]}"#, Some(1), 1);
    }

    #[test]
    fn no_folders_are_an_empty_list_or_map_or_a_status_in_the_guides_dialect() {
        for json in ["[]", "[ ]", "{}"] {
            check(ENTERPRISE, json, &[]);
        }
        check(Dialect::Guide, r#"{"status":"OK"}"#, &[]);
        check(Dialect::Guide, r#"{"status":"OK","9":{"sharedfoldername":"S","users":[]}}"#, &[("9", false, Some(0))]);
    }

    #[test]
    fn refusals_and_other_replies_are_errors() {
        let error = |json: &str, is_first| decode::<CountedFolder>(json.as_bytes(), ENTERPRISE, is_first).unwrap_err();
        assert_eq!(error(r#"{"status":"FAIL","error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"status":"OK","error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"status":"ERROR","error":"Invalid provisioning hash"}"#, false), Error::Credentials);
        for json in [r#"{"total":4,"count":1,"Users":{}}"#, r#"{"status":"OK"}"#, "7", "[1]"] {
            assert_eq!(error(json, true), Error::InvalidReply(InvalidReply::Shape), "{json}");
        }
        assert!(decode::<CountedFolder>(br#"{"error":"no such page"}"#, ENTERPRISE, false).unwrap().is_past_end);
    }
}
