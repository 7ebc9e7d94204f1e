//! A response body of the runtime that signals when it has been sent.

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

/// Wraps `body`. `sending` is dropped when the last chunk is taken, or the client has disconnected.
pub(crate) fn track(body: Body, sending: oneshot::Sender<()>) -> ResponseBody {
    ResponseBody(TrackedBody { body, _sending: sending }.boxed())
}

struct TrackedBody {
    body: Body,
    _sending: oneshot::Sender<()>,
}

impl http_body::Body for TrackedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = Pin::new(&mut self.get_mut().body).poll_frame(context);
        frame.map(|frame| frame.map(|frame| frame.map_err(Error::from)))
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
    async fn sending_ends_with_the_last_chunk() {
        let (sending, mut sent) = oneshot::channel();
        let mut body = track(Body::from_chunks(["a", "b"].into_iter().map(Bytes::from)), sending);
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "a");
        assert_eq!(sent.try_recv(), Err(oneshot::error::TryRecvError::Empty));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "b");
        assert_eq!(sent.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    }
}
