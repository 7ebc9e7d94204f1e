//! Measures the security report, computed in this process and by the built function with the simulator as a separate process,
//! and changes while a sync runs.

mod changes;

use std::{
    collections::HashMap,
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::Utc;
use futures_util::future::{BoxFuture, FutureExt, join_all};
use http_body_util::BodyExt;
use lastpass_core::{
    domain::{DepartmentGroups, ScoreSource, SharedFolderTotals},
    lastpass::{Account, CallContext, Client, Dialect, Transport, TransportError},
    report::{Departments, ReportContext, Sort, security_report, sort_people},
    web::{App, RequestContext, SECURITY_REPORT, serve},
};
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator};

use crate::error::BoxError;

/// Sizes of the measured companies, and the design's limits for the computation in milliseconds.
const SIZES: [(usize, f64); 3] = [(1_000, 1.03), (10_000, 10.8), (100_000, 137.0)];
const KEY: &str = "benchmark-0123456789abcdef0123456789";
const SEED: u64 = 1;
const CLIENTS: usize = 8;
const MEASURED_FOR: Duration = Duration::from_secs(3);

/// Measures everything and prints it as Markdown.
pub(crate) async fn run() -> Result<(), BoxError> {
    if cfg!(debug_assertions) {
        eprintln!("this is a debug build: measure with `cargo benchmark`");
    }
    println!("## The computation of the report\n");
    println!("| users | fetch and parse, ms | compute and sort, ms | whole request, ms | limit, ms |");
    println!("| ---: | ---: | ---: | ---: | ---: |");
    for (people, limit) in SIZES {
        let times = measure_computation(people).await?;
        println!(
            "| {people} | {:.2} | {:.2} | {:.2} | {limit} x 1.5 = {:.1} |",
            times.parse,
            times.compute,
            times.whole,
            limit * 1.5
        );
    }
    println!("\n## Changes while a sync runs\n");
    println!("| users | alone, ms | first sync, ms | second sync, ms | first sync, s | second sync, s |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: |");
    for (people, _) in SIZES {
        let times = changes::measure(SEED, people).await?;
        let [first, second] = times.syncs.map(|duration| duration.as_secs_f64());
        println!(
            "| {people} | {} | {} | {} | {first:.1} | {second:.1} |",
            times.alone, times.inserting, times.comparing
        );
    }
    println!("\n## The built function, with the simulator as a separate process\n");
    println!(
        "| users | start to first reply, ms | first report, ms | summary, requests/s | 50 users, requests/s | all users, ms | peak memory, MB |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let binary = build()?;
    for (people, _) in SIZES {
        let function = measure_function(&binary, people).await?;
        println!(
            "| {people} | {:.1} | {:.0} | {:.0} | {:.0} | {:.1} | {:.1} |",
            function.start, function.first, function.summary, function.page, function.all, function.peak
        );
    }
    println!("\nBinary: {:.2} MB.", fs::metadata(&binary)?.len() as f64 / 1e6);
    Ok(())
}

/// Milliseconds, each the minimum of several runs: other load only makes a run slower.
struct ComputationTimes {
    parse: f64,
    compute: f64,
    whole: f64,
}

async fn measure_computation(people: usize) -> Result<ComputationTimes, BoxError> {
    let simulator = Simulator::new(Company::generate(SEED, people, Utc::now().date_naive()));
    let transport: Arc<dyn Transport> = Arc::new(ReplayTransport { simulator, replies: Mutex::default() });
    let app = App::with_transport(Arc::clone(&transport), |name| match name {
        "LASTPASS_ACCOUNT_NUMBER" => Some(DEMO_ACCOUNT_NUMBER.to_owned()),
        "LASTPASS_PROVISIONING_HASH" => Some(DEMO_PROVISIONING_HASH.to_owned()),
        "CACHE_SECONDS" => Some("0".to_owned()),
        "DASHBOARD_KEYS" => Some(format!("admin:{KEY}")),
        _ => None,
    });
    let client = Client::new(transport, account()?, chrono_tz::America::New_York);
    let mut times = ComputationTimes { parse: f64::MAX, compute: f64::MAX, whole: f64::MAX };
    for _ in 0..(200_000 / people).clamp(5, 50) {
        let call = CallContext::starting_at(Utc::now(), Duration::from_secs(60));
        let start = Instant::now();
        let fetched = client.people(Utc::now(), &call).await?;
        times.parse = times.parse.min(milliseconds(start));

        let start = Instant::now();
        let departments = Departments::new(&fetched.people, &DepartmentGroups::default());
        let context = ReportContext { score_source: ScoreSource::MasterPassword, departments: &departments };
        let folders = SharedFolderTotals::default();
        let report = security_report(&fetched.people, folders, &context);
        let order = sort_people(&fetched.people, &context, Sort::default());
        times.compute = times.compute.min(milliseconds(start));
        if report.stats.total_users != people as u64 || order.len() < people {
            return Err("users are missing in the report".into());
        }

        let start = Instant::now();
        let request = http::Request::get("/api/security-report").header("x-api-key", KEY).body(Ok(Bytes::new()))?;
        let response = serve(&app, &SECURITY_REPORT, request, RequestContext::new(Utc::now(), None)).await;
        let status = response.status();
        let mut body = response.into_body();
        while let Some(frame) = body.frame().await {
            std::hint::black_box(frame?);
        }
        times.whole = times.whole.min(milliseconds(start));
        if !status.is_success() {
            return Err(format!("the report returns {status}").into());
        }
    }
    Ok(times)
}

fn account() -> Result<Account, BoxError> {
    Ok(Account {
        number: DEMO_ACCOUNT_NUMBER.to_owned(),
        provisioning_hash: DEMO_PROVISIONING_HASH.into(),
        url: "http://localhost/enterpriseapi.php".parse()?,
        dialect: Dialect::Enterprise,
        label: "benchmark".to_owned(),
    })
}

/// Repeats the simulator's replies without generating them again: only the first run includes their generation, and it is
/// never the fastest.
struct ReplayTransport {
    simulator: Simulator,
    replies: Mutex<HashMap<Bytes, Bytes>>,
}

impl Transport for ReplayTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        async move {
            let key = request.body().clone();
            let stored = self.replies.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
            let reply = match stored {
                Some(reply) => reply,
                None => {
                    let reply = self.simulator.send(request).await?.into_body();
                    self.replies.lock().unwrap_or_else(PoisonError::into_inner).insert(key, reply.clone());
                    reply
                }
            };
            Ok(http::Response::new(reply))
        }
        .boxed()
    }
}

