//! Reads a line of PowerShell, the twin of one of curl.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    recipes::{
        document::{Asked, Command, URL, note, once},
        filter::{Stage, name, path},
    },
    world::ADMIN,
};

/// A piece of a line of PowerShell.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A name, a parameter, a variable or a path.
    Word(String),
    /// A text between quotes, filled in.
    Text(String),
    /// `(`, `@{` and their like.
    Sign(&'static str),
}

/// The little of PowerShell that the lines are written in.
pub(crate) struct PowerShell {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

impl PowerShell {
    /// A line of `Invoke-RestMethod`, and what is made of its reply.
    pub(crate) fn command(line: &str) -> Command {
        let mut reader = Self { tokens: Self::tokens(line).into_iter().peekable() };
        let is_grouped = reader.takes(&Token::Sign("("));
        let (asked, file) = reader.request();
        let mut filter = Vec::new();
        if is_grouped {
            reader.sign(")");
            let members = reader.word();
            filter.push(path(&members));
        }
        while reader.takes(&Token::Sign("|")) {
            filter.push(reader.stage());
        }
        assert_eq!(reader.tokens.next(), None, "{line} goes on");
        Command { asked, file, filter }
    }

    fn request(&mut self) -> (Asked, Option<String>) {
        self.is("Invoke-RestMethod");
        let url = self.text();
        let (mut method, mut headers, mut body, mut file) = (None, BTreeMap::new(), None, None);
        while let Some(Token::Word(_)) = self.tokens.peek() {
            match self.word().as_str() {
                "-Method" => {
                    self.is("Post");
                    once(&mut method, "POST");
                }
                "-Headers" => self.headers(&mut headers),
                "-ContentType" => note(&mut headers, "content-type", &self.text()),
                "-Body" => {
                    self.sign("(");
                    once(&mut body, Value::Object(self.table()));
                    self.sign("|");
                    self.is("ConvertTo-Json");
                    self.sign(")");
                }
                "-OutFile" => once(&mut file, self.word()),
                other => panic!("nothing is known of {other}"),
            }
        }
        (Asked::new(&url, headers, body, method.unwrap_or("GET")), file)
    }

    /// `$Headers`, or `($Headers + @{ ... })`.
    fn headers(&mut self, headers: &mut BTreeMap<String, String>) {
        note(headers, "authorization", &format!("Bearer {ADMIN}"));
        if !self.takes(&Token::Sign("(")) {
            return self.is("$Headers");
        }
        self.is("$Headers");
        self.sign("+");
        for (name, value) in self.table() {
            note(headers, &name, value.as_str().expect("a text"));
        }
        self.sign(")");
    }

    /// `@{ a = 'b'; c = $true; d = @('e', 'f') }`
    fn table(&mut self) -> Map<String, Value> {
        self.sign("@{");
        let mut table = Map::new();
        loop {
            let key = match self.tokens.next() {
                Some(Token::Word(word)) => name(&word),
                Some(Token::Text(text)) => text,
                other => panic!("{other:?} is no key"),
            };
            self.sign("=");
            let value = self.value();
            assert_eq!(table.insert(key, value), None, "a key comes once");
            if !self.takes(&Token::Sign(";")) {
                self.sign("}");
                return table;
            }
        }
    }

    fn value(&mut self) -> Value {
        match self.tokens.next() {
            Some(Token::Text(text)) => Value::from(text),
            Some(Token::Word(word)) if word == "$true" => Value::from(true),
            Some(Token::Sign("@(")) => {
                let mut list = vec![self.value()];
                while self.takes(&Token::Sign(",")) {
                    list.push(self.value());
                }
                self.sign(")");
                Value::from(list)
            }
            other => panic!("{other:?} is no value"),
        }
    }

    /// `Select-Object a, b`, or `Where-Object { $_.a -or $_.b -eq 'c' }`.
    fn stage(&mut self) -> Stage {
        match self.word().as_str() {
            "Select-Object" => {
                let mut names = vec![name(&self.word())];
                while self.takes(&Token::Sign(",")) {
                    names.push(name(&self.word()));
                }
                Stage::Pick(names)
            }
            "Where-Object" => {
                self.sign("{");
                let mut conditions = Vec::new();
                loop {
                    let member = name(self.word().strip_prefix("$_.").expect("a member"));
                    let text = self.takes(&Token::Word("-eq".to_owned())).then(|| self.text());
                    conditions.push((member, text));
                    if !self.takes(&Token::Word("-or".to_owned())) {
                        self.sign("}");
                        return Stage::Where(conditions);
                    }
                }
            }
            other => panic!("nothing is known of {other}"),
        }
    }

    fn takes(&mut self, token: &Token) -> bool {
        self.tokens.next_if_eq(token).is_some()
    }

    fn sign(&mut self, sign: &'static str) {
        assert_eq!(self.tokens.next(), Some(Token::Sign(sign)));
    }

    fn is(&mut self, word: &str) {
        assert_eq!(self.word(), word);
    }

    fn word(&mut self) -> String {
        match self.tokens.next() {
            Some(Token::Word(word)) => word,
            other => panic!("{other:?} is no word"),
        }
    }

    fn text(&mut self) -> String {
        match self.tokens.next() {
            Some(Token::Text(text)) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    fn tokens(line: &str) -> Vec<Token> {
        const SIGNS: [&str; 10] = ["@{", "@(", "(", ")", "{", "}", "=", ";", ",", "|"];
        let mut tokens = Vec::new();
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            if let Some(sign) = SIGNS.into_iter().chain(["+"]).find(|sign| rest.starts_with(sign)) {
                tokens.push(Token::Sign(sign));
                rest = &rest[sign.len()..];
            } else if let '\'' | '"' = first {
                let (quoted, behind) = rest[1..].split_once(first).expect("a quote has an end");
                tokens.push(Token::Text(Self::filled(first, quoted)));
                rest = behind;
            } else {
                let is_plain = |character: char| character.is_ascii_alphanumeric() || "-.$_[]".contains(character);
                let end = rest.find(|character| !is_plain(character)).unwrap_or(rest.len());
                assert!(end > 0, "{first} has a meaning to PowerShell: {line}");
                tokens.push(Token::Word(rest[..end].to_owned()));
                rest = &rest[end..];
            }
            rest = rest.trim_start();
        }
        tokens
    }

    /// A text between quotes; variables are filled in between double ones.
    fn filled(quote: char, quoted: &str) -> String {
        if quote == '\'' {
            return quoted.to_owned();
        }
        assert!(!quoted.contains('`'), "{quoted} has a meaning to PowerShell");
        let filled = quoted.replace("$Url/", &format!("{URL}/"));
        assert!(!filled.contains('$'), "{quoted} names a variable that is not set");
        filled
    }
}
