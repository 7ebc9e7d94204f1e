//! Reading `getsfdata` and `getdetailedsfdata`: folders whole, or folders and the sites in them counted.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use serde::de::MapAccess;

use crate::{
    domain::{self, Score, SharedFolder, normalize_name, numeric_id},
    lastpass::{
        Dialect,
        error::{Error, InvalidReply},
        lenient::{Entries, Fields, Object, Scalar, Texts, skip},
        reply::{Mood, Verdict},
    },
};

/// The shared folders, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderCount {
    /// All folders that LastPass lists.
    pub listed: u64,
    /// Those that are not deleted.
    pub live: u64,
}

/// The sites in shared folders, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteCount {
    /// All folders whose sites were looked at.
    pub folders: u64,
    /// Distinct pairs of folder and site over the folders that are not deleted.
    pub sites: u64,
}

/// What is counted of one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) deleted: bool,
    /// Distinct sites over all who can open the folder; nothing where LastPass tells of none of them.
    pub(crate) sites: Option<u64>,
}

/// What is kept of a folder while its page is read.
pub(crate) trait FromWire: Sized + Send + 'static {
    /// Takes from the folder what is kept; nothing where what is needed of it cannot be read.
    fn from_wire(id: &str, folder: &Folder<'_>) -> Option<Self>;
}

/// The folders of one reply, by id.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FolderPage<T> {
    /// Nothing for a folder of which what is needed cannot be read.
    pub(crate) folders: HashMap<String, Option<T>>,
    pub(crate) past_the_end: bool,
    pub(crate) mood: Mood,
    /// People of folders that cannot be read and are left out.
    pub(crate) unreadable: u64,
}

/// Reads a reply of either command. `is_first` tells a page past the end from a refusal.
///
/// In the guide's dialect a status stands beside the folders, and alone where there are none.
pub(crate) fn decode<T: FromWire>(json: &[u8], dialect: Dialect, is_first: bool) -> Result<FolderPage<T>, Error> {
    let Object(Some(reply)) = serde_json::from_slice::<Object<Reply<'_, T>>>(json)? else {
        // An empty list is how PHP writes a map of no folders.
        let is_empty = serde_json::from_slice::<[(); 0]>(json).is_ok();
        let nothing = FolderPage { folders: HashMap::new(), past_the_end: false, mood: Mood::Content, unreadable: 0 };
        return if is_empty { Ok(nothing) } else { Err(Error::InvalidReply(InvalidReply::Shape)) };
    };
    let past_the_end = !is_first && reply.folders.is_empty() && reply.verdict.is_past_the_end();
    let is_empty_map = !reply.has_verdict && !reply.has_other_data;
    let is_empty_in_guide = dialect == Dialect::Guide && reply.verdict.is_plain_ok() && !reply.has_other_data;
    let mood = if past_the_end || is_empty_map {
        Mood::Content
    } else {
        reply.verdict.judge(!reply.folders.is_empty() || is_empty_in_guide)?
    };
    Ok(FolderPage { folders: reply.folders, past_the_end, mood, unreadable: reply.unreadable })
}

struct Reply<'a, T> {
    verdict: Verdict<'a>,
    has_verdict: bool,
    has_other_data: bool,
    folders: HashMap<String, Option<T>>,
    unreadable: u64,
}

impl<T> Default for Reply<'_, T> {
    fn default() -> Self {
        let verdict = Verdict::default();
        Self { verdict, has_verdict: false, has_other_data: false, folders: HashMap::new(), unreadable: 0 }
    }
}

impl<'a, T: FromWire> Fields<'a> for Reply<'a, T> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        if Verdict::knows(&key) {
            self.has_verdict = true;
            return self.verdict.take(&key, value);
        }
        match value.next_value::<Object<Folder<'_>>>()? {
            // What stands under a number is a folder, whatever it holds.
            Object(Some(folder))
                if folder.name.text().is_some() || folder.users.is_some() || numeric_id(&key).is_some() =>
            {
                self.unreadable += folder.unreadable();
                let kept = T::from_wire(&key, &folder);
                self.folders.insert(key.into_owned(), kept);
            }
            Object(_) => self.has_other_data = true,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct Folder<'a> {
    name: Scalar<'a>,
    deleted: Scalar<'a>,
    score: Scalar<'a>,
    users: Option<Entries<'a, Holder<'a>>>,
}

