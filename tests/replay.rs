//! Random days with a shared cache in front of the function: many clients, delayed replies, valid and altered links. A
//! stored reply is served only to clients that would have received the same reply, and only until its link expires.

use std::{cell::Cell, collections::HashMap, time::Duration};

use bytes::Bytes;
use cdn_model::{Cache, Lookup, lifetime};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, request};
use lastpass_sim::{Fault, FaultKind};
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestCaseResult, TestError, TestRunner},
};

use crate::{
    edge::link_of,
    world::{ADMIN, AUDITOR, MANAGER, PROVISIONER, SIGNING_SECRET, TestResponse, World, company},
};

/// A client, by its credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    Anonymous,
    Cookie,
    /// `X-Api-Key`, which a cache ignores.
    Key(&'static str),
    /// `Authorization`, which bypasses a cache.
    Bearer(&'static str),
}

/// All clients that a cache may serve.
const SERVED_BY_CACHE: [Client; 7] = [
    Client::Anonymous,
    Client::Cookie,
    Client::Key("nope"),
    Client::Key(ADMIN),
    Client::Key(MANAGER),
    Client::Key(AUDITOR),
    Client::Key(PROVISIONER),
];

/// URLs that are not links.
const PLAIN: [&str; 7] = [
    "/api/security-report",
    "/api/security-report?view=summary",
    "/api/security-report?view=full",
    "/api/lastpass/security-report?limit=2",
    "/api/security-report?format=csv",
    "/api/actions",
    "/api/nope",
];

/// Alterations of a link.
const ALTERATIONS: [fn(&str) -> String; 9] = [
    str::to_owned,
    |link| format!("{link}&x-vercel-id=1"),
    |link| format!("{link}&view=full"),
    |link| link.replace("summary", "full"),
    |link| link.replace("/api/", "/api/lastpass/"),
    |link| link.replace("exp=", "exp=1"),
    |link| link.replace("sig=", "sig=x"),
    |link| link.replace("view=summary&", ""),
    |link| link.split("&sig=").next().unwrap_or_default().to_owned(),
];

/// Headers that caches read, or that an attacker may send.
const HEADERS: [&[(&str, &str)]; 7] = [
    &[],
    &[("pragma", "no-cache")],
    &[("cache-control", "no-cache")],
    &[("range", "bytes=0-9")],
    &[("accept-encoding", "gzip")],
    &[("if-none-match", "*")],
    &[("origin", "https://elsewhere.example.com"), ("x-forwarded-host", "elsewhere.example.com")],
];

#[derive(Debug, Clone)]
enum Step {
    Wait { seconds: i64 },
    UserLeaves,
    LastPassFails,
    LastPassRecovers,
    Request { client: Client, target: Target, method: &'static str, headers: usize, delay: i64 },
}

#[derive(Debug, Clone)]
enum Target {
    Plain(&'static str),
    /// One of the links returned so far, and its alteration.
    Link(Index, usize),
}

impl Step {
    fn is_by(&self, client: Client) -> bool {
        matches!(self, Self::Request { client: sender, .. } if *sender == client)
    }
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = prop_oneof![3 => 0..70_i64, 3 => 0..400_i64, 1 => 0..1_800_i64];
    let bearer = select(&[ADMIN, MANAGER, PROVISIONER, "nope"][..]).prop_map(Client::Bearer);
    let client = prop_oneof![4 => select(&SERVED_BY_CACHE[..]), 1 => bearer];
    let alteration = prop_oneof![3 => Just(0), 1 => 0..ALTERATIONS.len()];
    let link = (any::<Index>(), alteration).prop_map(|(which, alteration)| Target::Link(which, alteration));
    let target = prop_oneof![4 => link, 1 => select(&PLAIN[..]).prop_map(Target::Plain)];
    let method = prop_oneof![8 => Just("GET"), 1 => Just("HEAD"), 1 => Just("POST")];
    let headers = prop_oneof![4 => Just(0), 1 => 0..HEADERS.len()];
    let delay = prop_oneof![2 => Just(0), 1 => 0..=60_i64, 1 => Just(60)];
    let request = (client, target, method, headers, delay)
        .prop_map(|(client, target, method, headers, delay)| Step::Request { client, target, method, headers, delay });
    prop_oneof![
        12 => request,
        6 => seconds.prop_map(|seconds| Step::Wait { seconds }),
        1 => Just(Step::UserLeaves),
        1 => Just(Step::LastPassFails),
        2 => Just(Step::LastPassRecovers),
    ]
}

/// Counts of what happened in a run: a run in which little happens proves little.
#[derive(Default)]
struct Coverage {
    hits: Cell<u32>,
    stale: Cell<u32>,
    opened: Cell<u32>,
    refused: Cell<u32>,
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

/// A reply that may be stored, and the replies that all later clients would have received at the same time.
struct Generated {
    expected: Vec<(Client, StatusCode, Bytes)>,
}

/// A reply on its way from the function to the cache.
struct InFlight {
    arrives: DateTime<Utc>,
    request: request::Parts,
    reply: TestResponse,
    /// The client that waits for it. `None` if it was served a stale reply.
    waiting: Option<Client>,
}

/// Alters the function's headers as a bug would.
type Bug = fn(&mut HeaderMap);

struct Replay<'a> {
    world: World,
    cache: Cache,
    links: Vec<String>,
    in_flight: Vec<InFlight>,
    /// By the request id of the reply.
    generated: HashMap<String, Generated>,
    people: Vec<String>,
    /// The clients that the cache may still serve on this day.
    later_clients: Vec<Client>,
    bug: Bug,
    coverage: &'a Coverage,
}

impl<'a> Replay<'a> {
    /// A company whose figures show when they were fetched, since the process caches none.
    fn new(bug: Bug, coverage: &'a Coverage) -> Self {
        let settings = [
            ("SIGNING_SECRET", SIGNING_SECRET),
            ("CACHE_SECONDS", "0"),
            ("CORS_ALLOWED_ORIGINS", "https://elsewhere.example.com"),
        ];
        let world = World::with(company(8), &settings);
        let people = world.sim.with_company(|company| {
            let names = company.users.iter().flat_map(|user| [user.username.clone(), user.fullname.clone()]);
            names.chain(company.invited.clone()).filter(|name| !name.is_empty()).collect()
        });
        Self {
            world,
            cache: Cache::default(),
            links: Vec::new(),
            in_flight: Vec::new(),
            generated: HashMap::new(),
            people,
            later_clients: Vec::new(),
            bug,
            coverage,
        }
    }

    async fn run(mut self, begin: i64, steps: Vec<Step>) -> TestCaseResult {
        self.world.advance(TimeDelta::seconds(begin));
        self.links.extend(link_of(&self.world.get_as(MANAGER, "security-report").await));
        let mut steps = steps.into_iter();
        while let Some(step) = steps.next() {
            let waiting = |client| self.in_flight.iter().any(|reply| reply.waiting == Some(client));
            let sends = |client| step.is_by(client) || steps.as_slice().iter().any(|step| step.is_by(client));
            self.later_clients =
                SERVED_BY_CACHE.into_iter().filter(|client| waiting(*client) || sends(*client)).collect();
            match step {
                Step::Wait { seconds } => self.wait(seconds).await?,
                Step::UserLeaves => {
                    self.world.sim.with_company(|company| company.users.pop());
                }
                Step::LastPassFails => self.world.sim.inject(people_fail()),
                Step::LastPassRecovers => self.world.sim.clear_faults(),
                Step::Request { client, target, method, headers, delay } => {
                    let address = match target {
                        Target::Plain(address) => address.to_owned(),
                        Target::Link(which, alteration) => ALTERATIONS[alteration](which.get(&self.links).as_str()),
                    };
                    let mut request = Request::builder().method(method).uri(address).header("host", "example.com");
                    for (name, value) in HEADERS[headers] {
                        request = request.header(*name, *value);
                    }
                    self.request(client, parts(with(client, request)), delay).await?;
                }
            }
        }
        self.wait(60).await
    }

    /// Advances the clock; replies arrive at their time.
    async fn wait(&mut self, seconds: i64) -> TestCaseResult {
        // The readings of a report that failed end first, so that a later report does not join them. The runtime's clock is
        // paused: this takes no time, and ends when nothing else can run.
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.world.advance(TimeDelta::seconds(seconds));
        self.arrive()
    }

    async fn request(&mut self, client: Client, request: request::Parts, delay: i64) -> TestCaseResult {
        let now = self.world.now();
        match self.cache.lookup(now, &request) {
            Lookup::Hit(reply) => {
                count(&self.coverage.hits);
                self.check_stored(client, now, &request, &reply)
            }
            Lookup::Stale(reply) => {
                count(&self.coverage.stale);
                self.check_stored(client, now, &request, &reply)?;
                self.call(None, request, delay).await
            }
            Lookup::Miss | Lookup::Revalidated | Lookup::Bypass => self.call(Some(client), request, delay).await,
        }
    }

    /// Calls the function now; its reply arrives after the delay.
    async fn call(&mut self, waiting: Option<Client>, request: request::Parts, delay: i64) -> TestCaseResult {
        let mut reply = self.world.send(again(&request)).await;
        self.check_generated(&request, &reply)?;
        if let Some(link) = link_of(&reply).filter(|link| !self.links.contains(link)) {
            self.links.push(link);
        }
        (self.bug)(&mut reply.headers);
        if lifetime(&request, &head(&reply)).is_ok() {
            let mut expected = Vec::new();
            for client in self.later_clients.iter().copied() {
                let own = self.world.send(with(client, without_credentials(&request))).await;
                expected.push((client, own.status, own.body));
            }
            self.generated.insert(reply.header("x-request-id").to_owned(), Generated { expected });
        }
        let arrives = self.world.now() + TimeDelta::seconds(delay);
        self.in_flight.push(InFlight { arrives, request, reply, waiting });
        self.arrive()
    }

    fn arrive(&mut self) -> TestCaseResult {
        let now = self.world.now();
        self.in_flight.sort_by_key(|reply| reply.arrives);
        let later = self.in_flight.partition_point(|reply| reply.arrives <= now);
        for InFlight { arrives, request, reply, waiting } in self.in_flight.drain(..later).collect::<Vec<_>>() {
            self.cache.store(arrives, &request, &head(&reply), reply.body.clone());
            let Some(client) = waiting else { continue };
            let instead = self.cache.instead_of_error(arrives, &request).filter(|_| reply.status.is_server_error());
            match instead {
                Some(stored) => self.check_stored(client, arrives, &request, &stored)?,
                None if is_link(&request) && reply.status == StatusCode::OK => {
                    prop_assert!(arrives < expiry(&request), "a link's reply arrives after its expiry");
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Checks a reply of the function.
    fn check_generated(&self, request: &request::Parts, reply: &TestResponse) -> TestCaseResult {
        let cache_control = (reply.header("cache-control"), reply.header("vercel-cdn-cache-control"));
        if is_link(request) && reply.status == StatusCode::OK {
            count(&self.coverage.opened);
            prop_assert!(self.links.contains(&request.uri.to_string()), "{} opens", request.uri);
            prop_assert!(self.world.now() < expiry(request) - TimeDelta::seconds(60));
            prop_assert_eq!(cache_control.0, "public, max-age=0, must-revalidate");
            for name in ["vary", "set-cookie", "link", "etag", "access-control-allow-origin"] {
                prop_assert!(!reply.headers.contains_key(name), "{name}");
            }
            return self.check_no_names(&reply.body);
        }
        prop_assert_eq!(cache_control.1, "private, no-store");
        prop_assert!(cache_control.0.starts_with("private, "), "{}", cache_control.0);
        if is_link(request) {
            count(&self.coverage.refused);
            let expected: &[u16] = if request.method == "POST" { &[405] } else { &[403, 502] };
            prop_assert!(expected.contains(&reply.status.as_u16()), "{}: {}", request.uri, reply.status);
        }
        Ok(())
    }

    /// Checks a reply of the cache: the client would have received the same when it was generated, it contains no
    /// name, and its link has not expired.
    fn check_stored(
        &self,
        client: Client,
        now: DateTime<Utc>,
        request: &request::Parts,
        reply: &Response<Bytes>,
    ) -> TestCaseResult {
        prop_assert!(is_link(request), "{} was stored", request.uri);
        prop_assert!(now < expiry(request), "{} is served at {now}, after its expiry", request.uri);
        let id = reply.headers()["x-request-id"].to_str().expect("text");
        let own = self.generated[id].expected.iter().find(|(other, _, _)| *other == client);
        let (_, status, body) = own.expect("a later client");
        prop_assert_eq!(
            (reply.status(), reply.body()),
            (*status, body),
            "{:?} is served the reply of another client",
            client
        );
        self.check_no_names(reply.body())
    }

    fn check_no_names(&self, body: &Bytes) -> TestCaseResult {
        let text = String::from_utf8_lossy(body);
        let named = self.people.iter().find(|name| text.contains(name.as_str()));
        prop_assert_eq!(named, None);
        Ok(())
    }
}

/// LastPass refuses to list the users, so that the whole report fails. If other commands failed, replies of the same time
/// would differ.
fn people_fail() -> Fault {
    Fault::always(FaultKind::Error("no".to_owned())).on("getuserdata")
}

fn with(client: Client, request: request::Builder) -> request::Builder {
    match client {
        Client::Anonymous => request,
        Client::Cookie => request.header("cookie", "__Host-lastpass-session=nope; lastpass-session=nope"),
        Client::Key(key) => request.header("x-api-key", key),
        Client::Bearer(key) => request.header("authorization", format!("Bearer {key}")),
    }
}

fn parts(request: request::Builder) -> request::Parts {
    request.body(()).expect("a request").into_parts().0
}

fn again(request: &request::Parts) -> request::Builder {
    let mut again = Request::builder().method(request.method.clone()).uri(request.uri.clone());
    for (name, value) in &request.headers {
        again = again.header(name, value);
    }
    again
}

fn without_credentials(request: &request::Parts) -> request::Builder {
    let mut request = request.clone();
    for name in ["authorization", "x-api-key", "cookie"] {
        request.headers.remove(name);
    }
    again(&request)
}

fn head(reply: &TestResponse) -> http::response::Parts {
    let mut response = Response::new(());
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers.clone();
    response.into_parts().0
}

fn is_link(request: &request::Parts) -> bool {
    request.uri.query().is_some_and(|query| query.contains("exp=") || query.contains("sig="))
}

/// When the link of a request expires.
fn expiry(request: &request::Parts) -> DateTime<Utc> {
    let query = request.uri.query().unwrap_or_default();
    let end = query.split('&').find_map(|parameter| parameter.strip_prefix("exp="));
    end.and_then(|end| DateTime::from_timestamp(end.parse().ok()?, 0)).expect("a valid link has an expiry")
}

/// The number of days: a few hundred, or that of `REPLAYED_DAYS`.
fn days() -> u32 {
    let days = std::env::var("REPLAYED_DAYS").ok().and_then(|days| days.parse().ok());
    days.unwrap_or(200)
}

/// Replays random days with a function that has a bug.
fn replay(config: Config, bug: Bug, coverage: &Coverage) -> Result<(), TestError<(i64, Vec<Step>)>> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
    let config = Config { failure_persistence: None, ..config };
    let days = (0..900_i64, prop::collection::vec(step(), 1..30));
    TestRunner::new(config).run(&days, |(begin, steps)| runtime.block_on(Replay::new(bug, coverage).run(begin, steps)))
}

#[test]
fn no_client_receives_the_reply_of_another_or_an_expired_link() {
    let (coverage, days) = (Coverage::default(), days());
    replay(Config::with_cases(days), |_| {}, &coverage).unwrap_or_else(|error| panic!("{error}"));
    let Coverage { hits, stale, opened, refused } = coverage;
    for coverage in [hits, stale, opened, refused] {
        // Stale replies are the rarest, about one in three days.
        assert!(coverage.get() > days / 20, "too little happens on these days");
    }
}

#[test]
fn a_bug_in_the_headers_is_found() {
    let bug: [Bug; 3] = [
        // Every successful reply is shared.
        |headers| {
            headers.insert("vercel-cdn-cache-control", HeaderValue::from_static("s-maxage=60"));
        },
        // The platform's settings override private replies.
        |headers| {
            headers.remove("vercel-cdn-cache-control");
            headers.insert("cdn-cache-control", HeaderValue::from_static("max-age=60"));
        },
        // A link's reply is stored as long in its last minute as in its first.
        |headers| {
            if headers["vercel-cdn-cache-control"] != "private, no-store" {
                let long = HeaderValue::from_static("s-maxage=300, stale-while-revalidate=600");
                headers.insert("vercel-cdn-cache-control", long);
            }
        },
    ];
    for (number, bug) in bug.into_iter().enumerate() {
        let config = Config { max_shrink_iters: 0, ..Config::with_cases(2_000) };
        assert!(replay(config, bug, &Coverage::default()).is_err(), "bug {number} is not found");
    }
}
