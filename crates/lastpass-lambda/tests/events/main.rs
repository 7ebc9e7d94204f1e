//! The built function replies to recorded events of every format as the same endpoints reply in process.

mod platform;

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::Request;
use http_body_util::{BodyExt, Full};
use lastpass_core::web::{App, RequestBodyError, RequestContext, endpoint_at, not_found, read_request_body, serve};
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator, serve_http};
use tokio::net::TcpListener;

use crate::platform::{Content, EventFormat, Function, TestRequest, TestResponse};

const ADMIN: &str = "admin-0123456789abcdef0123456789abcdef";
const KEY: (&str, &str) = ("x-api-key", ADMIN);
const JSON: (&str, &str) = ("content-type", "application/json");
const GET: TestRequest<'static> =
    TestRequest { method: "GET", path: "/api/security-report", query: "", headers: &[KEY], content: Content::Nothing };
const POST: TestRequest<'static> = TestRequest {
    method: "POST",
    path: "/api/provision-user",
    query: "",
    headers: &[KEY, JSON],
    content: Content::Text(
        r#"{"firstName":"Ann","lastName":"Łee","email":"ann.lee@example.com","department":"Sales","dryRun":true}"#,
    ),
};

/// The function, and the same endpoints in process, with one simulated LastPass.
struct World {
    function: Function,
    app: App,
}

