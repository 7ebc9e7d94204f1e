//! A LastPass that answers each command with a fixed reply.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use lastpass_core::lastpass::{Transport, TransportError};
use serde_json::Value;

/// Replies by command, each with its headers; other commands get an empty list.
pub(crate) type Replies = Vec<(&'static str, u16, Vec<(&'static str, String)>, String)>;

/// A LastPass that answers with fixed replies and counts its calls.
pub(crate) struct FixedReplies {
    replies: Replies,
    calls: Mutex<Vec<String>>,
}

impl FixedReplies {
    pub(crate) fn new(replies: Replies) -> Arc<Self> {
        Arc::new(Self { replies, calls: Mutex::default() })
    }

    pub(crate) fn count(&self, command: &str) -> usize {
        self.calls.lock().expect("no panic").iter().filter(|own| *own == command).count()
    }
}

impl Transport for FixedReplies {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let request: Value = serde_json::from_slice(request.body()).expect("JSON");
        let command = request["cmd"].as_str().expect("a command").to_owned();
        let found = self.replies.iter().find(|(name, ..)| *name == command);
        self.calls.lock().expect("no panic").push(command);
        let mut response = http::Response::builder();
        let body = match found {
            Some((_, status, headers, body)) => {
                response = response.status(*status);
                for (name, value) in headers {
                    response = response.header(*name, value);
                }
                body.clone()
            }
            None => "[]".to_owned(),
        };
        async move { Ok(response.body(Bytes::from(body)).expect("a response")) }.boxed()
    }
}
