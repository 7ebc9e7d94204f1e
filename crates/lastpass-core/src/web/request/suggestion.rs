//! The advice about an unknown name: the known name that was probably meant. Pure.

use std::borrow::Cow;

/// Longer names are not compared: they are not misspelled, and comparing takes the product of both lengths.
const MAX_LENGTH: usize = 40;

/// Common names for our parameters and members. A name may be listed under several of ours: the first that exists on the
/// route is suggested. Written in lower case, without `-` and `_`.
const COMMON_NAMES: [(&str, &[&str]); 43] = [
    (
        "additionalGroups",
        &[
            "securitygroups",
            "securitygroup",
            "groups",
            "group",
            "groupnames",
            "extragroups",
            "usergroups",
            "memberships",
        ],
    ),
    (
        "email",
        &[
            "workemail",
            "useremail",
            "emailaddress",
            "employeeemail",
            "companyemail",
            "mail",
            "address",
            "username",
            "userprincipalname",
            "upn",
            "login",
            "user",
            "useraddress",
            "targetemail",
            "target",
            "targetuser",
            "affecteduser",
            "affected",
        ],
    ),
    ("firstName", &["first", "givenname", "forename", "name", "fullname", "displayname"]),
    ("lastName", &["last", "surname", "familyname"]),
    ("manager", &["managername", "supervisor", "supervisorname", "linemanager", "reportsto"]),
    ("managerEmail", &["manageraddress", "managermail", "supervisoremail"]),
    (
        "startDate",
        &["start", "startsat", "startson", "startday", "firstday", "hiredate", "joindate", "joiningdate", "date"],
    ),
    ("dryRun", &["preview", "simulate", "simulation", "validateonly", "isdryrun"]),
    ("confirm", &["confirmation", "confirmemail", "emailconfirmation", "confirmaddress"]),
    ("allowOrphans", &["force", "alloworphanedfolders", "ignoreorphans"]),
    ("add", &["addgroups", "groupstoadd", "groups", "group", "addto"]),
    ("remove", &["removegroups", "groupstoremove", "delete", "removefrom"]),
    ("key", &["apikey", "accesskey", "dashboardkey", "password", "token", "secret"]),
    (
        "from",
        &[
            "startdate",
            "start",
            "starttime",
            "since",
            "fromdate",
            "datefrom",
            "after",
            "begin",
            "begindate",
            "startat",
            "date",
            "day",
            "days",
            "period",
            "timeframe",
            "timerange",
            "daterange",
        ],
    ),
    ("to", &["enddate", "end", "endtime", "until", "before", "todate", "dateto", "finish", "endat"]),
    (
        "type",
        &["eventtypes", "eventtype", "types", "category", "categories", "eventcategory", "kind", "kinds", "events"],
    ),
    ("action", &["operation", "command", "actiontype", "actionname", "event", "eventname", "activity", "type"]),
    ("user", &["useremail", "email", "emailaddress", "username", "userid", "actor", "employee", "person", "member"]),
    (
        "target",
        &[
            "targetuser",
            "targetemail",
            "affecteduser",
            "affected",
            "group",
            "groups",
            "groupname",
            "folder",
            "folders",
            "foldername",
            "subject",
        ],
    ),
    ("actor", &["user", "admin", "performedby", "changedby", "by", "who", "actoremail"]),
    ("outcome", &["result", "success", "status", "state"]),
    ("ip", &["ipaddress", "ipaddr", "sourceip", "clientip", "address"]),
    ("alert", &["alerts", "rule", "alertrule", "alerttype", "detection"]),
    (
        "q",
        &[
            "search",
            "query",
            "searchterm",
            "searchquery",
            "searchtext",
            "keyword",
            "keywords",
            "term",
            "text",
            "filter",
        ],
    ),
    ("q", &["name"]),
    ("limit", &["pagesize", "perpage", "size", "count", "max", "maxresults", "take", "top", "rows", "pagelimit"]),
    ("cursor", &["page", "offset", "skip", "pagetoken", "nextcursor", "nextpage", "after", "pagenumber", "pageindex"]),
    ("sort", &["sortby", "orderby", "order", "sortorder", "sortfield", "sortkey", "sortdirection", "direction"]),
    ("format", &["export", "output", "outputformat", "exportformat", "filetype", "download"]),
    ("fresh", &["refresh", "reload", "nocache", "forcerefresh", "force"]),
    ("view", &["mode", "detail", "details", "full", "summary"]),
    ("status", &["state", "accountstatus", "userstatus", "active", "isactive", "disabled", "isdisabled", "enabled"]),
    ("risk", &["risklevel", "riskscore", "severity"]),
    ("range", &["scorerange", "score", "securityscore", "bucket"]),
    ("department", &["team", "dept", "departmentname", "departments", "division", "businessunit", "orgunit"]),
    ("group", &["groups", "groupname", "groupid", "team", "memberof", "membership"]),
    ("q", &["groupname", "group"]),
    ("mfa", &["twofactor", "2fa", "multifactor", "mfaenabled", "mfamethod", "mfastatus", "hasmfa"]),
    (
        "inactiveDays",
        &[
            "inactive",
            "inactivefor",
            "inactivesince",
            "daysinactive",
            "inactivity",
            "days",
            "lastlogin",
            "lastlogindays",
        ],
    ),
    ("id", &["userid", "folderid", "uid", "folder", "folders"]),
    ("holders", &["holder", "holderstatus", "status", "userstatus"]),
    ("withoutAdministrator", &["withoutadmin", "noadmin", "noadministrator", "orphaned", "orphans"]),
    ("verify", &["verifychain", "proof", "validate"]),
];

