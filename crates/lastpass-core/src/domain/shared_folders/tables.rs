//! NameTable that recur, held once in one arena, and lists of them, held once each.

use std::collections::HashMap;

use crate::domain::normalize_name;

/// NameTable in the spelling first seen; no two are equal folded.
#[derive(Debug, Default)]
pub(crate) struct NameTable {
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<u32>,
}

impl NameTable {
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
        let name = normalize_name(name);
        (0_u32..).take(self.len()).find(|id| normalize_name(self.get(*id)) == name)
    }
}

/// NameTable in the making.
#[derive(Debug, Default)]
pub(crate) struct NameTableBuilder {
    names: NameTable,
    by_fold: HashMap<Box<str>, u32>,
}

impl NameTableBuilder {
    /// The place of a name, which is new or was there before.
    pub(crate) fn id(&mut self, name: &str) -> u32 {
        let folded = normalize_name(name);
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

    pub(crate) fn finish(mut self) -> NameTable {
        self.names.text.shrink_to_fit();
        self.names.ends.shrink_to_fit();
        self.names
    }
}

/// ListTable of places of names: those who open a folder mostly reach the same sites by the same groups.
#[derive(Debug, Default)]
pub(crate) struct ListTable {
    items: Vec<u32>,
    /// Where each list ends in `items`.
    ends: Vec<u32>,
}

impl ListTable {
    /// The list at a place.
    pub(crate) fn get(&self, id: u32) -> &[u32] {
        let end = |id: usize| self.ends[id] as usize;
        let id = id as usize;
        &self.items[id.checked_sub(1).map_or(0, end)..end(id)]
    }
}

/// ListTable in the making.
#[derive(Debug, Default)]
pub(crate) struct ListTableBuilder {
    lists: ListTable,
    known: HashMap<Box<[u32]>, u32>,
}

impl ListTableBuilder {
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

    pub(crate) fn finish(mut self) -> ListTable {
        self.lists.items.shrink_to_fit();
        self.lists.ends.shrink_to_fit();
        self.lists
    }
}

/// A place in an arena; the builder stops taking folders long before one is full.
pub(crate) fn offset(length: usize) -> u32 {
    u32::try_from(length).expect("what is kept is bounded to far less than 4 GiB")
}
