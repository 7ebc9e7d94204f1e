//! The simulator as a server: a LastPass to point a function at.

use chrono::Utc;
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator, serve_http};

use crate::{arguments, error::BoxError, listener::listen};

pub(crate) async fn run(options: arguments::Simulator) -> Result<(), BoxError> {
    let arguments::Simulator { port, people, seed } = options;
    let listener = listen(port).await?;
    let simulator = Simulator::new(Company::generate(seed, people, Utc::now().date_naive()));
    let key: String = std::iter::repeat_with(fastrand::alphanumeric).take(40).collect();
    println!(
        "A made-up LastPass of {people} people listens on http://127.0.0.1:{port}/enterpriseapi.php

Start a function over it in another terminal:

LASTPASS_API_URL=http://127.0.0.1:{port}/enterpriseapi.php \\
LASTPASS_ACCOUNT_NUMBER={DEMO_ACCOUNT_NUMBER} \\
LASTPASS_PROVISIONING_HASH={DEMO_PROVISIONING_HASH} \\
DASHBOARD_KEYS=admin:{key} \\
VERCEL_DEV_PORT=3001 cargo run --bin security-report

and ask it:

curl -s -H 'Authorization: Bearer {key}' 'http://localhost:3001/api/security-report?limit=1'
"
    );
    tokio::select! {
        served = serve_http(listener, simulator) => Ok(served?),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
