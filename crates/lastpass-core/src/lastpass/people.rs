//! Reading `getuserdata`: everybody, page by page.

use std::{borrow::Cow, collections::HashMap};

use chrono_tz::Tz;
use serde::de::MapAccess;
use serde_json::value::RawValue;

use crate::{
    domain::{People, PeopleBuilder, PersonEntry, Score, normalize_name},
    lastpass::{
        error::{Error, InvalidReply},
        lenient::{Entries, Fields, Object, Scalar, Texts, skip},
        local_time::LocalTimes,
        reply::{Mood, Verdict},
    },
};

/// Everybody, and what the reading of them has to say.
#[derive(Debug)]
pub struct FetchedPeople {
    /// Everybody.
    pub people: People,
    /// What somebody who looks at the figures should know.
    pub warnings: Vec<ReadWarning>,
}

/// Something about a reading that somebody who looks at its figures should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadWarning {
    /// The list changed while it was read, twice: somebody may be missing.
    ListChanged,
    /// LastPass counts more people than it listed.
    Incomplete {
        /// How many it listed.
        listed: u64,
        /// How many it counts.
        counted: u64,
    },
    /// Entries without an address, or that are no entries at all, were left out.
    Unreadable {
        /// How many.
        entries: u64,
    },
    /// LastPass complained beside its data.
    UpstreamWarning,
    /// LastPass lists nobody.
    NoUsers,
}

/// One page of `getuserdata`.
#[derive(Debug)]
pub(crate) struct PeoplePage {
    pub(crate) people: PeopleBuilder,
    /// Everybody whom the question matches, over all pages, where LastPass says.
    pub(crate) total: Option<u64>,
    /// How many entries came, unreadable ones included.
    pub(crate) listed: usize,
    pub(crate) unreadable: u64,
    pub(crate) mood: Mood,
    /// LastPass says that there is no such page.
    pub(crate) past_the_end: bool,
}

/// Reads a page. `is_first` tells a page past the end from a refusal.
pub(crate) fn decode(json: &[u8], zone: Tz, is_first: bool) -> Result<PeoplePage, Error> {
    let Object(Some(mut reply)) = serde_json::from_slice::<Object<Reply<'_>>>(json)? else {
        return Err(Error::InvalidReply(InvalidReply::Shape));
    };
    reply.users = reply.users.take().filter(|users| !users.is_unknown);
    // Nobody is an empty list, or a count of zero; beside an error it is an answer that failed.
    let lists_nobody = match &reply.users {
        Some(users) => users.all.is_empty(),
        None => reply.total.count() == Some(0),
    };
    let has_users = if lists_nobody { !reply.verdict.has_error() } else { reply.users.is_some() };
    let past_the_end = !is_first && !has_users && reply.verdict.is_past_the_end();
    let mood = if past_the_end { Mood::Content } else { reply.verdict.judge(has_users)? };

    let users = reply.users.take().unwrap_or_default();
    let mut page = PeoplePage {
        people: PeopleBuilder::default(),
        total: reply.total.count().map(u64::from),
        listed: users.all.len(),
        unreadable: 0,
        mood,
        past_the_end,
    };
    let Groups(groups) = reply.groups.0.take().unwrap_or_default();
    let members = members_of_groups(&users, &groups)?;
    let mut times = LocalTimes::new(zone);
    for (id, user) in &users.all {
        let Some((user, email)) = user.as_ref().and_then(|user| Some((user, user.username.text()?))) else {
            page.unreadable += 1;
            continue;
        };
        let names_none = user.groups.0.is_none();
        let listed_groups = names_none.then(|| members.get(normalize_name(&email).as_ref())).flatten();
        let listed_groups = listed_groups.into_iter().flatten().copied();
        add(&mut page.people, &mut times, id.as_deref(), user, &email, user.groups.iter().chain(listed_groups));
    }
    if page.listed > 0 && page.people.entry_count() == 0 {
        // A list of which not one entry can be read is none of people.
        return Err(Error::InvalidReply(InvalidReply::Shape));
    }
    for email in reply.invited.iter() {
        page.people.add_invited(email);
    }
    // One without members, or of invited people alone, stands with nobody above.
    groups.iter().for_each(|(name, _)| page.people.add_group(name));
    Ok(page)
}

