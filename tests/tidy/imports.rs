//! What each source file names: `use` statements and paths, followed through re-exports to the defining file.
//!
//! Knows Rust's syntax and nothing of this product. Methods are not followed: they need no import.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    mem::take,
    slice,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, ImplItemFn, Item, ItemUse, Meta, PatIdent, Path, VisRestricted,
    visit::{self, Visit},
};

use crate::tidy::modules::{Modules, Segments, Target, attributes, imports, only_in_tests};

/// What the files of a workspace name; of code that is built only for tests, nothing but `relative` and
/// `path_visibility`.
#[derive(Default)]
pub(crate) struct Imports {
    /// From one file to another: the items that the first uses. Neither `mod name;` nor a re-export is a use; a path
    /// that leads through them is followed.
    pub(crate) edges: BTreeMap<(String, String), BTreeSet<String>>,
    /// By file, the full paths of what it uses of other crates, and its local names.
    pub(crate) foreign: BTreeMap<String, BTreeSet<String>>,
    /// Paths that could not be followed, by file: nothing is known of what they lead to.
    pub(crate) unresolved: Vec<(String, String)>,
    /// Paths that begin with `super`, and imports that begin with a child module, by file; re-exports are not included.
    /// In code built only for tests, paths that leave its file's module.
    pub(crate) relative: BTreeSet<(String, String)>,
    /// Files with a visibility written as `pub(in ...)`.
    pub(crate) path_visibility: BTreeSet<String>,
}

impl Imports {
    /// Follows every path of every file.
    pub(crate) fn of(modules: &Modules) -> Self {
        let mut found = Self::default();
        for (id, module) in modules.all.iter().enumerate() {
            let names = Names::of(&module.items);
            if names.has_path_visibility {
                found.path_visibility.insert(module.file.clone());
            }
            let refused: &[&str] = if module.is_test { &["super", "super"] } else { &["super"] };
            for path in names.paths.iter().chain(&names.imports).filter(|path| starts_with(path, refused)) {
                found.relative.insert((module.file.clone(), path.join("::")));
            }
            if module.is_test {
                continue;
            }
            let children: HashSet<_> = module.items.iter().filter_map(module_name).collect();
            for path in names.own_imports.iter().filter(|path| children.contains(&path[0])) {
                found.relative.insert((module.file.clone(), path.join("::")));
            }
            for path in &names.paths {
                if modules.resolve(id, path).is_empty() {
                    found.unresolved.push((module.file.clone(), path.join("::")));
                }
            }
            for target in names.all().iter().flat_map(|path| modules.resolve(id, path)) {
                match target {
                    Target::Module(_) => {}
                    Target::Foreign(path) => {
                        found.foreign.entry(module.file.clone()).or_default().insert(path.join("::"));
                    }
                    Target::Item(of, name) => {
                        let to = &modules.all[of].file;
                        if *to != module.file {
                            found.edges.entry((module.file.clone(), to.clone())).or_default().insert(name);
                        }
                    }
                }
            }
        }
        found
    }
}

/// Every name that a module's code uses.
#[derive(Default)]
struct Names {
    /// Paths of two segments and more, and imports that are not re-exports.
    paths: BTreeSet<Segments>,
    /// All imports, re-exports among them.
    imports: BTreeSet<Segments>,
    /// The imports that are not re-exports.
    own_imports: BTreeSet<Segments>,
    has_path_visibility: bool,
    globs: BTreeSet<Segments>,
    /// Names without a path: they may come from a re-export or a glob.
    words: BTreeSet<String>,
    /// Names of variables. A word in lower case that is one of them names no item.
    variables: HashSet<String>,
}

impl Names {
    /// Reads the items of a module, except what is built only for tests and modules inside it.
    fn of(items: &[Item]) -> Self {
        let mut names = Self::default();
        items.iter().for_each(|item| names.visit_item(item));
        names
    }

    /// All of them, as paths from the module.
    fn all(self) -> BTreeSet<Segments> {
        let Self { paths: mut all, globs, words, variables, .. } = self;
        for word in words.into_iter().filter(|word| !variables.contains(word)) {
            all.extend(globs.iter().map(|glob| [glob.as_slice(), slice::from_ref(&word)].concat()));
            all.insert(vec![word]);
        }
        all
    }

    fn add(&mut self, path: Segments) {
        match path.as_slice() {
            [] => {}
            [word] => _ = self.words.insert(word.clone()),
            _ => _ = self.paths.insert(path),
        }
    }

    /// Finds paths in the input of a macro or an attribute, which is no syntax tree.
    fn scan(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut colons = 0;
        let mut after_dot = false;
        for token in tokens {
            let continues = matches!(&token, TokenTree::Ident(_)) && colons == 2;
            let is_colon = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ':');
            if !continues && !is_colon {
                // A word in lower case may be a variable or a field, unless it is called.
                let is_called = matches!(&token, TokenTree::Group(_))
                    || matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '!');
                let path = take(&mut path);
                if path.len() > 1 || is_called || path.iter().any(|word| !is_lower(word)) {
                    self.add(path);
                }
            }
            colons = if is_colon { colons + 1 } else { 0 };
            let is_dot = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '.');
            match token {
                TokenTree::Ident(word) if !after_dot => path.push(word.to_string()),
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            after_dot = is_dot;
        }
        if path.len() > 1 || path.iter().any(|word| !is_lower(word)) {
            self.add(path);
        }
    }

    /// Finds paths in the strings of an attribute, as in serde's `with = "..."`.
    fn scan_texts(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.scan_texts(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(path) = syn::parse_str::<Path>(literal.to_string().trim_matches('"')) {
                        self.visit_path(&path);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        if !only_in_tests(attributes(item)) && !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !only_in_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        visit::visit_visibility(self, &item.vis);
        for import in imports(item) {
            self.imports.insert(import.path.clone());
            if !import.is_reexport {
                self.own_imports.insert(import.path.clone());
            }
            match import.alias {
                _ if import.is_reexport => {}
                Some(_) => self.add(import.path),
                None => _ = self.globs.insert(import.path),
            }
        }
    }

    fn visit_vis_restricted(&mut self, visibility: &'ast VisRestricted) {
        self.has_path_visibility |= visibility.in_token.is_some();
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.scan_texts(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        // In upper case it is no variable but the name of a constant.
        let name = pattern.ident.to_string();
        if is_lower(&name) {
            self.variables.insert(name);
        } else {
            self.words.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_token_stream(&mut self, tokens: &'ast TokenStream) {
        self.scan(tokens.clone());
    }
}

/// The name of a module that an item declares.
fn module_name(item: &Item) -> Option<String> {
    if let Item::Mod(module) = item { Some(module.ident.to_string()) } else { None }
}

fn starts_with(path: &[String], words: &[&str]) -> bool {
    path.len() >= words.len() && path.iter().zip(words).all(|(segment, word)| segment == word)
}

fn is_lower(word: &str) -> bool {
    word.starts_with(|c: char| c.is_lowercase() || c == '_')
}
