//! From a response to the platform's form of it: whole, or piece by piece.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::Stream;
use http::{
    HeaderMap, HeaderValue, Response,
    header::{SET_COOKIE, ToStrError},
};
use http_body::Body as _;
use http_body_util::BodyExt;
use lambda_http::{
    Error,
    aws_lambda_events::{
        apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse},
        encodings,
    },
    lambda_runtime::{FunctionResponse, MetadataPrelude, StreamResponse},
};
use lastpass_core::web::{Body, ResponseBodyError, UnsendableReply};
use serde_json::value::{RawValue, to_raw_value};

/// The longest reply that the platform takes whole, with its envelope:
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const LONGEST: usize = 6 * 1024 * 1024;

/// What the runtime sends.
pub(crate) type Reply = FunctionResponse<Box<RawValue>, Pieces>;

/// The form of a reply that is sent whole.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Envelope {
    /// Of a REST API.
    Rest,
    /// Of an HTTP API.
    Http,
}

/// The reply piece by piece.
pub(crate) fn streamed(response: Response<Body>) -> Reply {
    let (head, body) = response.into_parts();
    let (headers, cookies) = joined(&head.headers);
    let metadata_prelude = MetadataPrelude { status_code: head.status, headers, cookies };
    FunctionResponse::StreamingResponse(StreamResponse { metadata_prelude, stream: Pieces(body) })
}

/// The reply whole.
///
/// # Errors
/// Where it is longer than the platform takes, or ends before its end.
pub(crate) async fn whole(response: Response<Body>, envelope: Envelope) -> Result<Reply, UnsendableReply> {
    let (head, mut body) = response.into_parts();
    let mut read = Vec::new();
    while let Some(piece) = body.frame().await {
        let piece = piece.map_err(|ResponseBodyError| UnsendableReply::Broken)?.into_data().unwrap_or_default();
        if read.len() + piece.len() > LONGEST {
            return Err(UnsendableReply::TooLong);
        }
        read.extend_from_slice(&piece);
    }
    // All that we write is UTF-8; anything else would still arrive.
    let body = String::from_utf8(read).map_or_else(|bytes| bytes.into_bytes().into(), encodings::Body::Text);
    let is_base64_encoded = matches!(body, encodings::Body::Binary(_));
    let (body, status_code) = (Some(body), i64::from(head.status.as_u16()));
    let reply = match envelope {
        Envelope::Rest => {
            let mut reply = ApiGatewayProxyResponse::default();
            (reply.status_code, reply.body, reply.is_base64_encoded) = (status_code, body, is_base64_encoded);
            reply.multi_value_headers = head.headers;
            to_raw_value(&reply)
        }
        Envelope::Http => {
            let mut reply = ApiGatewayV2httpResponse::default();
            (reply.status_code, reply.body, reply.is_base64_encoded) = (status_code, body, is_base64_encoded);
            (reply.headers, reply.cookies) = joined(&head.headers);
            to_raw_value(&reply)
        }
    };
    let reply = reply.expect("our headers are text");
    if reply.get().len() <= LONGEST {
        Ok(FunctionResponse::BufferedResponse(reply))
    } else {
        Err(UnsendableReply::TooLong)
    }
}

/// The headers, each once, and the cookies, which the form 2.0 wants apart.
fn joined(headers: &HeaderMap) -> (HeaderMap, Vec<String>) {
    let mut joined = HeaderMap::new();
    for name in headers.keys().filter(|name| **name != SET_COOKIE) {
        let values: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        if let Ok(value) = HeaderValue::from_bytes(&values.join(&b", "[..])) {
            joined.insert(name.clone(), value);
        }
    }
    let cookies = headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().map(str::to_owned));
    (joined, cookies.collect::<Result<_, ToStrError>>().unwrap_or_default())
}

/// The pieces of a body.
pub(crate) struct Pieces(Body);

impl Stream for Pieces {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self(body) = self.get_mut();
        // The runtime writes an error's text at the end of what was sent, and at a panic would end it as if it were whole.
        let Ok(piece) = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut *body).poll_frame(context))) else {
            *body = Body::empty();
            return Poll::Ready(Some(Err("the reply broke off".into())));
        };
        piece.map(|piece| Some(piece?.map(|piece| piece.into_data().unwrap_or_default()).map_err(Error::from)))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[test]
    fn headers_of_one_name_are_joined_and_cookies_stand_apart() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("vary", "Cookie"), ("vary", "Origin"), ("set-cookie", "a=1"), ("set-cookie", "b=2")] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let (joined, cookies) = joined(&headers);
        assert_eq!((joined.len(), &joined["vary"]), (1, &HeaderValue::from_static("Cookie, Origin")));
        assert_eq!(cookies, ["a=1", "b=2"]);
    }

    #[tokio::test]
    async fn a_reply_that_breaks_off_is_no_whole_one() {
        let pieces = (0..).map(|number| if number == 0 { Bytes::from("a") } else { panic!("in the middle") });
        let mut pieces = Pieces(Body::from_chunks(pieces));
        assert_eq!(pieces.next().await.unwrap().unwrap(), "a");
        assert!(pieces.next().await.unwrap().is_err());
        assert!(pieces.next().await.is_none());
    }

    #[tokio::test]
    async fn what_fits_without_its_envelope_alone_is_too_long() {
        for (length, fits) in [(LONGEST - 1_000, true), (LONGEST - 1, false), (LONGEST + 1, false)] {
            let response = Response::new(Body::from(vec![b'x'; length]));
            assert_eq!(whole(response, Envelope::Http).await.is_ok(), fits, "{length}");
        }
        // Each quotation mark is two bytes on the way.
        let quoted = Response::new(Body::from(vec![b'"'; LONGEST / 2]));
        assert_eq!(whole(quoted, Envelope::Rest).await.err(), Some(UnsendableReply::TooLong));
    }
}
