//! docs/RECIPES.md taken apart: the lines of each recipe, and the variables that they use.

use std::{fs, path::Path};

/// A recipe: the same commands in both languages, one per line.
pub(crate) struct Recipe {
    pub(crate) title: String,
    pub(crate) sh: Vec<String>,
    pub(crate) powershell: Vec<String>,
}

/// The recipes of the document.
pub(crate) fn recipes() -> Vec<Recipe> {
    sections().split_off(1)
}

/// The lines before the first recipe, which set the variables.
pub(crate) fn variables() -> Recipe {
    sections().swap_remove(0)
}

fn sections() -> Vec<Recipe> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/RECIPES.md");
    let text = fs::read_to_string(path).expect("docs/RECIPES.md");
    let section = |title: &str| Recipe { title: title.to_owned(), sh: Vec::new(), powershell: Vec::new() };
    let mut sections = vec![section("Variables")];
    let mut language = None;
    for line in text.lines() {
        let lines = sections.last_mut().expect("the first section");
        match (language, line) {
            (Some(_), "```") => language = None,
            (Some("sh"), line) => lines.sh.push(line.to_owned()),
            (Some("powershell"), line) => lines.powershell.push(line.to_owned()),
            (Some(other), _) => panic!("a block in an unknown language: {other}"),
            (None, line) => match (line.strip_prefix("```"), line.strip_prefix("## ")) {
                (Some(named), _) => language = Some(named),
                (None, Some(title)) => sections.push(section(title)),
                (None, None) => {}
            },
        }
    }
    assert_eq!(language, None, "the last block has no end");
    sections
}
