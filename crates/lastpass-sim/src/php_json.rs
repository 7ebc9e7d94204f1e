//! Compact JSON as PHP encodes it: ASCII only, slashes escaped, an empty object as `[]`.

use std::fmt::Write;

/// Builds JSON one key or value at a time and inserts commas where needed.
#[derive(Default)]
pub(crate) struct PhpJson(String);

impl PhpJson {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }

    /// Inserts a comma unless the last byte opens a container or ends a key. A finished value ends in neither.
    fn separate(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }

    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.string(name);
        self.0.push(':');
        self
    }

    pub(crate) fn open_object(&mut self) {
        self.separate();
        self.0.push('{');
    }

    pub(crate) fn close_object(&mut self) {
        if self.0.ends_with('{') {
            self.0.pop();
            self.0.push_str("[]");
        } else {
            self.0.push('}');
        }
    }

    pub(crate) fn open_array(&mut self) {
        self.separate();
        self.0.push('[');
    }

    pub(crate) fn close_array(&mut self) {
        self.0.push(']');
    }

    pub(crate) fn strings<S: AsRef<str>>(&mut self, values: impl IntoIterator<Item = S>) {
        self.open_array();
        for value in values {
            self.string(value.as_ref());
        }
        self.close_array();
    }

    pub(crate) fn null(&mut self) {
        self.separate();
        self.0.push_str("null");
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.separate();
        self.0.push_str(if value { "true" } else { "false" });
    }

    pub(crate) fn number(&mut self, value: impl Into<i128>) {
        self.separate();
        let value: i128 = value.into();
        write!(self.0, "{value}").expect("writing to a string cannot fail");
    }

    pub(crate) fn string(&mut self, value: &str) {
        self.separate();
        self.0.push('"');
        for character in value.chars() {
            match character {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '/' => self.0.push_str("\\/"),
                '\u{8}' => self.0.push_str("\\b"),
                '\u{c}' => self.0.push_str("\\f"),
                '\n' => self.0.push_str("\\n"),
                '\r' => self.0.push_str("\\r"),
                '\t' => self.0.push_str("\\t"),
                ' '..='\u{7f}' => self.0.push(character),
                _ => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(self.0, "\\u{unit:04x}").expect("writing to a string cannot fail");
                    }
                }
            }
        }
        self.0.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(value: &str) -> String {
        let mut json = PhpJson::new();
        json.string(value);
        json.finish()
    }

    #[test]
    fn strings_are_escaped_as_in_php() {
        assert_eq!(encode("é"), r#""\u00e9""#);
        assert_eq!(encode("𠮷"), r#""\ud842\udfb7""#);
        assert_eq!(encode("a/b"), r#""a\/b""#);
        assert_eq!(encode("\"\\\n\t\u{1}\u{7f}"), "\"\\\"\\\\\\n\\t\\u0001\u{7f}\"");
    }

    #[test]
    fn commas_are_inserted_and_empty_objects_are_arrays() {
        let mut json = PhpJson::new();
        json.open_object();
        json.key("a").open_object();
        json.close_object();
        json.key("b").strings(["{", "["]);
        json.key("c").number(1u32);
        json.close_object();
        assert_eq!(json.finish(), r#"{"a":[],"b":["{","["],"c":1}"#);
    }
}
