//! The body of a response.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc;

/// The body of a response: complete, or generated while it is sent.
pub struct Body(Inner);

enum Inner {
    Complete(Bytes),
    Chunks(Box<dyn Iterator<Item = Bytes> + Send + Sync>),
    Channel(mpsc::Receiver<Result<Bytes, ResponseBodyError>>),
}

/// The source of the body failed while it was sent. The connection is closed, so that no client mistakes a part for the
/// whole body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the response body could not be completed")]
pub struct ResponseBodyError;

impl Body {
    /// An empty body.
    pub fn empty() -> Self {
        Self(Inner::Complete(Bytes::new()))
    }

    /// A body that is generated while it is sent, so that it is never in memory as a whole.
    pub fn from_chunks(chunks: impl Iterator<Item = Bytes> + Send + Sync + 'static) -> Self {
        Self(Inner::Chunks(Box::new(chunks)))
    }

    /// A body that a task generates while it is sent; the channel bounds how far the task may be ahead.
    pub(crate) fn from_channel(chunks: mpsc::Receiver<Result<Bytes, ResponseBodyError>>) -> Self {
        Self(Inner::Channel(chunks))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Inner::Complete(bytes.into()))
    }
}

impl std::fmt::Debug for Body {
    /// Omits the content, which is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body")
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = ResponseBodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ResponseBodyError>>> {
        let chunk = match &mut self.get_mut().0 {
            Inner::Complete(bytes) => (!bytes.is_empty()).then(|| std::mem::take(bytes)),
            Inner::Chunks(chunks) => chunks.next(),
            Inner::Channel(chunks) => {
                return chunks.poll_recv(context).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)));
            }
        };
        Poll::Ready(chunk.map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, Inner::Complete(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Complete(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Chunks(_) | Inner::Channel(_) => SizeHint::default(),
        }
    }
}
