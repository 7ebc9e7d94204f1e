//! The port that a server listens on.

use std::io::ErrorKind;

use tokio::net::TcpListener;

use crate::error::BoxError;

/// Listens on a port of this machine only.
///
/// # Errors
/// Returns a text that names the port, and `--port` as the way out if the port is taken.
pub(crate) async fn listen(port: u16) -> Result<TcpListener, BoxError> {
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        if error.kind() == ErrorKind::AddrInUse {
            let other = port.checked_add(1).unwrap_or(3000);
            format!("Port {port} is already in use. Choose another one, for example `--port {other}`, or stop the process that uses it.").into()
        } else {
            format!("Port {port} cannot be used: {error}").into()
        }
    })
}
