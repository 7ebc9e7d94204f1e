//! A reply's body as the runtime wants it, which tells when it has left.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use lastpass_core::web::Body;
use tokio::sync::oneshot;
use vercel_runtime::{Error, ResponseBody};

/// Wraps `body`; `sending` is dropped when its last piece is taken, or the caller is gone.
pub(crate) fn body(body: Body, sending: oneshot::Sender<()>) -> ResponseBody {
    ResponseBody(Leaving { body, _sending: sending }.boxed())
}

struct Leaving {
    body: Body,
    _sending: oneshot::Sender<()>,
}

impl http_body::Body for Leaving {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let piece = Pin::new(&mut self.get_mut().body).poll_frame(context);
        piece.map(|piece| piece.map(|piece| piece.map_err(Error::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reply_is_over_when_its_last_piece_has_left() {
        let (sending, mut sent) = oneshot::channel();
        let mut body = body(Body::from_chunks(["a", "b"].into_iter().map(Bytes::from)), sending);
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "a");
        assert_eq!(sent.try_recv(), Err(oneshot::error::TryRecvError::Empty));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "b");
        assert_eq!(sent.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    }
}