/// Common names for the address or the name of a person, which `q` finds in a list of people.
const NAMES_OF_PEOPLE: [&str; 8] =
    ["email", "emailaddress", "username", "useremail", "user", "fullname", "displayname", "person"];

/// A parameter that only lists of people have.
const OF_PEOPLE: &str = "inactiveDays";

/// The message about an unknown name, with the known name that was probably meant.
pub(crate) fn unknown_name(message: &'static str, name: &str, known: &[&str]) -> Cow<'static, str> {
    match suggestion(name, known) {
        Some(suggested) => format!("{message}: did you mean {suggested}?").into(),
        None => message.into(),
    }
}

/// The known name of which `unknown` is another spelling, a common synonym, or a misspelling.
fn suggestion<'a>(unknown: &str, known: &[&'a str]) -> Option<&'a str> {
    if unknown.len() > MAX_LENGTH {
        return None;
    }
    let unknown = folded(unknown);
    let other_spelling = || known.iter().find(|name| folded(name) == unknown);
    let synonym = || {
        let mut listed = COMMON_NAMES.iter().filter(|(_, synonyms)| synonyms.contains(&unknown.as_str()));
        listed.find_map(|(suggested, _)| known.iter().find(|name| *name == suggested))
    };
    let of_people = || {
        let is_meant = known.contains(&OF_PEOPLE) && NAMES_OF_PEOPLE.contains(&unknown.as_str());
        known.iter().find(|name| is_meant && **name == "q")
    };
    let misspelled = || {
        let distances = known.iter().filter_map(|name| Some((edits(&unknown, &folded(name))?, name)));
        distances.min_by_key(|(edits, _)| *edits).map(|(_, name)| name)
    };
    other_spelling().or_else(synonym).or_else(of_people).or_else(misspelled).copied()
}

/// A name without what conventions differ in: `first_name`, `First-Name` and `firstName` are one.
fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.')).flat_map(char::to_lowercase).collect()
}

/// The number of edits between a name and a misspelling of it; `None` if they are different words. Of short words many
/// differ in a letter, so that these must have the first one in common.
fn edits(unknown: &str, name: &str) -> Option<usize> {
    let (shorter, longer) = (unknown.len().min(name.len()), unknown.len().max(name.len()));
    let edits = strsim::osa_distance(unknown, name);
    let same_start = unknown.chars().next() == name.chars().next();
    let is_misspelling = match longer {
        _ if shorter < 3 || longer < 4 => false,
        4 | 5 => edits == 1 && same_start,
        6..9 => edits == 1 || (edits == 2 && same_start),
        _ => edits <= 2 || (edits == 3 && same_start),
    };
    is_misspelling.then_some(edits)
}

#[cfg(test)]
mod tests {
    use super::{COMMON_NAMES, folded, suggestion, unknown_name};

    const PROVISION: [&str; 9] = [
        "firstName",
        "lastName",
        "email",
        "department",
        "additionalGroups",
        "manager",
        "managerEmail",
        "startDate",
        "dryRun",
    ];
    const LOG: [&str; 12] =
        ["format", "from", "to", "cursor", "type", "action", "outcome", "user", "target", "ip", "q", "limit"];
    const REPORT: [&str; 13] = [
        "view",
        "fresh",
        "format",
        "sort",
        "status",
        "risk",
        "department",
        "group",
        "mfa",
        "inactiveDays",
        "q",
        "limit",
        "cursor",
    ];

    #[test]
    fn other_words_get_no_advice() {
        let long = "limit".repeat(20);
        for name in [
            "foo", "bar", "baz", "x", "", "nope", "zip", "port", "test", "debug", "verbose", "version", "hello",
            "lang", "color", "option", "callback", "token", "_", "été", &long,
        ] {
            for known in [&PROVISION[..], &LOG, &REPORT, &[]] {
                assert_eq!(suggestion(name, known), None, "{name}");
            }
        }
        assert_eq!(unknown_name("is unknown", "foo", &LOG), "is unknown");
        assert_eq!(unknown_name("is unknown", "page", &LOG), "is unknown: did you mean cursor?");
        assert_eq!(unknown_name("is unknown", "page", &PROVISION), "is unknown");
    }

    #[test]
    fn common_names_are_written_as_they_are_compared() {
        for (name, synonyms) in COMMON_NAMES {
            for synonym in synonyms {
                assert_eq!(folded(synonym), *synonym, "{name}");
                assert_ne!(folded(name), *synonym, "{name}");
            }
        }
    }
}
