//! The module tree of crates: which file holds which module, and which names each module has.
//!
//! Knows Rust's module system and nothing of this product.

use std::{
    collections::{BTreeMap, HashMap},
    slice,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Expr, Ident, Item, ItemMod, ItemUse, Lit, Meta, UseTree, Visibility,
    visit::{self, Visit},
};

/// A path as it is written: `crate::web::App` or `super::Reply`, by its segments.
pub(crate) type Segments = Vec<String>;

/// One module: a file, or a `mod name { ... }` inside one.
pub(crate) struct Module {
    pub(crate) file: String,
    pub(crate) items: Vec<Item>,
    /// Whether only tests are built from it.
    pub(crate) is_test: bool,
    parent: Option<usize>,
    root: usize,
    names: HashMap<String, Vec<Binding>>,
    globs: Vec<Segments>,
    has_item_macros: bool,
}

enum Binding {
    Module(usize),
    Item,
    Import(Segments),
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A module of the workspace.
    Module(usize),
    /// An item of the workspace, by the module that defines it and its name there.
    Item(usize, String),
    /// What is not part of the workspace: an item of another crate, by its full path, or a local name.
    Foreign(Segments),
}

/// One leaf of a `use` statement.
pub(crate) struct Import {
    pub(crate) path: Segments,
    pub(crate) alias: Option<String>,
    pub(crate) is_reexport: bool,
}

/// The modules of all crates.
pub(crate) struct Modules {
    pub(crate) all: Vec<Module>,
    /// The library crates, by name.
    libraries: HashMap<String, usize>,
    /// Files that no crate's module tree reaches.
    pub(crate) unreached: Vec<String>,
}

impl Modules {
    /// Reads the module tree of every crate in a set of files, given by path from the workspace's root.
    ///
    /// A crate's root is determined by its path: `src/lib.rs`, `src/main.rs`, `src/bin/NAME.rs`, `build.rs`,
    /// `tests/NAME.rs` or `tests/NAME/main.rs` of a package, `api/NAME.rs`, and `tests/main.rs` of the workspace.
    pub(crate) fn read(files: &BTreeMap<String, String>) -> Self {
        let mut modules = Self { all: Vec::new(), libraries: HashMap::new(), unreached: Vec::new() };
        for file in files.keys().filter(|file| is_root(file)) {
            let root = modules.all.len();
            if let Some(package) = file.strip_prefix("crates/").and_then(|rest| rest.strip_suffix("/src/lib.rs")) {
                modules.libraries.insert(package.replace('-', "_"), root);
            }
            let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
            modules.read_file(files, file, Place { parent: None, root, folder, is_test: false });
        }
        let reached = |file: &&String| !modules.all.iter().any(|module| module.file == **file);
        modules.unreached = files.keys().filter(reached).cloned().collect();
        modules
    }

    fn read_file(&mut self, files: &BTreeMap<String, String>, file: &str, place: Place) -> usize {
        let text = files.get(file).unwrap_or_else(|| panic!("{file} is declared with `mod` and does not exist"));
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.read_module(files, file, parsed.items, place)
    }

    fn read_module(
        &mut self,
        files: &BTreeMap<String, String>,
        file: &str,
        mut items: Vec<Item>,
        Place { parent, root, folder, is_test }: Place,
    ) -> usize {
        let id = self.all.len();
        let (names, globs) = Default::default();
        let module = Module {
            file: file.to_owned(),
            items: Vec::new(),
            is_test,
            parent,
            root,
            names,
            globs,
            has_item_macros: false,
        };
        self.all.push(module);
        for item in &mut items {
            if let Item::Mod(ItemMod { attrs, ident, content, .. }) = item {
                let name = ident.to_string();
                let is_test = is_test || only_in_tests(attrs);
                let place =
                    |folder: String| Place { parent: Some(id), root, folder: format!("{folder}/{name}"), is_test };
                let child = match (content.take(), path_attribute(attrs)) {
                    (Some((_, items)), _) => self.read_module(files, file, items, place(folder.clone())),
                    (None, Some(path)) => {
                        let file = format!("{}/{path}", file.rsplit_once('/').expect("a file is in a folder").0);
                        self.read_file(files, &file, place(folder.clone()))
                    }
                    (None, None) => {
                        let beside = format!("{folder}/{name}.rs");
                        let inside = format!("{folder}/{name}/mod.rs");
                        let file = if files.contains_key(&beside) { beside } else { inside };
                        self.read_file(files, &file, place(folder.clone()))
                    }
                };
                self.all[id].bind(name, Binding::Module(child));
            } else if !only_in_tests(attributes(item)) {
                if matches!(item, Item::Macro(item) if item.ident.is_none()) {
                    self.all[id].has_item_macros = true;
                }
                if let (_, Some(name)) = attributes_and_name(item) {
                    self.all[id].bind(name.to_string(), Binding::Item);
                }
            }
        }
        let mut uses = Uses::default();
        items.iter().for_each(|item| uses.visit_item(item));
        for import in uses.0 {
            match import.alias {
                Some(alias) => self.all[id].bind(alias, Binding::Import(import.path)),
                None => self.all[id].globs.push(import.path),
            }
        }
        self.all[id].items = items;
        id
    }

