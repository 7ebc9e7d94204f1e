//! Which bodies are accepted by their headers: JSON in UTF-8, without a content coding. Pure.

use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};

/// Why the body of a request is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UnsupportedBody {
    /// The content type is not `application/json`, or missing.
    NotJson,
    /// The content type names this charset, which is not UTF-8.
    Charset(String),
    /// The body is compressed or otherwise coded.
    Encoding(String),
}

/// Checks that a body is declared as JSON. An empty body needs no declaration.
///
/// # Errors
/// Returns what the body is declared as instead.
pub(crate) fn require_json(headers: &HeaderMap, body: &[u8]) -> Result<(), UnsupportedBody> {
    if body.is_empty() {
        return Ok(());
    }
    let codings =
        headers.get_all(CONTENT_ENCODING).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let mut codings = codings.map(<[u8]>::trim_ascii).filter(|coding| !coding.is_empty());
    if let Some(coding) = codings.find(|coding| !coding.eq_ignore_ascii_case(b"identity")) {
        return Err(UnsupportedBody::Encoding(printable(coding)));
    }
    let mut types = headers.get_all(CONTENT_TYPE).iter().peekable();
    if types.peek().is_none() {
        return Err(UnsupportedBody::NotJson);
    }
    types.try_for_each(require_json_types)
}

/// Checks one content type (RFC 9110, section 8.3.1), or several that a proxy has joined. A page of another site cannot
/// send this type without a preflight.
///
/// The crate `mime` refuses blanks before `;` and empty parameters, which the grammar allows.
fn require_json_types(value: &HeaderValue) -> Result<(), UnsupportedBody> {
    let text = value.to_str().map_err(|_| UnsupportedBody::NotJson)?;
    split_unquoted(text, ',').try_for_each(|media_type| {
        let mut parts = split_unquoted(media_type, ';').map(str::trim);
        if !parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json")) {
            return Err(UnsupportedBody::NotJson);
        }
        let parameters = parts.filter_map(|parameter| parameter.split_once('='));
        let charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        let mut charsets = charsets.map(|(_, charset)| charset.trim().trim_matches('"'));
        let is_utf_8 = |charset: &str| ["utf-8", "utf8"].iter().any(|name| charset.eq_ignore_ascii_case(name));
        let other = charsets.find(|charset| !is_utf_8(charset));
        other.map_or(Ok(()), |charset| Err(UnsupportedBody::Charset(printable(charset.as_bytes()))))
    })
}

/// The parts of a text between separators outside quotes.
fn split_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |c| {
        let is_quote = c == '"' && !is_escaped;
        is_escaped = is_quoted && c == '\\' && !is_escaped;
        is_quoted ^= is_quote;
        c == separator && !is_quoted
    })
}

/// The beginning of a caller's text, for a message.
fn printable(text: &[u8]) -> String {
    String::from_utf8_lossy(text).chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)], expected: Result<(), UnsupportedBody>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        assert_eq!(require_json(&map, b"{}"), expected, "{headers:?}");
        assert_eq!(require_json(&map, b""), Ok(()), "{headers:?} without a body");
    }

    #[test]
    fn json_in_utf_8_is_accepted_with_any_other_parameter() {
        for accepted in [
            "application/json",
            "Application/JSON",
            " application/json ",
            "application/json;charset=utf-8",
            "application/json; charset=UTF-8",
            "application/json; charset=utf8",
            "application/json; CharSet=Utf8",
            "application/json; charset=\"utf-8\"",
            "application/json; charset=\"UTF8\"; odata=verbose",
            "application/json; odata=verbose",
            "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8",
            "application/json; profile=\"https://example.com/a;b\"",
            "application/json ; charset=utf-8",
            "application/json;",
            "application/json; charset=utf-8;",
            "application/json;;charset=utf-8",
            "application/json; odata",
            "application/json; a=\"\\\";charset=latin1\"; charset=utf-8",
            "application/json, application/json; charset=utf-8",
        ] {
            check(&[("content-type", accepted)], Ok(()));
        }
        let twice = ("content-type", "application/json");
        check(&[twice, twice], Ok(()));
        check(&[twice, ("content-encoding", "identity")], Ok(()));
        check(&[twice, ("content-encoding", "")], Ok(()));
    }

    #[test]
    fn other_types_charsets_and_codings_are_refused() {
        let json = ("content-type", "application/json");
        check(&[], Err(UnsupportedBody::NotJson));
        for refused in [
            "",
            "text/plain",
            "text/json",
            "application/vnd.api+json",
            "application/problem+json",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "application/json/x",
            "text/plain; application/json",
            "text/plain, application/json",
            "*/*",
            "application/json,",
            "application/json, text/plain",
            "application/json charset=utf-8",
        ] {
            check(&[("content-type", refused)], Err(UnsupportedBody::NotJson));
            check(&[json, ("content-type", refused)], Err(UnsupportedBody::NotJson));
        }
        for (refused, charset) in [
            ("application/json; charset=iso-8859-1", "iso-8859-1"),
            ("application/json; charset=\"utf-16\"", "utf-16"),
            ("application/json; charset=utf-8; charset=latin1", "latin1"),
        ] {
            check(&[("content-type", refused)], Err(UnsupportedBody::Charset(charset.to_owned())));
        }
        for (refused, coding) in [("gzip", "gzip"), ("identity, br", "br"), ("GZIP", "GZIP")] {
            check(&[json, ("content-encoding", refused)], Err(UnsupportedBody::Encoding(coding.to_owned())));
        }
    }
}
