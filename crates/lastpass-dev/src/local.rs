//! Every route in one process, as the platform would serve them.

use std::{
    convert::Infallible,
    env, fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use cdn_model::CacheStatus;
use chrono::{TimeDelta, Utc};
use futures_util::{FutureExt, future::BoxFuture};
use http::{HeaderValue, Request, Response, header::CONTENT_TYPE, request::Parts};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use lastpass_core::{
    auth::DEMO_KEYS,
    domain::Role,
    settings::SettingErrors,
    web::{App, Background, Body, ROUTES, RequestBodyError, RequestContext, not_found, read_request_body, serve},
};
use lastpass_sim::{Company, Simulator};
use tokio::task::JoinSet;

use crate::{
    arguments::{self, Changes},
    edge::{Edge, Found},
    error::BoxError,
    listener::listen,
    live,
    routes::Rewrites,
};

/// The demo's own company.
const SEED: u64 = 1;
const PEOPLE: usize = 240;

struct Local {
    app: App,
    edge: Edge,
    rewrites: Rewrites,
    background: Joined,
    page: String,
}

pub(crate) async fn run(options: arguments::Serve) -> Result<(), BoxError> {
    let listener = listen(options.port).await?;
    let address = format!("http://localhost:{}", options.port);
    let (app, page) = match options.live {
        Some(changes) => live_app(&address, changes)?,
        None => demo_app(&address, &options)?,
    };
    log();
    println!("{page}");
    let local = Local { app, edge: Edge::default(), rewrites: Rewrites::read()?, background: Joined::default(), page };
    let local = Arc::new(local);
    let serving = async {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file handles, say: others may close some.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let local = Arc::clone(&local);
            let service = service_fn(move |request| {
                let local = Arc::clone(&local);
                async move { Ok::<_, Infallible>(local.answer(request).await) }
            });
            let connection =
                http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
            // A caller who hangs up is no matter.
            tokio::spawn(async move { connection.await.unwrap_or_default() });
        }
    };
    tokio::select! {
        () = serving => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    // What goes on in the background may end; a second Ctrl-C does not wait for it.
    tokio::select! {
        () = local.background.join() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(())
}

impl Local {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        if request.uri().path() == "/" {
            let mut response = Response::new(Body::from(self.page.clone().into_bytes()));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            return response;
        }
        let (head, body) = request.into_parts();
        match self.edge.look(&head) {
            Found::Answer(reply) => reply,
            Found::Stale(reply) => {
                let local = Arc::clone(&self);
                let asking = async move { drop(local.ask(head, Ok(Bytes::new()), CacheStatus::Miss).await) };
                self.background.wait_until(asking.boxed());
                reply
            }
            Found::Nothing(status) => self.ask(head, read_request_body(body).await, status).await,
        }
    }

    /// Has the function answer, and keeps what may be kept.
    async fn ask(&self, head: Parts, body: Result<Bytes, RequestBodyError>, status: CacheStatus) -> Response<Body> {
        let request = Request::from_parts(head.clone(), body);
        let response = match self.rewrites.endpoint(head.uri.path()) {
            Some(endpoint) => {
                let context = RequestContext::new(Utc::now(), Some(&self.background));
                serve(&self.app, endpoint, request, context).await
            }
            None => not_found(),
        };
        self.edge.pass(&head, response, status).await
    }
}

fn demo_app(address: &str, options: &arguments::Serve) -> Result<(App, String), BoxError> {
    let (database, place) = match env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) {
        Some(url) => (url, "the database of DATABASE_URL".to_owned()),
        None => {
            let file = fresh_file(options.port)?;
            (format!("sqlite://{}", file.display()), file.display().to_string())
        }
    };
    let own = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let lookup = |name: &str| match name {
        "LASTPASS_DEMO" => Some("1".to_owned()),
        "DATABASE_URL" => Some(database.clone()),
        // So that a provisioner can be seen not to hand it out.
        "ROLE_GROUPS" => own(name).or_else(|| Some("admin=Domain Admins".to_owned())),
        "CHANGES" | "KNOWN_GROUPS" | "ALLOWED_EMAIL_DOMAINS" | "OFFBOARDING_LIMIT" | "CORS_ALLOWED_ORIGINS" => {
            own(name)
        }
        _ => None,
    };
    let company = Company::generate(SEED, options.people.unwrap_or(PEOPLE), Utc::now().date_naive());
    let leaver = leaver(&company).unwrap_or("somebody@example.com").to_owned();
    let app = App::with_transport(Arc::new(Simulator::new(company)), lookup);
    refuse(app.setting_errors(), "these settings cannot be used:\n")?;
    let keys: Vec<_> =
        Role::ALL.iter().zip(DEMO_KEYS).map(|(role, key)| format!("  {key:<18} {}", may(*role))).collect();
    let page = format!(
        "A made-up company on {address}

Routes, here and below /api/lastpass/:
{routes}
Keys, which work nowhere else:
{keys}

Changes are made in memory, unless CHANGES says otherwise, and recorded in {place}.

Try:
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/security-report?limit=2'
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/security-report?risk=high&sort=-lastLogin&limit=2'
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/lastpass/security-report?format=csv'
  curl -s -H 'Authorization: Bearer demo-manager' '{address}/api/security-report?view=summary'
  curl -i '{address}/api/security-report'

LastPass's log: a week, what an admin would want to know of a month, and all of it as a file:
  curl -s -H 'X-Api-Key: demo-auditor' '{address}/api/audit-logs?limit=2'
  curl -s -H 'X-Api-Key: demo-auditor' '{address}/api/audit-logs?from={month_ago}&alert=loginFromNewAddress'
  curl -s -H 'X-Api-Key: demo-auditor' '{address}/api/audit-logs?from={month_ago}&format=csv'

Somebody new: what would be done, done, and once more by the same key (one account):
  curl -s -H 'X-Api-Key: demo-provisioner' --json '{{\"firstName\":\"Ann\",\"lastName\":\"Lee\",\"email\":\"ann.lee@example.com\",\"department\":\"Sales\",\"dryRun\":true}}' '{address}/api/provision-user'
  curl -s -H 'X-Api-Key: demo-provisioner' -H 'Idempotency-Key: 1' --json '{{\"firstName\":\"Ann\",\"lastName\":\"Lee\",\"email\":\"ann.lee@example.com\",\"department\":\"Sales\"}}' '{address}/api/provision-user'

A leaver: what goes with them, kept back by a folder that nobody else administers, gone all the same, and back:
  curl -s -H 'X-Api-Key: demo-admin' --json '{{\"email\":\"{leaver}\",\"action\":\"deactivate\",\"dryRun\":true}}' '{address}/api/users'
  curl -s -H 'X-Api-Key: demo-admin' --json '{{\"email\":\"{leaver}\",\"action\":\"deactivate\"}}' '{address}/api/users'
  curl -s -H 'X-Api-Key: demo-admin' --json '{{\"email\":\"{leaver}\",\"action\":\"deactivate\",\"allowOrphans\":true}}' '{address}/api/users'
  curl -s -H 'X-Api-Key: demo-admin' --json '{{\"email\":\"{leaver}\",\"action\":\"restore\"}}' '{address}/api/users'

A link that opens the summary without a key, and what the platform's cache makes of it (MISS, then HIT):
  link=$(curl -si -H 'X-Api-Key: demo-manager' '{address}/api/security-report' | grep -o '/api/[^>]*sig=[^>]*')
  curl -si {address}$link | grep x-vercel-cache
  curl -si {address}$link | grep x-vercel-cache

The record, and its proof:
  curl -s -H 'X-Api-Key: demo-auditor' '{address}/api/actions?verify=true'

Whether everything is well, and what to do where it is not:
  curl -s -H 'X-Api-Key: demo-admin' '{address}/api/health'
",
        month_ago = (Utc::now() - TimeDelta::days(30)).date_naive(),
        routes = routes(address),
        keys = keys.join("\n"),
    );
    Ok((app, page))
}

