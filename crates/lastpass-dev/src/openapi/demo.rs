//! The demo company with a fixed clock, and its replies without what differs from run to run.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{FutureExt, future::BoxFuture};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::BodyExt;
use lastpass_core::{
    lastpass::{Transport, TransportError},
    web::{App, Body, RequestBodyError, RequestContext, UnsendableReply, endpoint_at, serve, unsendable_reply},
};
use lastpass_sim::{Company, DEMO_SEED, DEMO_USERS, Simulator};
use serde_json::Value;
use tokio::sync::Notify;

use crate::error::BoxError;

/// The secret of the scheduler.
const SCHEDULER: &str = "demo-scheduler-0123456789abcdef";

/// When the first request is sent.
const START: DateTime<Utc> = DateTime::from_timestamp(1_795_521_600, 0).expect("a time");
/// The time between two requests, longer than any takes.
const PAUSE: TimeDelta = TimeDelta::seconds(10);

/// The demo company.
pub(crate) struct Demo {
    app: App,
    pub(crate) simulator: Simulator,
    /// The time in Unix seconds.
    clock: Arc<AtomicI64>,
    _folder: Folder,
}

/// An example: its name in the document, the key that sends the request, if any, and the request.
pub(crate) struct Example {
    pub(crate) name: &'static str,
    pub(crate) key: &'static str,
    pub(crate) request: ExampleRequest,
}

impl Example {
    /// The same with another header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers.push((name, value.to_owned()));
        self
    }

    /// The same, sent by the scheduler.
    pub(crate) fn by_scheduler(self) -> Self {
        Self { key: "", ..self }.header("authorization", &format!("Bearer {SCHEDULER}"))
    }

    /// Who sends the request, as its summary says.
    pub(crate) fn sender(&self) -> String {
        match (self.key, self.request.headers.iter().any(|(name, _)| *name == "authorization")) {
            (_, true) => "by the scheduler".to_owned(),
            ("", false) => "without a credential".to_owned(),
            (key, false) => format!("with the key {key}"),
        }
    }

    /// The request with its key.
    pub(crate) fn with_key(&self) -> ExampleRequest {
        let mut request = self.request.clone();
        if !self.key.is_empty() {
            request.headers.push(("x-api-key", self.key.to_owned()));
        }
        request
    }
}

/// A request of an example.
#[derive(Debug, Clone)]
pub(crate) struct ExampleRequest {
    pub(crate) method: Method,
    /// The path from `/api/lastpass/` on, with its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
}

/// A reply of the demo.
pub(crate) struct ExampleReply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    /// JSON, or the text of a file.
    pub(crate) body: Value,
}

impl Demo {
    pub(crate) fn new() -> Result<Self, BoxError> {
        Self::with(&[])
    }

