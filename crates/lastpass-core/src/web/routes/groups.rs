//! `/api/groups`: GET lists every known group, its members and what it grants; POST changes memberships.

#[cfg(feature = "openapi")]
pub(crate) mod openapi;
mod post;

use std::{num::NonZeroUsize, sync::Arc};

use futures_util::FutureExt;
use serde::{Serialize, Serializer};

use crate::{
    auth::Caller,
    cache::{freshness::Freshness, upstream::Roster},
    domain::{People, SearchText, normalize_name},
    report::{GroupSummary, NamePosition, group_members, list_groups, paginate_by_name},
    web::{
        app::App,
        endpoint::{AuthenticatedRequest, Endpoint, Handler},
        request::{
            name_cursor,
            parameters::Parameters,
            permissions::{Admin, Provisioner},
        },
        response::{
            body::Body,
            json_stream::{JsonObjectWriter, write_value},
            meta::{Meta, PageMeta},
            problem::Problem,
            reply::{self, Reply},
            unavailable::Unavailable,
        },
    },
};

const NAME: &str = "groups";

/// The name of the list, in the reply and in its cursors.
const LIST: &str = "groups";

/// The endpoint of groups: lists them, and changes memberships.
pub static GROUPS: Endpoint = Endpoint {
    get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())),
    post: Some(Handler::Authenticated(|app, request| post::post(app, request).boxed())),
    ..Endpoint::new(NAME)
};

async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, context, .. } = request;
    let access = GroupsAccess::of(&caller)?;
    let canonical = parameters.canonical();
    let query = GroupsQuery::parse(parameters)?;
    let (upstream, known) = (app.upstream()?, app.known_groups()?);
    let people = upstream.people(query.freshness, context).await?;
    context.set_cache_state(people.state);
    let mut meta = Meta::of_people(&people, upstream);
    let groups = list_groups(&people.value.people, &known.departments, &known.roles, &known.others);
    let etag = reply::etag((caller.role(), canonical, people.value.people.version(), &groups, &meta));
    if let Some(reply) = Reply::not_modified(headers, &etag) {
        return Ok(reply);
    }
    let SelectedGroups { groups, total, next } = SelectedGroups::of(groups, &query);
    if groups.iter().any(|group| group.members.is_none()) {
        meta.unavailable.push(Unavailable::GROUP_MEMBERS);
    }
    let next_cursor = next.map(|position| name_cursor::encode(LIST, &position));
    let end = PageMeta { total: Some(total), next_cursor, meta };
    let body = match access {
        GroupsAccess::Members(admin) => with_members(people.value, groups, &end, admin),
        GroupsAccess::Counts(_) => with_counts(groups, &end),
    };
    Ok(Reply::json_body(etag, body))
}

/// The groups of a page.
struct SelectedGroups {
    groups: Vec<GroupSummary>,
    /// The number of groups that match the filter.
    total: usize,
    /// The position of the next page.
    next: Option<NamePosition>,
}

impl SelectedGroups {
    fn of(mut groups: Vec<GroupSummary>, query: &GroupsQuery) -> Self {
        if let Some(part) = &query.q {
            let part = SearchText::new(part);
            groups.retain(|group| part.is_part_of(&normalize_name(&group.name)));
        }
        let total = groups.len();
        let page = paginate_by_name(&groups, |group| (group.name.as_str(), ""), query.limit, query.after.as_ref());
        Self { groups: groups.drain(page.rows).collect(), total, next: page.next }
    }
}

fn with_members(roster: Arc<Roster>, groups: Vec<GroupSummary>, end: &PageMeta, _: Admin) -> Body {
    let (members, rows) = (group_members(&roster.people, &groups), groups.len());
    let write_row = move |json: &mut Vec<u8>, row: usize| {
        let users = MemberAddresses { people: &roster.people, indices: &members[row] };
        write_value(json, &GroupRow::of(&groups[row], Some(users)));
    };
    JsonObjectWriter::new().list(LIST, rows, write_row).members(end).into_body()
}

fn with_counts(groups: Vec<GroupSummary>, end: &PageMeta) -> Body {
    let rows = groups.len();
    let write_row = move |json: &mut Vec<u8>, row: usize| write_value(json, &GroupRow::of(&groups[row], None));
    JsonObjectWriter::new().list(LIST, rows, write_row).members(end).into_body()
}

/// How much of a group the caller may read.
#[derive(Debug, Clone, Copy)]
enum GroupsAccess {
    /// The members.
    Members(Admin),
    /// The number of members.
    Counts(Provisioner),
}

impl GroupsAccess {
    fn of(caller: &Caller) -> Result<Self, Problem> {
        match Admin::of(caller) {
            Some(admin) => Ok(Self::Members(admin)),
            None => Provisioner::required(caller).map(Self::Counts),
        }
    }
}

/// The query.
struct GroupsQuery {
    freshness: Freshness,
    q: Option<String>,
    limit: NonZeroUsize,
    after: Option<NamePosition>,
}

impl GroupsQuery {
    fn parse(mut parameters: Parameters) -> Result<Self, Problem> {
        let freshness = parameters.freshness_for_all();
        let q = parameters.text("q");
        let limit = parameters.limit().into();
        let after = parameters.cursor(|text| name_cursor::decode(LIST, text));
        parameters.finish()?;
        Ok(Self { freshness, q, limit, after })
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Group))]
pub(crate) struct GroupRow<'a> {
    /// The name.
    name: &'a str,
    /// How many users are in it; null if LastPass does not list it, since it lists no group without members.
    members: Option<u32>,
    /// For admins only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>, nullable = false))]
    users: Option<MemberAddresses<'a>>,
    /// The department that it stands for (`DEPARTMENT_GROUPS`).
    department: Option<&'a str>,
    /// The role that it grants in this API (`ROLE_GROUPS`).
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::domain::Role>))]
    role: Option<&'static str>,
}

impl<'a> GroupRow<'a> {
    fn of(group: &'a GroupSummary, users: Option<MemberAddresses<'a>>) -> Self {
        let GroupSummary { name, members, department, role, .. } = group;
        let role = role.map(|role| role.name());
        Self { name, members: *members, users, department: department.as_deref(), role }
    }
}

/// The addresses of the members of a group.
struct MemberAddresses<'a> {
    people: &'a People,
    indices: &'a [u32],
}

impl Serialize for MemberAddresses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.indices.iter().map(|index| self.people.get(*index as usize).email()))
    }
}
