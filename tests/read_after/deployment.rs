//! A deployment whose functions are processes of their own, each with its clock, and the two kinds of callers.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use http::{Request, request::Builder};
use lastpass_sim::Company;
use serde_json::Value;

use crate::{
    companies::with_leaver,
    database::Database,
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, TestResponse, World, same_origin},
};

/// The name of the header, and of the cookie of a function that runs locally.
pub(crate) const READ_AFTER: &str = "lastpass-read-after";

/// The functions that read LastPass or change it.
const FUNCTIONS: [&str; 7] =
    ["actions", "audit-logs", "groups", "provision-user", "security-report", "shared-folders", "users"];

/// One process for each function, with one database and one LastPass.
pub(crate) struct Deployment {
    /// A process that serves nothing but sessions; it owns LastPass and the clock.
    pub(crate) world: World,
    pub(crate) database: Database,
    functions: BTreeMap<&'static str, World>,
    sessions: BTreeMap<&'static str, String>,
}

impl Deployment {
    /// The clock of each function is ahead by what `offset_of` returns.
    pub(crate) async fn new(offset_of: impl Fn(&str) -> TimeDelta, settings: &[(&str, &str)]) -> Self {
        Self::of(with_leaver(), offset_of, settings).await
    }

    pub(crate) async fn of(company: Company, offset_of: impl Fn(&str) -> TimeDelta, settings: &[(&str, &str)]) -> Self {
        let database = Database::sqlite();
        let world = World::with_database(company, &database, settings);
        let functions = FUNCTIONS
            .iter()
            .map(|name| (*name, world.instance_with_clock_offset(&database, offset_of(name), settings)))
            .collect();
        let mut sessions = BTreeMap::new();
        for key in [ADMIN, MANAGER, AUDITOR, PROVISIONER] {
            let cookies = world.sign_in(key).await;
            sessions.insert(key, cookies.get("lastpass-session").expect("a session").to_owned());
        }
        Self { world, database, functions, sessions }
    }

    /// The process that serves a path below `/api/`.
    pub(crate) fn function(&self, path: &str) -> &World {
        let name = path.split(['?', '/']).next().expect("a name");
        self.functions.get(name).unwrap_or_else(|| panic!("no function serves {path}"))
    }

    pub(crate) async fn get(&self, carrier: Carrier, key: &str, path: &str, value: Option<&str>) -> TestResponse {
        self.function(path).send(self.request(carrier, key, path, value)).await
    }

    /// A GET with a value, as this kind of caller sends it.
    pub(crate) fn request(&self, carrier: Carrier, key: &str, path: &str, value: Option<&str>) -> Builder {
        self.authorized(carrier, key, Request::get(format!("/api/{path}")), value)
    }

    fn authorized(&self, carrier: Carrier, key: &str, request: Builder, value: Option<&str>) -> Builder {
        match carrier {
            Carrier::Script => {
                let request = request.header("authorization", format!("Bearer {key}"));
                value.into_iter().fold(request, |request, value| request.header(READ_AFTER, value))
            }
            Carrier::Browser => {
                let session = format!("lastpass-session={}", self.sessions[key]);
                let read_after = value.map(|value| format!("; {READ_AFTER}={value}"));
                same_origin(request).header("cookie", session + &read_after.unwrap_or_default())
            }
        }
    }

    /// A change by an admin, and the value of its reply as this kind of caller keeps it.
    pub(crate) async fn change(&self, carrier: Carrier, route: &str, body: &Value) -> String {
        let reply = self.post(carrier, ADMIN, route, body).await;
        assert!(reply.status.is_success(), "{route} {body}: {}", reply.text());
        value_of(carrier, &reply).unwrap_or_else(|| panic!("{route} {body}: no value in {:?}", reply.headers))
    }

    pub(crate) async fn post(&self, carrier: Carrier, key: &str, route: &str, body: &Value) -> TestResponse {
        let request = self.authorized(carrier, key, Request::post(format!("/api/{route}")), None);
        self.function(route).send_json(request, body).await
    }
}

/// How a caller keeps the value: a browser in its cookie, a script in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    Browser,
    Script,
}

impl Carrier {
    pub(crate) const ALL: [Self; 2] = [Self::Browser, Self::Script];
}

/// The value that a reply gives this kind of caller.
pub(crate) fn value_of(carrier: Carrier, reply: &TestResponse) -> Option<String> {
    let header = reply.header(READ_AFTER).to_owned();
    let cookies = reply.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let cookie = cookies
        .filter_map(|cookie| cookie.split(';').next()?.split_once('='))
        .find(|(name, _)| *name == READ_AFTER)
        .map(|(_, value)| value.to_owned());
    match carrier {
        Carrier::Browser => cookie,
        Carrier::Script => (!header.is_empty()).then_some(header),
    }
}
