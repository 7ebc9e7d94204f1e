//! Changes of single users while a sync stores the whole company, through two apps on one database.

use std::{
    fmt, fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::Utc;
use http_body_util::BodyExt;
use lastpass_core::web::{App, Endpoint, GROUPS, RequestContext, SYNC, serve};
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator};

use crate::error::BoxError;

const KEY: &str = "benchmark-0123456789abcdef0123456789";
const GROUP: &str = "Benchmark";
const ALONE: usize = 30;
/// A person does not send changes faster than this.
const PAUSE: Duration = Duration::from_millis(20);

pub(super) struct ChangeTimes {
    /// Without a sync.
    pub(super) alone: Latencies,
    /// While a sync inserts every user.
    pub(super) inserting: Latencies,
    /// While a sync finds every user as it was.
    pub(super) comparing: Latencies,
    /// How long these two runs took.
    pub(super) syncs: [Duration; 2],
}

/// How long changes took, from the request to the last byte of the reply.
pub(super) struct Latencies {
    median: Duration,
    max: Duration,
}

impl Latencies {
    fn of(mut durations: Vec<Duration>) -> Result<Self, BoxError> {
        durations.sort();
        let max = *durations.last().ok_or("the sync ended before the first change")?;
        Ok(Self { median: durations[durations.len() / 2], max })
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} / {}", self.median.as_millis(), self.max.as_millis())
    }
}

/// Measures the changes of a company of this size.
///
/// # Errors
/// Returns an error if a change or a sync fails.
pub(super) async fn measure(seed: u64, people: usize) -> Result<ChangeTimes, BoxError> {
    let company = Company::generate(seed, people, Utc::now().date_naive());
    let emails: Vec<String> = company.users.iter().map(|user| user.username.clone()).collect();
    let simulator = Arc::new(Simulator::new(company));
    let database = DatabaseFile::new();
    let syncing = Arc::new(database.app(Arc::clone(&simulator)));
    let mut changes = Changes { app: database.app(simulator), emails: emails.into_iter() };
    // The first one creates the tables.
    changes.make().await?;

    let mut alone = Vec::new();
    for _ in 0..ALONE {
        alone.push(changes.make().await?);
    }
    let (inserting, first) = changes.make_during_sync(&syncing).await?;
    let (comparing, second) = changes.make_during_sync(&syncing).await?;
    Ok(ChangeTimes { alone: Latencies::of(alone)?, inserting, comparing, syncs: [first, second] })
}

/// Changes of one user after the other.
struct Changes {
    app: App,
    emails: std::vec::IntoIter<String>,
}

impl Changes {
    async fn make(&mut self) -> Result<Duration, BoxError> {
        let email = self.emails.next().ok_or("the company is too small")?;
        let body = serde_json::json!({ "email": email, "add": [GROUP] });
        post(&self.app, &GROUPS, &body).await
    }

    async fn make_during_sync(&mut self, app: &Arc<App>) -> Result<(Latencies, Duration), BoxError> {
        let app = Arc::clone(app);
        let sync = tokio::spawn(async move {
            let time = post(&app, &SYNC, &serde_json::json!({})).await;
            time.map_err(|error| error.to_string())
        });
        let mut durations = Vec::new();
        while !sync.is_finished() {
            durations.push(self.make().await?);
            tokio::time::sleep(PAUSE).await;
        }
        Ok((Latencies::of(durations)?, sync.await??))
    }
}

/// How long the reply took, to its last byte.
async fn post(app: &App, endpoint: &'static Endpoint, body: &serde_json::Value) -> Result<Duration, BoxError> {
    let start = Instant::now();
    let request = http::Request::post("/")
        .header("x-api-key", KEY)
        .header("content-type", "application/json")
        .body(Ok(Bytes::from(body.to_string())))?;
    let response = serve(app, endpoint, request, RequestContext::new(Utc::now(), None)).await;
    let status = response.status();
    let reply = response.into_body().collect().await?.to_bytes();
    if !status.is_success() {
        return Err(format!("{status}: {}", String::from_utf8_lossy(&reply)).into());
    }
    Ok(start.elapsed())
}

/// A database that is removed in the end.
struct DatabaseFile(PathBuf);

impl DatabaseFile {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("lastpass-benchmark-{}.sqlite3", std::process::id())))
    }

    fn app(&self, simulator: Arc<Simulator>) -> App {
        App::with_transport(simulator, |name| match name {
            "LASTPASS_ACCOUNT_NUMBER" => Some(DEMO_ACCOUNT_NUMBER.to_owned()),
            "LASTPASS_PROVISIONING_HASH" => Some(DEMO_PROVISIONING_HASH.to_owned()),
            "DATABASE_URL" => Some(format!("sqlite://{}", self.0.display())),
            "DASHBOARD_KEYS" => Some(format!("admin:{KEY}")),
            "SIGNING_SECRET" | "CRON_SECRET" => Some(KEY.to_owned()),
            "KNOWN_GROUPS" => Some(GROUP.to_owned()),
            _ => None,
        })
    }
}

impl Drop for DatabaseFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
