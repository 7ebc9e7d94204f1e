//! Decodes the reply to `getuserdata`.

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::de::MapAccess;
use serde_json::value::RawValue;

use crate::{
    domain::{PeopleBuilder, PersonEntry, Score, normalize_address, normalize_name},
    lastpass::{
        error::{Error, InvalidReply},
        lenient_json::{Entries, Fields, Object, Scalar, Texts, skip},
        local_time::{LocalTimes, means_never},
        reply_status::{ReadStatus, StatusFields},
    },
};

/// No address is longer (RFC 5321 allows 254 bytes), and no database indexes a text of many kilobytes.
const MAX_ADDRESS_BYTES: usize = 512;

/// One page of `getuserdata`.
#[derive(Debug)]
pub(crate) struct PeoplePage {
    pub(crate) people: PeopleBuilder,
    /// The number of users that match the request, over all pages, if LastPass reports it.
    pub(crate) total: Option<u64>,
    /// The number of entries in the reply, unreadable ones included.
    pub(crate) listed: usize,
    pub(crate) unreadable: u64,
    /// The number of users with a time that cannot be read or lies in the future.
    pub(crate) unreadable_times: u64,
    pub(crate) status: ReadStatus,
    /// Whether LastPass says that there is no such page.
    pub(crate) is_past_end: bool,
}

/// How times of users are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeRules {
    /// The zone of local times.
    pub(crate) zone: Tz,
    /// The last time that is not in the future.
    pub(crate) latest: DateTime<Utc>,
}

/// Decodes a page. An error in a page that is not the first may mean that there is no such page.
///
/// # Errors
/// Returns an error if LastPass refuses the request, or the reply is not a list of users.
pub(crate) fn decode(json: &[u8], times: TimeRules, is_first: bool) -> Result<PeoplePage, Error> {
    let Object(Some(mut reply)) = serde_json::from_slice::<Object<PeopleReply<'_>>>(json)? else {
        return Err(Error::InvalidReply(InvalidReply::Shape));
    };
    reply.users = reply.users.take().filter(|users| !users.is_unknown);
    // No users are an empty list or a total of zero. Beside an error text they mean that the request failed.
    let is_empty = match &reply.users {
        Some(users) => users.all.is_empty(),
        None => reply.total.count() == Some(0),
    };
    let has_users = if is_empty { !reply.status.has_error() } else { reply.users.is_some() };
    let is_past_end = !is_first && !has_users && reply.status.is_past_end();
    let status = if is_past_end { ReadStatus::Ok } else { reply.status.read_status(has_users)? };

    let users = reply.users.take().unwrap_or_default();
    let mut page = PeoplePage {
        people: PeopleBuilder::default(),
        total: reply.total.count().map(u64::from),
        listed: users.all.len(),
        unreadable: 0,
        unreadable_times: 0,
        status,
        is_past_end,
    };
    let WireGroups(groups) = reply.groups.0.take().unwrap_or_default();
    let groups_by_email = listed_groups(&users, &groups)?;
    let mut times = UserTimes { local: LocalTimes::new(times.zone), latest: times.latest };
    for (id, user) in &users.all {
        let Some((user, email)) = user.as_ref().and_then(|user| Some((user, user.address()?))) else {
            page.unreadable += 1;
            continue;
        };
        let has_no_groups = user.groups.0.is_none();
        let listed = has_no_groups.then(|| groups_by_email.get(normalize_address(&email).as_ref())).flatten();
        let listed = listed.into_iter().flatten().copied();
        let groups = user.groups.iter().chain(listed);
        let has_unreadable_time = add_user(&mut page.people, &mut times, id.as_deref(), user, &email, groups);
        page.unreadable_times += u64::from(has_unreadable_time);
    }
    if page.listed > 0 && page.people.entry_count() == 0 {
        // A list without a single readable entry is not a list of users.
        return Err(Error::InvalidReply(InvalidReply::Shape));
    }
    for email in reply.invited.iter().filter(|email| may_be_address(email)) {
        page.people.add_invited(email);
    }
    // No user above names a group that is empty, or whose members are all invited.
    groups.iter().for_each(|(name, _)| page.people.add_group(name));
    Ok(page)
}

fn may_be_address(email: &str) -> bool {
    email.len() <= MAX_ADDRESS_BYTES
}

/// Reads the times of users.
struct UserTimes {
    local: LocalTimes,
    latest: DateTime<Utc>,
}