impl<'a> Folder<'a> {
    fn holders(&self) -> impl Iterator<Item = &Holder<'a>> {
        self.users.iter().flat_map(|users| &users.all).filter_map(|(_, holder)| holder.as_ref())
    }

    /// Whether LastPass tells who can open it, if only in part.
    fn tells_holders(&self) -> bool {
        let is_told = |users: &Entries<'_, _>| users.all.is_empty() || self.holders().any(Holder::is_somebody);
        self.users.as_ref().is_some_and(|users| !users.is_unknown && is_told(users))
    }

    /// Entries of people that cannot be read, beside others that can.
    fn unreadable(&self) -> u64 {
        if !self.tells_holders() {
            return 0;
        }
        let all = self.users.iter().flat_map(|users| &users.all);
        all.filter(|(_, holder)| !holder.as_ref().is_some_and(Holder::is_somebody)).count() as u64
    }
}

impl FromWire for Counted {
    fn from_wire(_: &str, folder: &Folder<'_>) -> Option<Self> {
        let is_empty = folder.tells_holders() && folder.holders().next().is_none();
        let is_told = is_empty || folder.holders().any(|holder| holder.sites.0.is_some());
        let sites = folder.holders().flat_map(|holder| holder.sites.iter().map(normalize_name));
        let sites = is_told.then(|| sites.collect::<HashSet<_>>().len() as u64);
        Some(Self { deleted: folder.deleted.flag().unwrap_or_default(), sites })
    }
}

impl FromWire for SharedFolder {
    fn from_wire(id: &str, folder: &Folder<'_>) -> Option<Self> {
        let holder = |holder: &Holder<'_>| {
            let flag = |flag: &Scalar<'_>| flag.flag().unwrap_or_default();
            let sites = holder.sites.0.is_some().then(|| holder.sites.iter().map(str::to_owned).collect());
            Some(domain::FolderGrant {
                email: holder.username.text()?.into_owned(),
                group: holder.group_name.text().map(Cow::into_owned),
                is_read_only: flag(&holder.readonly),
                // Where LastPass does not say, the passwords count as seen: nobody is told that they need no change.
                sees_passwords: holder.give.flag().unwrap_or(true),
                may_administer: flag(&holder.can_administer),
                is_super_admin: flag(&holder.superadmin),
                sites,
            })
        };
        // Nobody, where LastPass does not tell who, would be made up.
        folder.tells_holders().then(|| Self {
            id: id.to_owned(),
            name: folder.name.text().map(Cow::into_owned).unwrap_or_default(),
            is_deleted: folder.deleted.flag().unwrap_or_default(),
            score: folder.score.number().and_then(Score::new),
            grants: folder.holders().filter_map(holder).collect(),
        })
    }
}

impl<'a> Fields<'a> for Folder<'a> {
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

#[derive(Default)]
struct Holder<'a> {
    username: Scalar<'a>,
    group_name: Scalar<'a>,
    readonly: Scalar<'a>,
    give: Scalar<'a>,
    can_administer: Scalar<'a>,
    superadmin: Scalar<'a>,
    sites: Texts<'a>,
}

impl Holder<'_> {
    fn is_somebody(&self) -> bool {
        self.username.text().is_some()
    }
}

