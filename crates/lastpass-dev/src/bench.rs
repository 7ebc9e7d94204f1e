//! What the report costs: its job alone in this process, and the built function with the simulator as a process of its own.

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
    lastpass::{Account, CallContext, CallMeter, Client, Dialect, Transport, TransportError},
    report::{Departments, ReportContext, Sort, security_report, sort_people},
    web::{App, RequestContext, SECURITY_REPORT, serve},
};
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator};

use crate::error::BoxError;

/// Companies that are measured, and for the job alone the limits of the design in milliseconds.
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
    println!("## The report's job alone\n");
    println!("| people | read and parse, ms | figures and order, ms | whole, to the last byte, ms | limit, ms |");
    println!("| ---: | ---: | ---: | ---: | ---: |");
    for (people, limit) in SIZES {
        let job = job(people).await?;
        println!(
            "| {people} | {:.2} | {:.2} | {:.2} | {limit} x 1.5 = {:.1} |",
            job.parse,
            job.compute,
            job.whole,
            limit * 1.5
        );
    }
    println!("\n## The built function, the simulator a process of its own\n");
    println!(
        "| people | start to first answer, ms | first report, ms | summary, requests/s | 50 people, requests/s | all people, ms | peak memory, MB |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let binary = build()?;
    for (people, _) in SIZES {
        let function = function(&binary, people).await?;
        println!(
            "| {people} | {:.1} | {:.0} | {:.0} | {:.0} | {:.1} | {:.1} |",
            function.start, function.first, function.summary, function.page, function.all, function.peak
        );
    }
    println!("\nBinary: {:.2} MB.", fs::metadata(&binary)?.len() as f64 / 1e6);
    Ok(())
}

/// Milliseconds, the best of some runs: what disturbs a run only ever makes it slower.
struct Job {
    parse: f64,
    compute: f64,
    whole: f64,
}

async fn job(people: usize) -> Result<Job, BoxError> {
    let simulator = Simulator::new(Company::generate(SEED, people, Utc::now().date_naive()));
    let transport: Arc<dyn Transport> = Arc::new(Remembered { simulator, replies: Mutex::default() });
    let app = App::with_transport(Arc::clone(&transport), |name| {
        let settings = [
            ("LASTPASS_ACCOUNT_NUMBER", DEMO_ACCOUNT_NUMBER),
            ("LASTPASS_PROVISIONING_HASH", DEMO_PROVISIONING_HASH),
            ("CACHE_SECONDS", "0"),
        ];
        let keys = format!("admin:{KEY}");
        let found = settings.into_iter().chain([("DASHBOARD_KEYS", keys.as_str())]).find(|(known, _)| *known == name);
        found.map(|(_, value)| value.to_owned())
    });
    let client = Client::new(transport, account()?, chrono_tz::America::New_York);
    let mut job = Job { parse: f64::MAX, compute: f64::MAX, whole: f64::MAX };
    for _ in 0..(200_000 / people).clamp(5, 50) {
        let budget = CallContext {
            deadline: tokio::time::Instant::now() + Duration::from_secs(60),
            meter: Arc::new(CallMeter::default()),
        };
        let start = Instant::now();
        let reading = client.people(Utc::now(), &budget).await?;
        job.parse = job.parse.min(milliseconds(start));

        let start = Instant::now();
        let departments = Departments::new(&reading.people, &DepartmentGroups::default());
        let context = ReportContext { score_source: ScoreSource::MasterPassword, departments: &departments };
        let folders = SharedFolderTotals::default();
        let report = security_report(&reading.people, folders, &context);
        let places = sort_people(&reading.people, &context, Sort::default());
        job.compute = job.compute.min(milliseconds(start));
        if report.stats.total_users != people as u64 || places.len() < people {
            return Err("the figures are not of everybody".into());
        }

        let start = Instant::now();
        let request = http::Request::get("/api/security-report").header("x-api-key", KEY).body(Ok(Bytes::new()))?;
        let response = serve(&app, &SECURITY_REPORT, request, RequestContext::new(Utc::now(), None)).await;
        let status = response.status();
        let mut body = response.into_body();
        while let Some(frame) = body.frame().await {
            std::hint::black_box(frame?);
        }
        job.whole = job.whole.min(milliseconds(start));
        if !status.is_success() {
            return Err(format!("the report answers {status}").into());
        }
    }
    Ok(job)
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

/// Gives each reply of the simulator again without making it anew: the first run, which makes them, is never the best.
struct Remembered {
    simulator: Simulator,
    replies: Mutex<HashMap<Bytes, Bytes>>,
}

impl Transport for Remembered {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        async move {
            let question = request.body().clone();
            let known = self.replies.lock().unwrap_or_else(PoisonError::into_inner).get(&question).cloned();
            let reply = match known {
                Some(reply) => reply,
                None => {
                    let reply = self.simulator.send(request).await?.into_body();
                    self.replies.lock().unwrap_or_else(PoisonError::into_inner).insert(question, reply.clone());
                    reply
                }
            };
            Ok(http::Response::new(reply))
        }
        .boxed()
    }
}