/// A time of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UserTime {
    Known(DateTime<Utc>),
    Never,
    /// A value that is not a time.
    Unreadable,
    /// Later than the reading: it proves nothing.
    InFuture,
}

impl UserTimes {
    fn read(&mut self, value: &Scalar<'_>) -> UserTime {
        match self.local.instant(value) {
            Some(time) if time <= self.latest => UserTime::Known(time),
            Some(_) => UserTime::InFuture,
            None if means_never(value) => UserTime::Never,
            None => UserTime::Unreadable,
        }
    }
}

impl UserTime {
    fn known(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Known(time) => Some(time),
            Self::Never | Self::Unreadable | Self::InFuture => None,
        }
    }

    fn is_unreadable(self) -> bool {
        matches!(self, Self::Unreadable | Self::InFuture)
    }
}

/// Adds a user. Returns whether one of its times cannot be read or lies in the future.
fn add_user<'n>(
    people: &mut PeopleBuilder,
    times: &mut UserTimes,
    id: Option<&str>,
    user: &WireUser<'_>,
    email: &str,
    groups: impl Iterator<Item = &'n str>,
) -> bool {
    let (last_login, password_last_changed) = (times.read(&user.last_login), times.read(&user.last_pw_change));
    let score = |value: &Scalar<'_>| value.number().and_then(Score::new);
    let name = user.fullname.as_text();
    let mfa = user.multifactor.iter().filter(|method| !means_none(method)).collect::<Vec<_>>().join(", ");
    // An unreadable time is still a login, one in the future is none.
    let has_never_logged_in = matches!(last_login, UserTime::Never | UserTime::InFuture);
    let department = user.attributes.0.as_ref().and_then(|attributes| attributes.department.text());
    let entry = PersonEntry {
        id,
        email,
        name: name.map(str::trim),
        master_password_strength: score(&user.mpstrength),
        vault_score: score(&user.totalscore),
        weak_passwords: user.weakpasswords.count(),
        reused_passwords: user.reusedpasswords.count(),
        last_login: last_login.known(),
        password_last_changed: password_last_changed.known(),
        disabled: user.disabled.flag().unwrap_or_default(),
        admin: user.admin.flag().unwrap_or_default(),
        never_logged_in: user.neverloggedin.flag().unwrap_or(has_never_logged_in),
        must_change_password: user.password_reset_required.flag().unwrap_or_default(),
        mfa: Some(mfa.as_str()).filter(|methods| !methods.is_empty()),
        directory_department: department.as_deref(),
    };
    people.add(&entry, groups);
    last_login.is_unreadable() || password_last_changed.is_unreadable()
}

/// Whether a value of `multifactor` means that there is no second factor, which is otherwise shown by a missing field.
fn means_none(method: &str) -> bool {
    matches!(normalize_name(method).as_ref(), "" | "none" | "0" | "false" | "no")
}

/// Returns the groups, by e-mail address, of the users that have no `groups` of their own. Most users have them, so
/// that most of the page's `Groups` is redundant.
fn listed_groups<'a>(
    users: &Entries<'_, WireUser<'_>>,
    groups: &'a [(Cow<'a, str>, &RawValue)],
) -> Result<HashMap<String, Vec<&'a str>>, Error> {
    let mut groups_by_email: HashMap<String, Vec<&'a str>> = users
        .all
        .iter()
        .filter_map(|(_, user)| user.as_ref())
        .filter(|user| user.groups.0.is_none())
        .filter_map(|user| Some((normalize_address(&user.username.text()?).into_owned(), Vec::new())))
        .collect();
    if groups_by_email.is_empty() {
        return Ok(groups_by_email);
    }
    for (group, members) in groups {
        for email in serde_json::from_str::<Texts<'_>>(members.get())?.iter() {
            if let Some(groups) = groups_by_email.get_mut(normalize_address(email).as_ref()) {
                groups.push(group);
            }
        }
    }
    Ok(groups_by_email)
}

#[derive(Default)]
struct PeopleReply<'a> {
    status: StatusFields<'a>,
    total: Scalar<'a>,
    users: Option<Entries<'a, WireUser<'a>>>,
    groups: Object<WireGroups<'a>>,
    invited: Texts<'a>,
}

impl<'a> Fields<'a> for PeopleReply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        match key.as_ref() {
            "total" => self.total = value.next_value()?,
            "Users" | "users" => self.users = value.next_value()?,
            "Groups" | "groups" => self.groups = value.next_value()?,
            "invited" | "Invited" => self.invited = value.next_value()?,
            key => self.status.take(key, value)?,
        }
        Ok(())
    }
}

