//! Small sets of sources by which the laws of imports are themselves tested.

use std::collections::BTreeMap;

use crate::tidy::{
    circles::{circles, describe},
    imports::Imports,
    modules::Modules,
};

fn imports(files: &[(&str, &str)]) -> Imports {
    let place = |(file, text): &(&str, &str)| match file.split_once(':') {
        Some((package, file)) => (format!("crates/{package}/src/{file}"), (*text).to_owned()),
        None => (format!("crates/one/src/{file}"), (*text).to_owned()),
    };
    Imports::of(&Modules::read(&files.iter().map(place).collect::<BTreeMap<_, _>>()))
}

/// Checks which file uses which: `from -> to: Name, Name`.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let short = |file: &str| match file.strip_prefix("crates/one/src/") {
        Some(file) => file.to_owned(),
        None => file.replacen("crates/", "", 1).replacen("/src/", ":", 1),
    };
    let imports = imports(files);
    assert_eq!(imports.unresolved, [], "{files:?}");
    let edges = imports.edges.iter().map(|((from, to), names)| {
        let names = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        format!("{} -> {}: {names}", short(from), short(to))
    });
    assert_eq!(edges.collect::<Vec<_>>(), expected, "{files:?}");
}

/// Checks which files are in a circle.
fn check_circles(files: &[(&str, &str)], expected: &[&[&str]]) {
    let found = circles(&imports(files).edges);
    let short = |file: &String| file.replacen("crates/one/src/", "", 1);
    let found: Vec<Vec<_>> = found.iter().map(|circle| circle.iter().map(short).collect()).collect();
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn an_import_leads_to_the_file_that_defines_the_item() {
    let root = ("lib.rs", "mod a; mod b; mod c;");
    let b = ("b.rs", "pub struct B; pub fn b() {} pub enum E { V } pub const MAX: u8 = 1;");
    let c = ("c.rs", "");
    for (a, expected) in [
        ("use crate::b::B;", &["a.rs -> b.rs: B"][..]),
        ("use crate::{b::{self, B as Other}, c};", &["a.rs -> b.rs: B"]),
        ("use super::b::{E::V, b as other};", &["a.rs -> b.rs: E, b"]),
        ("use crate::b; fn f() { b::b() }", &["a.rs -> b.rs: b"]),
        ("fn f() { use crate::b::b; b() }", &["a.rs -> b.rs: b"]),
        ("use crate::b;", &[]),
        ("use std::fmt; use other::b::B; struct B; fn f(b: B) {}", &[]),
    ] {
        check(&[root, ("a.rs", a), b, c], expected);
    }
}

#[test]
fn a_path_in_code_counts_as_an_import() {
    let root = ("lib.rs", "mod a; mod b;");
    let b = ("b.rs", "pub struct B; impl B { pub fn new() {} } pub fn b() {} pub const MAX: u8 = 1; pub trait T {}");
    for (a, expected) in [
        ("fn f() { crate::b::B::new() }", "B"),
        ("fn f() -> super::b::B { todo!() }", "B"),
        ("fn f(list: Vec<Option<&crate::b::B>>) {}", "B"),
        ("struct S { field: crate::b::B }", "B"),
        ("impl crate::b::T for S {} struct S;", "T"),
        ("fn f(n: u8) { match n { crate::b::MAX => {} _ => {} } }", "MAX"),
        ("fn f() { assert_eq!(1, list.len() + crate::b::MAX); }", "MAX"),
        ("fn f() { vec![vec![crate::b::b()]]; }", "b"),
        ("#[derive(crate::b::T)] struct S;", "T"),
        ("struct S { #[serde(with = \"crate::b::B\")] field: u8 }", "B"),
        ("fn f() { list.map(crate::b::b) }", "b"),
        ("fn f() { leave!(\"crate::b::B\", crate::b::MAX) }", "MAX"),
        ("mod inside { fn f() { super::super::b::b() } }", "b"),
    ] {
        check(&[root, ("a.rs", a), b], &[&format!("a.rs -> b.rs: {expected}")]);
    }
}

#[test]
fn a_re_export_is_followed_and_is_no_import_itself() {
    let leaf = ("a/leaf.rs", "pub struct Leaf; pub fn leaf() {}");
    for (facade, import) in [
        ("mod leaf; pub use leaf::Leaf;", "use crate::a::Leaf;"),
        ("mod leaf; pub(crate) use crate::a::leaf::Leaf as Renamed;", "use crate::a::Renamed;"),
        ("mod leaf; pub use leaf::*;", "use crate::a::Leaf;"),
        ("mod leaf; pub use leaf::*;", "use crate::a::*; fn f(l: Leaf) {}"),
        ("mod leaf; pub use self::leaf as other;", "fn f(l: crate::a::other::Leaf) {}"),
        ("mod leaf; use leaf::*; pub use inner::*; mod inner { pub use super::Leaf; }", "use crate::a::Leaf;"),
    ] {
        check(&[("lib.rs", "mod a; mod b;"), ("a.rs", facade), leaf, ("b.rs", import)], &["b.rs -> a/leaf.rs: Leaf"]);
    }
    let same_name = ("lib.rs", "mod a; mod b; pub use a::a;");
    for (import, expected) in [
        ("use crate::a;", "a"),
        ("use crate::a::A;", "A"),
        ("fn f() { crate::a() }", "a"),
        ("fn f() { crate::a::A }", "A"),
    ] {
        let expected = format!("b.rs -> a.rs: {expected}");
        check(&[same_name, ("a.rs", "pub struct A; pub fn a() {}"), ("b.rs", import)], &[&expected]);
    }
    let twice = ("lib.rs", "mod a; mod b; pub use a::Leaf;");
    check(
        &[twice, ("a.rs", "mod leaf; pub use leaf::Leaf;"), leaf, ("b.rs", "use crate::Leaf;")],
        &["b.rs -> a/leaf.rs: Leaf"],
    );
}

#[test]
fn a_facade_that_uses_what_it_re_exports_imports_it() {
    let leaf = ("a/leaf.rs", "pub struct Leaf; pub fn leaf() {}");
    for (facade, expected) in [
        ("mod leaf; pub use leaf::{Leaf, leaf};", &[][..]),
        ("mod leaf; pub use leaf::Leaf; fn f(l: Leaf) {}", &["a.rs -> a/leaf.rs: Leaf"]),
        ("mod leaf; pub use leaf::*; fn f(l: Leaf) {}", &["a.rs -> a/leaf.rs: Leaf"]),
        ("mod leaf; pub use leaf::leaf; fn f() { leaf() }", &["a.rs -> a/leaf.rs: leaf"]),
        ("mod leaf; pub use leaf::leaf; fn f() { assert!(leaf()) }", &["a.rs -> a/leaf.rs: leaf"]),
        ("mod leaf; pub use leaf::leaf; fn f(leaf: u8) { g(leaf) }", &[]),
        ("mod leaf; pub use leaf::leaf; fn f(s: S) { assert!(s.leaf == 1) }", &[]),
    ] {
        check(&[("lib.rs", "mod a;"), ("a.rs", facade), leaf], expected);
    }
}

#[test]
fn what_is_built_only_for_tests_is_left_out() {
    let root = ("lib.rs", "mod a; mod b; #[cfg(test)] mod example;");
    let b = ("b.rs", "pub struct B;");
    let example = ("example.rs", "use crate::b::B;");
    for a in [
        "#[cfg(test)] mod tests { use crate::b::B; fn f() -> super::super::b::B {} }",
        "#[cfg(all(not(feature = \"x\"), test))] mod tests { use crate::b::B; }",
        "#[cfg(test)] use crate::b::B;",
        "#[cfg(test)] fn f() -> crate::b::B { todo!() }",
        "struct S; impl S { #[cfg(test)] fn f() -> crate::b::B { todo!() } }",
        "#[cfg(test)] mod tests { mod inner { use crate::b::B; } }",
    ] {
        check(&[root, ("a.rs", a), b, example], &[]);
    }
    for a in [
        "#[cfg(feature = \"test\")] use crate::b::B;",
        "#[cfg(not(test))] use crate::b::B;",
        "#[cfg(any(test, unix))] use crate::b::B;",
        "#[cfg(all(unix, not(test)))] use crate::b::B;",
    ] {
        check(&[root, ("a.rs", a), b, example], &["a.rs -> b.rs: B"]);
    }
}

#[test]
fn imports_of_other_crates_are_followed_into_them() {
    let one = ("lib.rs", "mod a; pub use a::A;");
    let a = ("a.rs", "pub struct A;");
    for two in ["use one::A;", "fn f() -> one::A { todo!() }", "use one::A as B; fn f(b: B) {}"] {
        check(&[one, a, ("two:main.rs", two)], &["two:main.rs -> a.rs: A"]);
    }
}

#[test]
fn what_other_crates_offer_is_named_by_its_full_path() {
    let files =
        [("lib.rs", "use chrono::{DateTime, Utc as Zone}; use std::fs; fn f() { g(fs::read(x), Zone::now()) }")];
    let found = imports(&files);
    let foreign = &found.foreign["crates/one/src/lib.rs"];
    for path in ["chrono::DateTime", "chrono::Utc::now", "std::fs::read"] {
        assert!(foreign.contains(path), "{path}: {foreign:?}");
    }
}

#[test]
fn a_circle_is_found_however_it_is_hidden() {
    let root = ("lib.rs", "mod a; mod b; mod c; pub use a::A; pub use b::*;");
    let a = "pub struct A; ";
    let b = ("b.rs", "pub struct B(crate::A);");
    let c = ("c.rs", "pub struct C(crate::b::B);");
    for (import, expected) in [
        ("", &[][..]),
        ("use std::fmt;", &[]),
        ("use crate::b::B;", &[&["a.rs", "b.rs"][..]]),
        ("use crate::B;", &[&["a.rs", "b.rs"]]),
        ("use crate::*; fn f(b: B) {}", &[&["a.rs", "b.rs"]]),
        ("fn f() { crate::B::new() }", &[&["a.rs", "b.rs"]]),
        ("fn f() { println!(\"{}\", crate::B::new()) }", &[&["a.rs", "b.rs"]]),
        ("use crate::c::C;", &[&["a.rs", "b.rs", "c.rs"]]),
        ("#[cfg(test)] mod tests { use crate::b::B; }", &[]),
    ] {
        check_circles(&[root, ("a.rs", &format!("{a}{import}")), b, c], expected);
    }
    let parent = [
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b; pub use b::B; pub struct A(B);"),
        ("a/b.rs", "use crate::a::A; pub struct B;"),
    ];
    check_circles(&parent, &[&["a.rs", "a/b.rs"]]);
}

#[test]
fn two_circles_are_two_and_each_is_reported_by_its_shortest_part() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; mod d; mod e;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use crate::c::C; pub struct B;"),
        ("c.rs", "use crate::{a::A, b::B}; pub struct C;"),
        ("d.rs", "use crate::{a::A, e::E}; pub struct D;"),
        ("e.rs", "use crate::d::D; pub struct E;"),
    ];
    check_circles(&files, &[&["a.rs", "b.rs", "c.rs"], &["d.rs", "e.rs"]]);
    let edges = imports(&files).edges;
    let text = describe(&circles(&edges)[0], &edges);
    let (shortest, all) = text.split_once("all imports").unwrap();
    assert!(shortest.contains("b.rs -> crates/one/src/c.rs (C)") && !shortest.contains("a.rs"), "{text}");
    assert!(all.contains("a.rs -> crates/one/src/b.rs (B)"), "{text}");
}

