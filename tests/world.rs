//! One deployment in process: the functions, a simulated LastPass with its company, and a clock.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{BoxFuture, join_all};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use lastpass_core::{
    lastpass::Transport,
    web::{
        App, Background, Body, RequestBodyError, RequestContext, UnsendableReply, endpoint_at, not_found, serve,
        unsendable_reply,
    },
};
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{database::Database, openapi};

/// A dashboard key for each role.
pub(crate) const ADMIN: &str = "admin-0123456789abcdef0123456789abcdef";
pub(crate) const MANAGER: &str = "manager-0123456789abcdef0123456789abcdef";
pub(crate) const AUDITOR: &str = "auditor-0123456789abcdef0123456789abcdef";
pub(crate) const PROVISIONER: &str = "provisioner-0123456789abcdef0123456789abcdef";

/// The secret of the scheduler, where it has one.
pub(crate) const CRON_SECRET: &str = "cron-0123456789abcdef";

/// The signing secret of every story.
pub(crate) const SIGNING_SECRET: &str = "signing-0123456789abcdef0123456789abcdef";

/// The time at which stories begin.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().expect("a time")
}

/// A generated company of `people` users, the same for each call.
pub(crate) fn company(people: usize) -> Company {
    Company::generate(7, people, noon().date_naive())
}

/// The clock of a story.
type Clock = Arc<Mutex<DateTime<Utc>>>;

fn read(clock: &Clock) -> DateTime<Utc> {
    *clock.lock().expect("no panic while locked")
}

/// The functions, LastPass and the clock.
pub(crate) struct World {
    app: App,
    pub(crate) sim: Simulator,
    clock: Clock,
    /// How far the clock of the functions is ahead of LastPass's.
    clock_offset: TimeDelta,
    background: BackgroundTasks,
}

impl World {
    pub(crate) fn new(company: Company) -> Self {
        Self::with(company, &[])
    }

    /// A world with these settings besides the default ones; an empty value unsets one.
    pub(crate) fn with(company: Company, settings: &[(&str, &str)]) -> Self {
        let clock = Clock::new(Mutex::new(noon()));
        let for_sim = Arc::clone(&clock);
        let sim = Simulator::with_clock(company, move || read(&for_sim));
        Self::of(app(Arc::new(sim.clone()), settings), sim, clock)
    }

    /// A world with a database, so that changes are possible.
    pub(crate) fn with_database(company: Company, database: &Database, settings: &[(&str, &str)]) -> Self {
        let own = [("DATABASE_URL", database.url.as_str()), ("SIGNING_SECRET", SIGNING_SECRET)];
        Self::with(company, &[&own[..], settings].concat())
    }

    /// Another instance of the deployment, which shares only LastPass, the clock and the database.
    pub(crate) fn another_instance(&self, database: &Database, settings: &[(&str, &str)]) -> Self {
        self.instance_with_transport(Arc::new(self.sim.clone()), database, settings)
    }

    /// Another instance, with its own transport to LastPass.
    pub(crate) fn instance_with_transport(
        &self,
        transport: Arc<dyn Transport>,
        database: &Database,
        settings: &[(&str, &str)],
    ) -> Self {
        let own = [("DATABASE_URL", database.url.as_str()), ("SIGNING_SECRET", SIGNING_SECRET)];
        let app = app(transport, &[&own[..], settings].concat());
        Self::of(app, self.sim.clone(), Arc::clone(&self.clock))
    }

    /// Another instance, whose clock differs from LastPass's: ahead of it if the offset is positive.
    pub(crate) fn instance_with_clock_offset(
        &self,
        database: &Database,
        clock_offset: TimeDelta,
        settings: &[(&str, &str)],
    ) -> Self {
        Self { clock_offset, ..self.another_instance(database, settings) }
    }

    /// A world with another transport in place of the simulated LastPass.
    pub(crate) fn with_transport(transport: Arc<dyn Transport>, settings: &[(&str, &str)]) -> Self {
        let sim = Simulator::new(Company::empty());
        let clock = Clock::new(Mutex::new(noon()));
        Self::of(app(transport, settings), sim, clock)
    }

    fn of(app: App, sim: Simulator, clock: Clock) -> Self {
        Self { app, sim, clock, clock_offset: TimeDelta::zero(), background: BackgroundTasks::default() }
    }

    /// Moves the clock, for all instances.
    pub(crate) fn advance(&self, time: TimeDelta) {
        *self.clock.lock().expect("no panic while locked") += time;
    }

