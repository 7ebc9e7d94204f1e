//! `GET /api/groups`: every known group, who is in it, and what it stands for.

mod post;

use std::{num::NonZeroUsize, sync::Arc};

use futures_util::FutureExt;
use serde::{Serialize, Serializer};

use crate::{
    auth::Caller,
    cache::{slot::Freshness, upstream::Roster},
    domain::{People, normalize_name},
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
            json_stream,
            meta::Meta,
            problem::Problem,
            reply::{self, Reply},
        },
    },
};

/// What the list is called in its cursors.
const LIST: &str = "groups";

const NAME: &str = "groups";

/// The endpoint of groups: lists them, and changes memberships.
pub static GROUPS: Endpoint = Endpoint {
    get: Some(Handler::Authenticated(|app, request| get(app, request).boxed())),
    post: Some(Handler::Authenticated(|app, request| post::post(app, request).boxed())),
    ..Endpoint::new(NAME)
};

async fn get(app: &App, request: AuthenticatedRequest<'_>) -> Result<Reply, Problem> {
    let AuthenticatedRequest { caller, parameters, headers, context, .. } = request;
    let reader = Reader::of(&caller)?;
    let canonical = parameters.canonical();
    let query = Query::parse(parameters, reader)?;
    let (source, known) = (app.upstream()?, app.known_groups()?);
    let people = source.people(query.freshness, context).await?;
    context.set_cache_state(people.state);
    let meta = Meta::of_people(&people, source);
    let mut all = list_groups(&people.value.people, &known.departments, &known.roles, &known.others);
    let etag = reply::etag((caller.role(), canonical, people.value.people.version(), &all, &meta));
    if let Some(reply) = Reply::not_modified(&headers, &etag) {
        return Ok(reply);
    }
    if let Some(part) = &query.q {
        let part = normalize_name(part);
        all.retain(|group| normalize_name(&group.name).contains(part.as_ref()));
    }
    let page = paginate_by_name(&all, |group| (group.name.as_str(), ""), query.limit, query.after.as_ref());
    let next_cursor = page.next.map(|position| name_cursor::encode(LIST, &position));
    let tail = Tail { next_cursor, meta };
    let shown: Vec<_> = all.drain(page.shown).collect();
    let body = match reader {
        Reader::Members(admin) => with_members(people.value, shown, &tail, admin),
        Reader::Counts(_) => {
            json_stream::list(LIST, shown.len(), move |json, place| write(json, &shown[place], None), &tail)
        }
    };
    Ok(Reply::private("application/json", etag, body))
}

fn with_members(roster: Arc<Roster>, shown: Vec<GroupSummary>, tail: &Tail, _: Admin) -> Body {
    let (members, rows) = (group_members(&roster.people, &shown), shown.len());
    let row = move |json: &mut Vec<u8>, place: usize| {
        let users = Users { people: &roster.people, places: &members[place] };
        write(json, &shown[place], Some(users));
    };
    json_stream::list(LIST, rows, row, tail)
}

/// Somebody who may read groups, and how much of them.
#[derive(Debug, Clone, Copy)]
enum Reader {
    /// Who is in them.
    Members(Admin),
    /// How many are in them.
    Counts(Provisioner),
}

impl Reader {
    fn of(caller: &Caller) -> Result<Self, Problem> {
        match Admin::of(caller) {
            Some(admin) => Ok(Self::Members(admin)),
            None => Provisioner::required(caller).map(Self::Counts),
        }
    }

    fn admin(self) -> Option<Admin> {
        match self {
            Self::Members(admin) => Some(admin),
            Self::Counts(_) => None,
        }
    }
}

/// The query, checked.
struct Query {
    freshness: Freshness,
    q: Option<String>,
    limit: NonZeroUsize,
    after: Option<NamePosition>,
}

impl Query {
    fn parse(mut parameters: Parameters, reader: Reader) -> Result<Self, Problem> {
        let freshness = parameters.freshness(reader.admin())?;
        let q = parameters.text("q");
        let limit = parameters.limit().into();
        let after = parameters.cursor(|text| name_cursor::decode(LIST, text));
        parameters.finish()?;
        Ok(Self { freshness, q, limit, after })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tail {
    next_cursor: Option<String>,
    meta: Meta,
}

#[derive(Serialize)]
struct GroupShown<'a> {
    name: &'a str,
    members: Option<u32>,
    /// For an admin alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<Users<'a>>,
    department: Option<&'a str>,
    role: Option<&'static str>,
}

/// The addresses of some people.
struct Users<'a> {
    people: &'a People,
    places: &'a [u32],
}

impl Serialize for Users<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.places.iter().map(|place| self.people.get(*place as usize).email()))
    }
}

fn write(json: &mut Vec<u8>, group: &GroupSummary, users: Option<Users<'_>>) {
    let GroupSummary { name, members, department, role, .. } = group;
    let role = role.map(|role| role.name());
    json_stream::write(json, &GroupShown { name, members: *members, users, department: department.as_deref(), role });
}