/// The fields of a user that are read. Missing ones are [`Scalar::Missing`].
#[derive(Default)]
struct WireUser<'a> {
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

impl WireUser<'_> {
    fn address(&self) -> Option<Cow<'_, str>> {
        self.username.text().filter(|email| may_be_address(email))
    }
}

impl<'a> Fields<'a> for WireUser<'a> {
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

/// The attributes that a directory has sent (`attribs`). They are free-form, and may contain a password (TA-lastpass
/// hashes it), so only the department is read, in any letter case.
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

/// The page's own list of groups: the members of each, which are decoded only if a user has no groups of its own.
#[derive(Default)]
struct WireGroups<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> for WireGroups<'a> {
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

    fn times() -> TimeRules {
        TimeRules { zone: New_York, latest: "2026-11-25T12:00:00Z".parse().expect("a time") }
    }

    fn page(json: &str) -> PeoplePage {
        decode(json.trim().as_bytes(), times(), true).unwrap()
    }

    fn one(json: &str, check: impl FnOnce(Person<'_>)) {
        let people = page(json).people.finish(Default::default());
        check(people.iter().next().unwrap());
    }

    fn error(json: &str) -> Error {
        decode(json.as_bytes(), times(), true).unwrap_err()
    }

    #[test]
    fn recorded_reply_is_decoded() {
        let json = include_str!("../../../../../tests/samples/recorded/validate-invocation.body");
        assert_eq!((page(json).total, page(json).listed), (Some(4), 1));
        one(json, |person| {
            assert_eq!(person.id(), Some("449022543"));
            assert_eq!(person.email(), "user.one@example.test");
            assert_eq!(person.name(), None);
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
    fn documented_and_curated_replies_are_decoded() {
        for json in [
            include_str!("../../../../../tests/samples/official/getuserdata_old_doc.response.json"),
            include_str!("../../../../../tests/samples/elastic/mock_getuserdata.json"),
        ] {
            one(json, |person| {
                let (id, email, name) = (person.id(), person.email(), person.name());
                assert_eq!((id, email, name), (Some("101"), "user1@lastpass.com", Some("Ned Flanders")));
                assert_eq!(person.groups().collect::<Vec<_>>(), ["Domain Admins", "Dev Team", "Support Team"]);
                assert_eq!(person.last_login().unwrap().to_rfc3339(), "2015-05-29T15:45:05+00:00");
            });
        }
        let user = include_str!("../../../../../tests/samples/elastic/test-pipeline-user.log");
        one(&format!("{{\"Users\":[{user}]}}"), |person| assert_eq!(person.id(), None));
    }

    #[test]
    fn no_users_are_an_empty_list_or_map_or_a_total_of_zero() {
        for json in [
            include_str!("../../../../../tests/samples/misc/getuserdata_no_match.json"),
            "{\"Users\":{}}",
            "{\"total\":0,\"count\":0}",
            "{\"status\":\"OK\",\"Users\":[]}",
        ] {
            assert!(page(json).people.finish(Default::default()).is_empty(), "{json}");
        }
    }

    #[test]
    fn numbers_of_the_guides_dialect_are_decoded() {
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
    fn escapes_attributes_and_unexpected_types_are_tolerated() {
        one(
            r#"{"total":"1","Users":{"5":{"username":["l\u00e9a@example.com"],"fullname":"L\u00e9a \/ \ud83d\ude00",
               "mpstrength":"","totalscore":null,"last_login":"","multifactor":"googleauth",
               "attribs":{"DEPARTMENT":"R&D","password":"secret","x":{"y":[1]}},"groups":{"0":"Sales","1":"HR"},
               "sites":null,"unknown":[{"of":1}]}},"invited":["new@example.com"]}"#,
            |person| {
                assert_eq!((person.email(), person.name()), ("léa@example.com", Some("Léa / 😀")));
                assert_eq!((person.master_password_strength(), person.vault_score()), (None, None));
                assert!(person.never_logged_in(), "neither a flag nor a login");
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
            assert!(!person.never_logged_in() && person.last_login().is_none(), "an unreadable date is still a login");
        });
        one(r#"{"Users":{"5":{"username":"a@example.com","attribs":[],"groups":null}}}"#, |person| {
            assert_eq!((person.directory_department(), person.groups().len()), (None, 0));
        });
    }

    #[test]
    fn times_that_cannot_be_read_or_lie_in_the_future_are_unknown_and_counted() {
        let check = |fields: &str, last_login: Option<&str>, never_logged_in: bool, unreadable: u64| {
            let json = format!(r#"{{"Users":{{"5":{{"username":"a@example.com",{fields}}}}}}}"#);
            assert_eq!(page(&json).unreadable_times, unreadable, "{fields}");
            one(&json, |person| {
                let shown = person.last_login().map(|time| time.to_rfc3339());
                assert_eq!((shown.as_deref(), person.never_logged_in()), (last_login, never_logged_in), "{fields}");
            });
        };
        let known = Some("2026-11-24T12:00:00+00:00");
        check(r#""last_login":"2026-11-24 07:00:00.5""#, known, false, 0);
        check(r#""last_login":"2026-11-24T12:00:00Z""#, known, false, 0);
        check(r#""last_login":"2026-11-25 07:00:00""#, Some("2026-11-25T12:00:00+00:00"), false, 0);
        check(r#""last_login":"2026-11-25 07:00:01""#, None, true, 1);
        check(r#""last_login":"2062-11-24 07:00:00","neverloggedin":false"#, None, false, 1);
        check(r#""last_login":"2026-99-99 00:00:00""#, None, false, 1);
        check(r#""last_login":1795521600000"#, None, false, 1);
        check(r#""last_login":"soon","last_pw_change":"soon","neverloggedin":true"#, None, true, 1);
        check(r#""last_login":"","last_pw_change":"2062-11-24 07:00:00""#, None, true, 1);
        for never in ["null", "\"\"", "0", "\"0000-00-00 00:00:00\"", "\"1970-01-01 00:00:00\"", "[]"] {
            check(&format!(r#""last_login":{never}"#), None, true, 0);
        }
    }

    #[test]
    fn groups_come_from_the_pages_list_if_a_user_has_none() {
        let page = page(
            r#"{"Groups":{"Sales":["A@example.com","b@example.com"],"HR":["a@example.com"]},
                "Users":{"1":{"username":"a@example.com"},"2":{"username":"b@example.com","groups":[]}}}"#,
        );
        let people = page.people.finish(Default::default());
        assert_eq!(people.get(0).groups().collect::<Vec<_>>(), ["Sales", "HR"]);
        assert_eq!(people.get(1).groups().len(), 0, "an empty list is not a missing one");
    }

    #[test]
    fn unreadable_entries_are_counted_and_left_out() {
        let page = page(r#"{"Users":{"1":{"username":"a@example.com"},"2":[],"3":"x","4":{"username":""},"5":null}}"#);
        assert_eq!((page.listed, page.unreadable, page.people.entry_count()), (5, 4, 1));
    }

    #[test]
    fn texts_that_are_too_long_for_an_address_are_left_out() {
        let long = format!("{}@example.com", "a".repeat(600));
        let json = format!(
            r#"{{"Users":{{"1":{{"username":"{long}"}},"2":{{"username":"a@example.com"}}}},"invited":["{long}","b@example.com"]}}"#
        );
        let page = page(&json);
        assert_eq!((page.listed, page.unreadable), (2, 1));
        let people = page.people.finish(Default::default());
        assert_eq!(people.iter().map(|person| person.email()).collect::<Vec<_>>(), ["a@example.com", "b@example.com"]);
    }

    #[test]
    fn refusals_are_distinguished() {
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
            assert!(decode(json.as_bytes(), times(), false).unwrap().is_past_end, "{json}");
        }
        assert_eq!(decode(br#"{"status":"FAIL","error":"no"}"#, times(), false).unwrap_err(), Error::Refused);
    }

    #[test]
    fn a_warning_does_not_hide_the_data() {
        for json in [
            r#"{"status":"WARN","Users":{"1":{"username":"a@b.c"}}}"#,
            r#"{"status":"OK","error":"x","Users":{"1":{"username":"a@b.c"}}}"#,
        ] {
            let page = page(json);
            assert_eq!((page.status, page.listed), (ReadStatus::Warning, 1));
        }
    }

    #[test]
    fn nesting_is_limited() {
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        let deep = format!("{{\"Users\":{{\"1\":{{\"username\":{open}1{close}}}}}}}");
        assert!(matches!(error(&deep), Error::InvalidReply(InvalidReply::Malformed { .. })));
    }
}
