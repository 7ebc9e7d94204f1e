//! The transport to the real LastPass, over a socket: what only a connection can show.

use std::sync::Arc;

use lastpass_core::lastpass::HttpTransport;
use lastpass_sim::{Fault, FaultKind, Simulator, serve_http};
use tokio::net::TcpListener;

use crate::world::{World, company};

/// A simulated LastPass that listens, and a function that asks it over HTTP.
async fn over_a_socket(people: usize) -> (World, Simulator) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/enterpriseapi.php", listener.local_addr().expect("an address"));
    let simulator = Simulator::new(company(people));
    tokio::spawn(serve_http(listener, simulator.clone()));
    (World::with_transport(Arc::new(HttpTransport::new()), &[("LASTPASS_API_URL", &address)]), simulator)
}

#[tokio::test]
async fn a_socket_brings_the_same_report_as_no_socket() {
    let (world, simulator) = over_a_socket(2_001).await;
    let over_http = world.get("security-report").await;
    assert_eq!(over_http.body, World::new(company(2_001)).get("security-report").await.body);
    assert_eq!(simulator.calls().iter().filter(|call| call.command == "getuserdata").count(), 2);
}

#[tokio::test]
async fn what_breaks_on_the_way_is_labelled_and_a_redirect_is_not_followed() {
    for kind in [FaultKind::Redirect, FaultKind::Huge(40 * 1024 * 1024)] {
        let (world, simulator) = over_a_socket(3).await;
        simulator.inject(Fault::always(kind));
        world.get("security-report").await.problem(502, "lastpass-unavailable");
        let asked = simulator.calls().iter().filter(|call| call.command == "getuserdata").count();
        assert_eq!(asked, 1, "neither passes by asking again");
    }
    let (world, simulator) = over_a_socket(3).await;
    simulator.inject(Fault { command: Some("getuserdata".to_owned()), ..Fault::once(FaultKind::ResetBefore) });
    assert_eq!(world.get("security-report").await.status, 200, "a broken connection is made again");

    let nobody_there = World::with_transport(
        Arc::new(HttpTransport::new()),
        &[("LASTPASS_API_URL", "http://127.0.0.1:9/enterpriseapi.php")],
    );
    nobody_there.get("security-report").await.problem(502, "lastpass-unavailable");
}