/// What the built function does, seen from outside.
struct Function {
    /// Milliseconds from starting the process to its first answer, a 401.
    start: f64,
    /// Milliseconds of the first report, LastPass read.
    first: f64,
    /// Requests a second.
    summary: f64,
    page: f64,
    /// Milliseconds of a report with everybody in it, read to the last byte.
    all: f64,
    /// The most memory the process ever held, in MB.
    peak: f64,
}

async fn function(binary: &Path, people: usize) -> Result<Function, BoxError> {
    let (upstream, port) = (free_port()?, free_port()?);
    let arguments =
        ["simulator", "--port", &upstream.to_string(), "--people", &people.to_string(), "--seed", &SEED.to_string()];
    let _simulator = Killed(Command::new(env::current_exe()?).args(arguments).stdout(Stdio::null()).spawn()?);
    wait_for(upstream).await?;

    let client = reqwest::Client::new();
    let address = format!("http://127.0.0.1:{port}/api/security-report");
    let start = Instant::now();
    let function = Killed(
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
    let to_first_answer = milliseconds(start);
    if refused.status() != http::StatusCode::UNAUTHORIZED {
        return Err(format!("the function answers {} to nobody", refused.status()).into());
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
    // A second reading beside the first is what a refresh does.
    tokio::time::sleep(Duration::from_secs(31)).await;
    read(&client, &format!("{address}?fresh=true")).await?;
    let peak = peak(function.0.id())?;
    Ok(Function { start: to_first_answer, first, summary, page, all, peak })
}

/// Requests a second that some clients together get answered.
async fn throughput(client: &reqwest::Client, address: &str) -> Result<f64, BoxError> {
    let start = Instant::now();
    let asking = (0..CLIENTS).map(|_| async {
        let mut answered = 0_u32;
        while start.elapsed() < MEASURED_FOR {
            read(client, address).await?;
            answered += 1;
        }
        Ok::<_, BoxError>(answered)
    });
    let answered = join_all(asking).await.into_iter().sum::<Result<u32, _>>()?;
    Ok(f64::from(answered) / start.elapsed().as_secs_f64())
}

async fn read(client: &reqwest::Client, address: &str) -> Result<(), BoxError> {
    let mut response = client.get(address).header("x-api-key", KEY).send().await?.error_for_status()?;
    while response.chunk().await?.is_some() {}
    Ok(())
}

/// Builds the function as the platform does.
fn build() -> Result<PathBuf, BoxError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--quiet", "--bin", "security-report"]).status()?;
    if !built.success() {
        return Err("the function does not build".into());
    }
    let beside = env::current_exe()?;
    let target = beside.parent().and_then(Path::parent).ok_or("this program lies in no target folder")?;
    Ok(target.join("release/security-report"))
}

fn peak(process: u32) -> Result<f64, BoxError> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system tells no peak")?;
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
            return Err(format!("nothing listens on port {port}").into());
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    Ok(())
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// A process that ends with its handle.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
