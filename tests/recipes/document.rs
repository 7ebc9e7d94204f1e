//! The recipes as the document has them, and what a line of theirs asks.

use std::{collections::BTreeMap, fmt::Debug, fs, path::Path};

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use crate::{
    recipes::filter::{Part, Stage},
    world::{ADMIN, TestResponse, World},
};

pub(crate) const URL: &str = "https://lastpass.example.com";

/// What the document has the reader set, which the lines below it use.
const SH_VARIABLES: [&str; 2] = ["URL=https://lastpass.example.com", "read -rs KEY"];
const POWERSHELL_VARIABLES: [&str; 3] = [
    "$Url = 'https://lastpass.example.com'",
    "$Key = Read-Host -MaskInput",
    "$Headers = @{ Authorization = \"Bearer $Key\" }",
];

/// A recipe, and its lines.
pub(crate) struct Recipe {
    pub(crate) title: String,
    pub(crate) sh: Vec<String>,
    pub(crate) powershell: Vec<String>,
}

/// The recipes of the document; the variables before them are as they should be.
pub(crate) fn recipes() -> Vec<Recipe> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/RECIPES.md");
    let text = fs::read_to_string(path).expect("docs/RECIPES.md");
    let mut recipes = vec![Recipe { title: String::new(), sh: Vec::new(), powershell: Vec::new() }];
    let mut language = None;
    for line in text.lines() {
        let recipe = recipes.last_mut().expect("one to begin with");
        match (language, line) {
            (Some(_), "```") => language = None,
            (Some("sh"), line) => recipe.sh.push(line.to_owned()),
            (Some("powershell"), line) => recipe.powershell.push(line.to_owned()),
            (Some(other), _) => panic!("nothing is known of {other}"),
            (None, line) => match (line.strip_prefix("```"), line.strip_prefix("## ")) {
                (Some(named), _) => language = Some(named),
                (None, Some(title)) => {
                    recipes.push(Recipe { title: title.to_owned(), sh: Vec::new(), powershell: Vec::new() });
                }
                (None, None) => {}
            },
        }
    }
    assert_eq!(language, None, "the last block has an end");
    let variables = recipes.remove(0);
    assert_eq!(variables.sh, SH_VARIABLES);
    assert_eq!(variables.powershell, POWERSHELL_VARIABLES);
    recipes
}

/// What a line does, in either language.
#[derive(Debug, PartialEq)]
pub(crate) struct Command {
    pub(crate) asked: Asked,
    /// Where the reply is written to.
    pub(crate) file: Option<String>,
    /// What is made of a reply that is shown.
    pub(crate) filter: Vec<Stage>,
}

impl Command {
    /// The same in the form that is alike in both: PowerShell goes through lists of itself, needs no member `error`
    /// (a refused request is an exception there), and shows a single member by its path.
    pub(crate) fn listed(mut self) -> Self {
        for stage in &mut self.filter {
            match stage {
                Stage::Path(path) => path.retain(|part| *part != Part::Each),
                Stage::Pick(names) => {
                    names.retain(|name| name != "error");
                    if let [name] = names.as_slice() {
                        *stage = Stage::Path(vec![Part::Member(name.clone())]);
                    }
                }
                Stage::Where(_) => {}
            }
        }
        self
    }
}

/// A request.
#[derive(Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    query: BTreeMap<String, String>,
    /// The query as it is written.
    written: String,
    pub(crate) headers: BTreeMap<String, String>,
    body: Option<Value>,
}

impl Asked {
    pub(crate) fn new(url: &str, headers: BTreeMap<String, String>, body: Option<Value>, method: &'static str) -> Self {
        let place = url.strip_prefix(URL).unwrap_or_else(|| panic!("{url} does not begin with the variable"));
        assert!(place.bytes().all(|byte| byte.is_ascii_graphic()), "{place} is not escaped");
        let (path, written) = place.split_once('?').unwrap_or((place, ""));
        let mut query = BTreeMap::new();
        for pair in written.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or_else(|| panic!("{pair} has no value"));
            assert_eq!(query.insert(name.to_owned(), value.to_owned()), None, "{name} comes twice");
        }
        assert_eq!(body.is_some(), method == "POST", "a body is for a POST");
        assert_eq!(body.is_some(), headers.contains_key("content-type"), "a body has a type");
        Self { method, path: path.to_owned(), query, written: written.to_owned(), headers, body }
    }

    /// Sends it with the key of a role.
    pub(crate) async fn send(&self, world: &World, key: &str) -> TestResponse {
        let mut request = Request::builder().method(self.method).uri(format!("{}?{}", self.path, self.written));
        for (name, value) in &self.headers {
            request = request.header(name, value.replace(ADMIN, key));
        }
        let body = self.body.as_ref().map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        world.send_body(request, body).await
    }
}

/// Notes a header; one that comes twice is an error, and one that the functions do not know.
pub(crate) fn note(headers: &mut BTreeMap<String, String>, name: &str, value: &str) {
    let name = name.to_lowercase();
    assert!(["authorization", "content-type", "idempotency-key"].contains(&name.as_str()), "{name} tells nothing");
    assert_eq!(headers.insert(name, value.to_owned()), None, "a header comes twice");
}

/// Sets what may be there once.
pub(crate) fn once<T: Debug + PartialEq>(place: &mut Option<T>, value: T) {
    assert_eq!(place.replace(value), None, "given twice");
}