    /// A company with these settings besides the default ones; an empty value unsets one.
    ///
    /// # Errors
    /// Returns an error if the folder of the database cannot be created.
    pub(crate) fn with(changed: &[(&'static str, &str)]) -> Result<Self, BoxError> {
        Self::with_transport(changed, |simulator| Arc::new(simulator))
    }

    /// A company whose LastPass is too slow to reply.
    ///
    /// # Errors
    /// Returns an error if the folder of the database cannot be created.
    pub(crate) fn too_slow() -> Result<Self, BoxError> {
        Self::with_transport(&[], |_| Arc::new(TooSlow))
    }

    /// A company whose LastPass receives requests and never replies, with what resolves when the first one is received.
    ///
    /// # Errors
    /// Returns an error if the folder of the database cannot be created.
    pub(crate) fn silent() -> Result<(Self, Arc<Notify>), BoxError> {
        let received = Arc::new(Notify::new());
        let transport = Arc::new(Silent(Arc::clone(&received)));
        Ok((Self::with_transport(&[], |_| transport)?, received))
    }

    fn with_transport(
        changed: &[(&'static str, &str)],
        transport: impl FnOnce(Simulator) -> Arc<dyn Transport>,
    ) -> Result<Self, BoxError> {
        let clock = Arc::new(AtomicI64::new(START.timestamp()));
        let folder = Folder::new()?;
        let database = format!("sqlite://{}", folder.0.join("record.sqlite3").display());
        let mut settings = HashMap::from([
            ("LASTPASS_DEMO", "1"),
            ("DATABASE_URL", database.as_str()),
            ("ROLE_GROUPS", "admin=Domain Admins"),
            ("CRON_SECRET", SCHEDULER),
        ]);
        settings.extend(changed.iter().copied());
        let company = Company::generate(DEMO_SEED, DEMO_USERS, START.date_naive());
        let of_simulator = Arc::clone(&clock);
        let simulator = Simulator::with_clock(company, move || time(&of_simulator));
        let app = App::with_transport(transport(simulator.clone()), |name| {
            settings.get(name).map(|value| (*value).to_owned())
        });
        Ok(Self { app, simulator, clock, _folder: folder })
    }

    /// Sends a request, some time after the one before.
    ///
    /// # Errors
    /// Returns an error if there is no such route.
    pub(crate) async fn send(&self, request: &ExampleRequest) -> Result<ExampleReply, BoxError> {
        let body = request.body.as_ref().map(ToString::to_string).unwrap_or_default();
        self.serve(request, Ok(Bytes::from(body))).await
    }

    /// Sends a request whose body cannot be read.
    ///
    /// # Errors
    /// Returns an error if there is no such route.
    pub(crate) async fn send_unreadable(
        &self,
        request: &ExampleRequest,
        why: RequestBodyError,
    ) -> Result<ExampleReply, BoxError> {
        self.serve(request, Err(why)).await
    }

    /// The reply in place of one that a platform cannot send.
    ///
    /// # Errors
    /// Returns an error if the reply is not text.
    pub(crate) async fn unsendable(&self, why: UnsendableReply) -> Result<ExampleReply, BoxError> {
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", HeaderValue::from_static("019ab5d0-2a00-7000-8000-000000000001"));
        ExampleReply::of(unsendable_reply(&self.app, &HeaderMap::new(), &headers, why)).await
    }

    async fn serve(
        &self,
        request: &ExampleRequest,
        body: Result<Bytes, RequestBodyError>,
    ) -> Result<ExampleReply, BoxError> {
        let path = format!("/api/lastpass/{}", request.path);
        let mut builder = Request::builder().method(&request.method).uri(&path);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if request.body.is_some() && request.headers.iter().all(|(name, _)| *name != "content-type") {
            builder = builder.header("content-type", "application/json");
        }
        let request = builder.body(body)?;
        let endpoint = endpoint_at(request.uri().path()).ok_or_else(|| format!("{path} is no route"))?;
        self.clock.fetch_add(PAUSE.num_seconds(), Ordering::Relaxed);
        let now = time(&self.clock);
        // Without a background, a reply waits for what would be done after it.
        ExampleReply::of(serve(&self.app, endpoint, request, RequestContext::new(now, None)).await).await
    }
}

impl ExampleReply {
    async fn of(response: Response<Body>) -> Result<Self, BoxError> {
        let (head, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await?.to_bytes().to_vec())?;
        let content_type = head.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default().to_owned();
        let is_json = matches!(content_type.as_str(), "application/json" | "application/problem+json");
        let body = if is_json { serde_json::from_str(&text)? } else { Value::String(text) };
        Ok(Self { status: head.status.as_u16(), content_type, body })
    }
}

/// A LastPass that does not reply in time.
struct TooSlow;

impl Transport for TooSlow {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        std::future::ready(Err(TransportError::TimedOut)).boxed()
    }
}

/// A LastPass that never replies.
struct Silent(Arc<Notify>);

impl Transport for Silent {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.0.notify_one();
        std::future::pending().boxed()
    }
}

fn time(clock: &AtomicI64) -> DateTime<Utc> {
    DateTime::from_timestamp(clock.load(Ordering::Relaxed), 0).unwrap_or(START)
}

/// Replaces what differs from run to run: ids, which are counted instead, hashes of them, and how long a change took.
pub(crate) fn normalize(value: &mut Value) {
    normalize_with(value, &mut Vec::new());
}

fn normalize_with(value: &mut Value, ids: &mut Vec<String>) {
    match value {
        Value::String(text) => *text = normalized(text, ids),
        Value::Array(items) => items.iter_mut().for_each(|item| normalize_with(item, ids)),
        Value::Object(members) => {
            if let Some(time) = members.get_mut("ms") {
                *time = 0.into();
            }
            members.values_mut().for_each(|member| normalize_with(member, ids));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn normalized(text: &str, ids: &mut Vec<String>) -> String {
    const HASH: &str = "5f0c6f4e1d7b92a83c54e6d1f09b7a2ec8d3415b60f7e29a1c84d5b3e6f70912";
    let mut normalized = text.to_owned();
    for part in text.split(|character: char| !character.is_ascii_hexdigit() && !"-:TZ".contains(character)) {
        if part.len() == HASH.len() && part.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            normalized = normalized.replace(part, HASH);
        }
        if let Ok(time) = DateTime::parse_from_rfc3339(part)
            && START < time
            && time < START + TimeDelta::hours(1)
        {
            let taken = (time.to_utc() - START).num_seconds() % PAUSE.num_seconds();
            let begun = time.to_utc() - TimeDelta::seconds(taken);
            normalized = normalized.replace(part, &begun.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
        // Ids of this version are a time, to which random bits are added.
        if part.len() == 36 && part.as_bytes()[14] == b'7' && part.split('-').count() == 5 {
            let known = ids.iter().position(|known| known == part).unwrap_or_else(|| {
                ids.push(part.to_owned());
                ids.len() - 1
            });
            normalized = normalized.replace(part, &format!("019ab5d0-2a00-7000-8000-{:012}", known + 1));
        }
    }
    normalized
}

/// A folder that is removed with its content.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> std::io::Result<Self> {
        let name = format!("lastpass-functions-openapi-{}-{:08x}", std::process::id(), fastrand::u32(..));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is in the folder for temporary files.
        drop(std::fs::remove_dir_all(&self.0));
    }
}