    /// What a path leads to from inside a module: each meaning that it has. Empty if the path is one of the
    /// workspace and leads nowhere.
    pub(crate) fn resolve(&self, from: usize, path: &[String]) -> Vec<Target> {
        self.resolve_unless_seen(from, path, &mut Vec::new())
    }

    fn resolve_unless_seen(&self, from: usize, path: &[String], seen: &mut Seen) -> Vec<Target> {
        let [first, rest @ ..] = path else { return Vec::new() };
        let mut targets = match first.as_str() {
            "crate" => vec![Target::Module(self.all[from].root)],
            "self" => vec![Target::Module(from)],
            "super" => self.all[from].parent.map(Target::Module).into_iter().collect(),
            name => match self.lookup(from, name, seen) {
                found if !found.is_empty() => found,
                _ => match self.libraries.get(name) {
                    Some(library) => vec![Target::Module(*library)],
                    None => vec![Target::Foreign(vec![name.to_owned()])],
                },
            },
        };
        for segment in rest {
            // In front of `::` a name is a module rather than a function of that name.
            if targets.iter().any(|target| matches!(target, Target::Module(_))) {
                targets.retain(|target| matches!(target, Target::Module(_)));
            }
            let step = |target: Target| match target {
                Target::Module(module) if segment == "self" => vec![Target::Module(module)],
                Target::Module(module) if segment == "super" => {
                    self.all[module].parent.map(Target::Module).into_iter().collect()
                }
                Target::Module(module) => match self.lookup(module, segment, seen) {
                    found if found.is_empty() && self.all[module].has_item_macros => {
                        vec![Target::Item(module, segment.clone())]
                    }
                    found => found,
                },
                // A variant or an associated item.
                item @ Target::Item(..) => vec![item],
                Target::Foreign(path) => vec![Target::Foreign([path.as_slice(), slice::from_ref(segment)].concat())],
            };
            targets = targets.into_iter().flat_map(step).collect();
        }
        targets
    }

    /// What a name means in a module. `seen` are the bindings that are being followed: one that leads back to itself
    /// means nothing more, but a name may have another meaning, as a function that is named like its module.
    fn lookup(&self, module: usize, name: &str, seen: &mut Seen) -> Vec<Target> {
        let Module { names, globs, .. } = &self.all[module];
        let bindings = names.get(name).map_or(&[][..], Vec::as_slice);
        let mut found = Vec::new();
        for (index, binding) in bindings.iter().enumerate() {
            match binding {
                Binding::Module(child) => found.push(Target::Module(*child)),
                Binding::Item => found.push(Target::Item(module, name.to_owned())),
                Binding::Import(path) => {
                    found.extend(guarded((module, name.to_owned(), index), seen, |seen| {
                        self.resolve_unless_seen(module, path, seen)
                    }));
                }
            }
        }
        if found.is_empty() {
            for (index, glob) in globs.iter().enumerate() {
                found.extend(guarded((module, name.to_owned(), bindings.len() + index), seen, |seen| {
                    let modules = self.resolve_unless_seen(module, glob, seen);
                    let through = |target: Target| match target {
                        Target::Module(of) => self.lookup(of, name, seen),
                        Target::Item(..) | Target::Foreign(_) => Vec::new(),
                    };
                    modules.into_iter().flat_map(through).collect()
                }));
            }
        }
        found
    }
}

type Seen = Vec<(usize, String, usize)>;