/// The built function's performance, measured from outside.
struct FunctionMeasurements {
    /// Milliseconds from the start of the process to its first reply, a 401.
    start: f64,
    /// Milliseconds of the first report, including the requests to LastPass.
    first: f64,
    /// Summaries per second.
    summary: f64,
    /// Pages of 50 users per second.
    page: f64,
    /// Milliseconds of a report with all users, read to the last byte.
    all: f64,
    /// Peak memory of the process, in MB.
    peak: f64,
}

async fn measure_function(binary: &Path, people: usize) -> Result<FunctionMeasurements, BoxError> {
    let (upstream, port) = (free_port()?, free_port()?);
    let arguments =
        ["simulator", "--port", &upstream.to_string(), "--people", &people.to_string(), "--seed", &SEED.to_string()];
    let _simulator = KillOnDrop(Command::new(env::current_exe()?).args(arguments).stdout(Stdio::null()).spawn()?);
    wait_for(upstream).await?;

    let client = reqwest::Client::new();
    let address = format!("http://127.0.0.1:{port}/api/security-report");
    let start = Instant::now();
    let function = KillOnDrop(
        Command::new(binary)
            .env_clear()
            .env("VERCEL_DEV_PORT", port.to_string())
            .env("LASTPASS_API_URL", format!("http://127.0.0.1:{upstream}/enterpriseapi.php"))
            .env("LASTPASS_ACCOUNT_NUMBER", DEMO_ACCOUNT_NUMBER)
            .env("LASTPASS_PROVISIONING_HASH", DEMO_PROVISIONING_HASH)
            .env("DASHBOARD_KEYS", format!("admin:{KEY}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?,
    );
    wait_for(port).await?;
    let refused = client.get(&address).send().await?;
    let start_to_first_reply = milliseconds(start);
    if refused.status() != http::StatusCode::UNAUTHORIZED {
        return Err(format!("the function returns {} without a key", refused.status()).into());
    }
    let start = Instant::now();
    read(&client, &format!("{address}?limit=1")).await?;
    let first = milliseconds(start);
    let mut all = f64::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        read(&client, &address).await?;
        all = all.min(milliseconds(start));
    }
    let summary = throughput(&client, &format!("{address}?view=summary")).await?;
    let page = throughput(&client, &format!("{address}?limit=50")).await?;
    // A refresh holds the old and the new data at the same time.
    tokio::time::sleep(Duration::from_secs(31)).await;
    read(&client, &format!("{address}?fresh=true")).await?;
    let peak = peak(function.0.id())?;
    Ok(FunctionMeasurements { start: start_to_first_reply, first, summary, page, all, peak })
}

/// Requests per second of several concurrent clients.
async fn throughput(client: &reqwest::Client, address: &str) -> Result<f64, BoxError> {
    let start = Instant::now();
    let clients = (0..CLIENTS).map(|_| async {
        let mut completed = 0_u32;
        while start.elapsed() < MEASURED_FOR {
            read(client, address).await?;
            completed += 1;
        }
        Ok::<_, BoxError>(completed)
    });
    let completed = join_all(clients).await.into_iter().sum::<Result<u32, _>>()?;
    Ok(f64::from(completed) / start.elapsed().as_secs_f64())
}

async fn read(client: &reqwest::Client, address: &str) -> Result<(), BoxError> {
    let mut response = client.get(address).header("x-api-key", KEY).send().await?.error_for_status()?;
    while response.chunk().await?.is_some() {}
    Ok(())
}

/// Builds the function in the release profile, as the platform does.
fn build() -> Result<PathBuf, BoxError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--quiet", "--bin", "security-report"]).status()?;
    if !built.success() {
        return Err("the build of the function failed".into());
    }
    let executable = env::current_exe()?;
    let target = executable.parent().and_then(Path::parent).ok_or("this program is not in a target folder")?;
    Ok(target.join("release/security-report"))
}

fn peak(process: u32) -> Result<f64, BoxError> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system reports no peak memory")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024.0 / 1e6)
}

fn free_port() -> Result<u16, BoxError> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

async fn wait_for(port: u16) -> Result<(), BoxError> {
    let start = Instant::now();
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if start.elapsed() > Duration::from_secs(60) {
            return Err(format!("no process listens on port {port}").into());
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    Ok(())
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// A process that is killed when its handle is dropped.
struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
