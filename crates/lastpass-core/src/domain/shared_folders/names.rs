//! Names that recur, held once in one arena, and lists of them, held once each.

use std::collections::HashMap;

use crate::domain::fold;

/// Names in the spelling first seen; no two are equal folded.
#[derive(Debug, Default)]
pub(crate) struct Names {
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<u32>,
}

impl Names {
    /// The name at a place.
    pub(crate) fn get(&self, id: u32) -> &str {
        let end = |id: usize| self.ends[id] as usize;
        let id = id as usize;
        &self.text[id.checked_sub(1).map_or(0, end)..end(id)]
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The place of a name, in any letter case.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        let name = fold(name);
        (0_u32..).take(self.len()).find(|id| fold(self.get(*id)) == name)
    }
}

/// Names in the making.
#[derive(Debug, Default)]
pub(crate) struct NamesBuilder {
    names: Names,
    by_fold: HashMap<Box<str>, u32>,
}

impl NamesBuilder {
    /// The place of a name, which is new or was there before.
    pub(crate) fn id(&mut self, name: &str) -> u32 {
        let folded = fold(name);
        if let Some(id) = self.by_fold.get(folded.as_ref()) {
            return *id;
        }
        let id = offset(self.names.ends.len());
        self.names.text.push_str(name.trim());
        self.names.ends.push(offset(self.names.text.len()));
        self.by_fold.insert(folded.into(), id);
        id
    }

    pub(crate) fn get(&self, id: u32) -> &str {
        self.names.get(id)
    }

    /// How much text was taken, in bytes.
    pub(crate) fn text_length(&self) -> usize {
        self.names.text.len()
    }

    pub(crate) fn finish(mut self) -> Names {
        self.names.text.shrink_to_fit();
        self.names.ends.shrink_to_fit();
        self.names
    }
}

/// Lists of places of names: those who open a folder mostly reach the same sites by the same groups.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    items: Vec<u32>,
    /// Where each list ends in `items`.
    ends: Vec<u32>,
}

impl Lists {
    /// The list at a place.
    pub(crate) fn get(&self, id: u32) -> &[u32] {
        let end = |id: usize| self.ends[id] as usize;
        let id = id as usize;
        &self.items[id.checked_sub(1).map_or(0, end)..end(id)]
    }
}

/// Lists in the making.
#[derive(Debug, Default)]
pub(crate) struct ListsBuilder {
    lists: Lists,
    known: HashMap<Box<[u32]>, u32>,
}

impl ListsBuilder {
    /// The place of a list, which is new or was there before.
    pub(crate) fn id(&mut self, list: Vec<u32>) -> u32 {
        if let Some(id) = self.known.get(list.as_slice()) {
            return *id;
        }
        let id = offset(self.lists.ends.len());
        self.lists.items.extend_from_slice(&list);
        self.lists.ends.push(offset(self.lists.items.len()));
        self.known.insert(list.into(), id);
        id
    }

    /// How many places all lists take together.
    pub(crate) fn length(&self) -> usize {
        self.lists.items.len()
    }

    pub(crate) fn finish(mut self) -> Lists {
        self.lists.items.shrink_to_fit();
        self.lists.ends.shrink_to_fit();
        self.lists
    }
}

/// A place in an arena; the builder stops taking folders long before one is full.
pub(crate) fn offset(length: usize) -> u32 {
    u32::try_from(length).expect("what is kept is bounded to far less than 4 GiB")
}