impl World {
    async fn new(people: usize) -> Self {
        let simulator = Simulator::new(Company::generate(7, people, Utc::now().date_naive()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/enterpriseapi.php", listener.local_addr().expect("an address"));
        tokio::spawn(serve_http(listener, simulator.clone()));
        let keys = format!("admin/ann@example.com:{ADMIN}");
        let settings = [
            ("LASTPASS_API_URL", address.as_str()),
            ("LASTPASS_ACCOUNT_NUMBER", DEMO_ACCOUNT_NUMBER),
            ("LASTPASS_PROVISIONING_HASH", DEMO_PROVISIONING_HASH),
            ("DASHBOARD_KEYS", &keys),
            ("SIGNING_SECRET", "signing-0123456789abcdef0123456789abcdef"),
            ("CORS_ALLOWED_ORIGINS", "https://dashboard.example.com"),
            // Without a cache both replies are of the same time.
            ("CACHE_SECONDS", "0"),
        ];
        let function = Function::start(&settings).await;
        let settings = settings.map(|(name, value)| (name, value.to_owned()));
        let known: HashMap<_, _> = settings.into_iter().chain([("AWS_LAMBDA_FUNCTION_NAME", "f".to_owned())]).collect();
        Self { function, app: App::with_transport(Arc::new(simulator), |name| known.get(name).cloned()) }
    }

    /// The endpoint's reply in process, at a given time.
    async fn in_process(&self, request: &TestRequest<'_>, at: DateTime<Utc>) -> TestResponse {
        let body = match request.content {
            Content::Nothing => Ok(Bytes::new()),
            Content::Text(text) | Content::Encoded(text) => {
                read_request_body(Full::new(Bytes::from(text.to_owned()))).await
            }
            Content::Broken => Err(RequestBodyError::Incomplete),
        };
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(url::form_urlencoded::parse(request.query.as_bytes()))
            .finish();
        let mut builder = Request::builder().method(request.method).uri(format!("{}?{query}", request.path));
        for (name, value) in request.headers {
            builder = builder.header(*name, *value);
        }
        let path = request.path;
        let request = builder.body(body).expect("a request");
        let response = match endpoint_at(path) {
            Some(endpoint) => serve(&self.app, endpoint, request, RequestContext::new(at, None)).await,
            None => not_found(),
        };
        let (head, body) = response.into_parts();
        TestResponse {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.expect("never fails").to_bytes(),
        }
    }

    /// Sends the request in every format and compares each reply with this status and with the endpoint's reply in process.
    async fn check(&mut self, request: TestRequest<'_>, status: u16) {
        for format in EventFormat::ALL {
            let seen = self.function.send(format, &request).await;
            let json = seen.json();
            let as_of = json["meta"]["asOf"].as_str().or_else(|| json["asOf"].as_str());
            let at = as_of.map_or_else(Utc::now, |as_of| as_of.parse().expect("a time"));
            let expected = self.in_process(&request, at).await;
            let about = format!("{} {}?{} by {format:?}", request.method, request.path, request.query);
            assert_eq!(seen.stable_parts(), expected.stable_parts(), "{about}");
            assert_eq!(seen.status, status, "{about}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_format_gets_the_reply_of_the_endpoint_in_process() {
    let mut world = World::new(30).await;
    world.check(TestRequest { query: "limit=2&sort=-email", ..GET }, 200).await;
    world
        .check(TestRequest { path: "/api/lastpass/security-report", query: "q=%C5%82%20a&view=full", ..GET }, 200)
        .await;
    world.check(TestRequest { query: "q=<b>+%2B&department=Sales", ..GET }, 200).await;
    world.check(TestRequest { path: "/api/health", headers: &[], ..GET }, 200).await;
    world.check(TestRequest { path: "/api/session", ..GET }, 200).await;
    world.check(TestRequest { path: "/api/users", query: "limit=2", ..GET }, 200).await;
    world.check(TestRequest { path: "/api/groups", query: "limit=2", ..GET }, 200).await;
    world.check(TestRequest { path: "/api/shared-folders", query: "limit=1", ..GET }, 200).await;
    // A past day, to which no call of ours adds events.
    let day = Utc::now().date_naive() - TimeDelta::days(3);
    world.check(TestRequest { path: "/api/audit-logs", query: &format!("from={day}&to={day}"), ..GET }, 200).await;
    // There is no database.
    world.check(TestRequest { path: "/api/actions", ..GET }, 503).await;
    world.check(POST, 200).await;
    let Content::Text(text) = POST.content else { unreachable!("it is text") };
    world.check(TestRequest { content: Content::Encoded(text), ..POST }, 200).await;

    world.check(TestRequest { path: "/api/lastpass/security-report/", query: "limit=2&q=", ..GET }, 200).await;
    world.check(TestRequest { path: "/api/security-report//", ..GET }, 404).await;
    world.check(TestRequest { path: "/api/nope", ..GET }, 404).await;
    world.check(TestRequest { path: "/security-report", ..GET }, 404).await;
    world.check(TestRequest { method: "POST", headers: &[KEY, JSON], ..GET }, 405).await;
    world.check(TestRequest { method: "GET", ..POST }, 405).await;
    world.check(TestRequest { method: "BREW", ..GET }, 405).await;
    world.check(TestRequest { headers: &[], ..GET }, 401).await;
    let long = "x".repeat(64 * 1024 + 1);
    world.check(TestRequest { content: Content::Text(&long), ..POST }, 413).await;
    world.check(TestRequest { content: Content::Encoded(&long), ..POST }, 413).await;
    world.check(TestRequest { content: Content::Broken, ..POST }, 400).await;
    world.check(TestRequest { content: Content::Text("{"), ..POST }, 400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_link_opens_the_summary_at_its_own_path() {
    let mut world = World::new(3).await;
    let report = world.function.send(EventFormat::ALL[0], &GET).await;
    let link = report.headers["link"].to_str().expect("text");
    let (_, query) = link.split_once('?').expect("a query");
    let (query, _) = query.split_once('>').expect("the end of the link");
    for format in EventFormat::ALL {
        for (path, status) in
            [("/api/security-report", 200), ("/api/security-report/", 200), ("/api/lastpass/security-report", 403)]
        {
            let reply = world.function.send(format, &TestRequest { path, query, headers: &[], ..GET }).await;
            assert_eq!(reply.status, status, "{path} by {format:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_parameters_and_headers_all_arrive() {
    let mut world = World::new(3).await;
    world.check(TestRequest { query: "limit=1&limit=2", ..GET }, 400).await;
    world.check(TestRequest { headers: &[KEY, JSON, JSON], ..POST }, 200).await;
    world.check(TestRequest { headers: &[KEY, JSON, ("content-type", "text/plain")], ..POST }, 415).await;
    let page = ("origin", "https://dashboard.example.com");
    world.check(TestRequest { headers: &[KEY, page], query: "limit=1", ..GET }, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn head_has_the_headers_of_get_and_no_body() {
    let mut world = World::new(3).await;
    for path in ["/api/security-report", "/api/nope"] {
        for format in EventFormat::ALL {
            let get = world.function.send(format, &TestRequest { path, ..GET }).await;
            let head = world.function.send(format, &TestRequest { method: "HEAD", path, ..GET }).await;
            assert_eq!((head.status, head.body.len()), (get.status, 0), "{path} by {format:?}");
            assert_eq!(head.headers["content-type"], get.headers["content-type"]);
            assert_eq!(head.headers["cache-control"], get.headers["cache-control"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_cookie_is_set_and_read_in_every_format() {
    let mut world = World::new(3).await;
    let body = format!(r#"{{"key":"{ADMIN}"}}"#);
    for format in EventFormat::ALL {
        let sign_in = TestRequest {
            path: "/api/session",
            headers: &[JSON, ("sec-fetch-site", "same-origin")],
            content: Content::Text(&body),
            ..POST
        };
        let signed_in = world.function.send(format, &sign_in).await;
        assert_eq!(signed_in.status, 200, "{format:?}");
        let cookie = signed_in.headers["set-cookie"].to_str().expect("text");
        assert!(cookie.starts_with("__Host-lastpass-session="), "{format:?}: {cookie}");
        let cookies = format!("theme=dark; {}", cookie.split(';').next().expect("a cookie"));
        let who = TestRequest { path: "/api/session", headers: &[("cookie", &cookies)], ..GET };
        let who = world.function.send(format, &who).await.json();
        assert_eq!((&who["signedIn"], &who["actor"]), (&true.into(), &"ann@example.com".into()), "{format:?}");
        let headers = &[("sec-fetch-site", "same-origin")];
        let sign_out = TestRequest { method: "DELETE", path: "/api/session", headers, ..GET };
        let signed_out = world.function.send(format, &sign_out).await;
        let deleted: Vec<_> = signed_out.headers.get_all("set-cookie").iter().map(|cookie| cookie.as_bytes()).collect();
        assert!(deleted[0].starts_with(b"__Host-lastpass-session=;"), "{format:?}: {deleted:?}");
        assert!(deleted[1].starts_with(b"__Host-lastpass-read-after=;"), "{format:?}: {deleted:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_events_get_a_reply_and_other_events_fail() {
    let mut world = World::new(3).await;
    for format in EventFormat::ALL {
        let seen = world.function.send_event(format, &format.recorded()).await;
        let problem = seen.json();
        assert_eq!((seen.status.as_u16(), &problem["code"]), (404, &"not-found".into()), "{format:?}: {problem}");
        assert_eq!(seen.headers["content-type"], "application/problem+json", "{format:?}");
    }
    assert!(world.function.fails(&serde_json::json!({ "Records": [] })).await);
    world.check(TestRequest { query: "limit=1", ..GET }, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reply_is_streamed_by_a_function_url_and_is_a_problem_behind_a_gateway() {
    let mut world = World::new(20_000).await;
    let streamed = world.function.send(EventFormat::FunctionUrl, &GET).await;
    assert!(streamed.body.len() > 6 * 1024 * 1024, "{} bytes", streamed.body.len());
    let report = streamed.json();
    let people = report["stats"]["totalUsers"].as_u64().zip(report["stats"]["invitedUsers"].as_u64());
    let listed = report["users"].as_array().map(|users| users.len() as u64);
    assert_eq!(listed, people.map(|(entries, invited)| entries + invited), "to the last person");
    let page = ("origin", "https://dashboard.example.com");
    for format in [EventFormat::Rest, EventFormat::Http, EventFormat::HttpStage] {
        let refused = world.function.send(format, &TestRequest { headers: &[KEY, page], ..GET }).await;
        let problem = refused.json();
        assert_eq!((refused.status.as_u16(), &problem["code"]), (422, &"reply-too-long".into()), "{format:?}");
        assert_eq!(problem["requestId"], refused.headers["x-request-id"].to_str().expect("text"));
        assert_eq!(refused.headers["content-type"], "application/problem+json");
        assert_eq!(refused.headers["cache-control"], "private, no-store");
        assert_eq!(refused.headers["access-control-allow-origin"], page.1);
        assert_eq!(
            world.function.send(format, &TestRequest { query: "limit=1000", ..GET }).await.status,
            200,
            "{format:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_logs_one_json_line_without_personal_data() {
    let mut world = World::new(3).await;
    let seen = world.function.send(EventFormat::FunctionUrl, &TestRequest { query: "q=ann@example.com", ..GET }).await;
    let id = seen.headers["x-request-id"].to_str().expect("text").to_owned();
    world.function.send(EventFormat::Rest, &TestRequest { headers: &[], ..GET }).await;
    let log = world.function.log();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert_eq!(
        (&lines[0]["message"], &lines[0]["status"], &lines[0]["level"]),
        (&"request".into(), &200.into(), &"INFO".into())
    );
    assert_eq!((&lines[0]["request_id"], &lines[1]["status"]), (&id.into(), &401.into()));
    assert!(!log.contains('@') && !log.contains(ADMIN), "{log}");
}