#[test]
fn relative_paths_are_seen_outside_of_test_modules() {
    let relative = |text: &str| {
        let found = imports(&[("lib.rs", "mod a; struct X;"), ("a.rs", text)]).relative;
        found.into_iter().map(|(_, path)| path).collect::<Vec<_>>()
    };
    assert_eq!(relative("use super::X;"), ["super::X"]);
    assert_eq!(relative("mod b { pub struct B; } use b::B;"), ["b::B"]);
    assert_eq!(relative("mod b { pub struct B; } pub use b::B; use crate::a::b::B as C;"), [""; 0]);
    assert_eq!(relative("pub use super::X;"), ["super::X"]);
    assert_eq!(relative("fn f(x: super::X) {}"), ["super::X"]);
    assert_eq!(relative("#[cfg(test)] mod tests { use super::super::X; }"), ["super::super::X"]);
    assert_eq!(
        relative("use crate::X; #[cfg(test)] mod tests { use super::*; use super::f; }"),
        <[&str; 0]>::default()
    );
}

#[test]
fn visibility_by_path_and_files_of_no_crate_are_seen() {
    let visible = |text: &str| !imports(&[("lib.rs", text)]).path_visibility.is_empty();
    assert!(visible("pub(in crate::a) struct X;") && visible("mod a { impl X { pub(in crate) fn f() {} } }"));
    assert!(visible("pub(in crate::a) use b::X;"));
    assert!(!visible("pub(crate) struct X; pub(super) fn f() {}"));
    let files = [("crates/one/src/lib.rs", "mod a;"), ("crates/one/src/a.rs", ""), ("crates/one/src/b.rs", "")];
    let files = files.map(|(file, text)| (file.to_owned(), text.to_owned()));
    assert_eq!(Modules::read(&BTreeMap::from(files)).unreached, ["crates/one/src/b.rs"]);
}

#[test]
fn a_path_that_cannot_be_followed_is_reported() {
    let found = imports(&[("lib.rs", "mod a;"), ("a.rs", "fn f() { crate::generated::X }")]);
    assert_eq!(found.unresolved, [("crates/one/src/a.rs".to_owned(), "crate::generated::X".to_owned())]);
}