fn add<'n>(
    people: &mut PeopleBuilder,
    times: &mut LocalTimes,
    id: Option<&str>,
    user: &User<'_>,
    email: &str,
    groups: impl Iterator<Item = &'n str>,
) {
    let last_login = times.moment(&user.last_login);
    let score = |value: &Scalar<'_>| value.number().and_then(Score::new);
    let name = user.fullname.as_text();
    let mfa = user.multifactor.iter().filter(|method| !is_no_method(method)).collect::<Vec<_>>().join(", ");
    let department = user.attributes.0.as_ref().and_then(|attributes| attributes.department.text());
    let entry = PersonEntry {
        id,
        email,
        name: name.map(str::trim),
        master_password_strength: score(&user.mpstrength),
        vault_score: score(&user.totalscore),
        weak_passwords: user.weakpasswords.count(),
        reused_passwords: user.reusedpasswords.count(),
        last_login,
        password_last_changed: times.moment(&user.last_pw_change),
        disabled: user.disabled.flag().unwrap_or_default(),
        admin: user.admin.flag().unwrap_or_default(),
        never_logged_in: user.neverloggedin.flag().unwrap_or(user.last_login.is_blank()),
        must_change_password: user.password_reset_required.flag().unwrap_or_default(),
        mfa: Some(mfa.as_str()).filter(|methods| !methods.is_empty()),
        directory_department: department.as_deref(),
    };
    people.add(&entry, groups);
}

/// How a missing second factor may be written, where the field is not simply absent.
fn is_no_method(method: &str) -> bool {
    matches!(normalize_name(method).as_ref(), "" | "none" | "0" | "false" | "no")
}

/// Which groups the reply's own list names for those users who do not name theirs: the page's
/// `Groups` says for most what each user's `groups` says already.
fn members_of_groups<'a>(
    users: &Entries<'_, User<'_>>,
    groups: &'a [(Cow<'a, str>, &RawValue)],
) -> Result<HashMap<String, Vec<&'a str>>, Error> {
    let mut members: HashMap<String, Vec<&'a str>> = users
        .all
        .iter()
        .filter_map(|(_, user)| user.as_ref())
        .filter(|user| user.groups.0.is_none())
        .filter_map(|user| Some((normalize_name(&user.username.text()?).into_owned(), Vec::new())))
        .collect();
    if members.is_empty() {
        return Ok(members);
    }
    for (group, addresses) in groups {
        for address in serde_json::from_str::<Texts<'_>>(addresses.get())?.iter() {
            if let Some(groups) = members.get_mut(normalize_name(address).as_ref()) {
                groups.push(group);
            }
        }
    }
    Ok(members)
}

#[derive(Default)]
struct Reply<'a> {
    verdict: Verdict<'a>,
    total: Scalar<'a>,
    users: Option<Entries<'a, User<'a>>>,
    groups: Object<Groups<'a>>,
    invited: Texts<'a>,
}

impl<'a> Fields<'a> for Reply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "total" => self.total = value.next_value()?,
            "Users" | "users" => self.users = value.next_value()?,
            "Groups" | "groups" => self.groups = value.next_value()?,
            "invited" | "Invited" => self.invited = value.next_value()?,
            key => self.verdict.take(key, value)?,
        }
        Ok(())
    }
}

