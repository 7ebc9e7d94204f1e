//! From the platform's event to a request, in whichever of its forms it comes.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::COOKIE};
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use lastpass_core::web::RequestBodyError;
use serde::Deserialize;
use url::form_urlencoded;

/// How the function was called.
///
/// lambda_http's own way to a request is not taken: it puts the stage before the path, keeps one of several headers of a
/// name, and panics at a query that a URI does not take (`<`) and at base64 that is none.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Event {
    /// By a REST API of API Gateway, which is the form 1.0.
    Rest(Box<ApiGatewayProxyRequest>),
    /// By an HTTP API of API Gateway or a function URL, which is the form 2.0.
    Http(Box<ApiGatewayV2httpRequest>),
}

/// How a reply goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To a REST API, whole.
    Rest,
    /// To an HTTP API, whole.
    Http,
    /// To a function URL, piece by piece.
    Streamed,
}

/// A request before its endpoint is known.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// In a spelling that every URI takes.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Result<Bytes, RequestBodyError>,
    pub(crate) way: Way,
}

impl From<Event> for Asked {
    fn from(event: Event) -> Self {
        match event {
            Event::Rest(event) => of_rest_api(*event),
            Event::Http(event) => of_http_api(*event),
        }
    }
}

fn of_rest_api(event: ApiGatewayProxyRequest) -> Asked {
    // The lists hold whatever the single values hold, where the platform sends them.
    let parameters = if event.multi_value_query_string_parameters.is_empty() {
        event.query_string_parameters
    } else {
        event.multi_value_query_string_parameters
    };
    Asked {
        method: event.http_method,
        path: event.path.unwrap_or_default(),
        query: spelled(parameters.iter()),
        headers: if event.multi_value_headers.is_empty() { event.headers } else { event.multi_value_headers },
        body: body(event.body, event.is_base64_encoded),
        way: Way::Rest,
    }
}

fn of_http_api(event: ApiGatewayV2httpRequest) -> Asked {
    let context = event.request_context;
    let path = event.raw_path.unwrap_or_default();
    // A stage with a name stands before the path.
    let stage = context.stage.filter(|stage| stage != "$default");
    let below =
        stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(&stage)).filter(|path| path.starts_with('/'));
    let mut headers = event.headers;
    // An HTTP API takes the cookies out of the headers, a function URL tells them twice.
    let cookies = event.cookies.map(|cookies| cookies.join("; ")).filter(|cookies| !cookies.is_empty());
    if let Some(cookies) = cookies.and_then(|cookies| HeaderValue::try_from(cookies).ok()) {
        headers.insert(COOKIE, cookies);
    }
    Asked {
        method: context.http.method,
        path: below.unwrap_or(&path).to_owned(),
        query: spelled(form_urlencoded::parse(event.raw_query_string.unwrap_or_default().as_bytes())),
        headers,
        body: body(event.body, event.is_base64_encoded),
        way: if is_function_url(context.domain_name.as_deref()) { Way::Streamed } else { Way::Http },
    }
}

/// Whether the event is of a function URL, whose addresses are `ID.lambda-url.REGION.on.aws`. The event tells no more, and
/// nothing of the URL's invoke mode: <https://github.com/aws/aws-lambda-go/pull/503>.
fn is_function_url(domain: Option<&str>) -> bool {
    domain.is_some_and(|domain| domain.contains(".lambda-url."))
}

fn spelled(pairs: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn body(text: Option<String>, is_base64: bool) -> Result<Bytes, RequestBodyError> {
    let text = text.unwrap_or_default();
    if is_base64 {
        STANDARD.decode(text).map(Bytes::from).map_err(|_| RequestBodyError::Incomplete)
    } else {
        Ok(text.into())
    }
}
