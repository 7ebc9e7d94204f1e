//! Compact JSON as PHP writes it: ASCII only, slashes escaped, an empty map as `[]`.

use std::fmt::Write;

/// Text of JSON that grows by one key or value at a time; commas are put where needed.
#[derive(Default)]
pub(crate) struct PhpJson(String);

impl PhpJson {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }

    /// A string outside a container never ends in an opening mark, so the last byte tells.
    fn separate(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }

    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.0.push(':');
        self
    }

    pub(crate) fn open_map(&mut self) {
        self.separate();
        self.0.push('{');
    }

    pub(crate) fn close_map(&mut self) {
        if self.0.ends_with('{') {
            self.0.pop();
            self.0.push_str("[]");
        } else {
            self.0.push('}');
        }
    }

    pub(crate) fn open_list(&mut self) {
        self.separate();
        self.0.push('[');
    }

    pub(crate) fn close_list(&mut self) {
        self.0.push(']');
    }

    pub(crate) fn texts<S: AsRef<str>>(&mut self, values: impl IntoIterator<Item = S>) {
        self.open_list();
        for value in values {
            self.text(value.as_ref());
        }
        self.close_list();
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

    pub(crate) fn text(&mut self, value: &str) {
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

    fn text(value: &str) -> String {
        let mut json = PhpJson::new();
        json.text(value);
        json.finish()
    }

    #[test]
    fn text_is_escaped_as_php_does() {
        assert_eq!(text("é"), r#""\u00e9""#);
        assert_eq!(text("𠮷"), r#""\ud842\udfb7""#);
        assert_eq!(text("a/b"), r#""a\/b""#);
        assert_eq!(text("\"\\\n\t\u{1}\u{7f}"), "\"\\\"\\\\\\n\\t\\u0001\u{7f}\"");
    }

    #[test]
    fn commas_and_empty_maps_are_right() {
        let mut json = PhpJson::new();
        json.open_map();
        json.key("a").open_map();
        json.close_map();
        json.key("b").texts(["{", "["]);
        json.key("c").number(1u32);
        json.close_map();
        assert_eq!(json.finish(), r#"{"a":[],"b":["{","["],"c":1}"#);
    }
}