/// The fields of an entry that are read. Absent ones are [`Scalar::Nothing`].
#[derive(Default)]
struct User<'a> {
    username: Scalar<'a>,
    fullname: Scalar<'a>,
    mpstrength: Scalar<'a>,
    totalscore: Scalar<'a>,
    weakpasswords: Scalar<'a>,
    reusedpasswords: Scalar<'a>,
    last_login: Scalar<'a>,
    last_pw_change: Scalar<'a>,
    neverloggedin: Scalar<'a>,
    password_reset_required: Scalar<'a>,
    disabled: Scalar<'a>,
    admin: Scalar<'a>,
    multifactor: Texts<'a>,
    attributes: Object<Attributes<'a>>,
    groups: Texts<'a>,
}

impl<'a> Fields<'a> for User<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        let field = match key.as_ref() {
            "username" => &mut self.username,
            "fullname" => &mut self.fullname,
            "mpstrength" => &mut self.mpstrength,
            "totalscore" => &mut self.totalscore,
            "weakpasswords" => &mut self.weakpasswords,
            "reusedpasswords" => &mut self.reusedpasswords,
            "last_login" => &mut self.last_login,
            "last_pw_change" => &mut self.last_pw_change,
            "neverloggedin" => &mut self.neverloggedin,
            "password_reset_required" => &mut self.password_reset_required,
            "disabled" => &mut self.disabled,
            "admin" => &mut self.admin,
            "attribs" => {
                self.attributes = value.next_value()?;
                return Ok(());
            }
            "groups" => {
                self.groups = value.next_value()?;
                return Ok(());
            }
            "multifactor" => {
                self.multifactor = value.next_value()?;
                return Ok(());
            }
            _ => return skip(value),
        };
        *field = value.next_value()?;
        Ok(())
    }
}

/// What a directory knows of a person (`attribs`): free-form, so only the department is read,
/// in any letter case. There may even be a password among the rest (TA-lastpass hashes it).
#[derive(Debug, Default)]
struct Attributes<'a> {
    department: Scalar<'a>,
}

impl<'a> Fields<'a> for Attributes<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        if key.trim().eq_ignore_ascii_case("department") {
            self.department = value.next_value()?;
            return Ok(());
        }
        skip(value)
    }
}