impl<'a> Fields<'a> for Holder<'a> {
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
        let page = decode::<Counted>(json.trim().as_bytes(), dialect, true).unwrap();
        let counted = |(id, deleted, sites): &(&str, bool, Option<u64>)| {
            ((*id).to_owned(), Some(Counted { deleted: *deleted, sites: *sites }))
        };
        assert_eq!(
            page,
            FolderPage {
                folders: expected.iter().map(counted).collect(),
                past_the_end: false,
                mood: Mood::Content,
                unreadable: 0
            },
            "{json}"
        );
    }

    const ENTERPRISE: Dialect = Dialect::Enterprise;

    #[test]
    fn documented_and_curated_folders_are_read() {
        let without_sites = include_str!("../../../../tests/samples/official/getsfdata.response.json");
        check(ENTERPRISE, without_sites, &[("101", false, None)]);
        let detailed = include_str!("../../../../tests/samples/official/getdetailedsfdata.response.json");
        check(ENTERPRISE, detailed, &[("101", false, Some(3))]);
        let page = include_str!("../../../../tests/samples/elastic/mock_getdetailedsfdata_page0.json");
        check(ENTERPRISE, page, &[("101", false, Some(5)), ("102", false, Some(2))]);
        let page = include_str!("../../../../tests/samples/elastic/mock_getdetailedsfdata_page1.json");
        check(ENTERPRISE, page, &[("103", false, Some(2))]);
        let curated = include_str!("../../../../tests/samples/elastic/test-detailed-shared-folder.log");
        // One person stands there in place of the people.
        check(ENTERPRISE, &format!("{{\"7\":{curated}}}"), &[("7", false, None)]);
    }

    #[test]
    fn flags_come_as_text_and_sites_in_any_case_count_once() {
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
    fn who_can_open_a_folder_is_read_as_sent() {
        let page = include_str!("../../../../tests/samples/official/getdetailedsfdata.response.json");
        let folders = decode::<SharedFolder>(page.trim().as_bytes(), ENTERPRISE, true).unwrap().folders;
        let folder = folders["101"].as_ref().unwrap();
        let holders: Vec<_> = folder
            .grants
            .iter()
            .map(|holder| (holder.email.as_str(), holder.is_read_only, holder.sees_passwords, holder.may_administer))
            .collect();
        assert_eq!(folder.name, "ThisSFName");
        assert_eq!(
            holders,
            [("joe.user@lastpass.com", false, true, true), ("jane.user@lastpass.com", true, false, false)]
        );
    }

    #[test]
    fn who_cannot_be_read_is_counted_and_never_nobody() {
        let check = |json: &str, holders: Option<usize>, unreadable: u64| {
            let json = format!(r#"{{"1":{json},"2":{{"sharedfoldername":"B","users":[{{"username":"b"}}]}}}}"#);
            let page = decode::<SharedFolder>(json.as_bytes(), ENTERPRISE, true).unwrap();
            let found = page.folders["1"].as_ref().map(|folder| folder.grants.len());
            assert_eq!((page.folders.len(), found, page.unreadable), (2, holders, unreadable), "{json}");
        };
        for nobody in ["[]", "{}", "\"\""] {
            check(&format!(r#"{{"sharedfoldername":"A","users":{nobody}}}"#), Some(0), 0);
        }
        for unknown in ["null", "\"oops\"", "7", "false"] {
            check(&format!(r#"{{"sharedfoldername":"A","users":{unknown}}}"#), None, 0);
        }
        check(r#"{"sharedfoldername":"A"}"#, None, 0);
        check(r#"{"deleted":false,"score":5}"#, None, 0);
        check(r#"{"sharedfoldername":"A","users":["a@example.com"]}"#, None, 0);
        check(r#"{"sharedfoldername":"A","users":[{"user":"a"}]}"#, None, 0);
        check(r#"{"sharedfoldername":"A","users":[{"user":"a"},{"username":"c"}]}"#, Some(1), 1);
    }

    #[test]
    fn no_folders_are_an_empty_list_or_map_and_a_status_in_the_guides_dialect() {
        for json in ["[]", "[ ]", "{}"] {
            check(ENTERPRISE, json, &[]);
        }
        check(Dialect::Guide, r#"{"status":"OK"}"#, &[]);
        check(Dialect::Guide, r#"{"status":"OK","9":{"sharedfoldername":"S","users":[]}}"#, &[("9", false, Some(0))]);
    }

    #[test]
    fn what_is_no_answer_to_the_question_is_an_error() {
        let error = |json: &str, is_first| decode::<Counted>(json.as_bytes(), ENTERPRISE, is_first).unwrap_err();
        assert_eq!(error(r#"{"status":"FAIL","error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"status":"OK","error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"status":"ERROR","error":"Invalid provisioning hash"}"#, false), Error::Credentials);
        for json in [r#"{"total":4,"count":1,"Users":{}}"#, r#"{"status":"OK"}"#, "7", "[1]"] {
            assert_eq!(error(json, true), Error::InvalidReply(InvalidReply::Shape), "{json}");
        }
        assert!(decode::<Counted>(br#"{"error":"no such page"}"#, ENTERPRISE, false).unwrap().past_the_end);
    }
}
