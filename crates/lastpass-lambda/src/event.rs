//! From the platform's event, in any of its formats, to a request.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::COOKIE};
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use lastpass_core::web::RequestBodyError;
use serde::Deserialize;
use url::form_urlencoded;

/// The event of one call of the function.
///
/// lambda_http's own conversion to a request is not used: it prepends the stage to the path, keeps only one of several
/// headers with the same name, and panics at a query that is not valid in a URI (`<`) and at invalid base64.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Event {
    /// From a REST API of API Gateway: payload format 1.0.
    Rest(Box<ApiGatewayProxyRequest>),
    /// From an HTTP API of API Gateway or a function URL: payload format 2.0.
    Http(Box<ApiGatewayV2httpRequest>),
}

/// The format in which the reply is returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyFormat {
    /// Buffered, for a REST API.
    Rest,
    /// Buffered, for an HTTP API.
    Http,
    /// Streamed, for a function URL.
    Streamed,
}

/// A request whose endpoint has not been looked up.
#[derive(Debug)]
pub(crate) struct IncomingRequest {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Encoded so that it is valid in any URI.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Result<Bytes, RequestBodyError>,
    pub(crate) reply_format: ReplyFormat,
}

impl From<Event> for IncomingRequest {
    fn from(event: Event) -> Self {
        match event {
            Event::Rest(event) => from_rest_api(*event),
            Event::Http(event) => from_http_api(*event),
        }
    }
}

fn from_rest_api(event: ApiGatewayProxyRequest) -> IncomingRequest {
    // If the platform sends the lists, they include the single values.
    let parameters = if event.multi_value_query_string_parameters.is_empty() {
        event.query_string_parameters
    } else {
        event.multi_value_query_string_parameters
    };
    let mut parameters: Vec<_> = parameters.iter().collect();
    // A map has no order; an edge link is verified in the order in which it is written.
    parameters.sort_by_key(|(name, _)| match *name {
        "exp" => 1,
        "sig" => 2,
        _ => 0,
    });
    IncomingRequest {
        method: event.http_method,
        path: event.path.unwrap_or_default(),
        query: encode_query(parameters.into_iter()),
        headers: if event.multi_value_headers.is_empty() { event.headers } else { event.multi_value_headers },
        body: decode_body(event.body, event.is_base64_encoded),
        reply_format: ReplyFormat::Rest,
    }
}

fn from_http_api(event: ApiGatewayV2httpRequest) -> IncomingRequest {
    let context = event.request_context;
    let path = event.raw_path.unwrap_or_default();
    // A named stage is prepended to the path.
    let stage = context.stage.filter(|stage| stage != "$default");
    let without_stage =
        stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(&stage)).filter(|path| path.starts_with('/'));
    let mut headers = event.headers;
    // An HTTP API moves the cookies out of the headers, a function URL sends them in both places.
    let cookies = event.cookies.map(|cookies| cookies.join("; ")).filter(|cookies| !cookies.is_empty());
    if let Some(cookies) = cookies.and_then(|cookies| HeaderValue::try_from(cookies).ok()) {
        headers.insert(COOKIE, cookies);
    }
    IncomingRequest {
        method: context.http.method,
        path: without_stage.unwrap_or(&path).to_owned(),
        query: encode_query(form_urlencoded::parse(event.raw_query_string.unwrap_or_default().as_bytes())),
        headers,
        body: decode_body(event.body, event.is_base64_encoded),
        reply_format: if is_function_url(context.domain_name.as_deref()) {
            ReplyFormat::Streamed
        } else {
            ReplyFormat::Http
        },
    }
}

/// Whether the event comes from a function URL, whose host is `ID.lambda-url.REGION.on.aws`. The event has no other sign of
/// it, and does not name the URL's invoke mode: <https://github.com/aws/aws-lambda-go/pull/503>.
fn is_function_url(domain: Option<&str>) -> bool {
    domain.is_some_and(|domain| domain.contains(".lambda-url."))
}

fn encode_query(pairs: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn decode_body(text: Option<String>, is_base64: bool) -> Result<Bytes, RequestBodyError> {
    let text = text.unwrap_or_default();
    if is_base64 {
        STANDARD.decode(text).map(Bytes::from).map_err(|_| RequestBodyError::Incomplete)
    } else {
        Ok(text.into())
    }
}
