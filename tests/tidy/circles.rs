//! Import circles between files, and how to report one.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write,
    slice,
};

/// From one file to another: the items that the first uses.
type Edges = BTreeMap<(String, String), BTreeSet<String>>;

/// Files of which each uses every other, directly or through others.
pub(crate) fn circles(edges: &Edges) -> Vec<BTreeSet<String>> {
    let mut next = BTreeMap::<&str, Vec<&str>>::new();
    for (from, to) in edges.keys() {
        next.entry(from).or_default().push(to);
    }
    let reachable = |from: &str| {
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> = next.get(from).into_iter().flatten().copied().collect();
        while let Some(file) = open.pop() {
            if found.insert(file) {
                open.extend(next.get(file).into_iter().flatten());
            }
        }
        found
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|file| (*file, reachable(file))).collect();
    let together = |a: &str, b: &str| reach[a].contains(b) && reach.get(b).is_some_and(|files| files.contains(a));
    let circle =
        |file: &&str| reach[file].iter().filter(|other| together(file, other)).map(|f| (*f).to_owned()).collect();
    let circles: BTreeSet<BTreeSet<String>> = reach.keys().map(circle).collect();
    circles.into_iter().filter(|circle| !circle.is_empty()).collect()
}

/// The shortest way from a file of a circle back to itself.
pub(crate) fn shortest(circle: &BTreeSet<String>, edges: &Edges) -> Vec<String> {
    let back_to = |start: &String| {
        let mut ways = VecDeque::from([vec![start.clone()]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop_front() {
            let last = way.last().expect("a way has a start");
            for (_, to) in edges.keys().filter(|(from, to)| from == last && circle.contains(to)) {
                if to == start {
                    return Some(way);
                }
                if seen.insert(to) {
                    ways.push_back([way.as_slice(), slice::from_ref(to)].concat());
                }
            }
        }
        None
    };
    circle.iter().filter_map(back_to).min_by_key(Vec::len).expect("a circle leads back")
}

/// A circle as text: its shortest part, and each import between its files.
pub(crate) fn describe(circle: &BTreeSet<String>, edges: &Edges) -> String {
    let names = |from: &String, to: &String| {
        let names = &edges[&(from.clone(), to.clone())];
        names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    let mut text = format!("{} files use each other:\n  the shortest circle:\n", circle.len());
    let way = shortest(circle, edges);
    for (from, to) in way.iter().zip(way.iter().cycle().skip(1)) {
        _ = writeln!(text, "    {from} -> {to} ({})", names(from, to));
    }
    _ = writeln!(text, "  all imports between them:");
    for (from, to) in edges.keys().filter(|(from, to)| circle.contains(from) && circle.contains(to)) {
        _ = writeln!(text, "    {from} -> {to} ({})", names(from, to));
    }
    text
}
