//! Reading `getsfdata` and `getdetailedsfdata`, as far as the report goes: folders and the sites in them, counted.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use serde::de::MapAccess;

use crate::domain::{SharedFolderFigures, fold};

use super::{
    error::{Error, Nonsense},
    lenient::{Entries, Fields, Object, Scalar, Texts, skip},
    reply::Verdict,
};

/// Counts over the shared folders, and why one of them is missing.
#[derive(Debug)]
pub struct FoldersReading {
    /// The counts.
    pub figures: SharedFolderFigures,
    /// Why the detailed data are missing, where they are.
    pub without_sites: Option<Error>,
}

/// What is counted of one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FolderCount {
    pub(super) deleted: bool,
    /// Distinct sites over all who can open the folder.
    pub(super) sites: u64,
}

/// The folders of one reply, by id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FolderPage {
    pub(super) folders: HashMap<String, FolderCount>,
    pub(super) past_the_end: bool,
}

/// Reads a reply of either command. `is_first` tells a page past the end from a refusal.
pub(super) fn decode(json: &[u8], is_first: bool) -> Result<FolderPage, Error> {
    // `[]` is how PHP writes a map of no folders.
    if json == b"[]" {
        return Ok(FolderPage::default());
    }
    let Object(Some(reply)) = serde_json::from_slice::<Object<Reply<'_>>>(json)? else {
        return Err(Error::Senseless(Nonsense::Shape));
    };
    if reply.has_other_data {
        return Err(Error::Senseless(Nonsense::Shape));
    }
    let past_the_end = !is_first && reply.folders.is_empty() && reply.verdict.is_past_the_end();
    if !past_the_end && (!reply.folders.is_empty() || reply.has_verdict) {
        // In the guide's dialect a status stands beside the folders, or alone where there are none.
        let has_data = !reply.folders.is_empty() || reply.verdict.is_plain_ok();
        reply.verdict.judge(has_data)?;
    }
    Ok(FolderPage { folders: reply.folders, past_the_end })
}

#[derive(Default)]
struct Reply<'a> {
    verdict: Verdict<'a>,
    has_verdict: bool,
    has_other_data: bool,
    folders: HashMap<String, FolderCount>,
}

impl<'a> Fields<'a> for Reply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        if Verdict::knows(&key) {
            self.has_verdict = true;
            return self.verdict.take(&key, value);
        }
        match value.next_value::<Object<Folder<'_>>>()? {
            Object(Some(folder)) if folder.name.text().is_some() || folder.users.is_some() => {
                self.folders.insert(key.into_owned(), folder.count());
            }
            Object(_) => self.has_other_data = true,
        }
        Ok(())
    }
}

#[derive(Default)]
struct Folder<'a> {
    name: Scalar<'a>,
    deleted: Scalar<'a>,
    users: Option<Entries<'a, Holder<'a>>>,
}

impl Folder<'_> {
    fn count(&self) -> FolderCount {
        let holders = self.users.iter().flat_map(|users| &users.0).filter_map(|(_, holder)| holder.as_ref());
        let sites: HashSet<_> = holders.flat_map(|holder| holder.sites.iter().map(fold)).collect();
        FolderCount { deleted: self.deleted.flag().unwrap_or_default(), sites: sites.len() as u64 }
    }
}

impl<'a> Fields<'a> for Folder<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "sharedfoldername" => self.name = value.next_value()?,
            "deleted" => self.deleted = value.next_value()?,
            "users" => self.users = Some(value.next_value()?),
            _ => skip(value)?,
        }
        Ok(())
    }
}

#[derive(Default)]
struct Holder<'a> {
    sites: Texts<'a>,
}

impl<'a> Fields<'a> for Holder<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "sites" => self.sites = value.next_value()?,
            _ => skip(value)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &[(&str, bool, u64)]) {
        let page = decode(json.trim().as_bytes(), true).unwrap();
        let expected = expected
            .iter()
            .map(|(id, deleted, sites)| ((*id).to_owned(), FolderCount { deleted: *deleted, sites: *sites }));
        assert_eq!(page, FolderPage { folders: expected.collect(), past_the_end: false }, "{json}");
    }

    #[test]
    fn documented_and_curated_folders_are_read() {
        check(include_str!("../../../../tests/samples/official/getsfdata.response.json"), &[("101", false, 0)]);
        check(include_str!("../../../../tests/samples/official/getdetailedsfdata.response.json"), &[("101", false, 3)]);
        check(
            include_str!("../../../../tests/samples/elastic/mock_getdetailedsfdata_page0.json"),
            &[("101", false, 5), ("102", false, 2)],
        );
        check(
            include_str!("../../../../tests/samples/elastic/mock_getdetailedsfdata_page1.json"),
            &[("103", false, 2)],
        );
        let curated = include_str!("../../../../tests/samples/elastic/test-detailed-shared-folder.log");
        check(&format!("{{\"7\":{curated}}}"), &[("7", false, 0)]);
    }

    #[test]
    fn flags_come_as_text_and_sites_in_any_case_count_once() {
        check(
            r#"{"1":{"sharedfoldername":"Shared-A","deleted":true,"score":50,"users":[
                 {"username":"a@example.com","readonly":"0","give":"1","can_administer":"1","superadmin":false,"sites":["x.com","X.com "]},
                 {"username":"b@example.com","sites":["x.com","y.com"]}]},
               "2":{"sharedfoldername":"Shared-B","users":[]}}"#,
            &[("1", true, 2), ("2", false, 0)],
        );
    }

    #[test]
    fn no_folders_are_an_empty_list_or_map_and_a_status_in_the_guides_dialect() {
        for json in ["[]", "{}", r#"{"status":"OK"}"#] {
            check(json, &[]);
        }
        check(r#"{"status":"OK","9":{"sharedfoldername":"S","users":[]}}"#, &[("9", false, 0)]);
    }

    #[test]
    fn what_is_no_answer_to_the_question_is_an_error() {
        let error = |json: &str, is_first| decode(json.as_bytes(), is_first).unwrap_err();
        assert_eq!(error(r#"{"status":"FAIL","error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"status":"OK","error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"error":"no"}"#, true), Error::Refused);
        assert_eq!(error(r#"{"status":"ERROR","error":"Invalid provisioning hash"}"#, false), Error::Credentials);
        assert_eq!(error(r#"{"total":4,"count":1,"Users":{}}"#, true), Error::Senseless(Nonsense::Shape));
        assert_eq!(error("7", true), Error::Senseless(Nonsense::Shape));
        assert!(decode(br#"{"error":"no such page"}"#, false).unwrap().past_the_end);
    }
}