/// The reply's own list of groups: addresses by name, which are read where users do not name their groups.
#[derive(Default)]
struct Groups<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> for Groups<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        self.0.push((key, value.next_value()?));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;

    use super::*;
    use crate::domain::Person;

    fn page(json: &str) -> PeoplePage {
        decode(json.trim().as_bytes(), New_York, true).unwrap()
    }

    fn one(json: &str, check: impl FnOnce(Person<'_>)) {
        let people = page(json).people.finish(Default::default());
        check(people.iter().next().unwrap());
    }

    fn error(json: &str) -> Error {
        decode(json.as_bytes(), New_York, true).unwrap_err()
    }

    #[test]
    fn the_recorded_reply_is_read() {
        let json = include_str!("../../../../tests/samples/recorded/validate-invocation.body");
        assert_eq!((page(json).total, page(json).listed), (Some(4), 1));
        one(json, |person| {
            assert_eq!(person.id(), Some("449022543"));
            assert_eq!(person.email(), "user.one@example.test");
            assert_eq!(person.name(), Some(""));
            assert_eq!(person.master_password_strength().unwrap().value(), 100.0);
            assert_eq!(person.vault_score().unwrap().value(), 0.0);
            assert_eq!(person.last_login().unwrap().to_rfc3339(), "2022-06-02T13:20:59+00:00");
            assert_eq!(person.password_last_changed().unwrap().to_rfc3339(), "2022-05-11T15:02:26+00:00");
            assert!(person.is_admin() && !person.is_disabled() && !person.never_logged_in());
            assert_eq!((person.weak_passwords(), person.reused_passwords(), person.mfa()), (None, None, None));
            assert_eq!(person.groups().len(), 0);
        });
    }

    #[test]
    fn the_documented_and_the_curated_replies_are_read() {
        for json in [
            include_str!("../../../../tests/samples/official/getuserdata_old_doc.response.json"),
            include_str!("../../../../tests/samples/elastic/mock_getuserdata.json"),
        ] {
            one(json, |person| {
                let (id, email, name) = (person.id(), person.email(), person.name());
                assert_eq!((id, email, name), (Some("101"), "user1@lastpass.com", Some("Ned Flanders")));
                assert_eq!(person.groups().collect::<Vec<_>>(), ["Domain Admins", "Dev Team", "Support Team"]);
                assert_eq!(person.last_login().unwrap().to_rfc3339(), "2015-05-29T15:45:05+00:00");
            });
        }
        let user = include_str!("../../../../tests/samples/elastic/test-pipeline-user.log");
        one(&format!("{{\"Users\":[{user}]}}"), |person| assert_eq!(person.id(), None));
    }

    #[test]
    fn nobody_is_an_empty_list_or_map_or_a_count_of_zero() {
        for json in [
            include_str!("../../../../tests/samples/misc/getuserdata_no_match.json"),
            "{\"Users\":{}}",
            "{\"total\":0,\"count\":0}",
            "{\"status\":\"OK\",\"Users\":[]}",
        ] {
            assert!(page(json).people.finish(Default::default()).is_empty(), "{json}");
        }
    }

    #[test]
    fn the_guides_numbers_are_read() {
        one(
            r#"{"status":"OK","Users":{"7":{"username":"a@example.com","fullname":"A","mpstrength":48,
               "last_pw_change":1735689600,"last_login":1735689600,"neverloggedin":false,"disabled":0,"admin":"1",
               "sites":3,"weakpasswords":4,"reusedpasswords":"2"}}}"#,
            |person| {
                assert_eq!(person.master_password_strength().unwrap().value(), 48.0);
                assert_eq!((person.weak_passwords(), person.reused_passwords()), (Some(4), Some(2)));
                assert_eq!(person.last_login().unwrap().timestamp(), 1_735_689_600);
                assert!(person.is_admin() && !person.is_disabled());
            },
        );
    }

    #[test]
    fn escapes_directories_and_odd_values_do_not_disturb() {
        one(
            r#"{"total":"1","Users":{"5":{"username":["l\u00e9a@example.com"],"fullname":"L\u00e9a \/ \ud83d\ude00",
               "mpstrength":"","totalscore":null,"last_login":"","multifactor":"googleauth",
               "attribs":{"DEPARTMENT":"R&D","password":"secret","x":{"y":[1]}},"groups":{"0":"Sales","1":"HR"},
               "sites":null,"unheard":[{"of":1}]}},"invited":["new@example.com"]}"#,
            |person| {
                assert_eq!((person.email(), person.name()), ("léa@example.com", Some("Léa / 😀")));
                assert_eq!((person.master_password_strength(), person.vault_score()), (None, None));
                assert!(person.never_logged_in(), "no flag and no login");
                assert_eq!((person.mfa(), person.directory_department()), (Some("googleauth"), Some("R&D")));
                assert_eq!(person.groups().collect::<Vec<_>>(), ["Sales", "HR"]);
            },
        );
        for (json, method) in
            [(r#"["none","duo"]"#, Some("duo")), (r#""NONE""#, None), (r#"["duo","yubikey"]"#, Some("duo, yubikey"))]
        {
            let user = format!(r#"{{"Users":{{"5":{{"username":"a@example.com","multifactor":{json}}}}}}}"#);
            one(&user, |person| assert_eq!((person.mfa(), person.name()), (method, None), "{json}"));
        }
        one(r#"{"Users":{"5":{"username":"a@example.com","last_login":"2026-99-99 00:00:00"}}}"#, |person| {
            assert!(!person.never_logged_in() && person.last_login().is_none(), "a date that cannot be read is one");
        });
        one(r#"{"Users":{"5":{"username":"a@example.com","attribs":[],"groups":null}}}"#, |person| {
            assert_eq!((person.directory_department(), person.groups().len()), (None, 0));
        });
    }

    #[test]
    fn groups_are_taken_from_the_replys_list_where_a_user_names_none() {
        let page = page(
            r#"{"Groups":{"Sales":["A@example.com","b@example.com"],"HR":["a@example.com"]},
                "Users":{"1":{"username":"a@example.com"},"2":{"username":"b@example.com","groups":[]}}}"#,
        );
        let people = page.people.finish(Default::default());
        assert_eq!(people.get(0).groups().collect::<Vec<_>>(), ["Sales", "HR"]);
        assert_eq!(people.get(1).groups().len(), 0, "an empty list of its own counts");
    }

    #[test]
    fn what_is_no_entry_is_counted_and_left_out() {
        let page = page(r#"{"Users":{"1":{"username":"a@example.com"},"2":[],"3":"x","4":{"username":""},"5":null}}"#);
        assert_eq!((page.listed, page.unreadable, page.people.entry_count()), (5, 4, 1));
    }

    #[test]
    fn refusals_are_told_apart() {
        assert_eq!(error(r#"{"status":"ERROR","error":"Invalid provisioning hash"}"#), Error::Credentials);
        assert_eq!(error(r#"{"status":"ERROR","message":"Invalid provisioning hash"}"#), Error::Credentials);
        assert_eq!(error(r#"{"status":"FAIL","error":["nope"]}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"WARN","errors":["nope"]}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"OK","error":"nope"}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"FAIL","error":"nope","Users":{}}"#), Error::Refused);
        assert_eq!(error(r#"{"error":"no such page"}"#), Error::Refused);
        assert_eq!(error(r#"{"status":"OK"}"#), Error::InvalidReply(InvalidReply::Shape));
        for unknown in ["null", "\"oops\"", "7", "false"] {
            assert_eq!(
                error(&format!(r#"{{"Users":{unknown}}}"#)),
                Error::InvalidReply(InvalidReply::Shape),
                "{unknown}"
            );
        }
        for json in [r#"{"Users":null,"error":"x"}"#, r#"{"Users":[],"error":"x"}"#, r#"{"total":0,"error":"x"}"#] {
            assert_eq!(error(json), Error::Refused, "{json}");
        }
        assert_eq!(error("[]"), Error::InvalidReply(InvalidReply::Shape));
        assert_eq!(error(r#"{"Users":[[[1]],"x"]}"#), Error::InvalidReply(InvalidReply::Shape));
        assert_eq!(error("3"), Error::InvalidReply(InvalidReply::Shape));
        assert!(matches!(
            error(r#"{"Users":{"1":{"username":"a@exa"#),
            Error::InvalidReply(InvalidReply::Malformed { .. })
        ));
        assert!(matches!(error(r#"{"Users":{}} trailing"#), Error::InvalidReply(InvalidReply::Malformed { .. })));
        for json in [r#"{"error":"no such page"}"#, r#"{"status":"ERROR","error":"no such page"}"#] {
            assert!(decode(json.as_bytes(), New_York, false).unwrap().past_the_end, "{json}");
        }
        assert_eq!(decode(br#"{"status":"FAIL","error":"no"}"#, New_York, false).unwrap_err(), Error::Refused);
    }

    #[test]
    fn a_complaint_beside_the_data_does_not_hide_it() {
        for json in [
            r#"{"status":"WARN","Users":{"1":{"username":"a@b.c"}}}"#,
            r#"{"status":"OK","error":"x","Users":{"1":{"username":"a@b.c"}}}"#,
        ] {
            let page = page(json);
            assert_eq!((page.mood, page.listed), (Mood::Complaining, 1));
        }
    }

    #[test]
    fn depth_is_bounded() {
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        let deep = format!("{{\"Users\":{{\"1\":{{\"username\":{open}1{close}}}}}}}");
        assert!(matches!(error(&deep), Error::InvalidReply(InvalidReply::Malformed { .. })));
    }
}
