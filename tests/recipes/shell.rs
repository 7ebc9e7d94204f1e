//! Reads a line of curl, and of jq behind it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    recipes::{
        document::{Asked, Command, URL, note, once},
        filter::{Stage, name, path},
    },
    world::ADMIN,
};

/// The little of a shell that the lines are written in.
pub(crate) struct Shell;

impl Shell {
    /// A line of curl, and of jq behind it.
    pub(crate) fn command(line: &str) -> Command {
        let words = Self::words(line);
        let mut parts = words.split(|word| word.is_none()).map(|part| part.iter().flatten().map(String::as_str));
        let mut curl = parts.next().expect("a first part");
        assert_eq!(curl.next(), Some("curl"), "{line}");
        let (mut url, mut headers, mut body, mut file) = (None, BTreeMap::new(), None, None);
        let mut silence = None;
        while let Some(word) = curl.next() {
            let mut value = || curl.next().unwrap_or_else(|| panic!("{word} has no value"));
            match word {
                "-s" | "-fsS" => once(&mut silence, word),
                "-H" => {
                    let (name, value) = value().split_once(": ").expect("a header");
                    note(&mut headers, name, value);
                }
                "--json" => {
                    note(&mut headers, "content-type", "application/json");
                    once(&mut body, serde_json::from_str::<Value>(value()).expect("JSON"));
                }
                "-o" => once(&mut file, value().to_owned()),
                option if option.starts_with('-') => panic!("nothing is known of curl's option {option}"),
                place => once(&mut url, place.to_owned()),
            }
        }
        // Without -f an error would be written where figures are expected.
        assert_eq!(silence, Some(if file.is_some() { "-fsS" } else { "-s" }), "{line}");
        let filter = match parts.next().map(Iterator::collect::<Vec<_>>).as_deref() {
            None => Vec::new(),
            Some(["jq", "-c", filter]) => filter.split(" | ").map(Self::stage).collect(),
            Some(other) => panic!("nothing is known of {other:?}"),
        };
        assert!(parts.next().is_none(), "{line} has more than two parts");
        let method = if body.is_some() { "POST" } else { "GET" };
        Command { asked: Asked::new(&url.expect("an address"), headers, body, method), file, filter }
    }

    /// The words of a line, with variables filled in; nothing stands for a pipe.
    fn words(line: &str) -> Vec<Option<String>> {
        let mut words = Vec::new();
        let mut word: Option<String> = None;
        let mut rest = line.chars();
        while let Some(character) = rest.next() {
            match character {
                ' ' => words.extend(word.take().map(Some)),
                '|' => {
                    assert!(word.is_none(), "a blank goes before a pipe");
                    words.push(None);
                }
                '\'' | '"' => {
                    let (quoted, behind) = rest.as_str().split_once(character).expect("a quote has an end");
                    rest = behind.chars();
                    let text = if character == '"' {
                        assert!(!quoted.contains(['\\', '`', '!']), "{quoted} has a meaning to the shell");
                        let filled = quoted.replace("$URL", URL).replace("$KEY", ADMIN);
                        assert!(!filled.contains('$'), "{quoted} names a variable that is not set");
                        filled
                    } else {
                        quoted.to_owned()
                    };
                    word.get_or_insert_default().push_str(&text);
                }
                plain if plain.is_ascii_alphanumeric() || "-./_".contains(plain) => {
                    word.get_or_insert_default().push(plain);
                }
                other => panic!("{other} has a meaning to the shell: {line}"),
            }
        }
        words.extend(word.map(Some));
        words
    }

    /// A step of jq.
    fn stage(text: &str) -> Stage {
        let between = |start, end| text.strip_prefix(start).and_then(|text: &str| text.strip_suffix(end));
        if let Some(names) = between("{", "}") {
            return Stage::Pick(names.split(", ").map(name).collect());
        }
        let Some(conditions) = between("select(", ")") else { return path(text) };
        let condition = |text: &str| {
            let (member, text) = text.split_once(" == ").map_or((text, None), |(member, text)| (member, Some(text)));
            let literal = |text: &str| text.strip_prefix('"')?.strip_suffix('"').map(name);
            (name(member.strip_prefix('.').expect("a member")), text.map(|text| literal(text).expect("a text")))
        };
        Stage::Where(conditions.split(" or ").map(condition).collect())
    }
}
