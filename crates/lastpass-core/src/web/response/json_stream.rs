//! JSON objects with one long list, written while they are sent.

use bytes::Bytes;
use serde::Serialize;
use serde_json::ser::Formatter;

use crate::web::response::body::Body;

/// The approximate size of a chunk in bytes.
const CHUNK: usize = 32 * 1024;

/// Writes a JSON object member by member.
pub(crate) struct JsonObjectWriter {
    json: Vec<u8>,
}

impl JsonObjectWriter {
    pub(crate) fn new() -> Self {
        Self { json: b"{".to_vec() }
    }

    /// Writes the members of a struct.
    pub(crate) fn members(mut self, members: &impl Serialize) -> Self {
        let formatter = MembersFormatter { depth: 0, needs_comma: self.needs_comma() };
        let mut serializer = serde_json::Serializer::with_formatter(&mut self.json, formatter);
        members.serialize(&mut serializer).expect("texts, numbers and flags are written to memory");
        self
    }

    /// Starts a member that is an object.
    pub(crate) fn begin_object(mut self, name: &str) -> Self {
        self.name(name);
        self.json.push(b'{');
        self
    }

    /// Ends the object of [`begin_object`](Self::begin_object).
    pub(crate) fn end_object(mut self) -> Self {
        self.json.push(b'}');
        self
    }

    /// Adds a member that is a list, whose rows are written when the object is sent: `write_row` appends the row with an
    /// index below `rows`.
    pub(crate) fn list<W: Fn(&mut Vec<u8>, usize)>(mut self, name: &str, rows: usize, write_row: W) -> JsonStream<W> {
        self.name(name);
        self.json.push(b'[');
        JsonStream { before: self.json, rows, write_row, after: Self { json: b"]".to_vec() } }
    }

    /// Ends the object.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.end_object().json
    }

    fn name(&mut self, name: &str) {
        if self.needs_comma() {
            self.json.push(b',');
        }
        write_value(&mut self.json, name);
        self.json.push(b':');
    }

    fn needs_comma(&self) -> bool {
        self.json.last() != Some(&b'{')
    }
}

/// A JSON object with a list whose rows are not written yet.
pub(crate) struct JsonStream<W> {
    before: Vec<u8>,
    rows: usize,
    write_row: W,
    after: JsonObjectWriter,
}

impl<W: Fn(&mut Vec<u8>, usize) + Send + Sync + 'static> JsonStream<W> {
    /// Ends the object that contains the list, which is a member of another.
    pub(crate) fn end_object(mut self) -> Self {
        self.after = self.after.end_object();
        self
    }

    /// Writes the members of a struct after the list.
    pub(crate) fn members(mut self, members: &impl Serialize) -> Self {
        self.after = self.after.members(members);
        self
    }

    /// Ends the object. Its rows are written in chunks, when the body is sent.
    pub(crate) fn into_body(self) -> Body {
        let Self { before: mut chunk, rows, write_row, after } = self;
        let mut end = Some(after.finish());
        let mut next = 0;
        Body::from_chunks(std::iter::from_fn(move || {
            end.as_ref()?;
            while chunk.len() < CHUNK && next < rows {
                if next > 0 {
                    chunk.push(b',');
                }
                write_row(&mut chunk, next);
                next += 1;
            }
            if next == rows {
                chunk.extend(end.take().unwrap_or_default());
            }
            Some(Bytes::from(std::mem::take(&mut chunk)))
        }))
    }
}

/// Appends a value.
pub(crate) fn write_value(json: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(json, value).expect("texts, numbers and flags are written to memory");
}

/// Writes the members of an object without its braces.
struct MembersFormatter {
    /// How many objects are open.
    depth: usize,
    /// Whether there are members before the first one.
    needs_comma: bool,
}

impl Formatter for MembersFormatter {
    fn begin_object<W: std::io::Write + ?Sized>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.depth += 1;
        if self.depth > 1 { writer.write_all(b"{") } else { Ok(()) }
    }

    fn end_object<W: std::io::Write + ?Sized>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.depth -= 1;
        if self.depth > 0 { writer.write_all(b"}") } else { Ok(()) }
    }

    fn begin_object_key<W: std::io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> std::io::Result<()> {
        let needs_comma = !first || (self.depth == 1 && self.needs_comma);
        if needs_comma { writer.write_all(b",") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_separated_and_nested_objects_keep_their_braces() {
        let json = JsonObjectWriter::new()
            .members(&json!({}))
            .members(&json!({"a": {"b": [{}], "c": {"d": 1}}}))
            .members(&json!({}))
            .begin_object("e")
            .members(&json!({"f": 2}))
            .end_object()
            .finish();
        assert_eq!(String::from_utf8(json).as_deref(), Ok(r#"{"a":{"b":[{}],"c":{"d":1}},"e":{"f":2}}"#));
    }

    #[tokio::test]
    async fn a_list_of_any_length_is_written_between_the_other_members() {
        for rows in [0, 1, 2, 20_000] {
            let stream = JsonObjectWriter::new().list("rows", rows, |json, index| write_value(json, &index));
            let body = stream.members(&json!({"end": true})).into_body();
            let bytes = body.collect().await.expect("a body").to_bytes();
            let expected = json!({"rows": (0..rows).collect::<Vec<_>>(), "end": true});
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).ok(), Some(expected), "{rows} rows");
        }
    }
}
