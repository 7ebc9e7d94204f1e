//! The simulator as a server, for a function to connect to.

use chrono::Utc;
use lastpass_sim::{Company, DEMO_ACCOUNT_NUMBER, DEMO_PROVISIONING_HASH, Simulator, serve_http};

use crate::{arguments::SimulatorOptions, error::BoxError, listener::listen};

pub(crate) async fn run(options: SimulatorOptions) -> Result<(), BoxError> {
    let SimulatorOptions { port, people, seed } = options;
    let listener = listen(port).await?;
    let simulator = Simulator::new(Company::generate(seed, people, Utc::now().date_naive()));
    let key: String = std::iter::repeat_with(fastrand::alphanumeric).take(40).collect();
    println!(
        "A simulated LastPass with {people} users on http://127.0.0.1:{port}/enterpriseapi.php

Connect a function to it in another terminal:

LASTPASS_API_URL=http://127.0.0.1:{port}/enterpriseapi.php \\
LASTPASS_ACCOUNT_NUMBER={DEMO_ACCOUNT_NUMBER} \\
LASTPASS_PROVISIONING_HASH={DEMO_PROVISIONING_HASH} \\
DASHBOARD_KEYS=admin:{key} \\
VERCEL_DEV_PORT=3001 cargo run --bin security-report

Send it a request:

curl -s -H 'Authorization: Bearer {key}' 'http://localhost:3001/api/lastpass/security-report?limit=1'
"
    );
    tokio::select! {
        served = serve_http(listener, simulator) => Ok(served?),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