    /// The time of the functions' clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        read(&self.clock) + self.clock_offset
    }

    /// Signs in with a key, as the dashboard's page does, and returns the cookies that the browser then sends.
    pub(crate) async fn sign_in(&self, key: &str) -> Cookies {
        let request = same_origin(Request::post("/api/session"));
        let reply = self.send_json(request, &json!({ "key": key })).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let mut cookies = Cookies::default();
        cookies.store(&reply);
        cookies
    }

    /// An admin's GET.
    pub(crate) async fn get(&self, path: &str) -> TestResponse {
        self.get_as(ADMIN, path).await
    }

    /// A GET with a key.
    pub(crate) async fn get_as(&self, key: &str, path: &str) -> TestResponse {
        self.send(Request::get(format!("/api/{path}")).header("authorization", format!("Bearer {key}"))).await
    }

    /// An admin's POST.
    pub(crate) async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.post_as(ADMIN, path, body).await
    }

    /// A POST with a key.
    pub(crate) async fn post_as(&self, key: &str, path: &str, body: Value) -> TestResponse {
        self.send_json(Request::post(format!("/api/{path}")).header("authorization", format!("Bearer {key}")), &body)
            .await
    }

    /// An admin's POST with an Idempotency-Key.
    pub(crate) async fn post_once(&self, idempotency_key: &str, path: &str, body: Value) -> TestResponse {
        let request = Request::post(format!("/api/{path}")).header("authorization", format!("Bearer {ADMIN}"));
        self.send_json(request.header("idempotency-key", idempotency_key), &body).await
    }

    /// Any request with a JSON body.
    pub(crate) async fn send_json(&self, request: http::request::Builder, body: &Value) -> TestResponse {
        let request = request.header("content-type", "application/json");
        self.send_body(request, Bytes::from(body.to_string())).await
    }

    /// Any request without a body.
    pub(crate) async fn send(&self, request: http::request::Builder) -> TestResponse {
        self.send_body(request, Bytes::new()).await
    }

    /// Any request.
    pub(crate) async fn send_body(&self, request: http::request::Builder, body: Bytes) -> TestResponse {
        self.send_with_background(&self.background, request, body).await
    }

    /// Any request, with another background for its work.
    pub(crate) async fn send_with_background(
        &self,
        background: &dyn Background,
        request: http::request::Builder,
        body: Bytes,
    ) -> TestResponse {
        self.serve(background, request, Ok(body)).await
    }

    /// A request whose body cannot be read.
    pub(crate) async fn send_unreadable(&self, request: http::request::Builder, why: RequestBodyError) -> TestResponse {
        self.serve(&self.background, request, Err(why)).await
    }

    /// The reply that replaces one that the platform cannot send.
    pub(crate) async fn unsendable_reply(&self, why: UnsendableReply) -> TestResponse {
        TestResponse::of(unsendable_reply(&self.app, &HeaderMap::new(), &HeaderMap::new(), why)).await
    }

    async fn serve(
        &self,
        background: &dyn Background,
        request: http::request::Builder,
        body: Result<Bytes, RequestBodyError>,
    ) -> TestResponse {
        let request = request.body(body).expect("a request");
        let context = RequestContext::new(self.now(), Some(background));
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = match endpoint_at(request.uri().path()) {
            Some(endpoint) => serve(&self.app, endpoint, request, context).await,
            None => not_found(),
        };
        let response = TestResponse::of(response).await;
        openapi::check(&method, &path, response.status, &response.headers, &response.body);
        response
    }

    /// Waits for all work in the background.
    pub(crate) async fn join_background(&self) {
        let work = std::mem::take(&mut *self.background.0.lock().expect("no panic while locked"));
        join_all(work).await;
    }

    /// The items of a list on all its pages. The path has a query already.
    pub(crate) async fn all_pages(&self, path: &str, list: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let mut page = self.get(&format!("{path}{cursor}")).await.json();
            let Value::Array(listed) = page[list].take() else { panic!("no {list} in {page}") };
            items.extend(listed);
            assert_eq!(page["meta"]["source"], "lastpass", "{path}");
            let Some(next) = page["nextCursor"].as_str() else {
                assert_eq!(page["total"], items.len(), "{path}");
                return items;
            };
            cursor = format!("&cursor={next}");
        }
    }

    /// The number of calls to LastPass by command.
    pub(crate) fn calls_by_command(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for call in self.sim.calls() {
            *counts.entry(call.command).or_default() += 1;
        }
        counts
    }
}

