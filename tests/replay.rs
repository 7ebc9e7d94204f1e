//! Thousands of made-up days at the edge: many callers, slow replies, links good and bad, a shared cache before the
//! function. Whatever is kept reaches nobody who would not have got the same, and ends with its link.

use std::{cell::Cell, collections::HashMap};

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

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    Cookie,
    /// By `X-Api-Key`, which a cache does not look at.
    Key(&'static str),
    /// By `Authorization`, at which a cache steps aside.
    Bearer(&'static str),
}

/// Everybody whom a cache may answer.
const ANSWERED: [Who; 7] = [
    Who::Nobody,
    Who::Cookie,
    Who::Key("nope"),
    Who::Key(ADMIN),
    Who::Key(MANAGER),
    Who::Key(AUDITOR),
    Who::Key(PROVISIONER),
];

/// Addresses that are no links.
const PLAIN: [&str; 7] = [
    "/api/security-report",
    "/api/security-report?view=summary",
    "/api/security-report?view=full",
    "/api/lastpass/security-report?limit=2",
    "/api/security-report?format=csv",
    "/api/actions",
    "/api/nope",
];

/// What may be done to a link.
const TWISTS: [fn(&str) -> String; 9] = [
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

/// Headers that caches look at, or that attackers try.
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
    SomebodyLeaves,
    LastPassFails,
    LastPassRecovers,
    Ask { who: Who, what: What, method: &'static str, headers: usize, slow: i64 },
}

#[derive(Debug, Clone)]
enum What {
    Plain(&'static str),
    /// One of the links handed out so far, and what is done to it.
    Link(Index, usize),
}

impl Step {
    fn is_by(&self, caller: Who) -> bool {
        matches!(self, Self::Ask { who, .. } if *who == caller)
    }
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = prop_oneof![3 => 0..70_i64, 3 => 0..400_i64, 1 => 0..1_800_i64];
    let bearer = select(&[ADMIN, MANAGER, PROVISIONER, "nope"][..]).prop_map(Who::Bearer);
    let who = prop_oneof![4 => select(&ANSWERED[..]), 1 => bearer];
    let twist = prop_oneof![3 => Just(0), 1 => 0..TWISTS.len()];
    let link = (any::<Index>(), twist).prop_map(|(which, twist)| What::Link(which, twist));
    let what = prop_oneof![4 => link, 1 => select(&PLAIN[..]).prop_map(What::Plain)];
    let method = prop_oneof![8 => Just("GET"), 1 => Just("HEAD"), 1 => Just("POST")];
    let headers = prop_oneof![4 => Just(0), 1 => 0..HEADERS.len()];
    let slow = prop_oneof![2 => Just(0), 1 => 0..=60_i64, 1 => Just(60)];
    let ask = (who, what, method, headers, slow).prop_map(|(who, what, method, headers, slow)| Step::Ask {
        who,
        what,
        method,
        headers,
        slow,
    });
    prop_oneof![
        12 => ask,
        6 => seconds.prop_map(|seconds| Step::Wait { seconds }),
        1 => Just(Step::SomebodyLeaves),
        1 => Just(Step::LastPassFails),
        2 => Just(Step::LastPassRecovers),
    ]
}

/// What a run met, so that one that meets nothing does not pass for one that finds nothing.
#[derive(Default)]
struct Met {
    hits: Cell<u32>,
    stale: Cell<u32>,
    opened: Cell<u32>,
    refused: Cell<u32>,
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

/// A reply that may be kept, and what all who come later would have got at the moment it was made.
struct Made {
    instead: Vec<(Who, StatusCode, Bytes)>,
}

/// A reply on its way from the function to the edge.
struct UnderWay {
    arrives: DateTime<Utc>,
    request: request::Parts,
    reply: TestResponse,
    /// Who waits for it; nobody where a stale reply was served meanwhile.
    waits: Option<Who>,
}

/// Does to the function's headers what a careless change of it would.
type Careless = fn(&mut HeaderMap);

struct Replay<'a> {
    world: World,
    cache: Cache,
    links: Vec<String>,
    under_way: Vec<UnderWay>,
    /// By the request's id, which each reply carries.
    made: HashMap<String, Made>,
    people: Vec<String>,
    /// Whom the cache may still answer on this day.
    to_come: Vec<Who>,
    careless: Careless,
    met: &'a Met,
}

impl<'a> Replay<'a> {
    /// A company whose figures say when they were read, since nothing is kept in the process.
    fn new(careless: Careless, met: &'a Met) -> Self {
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
            under_way: Vec::new(),
            made: HashMap::new(),
            people,
            to_come: Vec::new(),
            careless,
            met,
        }
    }

    async fn run(mut self, begin: i64, steps: Vec<Step>) -> TestCaseResult {
        self.world.advance(TimeDelta::seconds(begin));
        self.links.extend(link_of(&self.world.get_as(MANAGER, "security-report").await));
        let mut steps = steps.into_iter();
        while let Some(step) = steps.next() {
            let waits = |who| self.under_way.iter().any(|reply| reply.waits == Some(who));
            let asks = |who| step.is_by(who) || steps.as_slice().iter().any(|step| step.is_by(who));
            self.to_come = ANSWERED.into_iter().filter(|who| waits(*who) || asks(*who)).collect();
            match step {
                Step::Wait { seconds } => self.wait(seconds)?,
                Step::SomebodyLeaves => {
                    self.world.sim.with_company(|company| company.users.pop());
                }
                Step::LastPassFails => self.world.sim.inject(people_fail()),
                Step::LastPassRecovers => self.world.sim.clear_faults(),
                Step::Ask { who, what, method, headers, slow } => {
                    let address = match what {
                        What::Plain(address) => address.to_owned(),
                        What::Link(which, twist) => TWISTS[twist](which.get(&self.links).as_str()),
                    };
                    let mut request = Request::builder().method(method).uri(address).header("host", "example.com");
                    for (name, value) in HEADERS[headers] {
                        request = request.header(*name, *value);
                    }
                    self.ask(who, parts(with(who, request)), slow).await?;
                }
            }
        }
        self.wait(60)
    }

    /// Lets time pass; replies arrive meanwhile, each in its time.
    fn wait(&mut self, seconds: i64) -> TestCaseResult {
        self.world.advance(TimeDelta::seconds(seconds));
        self.arrive()
    }

    async fn ask(&mut self, who: Who, request: request::Parts, slow: i64) -> TestCaseResult {
        let now = self.world.now();
        match self.cache.lookup(now, &request) {
            Lookup::Hit(reply) => {
                count(&self.met.hits);
                self.check_kept(who, now, &request, &reply)
            }
            Lookup::Stale(reply) => {
                count(&self.met.stale);
                self.check_kept(who, now, &request, &reply)?;
                self.call(None, request, slow).await
            }
            Lookup::Miss | Lookup::Revalidated | Lookup::Bypass => self.call(Some(who), request, slow).await,
        }
    }

    /// The function is called now; its reply arrives in a while.
    async fn call(&mut self, waits: Option<Who>, request: request::Parts, slow: i64) -> TestCaseResult {
        let mut reply = self.world.send(again(&request)).await;
        self.check_made(&request, &reply)?;
        if let Some(link) = link_of(&reply).filter(|link| !self.links.contains(link)) {
            self.links.push(link);
        }
        (self.careless)(&mut reply.headers);
        if lifetime(&request, &head(&reply)).is_ok() {
            let mut instead = Vec::new();
            for who in self.to_come.iter().copied() {
                let own = self.world.send(with(who, without_credentials(&request))).await;
                instead.push((who, own.status, own.body));
            }
            self.made.insert(reply.header("x-request-id").to_owned(), Made { instead });
        }
        let arrives = self.world.now() + TimeDelta::seconds(slow);
        self.under_way.push(UnderWay { arrives, request, reply, waits });
        self.arrive()
    }

    fn arrive(&mut self) -> TestCaseResult {
        let now = self.world.now();
        self.under_way.sort_by_key(|reply| reply.arrives);
        let later = self.under_way.partition_point(|reply| reply.arrives <= now);
        for UnderWay { arrives, request, reply, waits } in self.under_way.drain(..later).collect::<Vec<_>>() {
            self.cache.store(arrives, &request, &head(&reply), reply.body.clone());
            let Some(who) = waits else { continue };
            let instead = self.cache.instead_of_error(arrives, &request).filter(|_| reply.status.is_server_error());
            match instead {
                Some(kept) => self.check_kept(who, arrives, &request, &kept)?,
                None if is_link(&request) && reply.status == StatusCode::OK => {
                    prop_assert!(arrives < end_of(&request), "a link's reply arrives after its end");
                }
                None => {}
            }
        }
        Ok(())
    }

    /// What the function itself says.
    fn check_made(&self, request: &request::Parts, reply: &TestResponse) -> TestCaseResult {
        let said = (reply.header("cache-control"), reply.header("vercel-cdn-cache-control"));
        if is_link(request) && reply.status == StatusCode::OK {
            count(&self.met.opened);
            prop_assert!(self.links.contains(&request.uri.to_string()), "{} opens", request.uri);
            prop_assert!(self.world.now() < end_of(request) - TimeDelta::seconds(60));
            prop_assert_eq!(said.0, "public, max-age=0, must-revalidate");
            for name in ["vary", "set-cookie", "link", "etag", "access-control-allow-origin"] {
                prop_assert!(!reply.headers.contains_key(name), "{name}");
            }
            return self.check_nobody(&reply.body);
        }
        prop_assert_eq!(said.1, "private, no-store");
        prop_assert!(said.0.starts_with("private, "), "{}", said.0);
        if is_link(request) {
            count(&self.met.refused);
            let expected: &[u16] = if request.method == "POST" { &[405] } else { &[403, 502] };
            prop_assert!(expected.contains(&reply.status.as_u16()), "{}: {}", request.uri, reply.status);
        }
        Ok(())
    }

    /// What the cache serves: what this caller would have got when it was made, of nobody, and before its end.
    fn check_kept(
        &self,
        who: Who,
        now: DateTime<Utc>,
        request: &request::Parts,
        reply: &Response<Bytes>,
    ) -> TestCaseResult {
        prop_assert!(is_link(request), "{} was kept", request.uri);
        prop_assert!(now < end_of(request), "{} is served at {now}, after its end", request.uri);
        let id = reply.headers()["x-request-id"].to_str().expect("text");
        let own = self.made[id].instead.iter().find(|(asked, _, _)| *asked == who);
        let (_, status, body) = own.expect("a cache answers nobody else");
        prop_assert_eq!((reply.status(), reply.body()), (*status, body), "{:?} is served what is somebody else's", who);
        self.check_nobody(reply.body())
    }

    fn check_nobody(&self, body: &Bytes) -> TestCaseResult {
        let text = String::from_utf8_lossy(body);
        let named = self.people.iter().find(|name| text.contains(name.as_str()));
        prop_assert_eq!(named, None);
        Ok(())
    }
}

/// LastPass refuses to list people, without whom there is no report; what it refused besides would be missing for a
/// while from some replies of one moment and not from others.
fn people_fail() -> Fault {
    let command = Some("getuserdata".to_owned());
    Fault { command, ..Fault::always(FaultKind::Error("no".to_owned())) }
}

fn with(who: Who, request: request::Builder) -> request::Builder {
    match who {
        Who::Nobody => request,
        Who::Cookie => request.header("cookie", "__Host-lastpass-session=nope; lastpass-session=nope"),
        Who::Key(key) => request.header("x-api-key", key),
        Who::Bearer(key) => request.header("authorization", format!("Bearer {key}")),
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

/// When the link of a request ends.
fn end_of(request: &request::Parts) -> DateTime<Utc> {
    let query = request.uri.query().unwrap_or_default();
    let end = query.split('&').find_map(|parameter| parameter.strip_prefix("exp="));
    end.and_then(|end| DateTime::from_timestamp(end.parse().ok()?, 0)).expect("a good link has an end")
}

/// How many days are made up: a few hundred while somebody waits, thousands where `REPLAYED_DAYS` says so.
fn days() -> u32 {
    let days = std::env::var("REPLAYED_DAYS").ok().and_then(|days| days.parse().ok());
    days.unwrap_or(200)
}

/// Replays made-up days over a function whose replies pass through `careless`.
fn replay(config: Config, careless: Careless, met: &Met) -> Result<(), TestError<(i64, Vec<Step>)>> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
    let config = Config { failure_persistence: None, ..config };
    let days = (0..900_i64, prop::collection::vec(step(), 1..30));
    TestRunner::new(config).run(&days, |(begin, steps)| runtime.block_on(Replay::new(careless, met).run(begin, steps)))
}

#[test]
fn no_reply_reaches_somebody_else_and_none_outlives_its_link() {
    let (met, days) = (Met::default(), days());
    replay(Config::with_cases(days), |_| {}, &met).unwrap_or_else(|error| panic!("{error}"));
    let Met { hits, stale, opened, refused } = met;
    for met in [hits, stale, opened, refused] {
        // Stale replies are the rarest, about one in three days; far fewer would be a change of the days.
        assert!(met.get() > days / 20, "too little happens in these days");
    }
}

#[test]
fn a_careless_change_would_be_found() {
    let careless: [Careless; 3] = [
        // Everything that succeeds is shared.
        |headers| {
            headers.insert("vercel-cdn-cache-control", HeaderValue::from_static("s-maxage=60"));
        },
        // The platform's settings overrule what is private.
        |headers| {
            headers.remove("vercel-cdn-cache-control");
            headers.insert("cdn-cache-control", HeaderValue::from_static("max-age=60"));
        },
        // A link's reply is kept as long beyond the last minute as in the first.
        |headers| {
            if headers["vercel-cdn-cache-control"] != "private, no-store" {
                let long = HeaderValue::from_static("s-maxage=300, stale-while-revalidate=600");
                headers.insert("vercel-cdn-cache-control", long);
            }
        },
    ];
    for (number, careless) in careless.into_iter().enumerate() {
        let config = Config { max_shrink_iters: 0, ..Config::with_cases(2_000) };
        assert!(replay(config, careless, &Met::default()).is_err(), "careless change {number} is not found");
    }
}