fn guarded(key: (usize, String, usize), seen: &mut Seen, follow: impl FnOnce(&mut Seen) -> Vec<Target>) -> Vec<Target> {
    if seen.contains(&key) {
        return Vec::new();
    }
    seen.push(key);
    let found = follow(seen);
    seen.pop();
    found
}

impl Module {
    fn bind(&mut self, name: String, binding: Binding) {
        self.names.entry(name).or_default().push(binding);
    }
}

struct Place {
    parent: Option<usize>,
    root: usize,
    /// Where the files of this module's children are.
    folder: String,
    is_test: bool,
}

fn is_root(file: &str) -> bool {
    let mut parts: Vec<_> = file.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    match parts.as_slice() {
        ["api"] | ["crates", _, "src", "bin"] | ["crates", _, "tests"] => true,
        ["tests"] => name == "main.rs",
        ["crates", _] => name == "build.rs",
        ["crates", _, "src"] => name == "lib.rs" || name == "main.rs",
        ["crates", _, "tests", _] => name == "main.rs",
        _ => false,
    }
}

/// Every `use` in a module, also those inside functions. Stops at modules and at what only tests are built from.
#[derive(Default)]
struct Uses(Vec<Import>);

impl<'ast> Visit<'ast> for Uses {
    fn visit_item(&mut self, item: &'ast Item) {
        if !only_in_tests(attributes(item)) && !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.0.extend(imports(item));
    }
}

/// The leaves of a `use` statement.
pub(crate) fn imports(item: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    if item.leading_colon.is_none() {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        collect(&item.tree, &mut Vec::new(), is_reexport, &mut found);
    }
    found
}

fn collect(tree: &UseTree, prefix: &mut Segments, is_reexport: bool, found: &mut Vec<Import>) {
    let path = |last: &Ident| match last.to_string() {
        last if last == "self" && !prefix.is_empty() => prefix.clone(),
        last => [prefix.as_slice(), &[last]].concat(),
    };
    match tree {
        UseTree::Path(step) => {
            prefix.push(step.ident.to_string());
            collect(&step.tree, prefix, is_reexport, found);
            prefix.pop();
        }
        UseTree::Name(name) => {
            let path = path(&name.ident);
            found.push(Import { alias: path.last().cloned(), path, is_reexport });
        }
        UseTree::Rename(name) => {
            found.push(Import { path: path(&name.ident), alias: Some(name.rename.to_string()), is_reexport });
        }
        UseTree::Glob(_) => found.push(Import { path: prefix.clone(), alias: None, is_reexport }),
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, prefix, is_reexport, found)),
    }
}

/// Whether an item is built only for tests: `#[cfg(test)]`, or `test` as one of `all(...)` conditions.
pub(crate) fn only_in_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && requires_test(list.tokens.clone()),
        Meta::Path(_) | Meta::NameValue(_) => false,
    })
}

fn requires_test(condition: TokenStream) -> bool {
    let mut operator = String::new();
    condition.into_iter().any(|token| match token {
        TokenTree::Ident(word) => {
            operator = word.to_string();
            operator == "test"
        }
        TokenTree::Group(group) => operator == "all" && requires_test(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("path")
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            Some(text.value())
        } else {
            None
        }
    })
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    attributes_and_name(item).0
}

fn attributes_and_name(item: &Item) -> (&[Attribute], Option<&Ident>) {
    match item {
        Item::Const(item) => (&item.attrs, Some(&item.ident)),
        Item::Enum(item) => (&item.attrs, Some(&item.ident)),
        Item::ExternCrate(item) => (&item.attrs, None),
        Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
        Item::ForeignMod(item) => (&item.attrs, None),
        Item::Impl(item) => (&item.attrs, None),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
        Item::Mod(item) => (&item.attrs, Some(&item.ident)),
        Item::Static(item) => (&item.attrs, Some(&item.ident)),
        Item::Struct(item) => (&item.attrs, Some(&item.ident)),
        Item::Trait(item) => (&item.attrs, Some(&item.ident)),
        Item::TraitAlias(item) => (&item.attrs, Some(&item.ident)),
        Item::Type(item) => (&item.attrs, Some(&item.ident)),
        Item::Union(item) => (&item.attrs, Some(&item.ident)),
        Item::Use(item) => (&item.attrs, None),
        Item::Verbatim(_) | _ => (&[], None),
    }
}