fn app(transport: Arc<dyn Transport>, settings: &[(&str, &str)]) -> App {
    let keys = format!("admin/ann@example.com:{ADMIN},manager:{MANAGER},auditor:{AUDITOR},provisioner:{PROVISIONER}");
    let defaults = [
        ("LASTPASS_ACCOUNT_NUMBER", DEMO_ACCOUNT_NUMBER),
        ("LASTPASS_PROVISIONING_HASH", DEMO_PROVISIONING_HASH),
        ("DASHBOARD_KEYS", &keys),
    ];
    let all: HashMap<String, String> =
        defaults.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    App::with_transport(transport, |name| all.get(name).cloned())
}

/// A reply as a client receives it.
pub(crate) struct TestResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl TestResponse {
    async fn of(response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Self { status: head.status, headers: head.headers, body }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// Asserts that this is a problem with this status and code, and returns its JSON.
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json();
        assert_eq!((self.status.as_u16(), &problem["code"]), (status, &Value::from(code)), "{problem}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "private, no-store");
        assert_eq!(problem["error"], problem["detail"]);
        assert_eq!(problem["requestId"], self.header("x-request-id"));
        problem
    }

    /// The columns and the rows of a CSV file for Excel.
    pub(crate) fn csv(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let mut rows = self.csv_split_at(b',');
        let columns = rows.remove(0);
        assert!(rows.iter().all(|row| row.len() == columns.len()), "{}", self.text());
        (columns, rows)
    }

    /// The lines of a CSV file for Excel, as it reads them where the list separator is `separator`.
    pub(crate) fn csv_split_at(&self, separator: u8) -> Vec<Vec<String>> {
        let text = self.text().strip_prefix('\u{feff}').expect("the byte order mark that Excel needs");
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
        reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
    }

    /// The addresses of the listed users.
    pub(crate) fn emails(&self) -> Vec<String> {
        let json = self.json();
        let users = json["users"].as_array().expect("a list of users");
        users.iter().map(|user| user["email"].as_str().expect("an address").to_owned()).collect()
    }

    /// The codes of the warnings.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let json = self.json();
        let warnings = json["meta"]["warnings"].as_array().expect("a list of warnings");
        warnings.iter().map(|warning| warning["code"].as_str().expect("a code").to_owned()).collect()
    }
}

/// The cookies of a browser, for one host.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cookies(BTreeMap<String, String>);

impl Cookies {
    /// Stores and deletes what a reply sets. Only `Max-Age=0` is honoured: no cookie expires by time.
    pub(crate) fn store(&mut self, reply: &TestResponse) {
        for cookie in reply.headers.get_all("set-cookie") {
            let (pair, attributes) = cookie.to_str().expect("text").split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a name and a value");
            if attributes.split(';').any(|attribute| attribute.trim() == "Max-Age=0") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The value of a cookie.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A request with these cookies, as a page of the same origin sends it.
    pub(crate) fn send_with(&self, request: http::request::Builder) -> http::request::Builder {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = same_origin(request);
        if pairs.is_empty() { request } else { request.header("cookie", pairs.join("; ")) }
    }
}

/// A request with the header that a browser adds for a page of the same origin.
pub(crate) fn same_origin(request: http::request::Builder) -> http::request::Builder {
    request.header("sec-fetch-site", "same-origin")
}

/// The fields that a problem names.
pub(crate) fn fields(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors in {problem}"));
    errors.iter().map(|error| error["field"].as_str().expect("a field")).collect()
}

/// A JSON value as a cell of a CSV file.
pub(crate) fn csv_cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            names.map(|name| name.replace('\\', "\\\\").replace(';', "\\;")).collect::<Vec<_>>().join("; ")
        }
        other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => other.to_string(),
    }
}

/// The body of a request that creates `name@example.com`.
pub(crate) fn new_user(name: &str) -> Value {
    json!({ "firstName": name, "lastName": "Lee", "email": format!("{name}@example.com"), "department": "Sales" })
}

/// Background work that a story waits for.
#[derive(Default)]
struct BackgroundTasks(Mutex<Vec<JoinHandle<()>>>);

impl Background for BackgroundTasks {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        self.0.lock().expect("no panic while locked").push(tokio::spawn(work));
    }
}
