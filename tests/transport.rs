//! The HTTP transport over a real connection.

use std::sync::Arc;

use lastpass_core::lastpass::HttpTransport;
use lastpass_sim::{Fault, FaultKind, Simulator, serve_http};
use tokio::net::TcpListener;

use crate::world::{World, company};

/// A simulated LastPass on a port, and a function that calls it over HTTP.
async fn world_over_http(people: usize) -> (World, Simulator) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/enterpriseapi.php", listener.local_addr().expect("an address"));
    let simulator = Simulator::new(company(people));
    tokio::spawn(serve_http(listener, simulator.clone()));
    (World::with_transport(Arc::new(HttpTransport::new()), &[("LASTPASS_API_URL", &address)]), simulator)
}

#[tokio::test]
async fn the_report_is_the_same_over_http() {
    let (world, simulator) = world_over_http(2_001).await;
    let over_http = world.get("security-report").await;
    assert_eq!(over_http.body, World::new(company(2_001)).get("security-report").await.body);
    assert_eq!(simulator.calls().iter().filter(|call| call.command == "getuserdata").count(), 2);
}

#[tokio::test]
async fn transport_errors_are_problems_and_redirects_are_not_followed() {
    for kind in [FaultKind::Redirect, FaultKind::Huge(40 * 1024 * 1024)] {
        let (world, simulator) = world_over_http(3).await;
        simulator.inject(Fault::always(kind));
        world.get("security-report").await.problem(502, "lastpass-unavailable");
        let calls = simulator.calls().iter().filter(|call| call.command == "getuserdata").count();
        assert_eq!(calls, 1, "neither is retried");
    }
    let (world, simulator) = world_over_http(3).await;
    simulator.inject(Fault::once(FaultKind::ResetBefore).on("getuserdata"));
    assert_eq!(world.get("security-report").await.status, 200, "a reset connection is retried");

    let unreachable = World::with_transport(
        Arc::new(HttpTransport::new()),
        &[("LASTPASS_API_URL", "http://127.0.0.1:9/enterpriseapi.php")],
    );
    unreachable.get("security-report").await.problem(502, "lastpass-unavailable");
}
