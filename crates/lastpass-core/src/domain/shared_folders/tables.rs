//! Tables of interned names, and of interned lists of names.

use std::collections::HashMap;

use crate::domain::normalize_name;

/// Interned names in the spelling that is seen first. No two names have the same normalized form.
#[derive(Debug, Default)]
pub(crate) struct NameTable {
    text: String,
    /// The end of each name in `text`.
    ends: Vec<u32>,
}

impl NameTable {
    /// The name with an id.
    pub(crate) fn get(&self, id: u32) -> &str {
        let end = |id: usize| self.ends[id] as usize;
        let id = id as usize;
        &self.text[id.checked_sub(1).map_or(0, end)..end(id)]
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The id of a name, ignoring case.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        let name = normalize_name(name);
        (0_u32..).take(self.len()).find(|id| normalize_name(self.get(*id)) == name)
    }
}

/// Builds a [`NameTable`].
#[derive(Debug, Default)]
pub(crate) struct NameTableBuilder {
    names: NameTable,
    by_normalized: HashMap<Box<str>, u32>,
}

impl NameTableBuilder {
    /// Interns a name and returns its id.
    pub(crate) fn id(&mut self, name: &str) -> u32 {
        let normalized = normalize_name(name);
        if let Some(id) = self.by_normalized.get(normalized.as_ref()) {
            return *id;
        }
        let id = offset(self.names.ends.len());
        self.names.text.push_str(name.trim());
        self.names.ends.push(offset(self.names.text.len()));
        self.by_normalized.insert(normalized.into(), id);
        id
    }

    pub(crate) fn get(&self, id: u32) -> &str {
        self.names.get(id)
    }

    /// The length of the stored text in bytes.
    pub(crate) fn text_length(&self) -> usize {
        self.names.text.len()
    }

    pub(crate) fn finish(mut self) -> NameTable {
        self.names.text.shrink_to_fit();
        self.names.ends.shrink_to_fit();
        self.names
    }
}

/// Interned lists of name ids: most users of a folder have access to the same sites through the same groups.
#[derive(Debug, Default)]
pub(crate) struct ListTable {
    items: Vec<u32>,
    /// The end of each list in `items`.
    ends: Vec<u32>,
}

impl ListTable {
    /// The list with an id.
    pub(crate) fn get(&self, id: u32) -> &[u32] {
        let end = |id: usize| self.ends[id] as usize;
        let id = id as usize;
        &self.items[id.checked_sub(1).map_or(0, end)..end(id)]
    }
}

/// Builds a [`ListTable`].
#[derive(Debug, Default)]
pub(crate) struct ListTableBuilder {
    lists: ListTable,
    known: HashMap<Box<[u32]>, u32>,
}

impl ListTableBuilder {
    /// Interns a list and returns its id.
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

    /// The total length of all lists.
    pub(crate) fn length(&self) -> usize {
        self.lists.items.len()
    }

    pub(crate) fn finish(mut self) -> ListTable {
        self.lists.items.shrink_to_fit();
        self.lists.ends.shrink_to_fit();
        self.lists
    }
}

/// Converts a length to a 32-bit index; the builder stops long before a table has that many elements.
pub(crate) fn offset(length: usize) -> u32 {
    u32::try_from(length).expect("tables are limited to far less than 4 GiB")
}