/// A file of its own for each port, empty at each start: the made-up company forgets as well.
fn fresh_file(port: u16) -> Result<PathBuf, BoxError> {
    let file = env::temp_dir().join(format!("lastpass-functions-{port}.sqlite3"));
    for suffix in ["", "-journal"] {
        let mut path = file.clone().into_os_string();
        path.push(suffix);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{} cannot be removed: {error}", PathBuf::from(path).display()).into()),
        }
    }
    Ok(file)
}

/// Somebody who is no admin, and without whom folders would have no administrator; else who opens the most.
fn leaver(company: &Company) -> Option<&str> {
    let is_active = |name: &str| {
        let user = company.users.iter().find(|user| user.username == name);
        user.is_some_and(|user| !user.disabled && !user.never_logged_in)
    };
    let weight = |name: &str| {
        let live = company.folders.iter().filter(|folder| !folder.deleted);
        let own = live.filter(|folder| folder.members.iter().any(|member| member.username == name));
        own.fold((0, 0), |(alone, opens), folder| {
            let mut administrators = folder.members.iter().filter(|member| member.can_administer);
            let is_alone = administrators.clone().any(|member| member.username == name)
                && administrators.all(|member| member.username == name || !is_active(&member.username));
            (alone + u32::from(is_alone), opens + 1)
        })
    };
    let stays = company.users.iter().filter(|user| !user.admin && is_active(&user.username));
    stays.max_by_key(|user| weight(&user.username)).map(|user| user.username.as_str())
}

