//! From a response to the platform's reply: buffered or streamed.

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

/// The longest buffered reply that the platform accepts, including its envelope:
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const MAX_BUFFERED_REPLY: usize = 6 * 1024 * 1024;

/// The reply that the runtime sends.
pub(crate) type FunctionReply = FunctionResponse<Box<RawValue>, BodyStream>;

/// The JSON envelope of a buffered reply.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Envelope {
    /// For a REST API.
    Rest,
    /// For an HTTP API.
    Http,
}

/// A streamed reply.
pub(crate) fn streamed(response: Response<Body>) -> FunctionReply {
    let (head, body) = response.into_parts();
    let (headers, cookies) = merge_headers(&head.headers);
    let metadata_prelude = MetadataPrelude { status_code: head.status, headers, cookies };
    FunctionResponse::StreamingResponse(StreamResponse { metadata_prelude, stream: BodyStream(body) })
}

/// A buffered reply.
///
/// # Errors
/// Returns the reason if the reply is longer than the platform accepts, or its body ends with an error.
pub(crate) async fn buffered(response: Response<Body>, envelope: Envelope) -> Result<FunctionReply, UnsendableReply> {
    let (head, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let chunk = frame.map_err(|ResponseBodyError| UnsendableReply::Broken)?.into_data().unwrap_or_default();
        if bytes.len() + chunk.len() > MAX_BUFFERED_REPLY {
            return Err(UnsendableReply::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
    // All our bodies are UTF-8; any other would be sent as base64.
    let body = String::from_utf8(bytes).map_or_else(|error| error.into_bytes().into(), encodings::Body::Text);
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
            (reply.headers, reply.cookies) = merge_headers(&head.headers);
            to_raw_value(&reply)
        }
    };
    let reply = reply.expect("our headers are text");
    if reply.get().len() <= MAX_BUFFERED_REPLY {
        Ok(FunctionResponse::BufferedResponse(reply))
    } else {
        Err(UnsendableReply::TooLong)
    }
}

/// Each header once with its values joined, and the cookies, which payload format 2.0 keeps separate.
fn merge_headers(headers: &HeaderMap) -> (HeaderMap, Vec<String>) {
    let mut merged = HeaderMap::new();
    for name in headers.keys().filter(|name| **name != SET_COOKIE) {
        let values: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        if let Ok(value) = HeaderValue::from_bytes(&values.join(&b", "[..])) {
            merged.insert(name.clone(), value);
        }
    }
    let cookies = headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().map(str::to_owned));
    (merged, cookies.collect::<Result<_, ToStrError>>().unwrap_or_default())
}

/// The chunks of a body.
pub(crate) struct BodyStream(Body);

impl Stream for BodyStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self(body) = self.get_mut();
        // The runtime appends an error's text to the body. After a panic it would end the body as if it were complete.
        let Ok(frame) = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut *body).poll_frame(context))) else {
            *body = Body::empty();
            return Poll::Ready(Some(Err("the reply ended early".into())));
        };
        frame.map(|frame| Some(frame?.map(|frame| frame.into_data().unwrap_or_default()).map_err(Error::from)))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[test]
    fn repeated_headers_are_joined_and_cookies_are_separate() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("vary", "Cookie"), ("vary", "Origin"), ("set-cookie", "a=1"), ("set-cookie", "b=2")] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let (merged, cookies) = merge_headers(&headers);
        assert_eq!((merged.len(), &merged["vary"]), (1, &HeaderValue::from_static("Cookie, Origin")));
        assert_eq!(cookies, ["a=1", "b=2"]);
    }

    #[tokio::test]
    async fn a_streamed_body_that_panics_ends_with_an_error() {
        let pieces = (0..).map(|number| if number == 0 { Bytes::from("a") } else { panic!("in the middle") });
        let mut pieces = BodyStream(Body::from_chunks(pieces));
        assert_eq!(pieces.next().await.unwrap().unwrap(), "a");
        assert!(pieces.next().await.unwrap().is_err());
        assert!(pieces.next().await.is_none());
    }

    #[tokio::test]
    async fn the_limit_includes_the_envelope() {
        for (length, fits) in
            [(MAX_BUFFERED_REPLY - 1_000, true), (MAX_BUFFERED_REPLY - 1, false), (MAX_BUFFERED_REPLY + 1, false)]
        {
            let response = Response::new(Body::from(vec![b'x'; length]));
            assert_eq!(buffered(response, Envelope::Http).await.is_ok(), fits, "{length}");
        }
        // Each quotation mark is escaped to two bytes.
        let quoted = Response::new(Body::from(vec![b'"'; MAX_BUFFERED_REPLY / 2]));
        assert_eq!(buffered(quoted, Envelope::Rest).await.err(), Some(UnsendableReply::TooLong));
    }
}
