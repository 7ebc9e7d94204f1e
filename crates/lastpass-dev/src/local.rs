//! Every route in one process, as the platform would serve them.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::Utc;
use futures_util::future::BoxFuture;
use http::{HeaderValue, Request, Response, header::CONTENT_TYPE};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use lastpass_core::{
    auth::DEMO_KEYS,
    domain::Role,
    web::{App, Background, Body, Invocation, not_found, read, serve},
};
use lastpass_sim::{Company, Simulator};
use tokio::task::JoinSet;

use crate::{
    Failure, arguments, listen, live,
    routes::{ENDPOINTS, Rewrites},
};

const SEED: u64 = 1;

struct Local {
    app: App,
    rewrites: Rewrites,
    background: Joined,
    page: String,
}

pub(crate) async fn run(options: arguments::Serve) -> Result<(), Failure> {
    let listener = listen(options.port).await?;
    let address = format!("http://localhost:{}", options.port);
    let (app, page) = if options.live { live_app(&address)? } else { demo_app(&address, options.people) };
    log();
    println!("{page}");
    let local = Arc::new(Local { app, rewrites: Rewrites::read()?, background: Joined::default(), page });
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
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let path = request.uri().path();
        if path == "/" {
            let mut response = Response::new(Body::from(self.page.clone().into_bytes()));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            return response;
        }
        let Some(endpoint) = self.rewrites.endpoint(path) else {
            return not_found();
        };
        let (head, body) = request.into_parts();
        let request = Request::from_parts(head, read(body).await);
        let invocation = Invocation { at: Utc::now(), background: Some(&self.background) };
        serve(&self.app, endpoint, request, invocation).await
    }
}

fn demo_app(address: &str, people: Option<usize>) -> (App, String) {
    let lookup = |name: &str| (name == "LASTPASS_DEMO").then(|| "1".to_owned());
    let app = match people {
        Some(people) => {
            let company = Company::generate(SEED, people, Utc::now().date_naive());
            App::over(Arc::new(Simulator::new(company)), lookup)
        }
        None => App::new(lookup),
    };
    let keys: Vec<_> =
        Role::ALL.iter().zip(DEMO_KEYS).map(|(role, key)| format!("  {key:<18} {}", may(*role))).collect();
    let page = format!(
        "A made-up company on {address}

Routes, here and below /api/lastpass/:
{}
Keys, which work nowhere else:
{}

Try:
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/security-report?limit=2'
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/security-report?risk=high&sort=-lastLogin&limit=2'
  curl -s -H 'Authorization: Bearer demo-admin' '{address}/api/lastpass/security-report?format=csv'
  curl -s -H 'Authorization: Bearer demo-manager' '{address}/api/security-report?view=summary'
  curl -i '{address}/api/security-report'
",
        routes(address),
        keys.join("\n"),
    );
    (app, page)
}

fn live_app(address: &str) -> Result<(App, String), Failure> {
    let variables = live::variables()?;
    let app = App::new(|name| variables.get(name).cloned());
    let faults: Vec<_> = app.faults().map(|fault| format!("  {} {}", fault.variable, fault.reason)).collect();
    if !faults.is_empty() {
        let faults = faults.join("\n");
        return Err(format!("these settings are looked for in the environment, .env.local and .env:\n{faults}").into());
    }
    let page = format!(
        "Your own organisation on {address}

Routes, here and below /api/lastpass/:
{}
Keys: those of your DASHBOARD_KEYS.

Try:
  curl -s -H 'Authorization: Bearer KEY' '{address}/api/security-report?view=summary'
",
        routes(address)
    );
    Ok((app, page))
}

fn routes(address: &str) -> String {
    ENDPOINTS.iter().map(|endpoint| format!("  {address}/api/{}\n", endpoint.name)).collect()
}

fn may(role: Role) -> &'static str {
    match role {
        Role::Admin => "sees everything",
        Role::Manager | Role::Auditor => "sees figures, and no person",
        Role::Provisioner => "may not read the report",
    }
}

fn log() {
    tracing_subscriber::fmt().compact().with_target(false).with_writer(std::io::stderr).init();
}

/// What outlives a reply; joined when the server ends.
#[derive(Default)]
struct Joined(Mutex<JoinSet<()>>);

impl Background for Joined {
    fn keep_awake_for(&self, work: BoxFuture<'static, ()>) {
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
