//! The client: sends requests, retries reads, and decodes replies. The method of each command is in the command's file.

use std::sync::Arc;

use bytes::Bytes;
use chrono_tz::Tz;
use http::header::CONTENT_TYPE;
use tokio::time::Instant;

use crate::lastpass::{
    call_context::CallContext,
    dialect::{Account, Dialect},
    error::Error,
    read_command::ReadCommand,
    reply,
    retry::retry,
    transport::{Transport, TransportError},
};

/// The most pages that are read of one list. No organisation has so many: it bounds an upstream that never ends a list.
pub(crate) const MAX_PAGES: usize = 500;
/// The most text that is kept of one list of users, in bytes: 100 times that of 10,000 users.
pub(crate) const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// A client of the Enterprise API.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    pub(crate) account: Account,
    pub(crate) zone: Tz,
}

impl Client {
    /// Returns a client for one account, whose dates are local times of `zone`.
    pub fn new(transport: Arc<dyn Transport>, account: Account, zone: Tz) -> Self {
        Self { transport, account, zone }
    }

    /// Returns the dialect in which requests are written.
    pub fn dialect(&self) -> Dialect {
        self.account.dialect
    }

    /// Sends a read, retries transient failures, and decodes the reply.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        command: ReadCommand<'_>,
        context: &CallContext,
        decode: impl Fn(&[u8]) -> Result<T, Error> + Copy + Send + 'static,
    ) -> Result<T, Error> {
        retry(context.deadline, || self.read_once(command, context, decode)).await
    }

    /// Sends a read once, and decodes the reply on a thread that serves no requests.
    pub(crate) async fn read_once<T: Send + 'static>(
        &self,
        command: ReadCommand<'_>,
        context: &CallContext,
        decode: impl Fn(&[u8]) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let reply = self.send(command.body(&self.account), context).await?;
        let decoding = tokio::task::spawn_blocking(move || reply::decode(&reply, decode));
        decoding.await.unwrap_or(Err(Error::Internal))
    }

    /// Sends a request once.
    pub(crate) async fn send(&self, body: Vec<u8>, context: &CallContext) -> Result<http::Response<Bytes>, Error> {
        let request = http::Request::post(self.account.url.as_str())
            .header(CONTENT_TYPE, mime::APPLICATION_JSON.as_ref())
            .body(Bytes::from(body))
            .map_err(|_| Error::Unreachable(TransportError::ConnectFailed))?;
        let start = Instant::now();
        let reply = self.transport.send(request).await;
        context.meter.add(start.elapsed());
        reply.map_err(|error| match error {
            TransportError::TimedOut => Error::Timeout,
            TransportError::ConnectFailed | TransportError::ConnectionBroken | TransportError::ReplyTooLong => {
                Error::Unreachable(error)
            }
        })
    }
}
