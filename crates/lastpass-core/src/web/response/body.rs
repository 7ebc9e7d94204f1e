//! The body of a reply.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc;

/// The body of a reply: known whole, or made piece by piece while it is sent.
pub struct Body(Inner);

enum Inner {
    Whole(Bytes),
    Pieces(Box<dyn Iterator<Item = Bytes> + Send + Sync>),
    Arriving(mpsc::Receiver<Result<Bytes, Broken>>),
}

/// What a body was made of could not be read to its end: the connection breaks, so that nobody takes a part for the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reply could not be made to its end")]
pub struct Broken;

impl Body {
    /// No body.
    pub fn empty() -> Self {
        Self(Inner::Whole(Bytes::new()))
    }

    /// A body that is made while it is sent, so that it never lies in memory whole.
    pub fn pieces(pieces: impl Iterator<Item = Bytes> + Send + Sync + 'static) -> Self {
        Self(Inner::Pieces(Box::new(pieces)))
    }

    /// A body that comes from elsewhere while it is sent, a few pieces ahead at most.
    pub(crate) fn arriving(pieces: mpsc::Receiver<Result<Bytes, Broken>>) -> Self {
        Self(Inner::Arriving(pieces))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Inner::Whole(bytes.into()))
    }
}

impl std::fmt::Debug for Body {
    /// Says nothing of the content, which is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body")
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let piece = match &mut self.get_mut().0 {
            Inner::Whole(bytes) => (!bytes.is_empty()).then(|| std::mem::take(bytes)),
            Inner::Pieces(pieces) => pieces.next(),
            Inner::Arriving(pieces) => {
                return pieces.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)));
            }
        };
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, Inner::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Pieces(_) | Inner::Arriving(_) => SizeHint::default(),
        }
    }
}