fn live_app(address: &str, changes: Changes) -> Result<(App, String), BoxError> {
    let variables = live::variables(changes)?;
    let app = App::new(|name| variables.get(name).cloned());
    refuse(app.setting_errors(), "these settings are looked for in the environment, .env.local and .env:\n")?;
    let told = match changes {
        Changes::Told => {
            "No change is made: each is answered with what it would do. To make them, start with --writes."
        }
        Changes::Made if app.has_record() => "CHANGES ARE MADE, unless CHANGES says otherwise.",
        Changes::Made => "No change is made yet: that needs DATABASE_URL and SIGNING_SECRET.",
    };
    let page = format!(
        "Your own organisation on {address}

Routes, here and below /api/lastpass/:
{}
Keys: those of your DASHBOARD_KEYS.
{told}

Try:
  curl -s -H 'Authorization: Bearer KEY' '{address}/api/security-report?view=summary'
",
        routes(address)
    );
    Ok((app, page))
}

fn refuse(faults: &SettingErrors, where_from: &str) -> Result<(), BoxError> {
    let faults: Vec<_> = faults.all().map(|fault| format!("  {fault}")).collect();
    if faults.is_empty() { Ok(()) } else { Err(format!("{where_from}{}", faults.join("\n")).into()) }
}

fn routes(address: &str) -> String {
    ROUTES.iter().map(|route| format!("  {address}/api/{}\n", route.name)).collect()
}

fn may(role: Role) -> &'static str {
    match role {
        Role::Admin => "sees and changes everything",
        Role::Manager => "sees figures, and no person",
        Role::Auditor => "sees figures, the log, shared folders and the record of changes",
        Role::Provisioner => "makes accounts",
    }
}

fn log() {
    tracing_subscriber::fmt().compact().with_target(false).with_writer(std::io::stderr).init();
}

/// What outlives a reply; joined when the server ends.
#[derive(Default)]
struct Joined(Mutex<JoinSet<()>>);

impl Background for Joined {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while running.try_join_next().is_some() {}
        running.spawn(work);
    }
}

impl Joined {
    async fn join(&self) {
        let running = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        running.join_all().await;
    }
}
