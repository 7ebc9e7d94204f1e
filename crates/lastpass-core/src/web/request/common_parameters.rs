//! The parameters that lists share: `limit`, `cursor`, `format`, and `fresh`.

use std::num::NonZeroU16;

use crate::{
    cache::freshness::Freshness,
    web::{
        request::{parameters::Parameters, permissions::Admin},
        response::problem::Problem,
    },
};

/// The rows of a page if `limit` is not given.
pub(crate) const DEFAULT_LIMIT: NonZeroU16 = NonZeroU16::new(100).expect("100 is not zero");
/// The most rows of a page.
pub(crate) const MAX_LIMIT: u32 = 1_000;

/// The parameters that choose a page.
const PAGING: [&str; 2] = ["limit", "cursor"];

impl Parameters {
    /// Takes `limit`, the number of rows of a page.
    pub(crate) fn limit(&mut self) -> NonZeroU16 {
        self.optional_limit().unwrap_or(DEFAULT_LIMIT)
    }

    /// Takes `limit`, for a list that is returned whole without one.
    pub(crate) fn optional_limit(&mut self) -> Option<NonZeroU16> {
        let limit = self.number("limit", 1..=MAX_LIMIT)?;
        u16::try_from(limit).ok().and_then(NonZeroU16::new)
    }

    /// Takes `cursor`, the position after which a page starts. `decode` returns `None` for a cursor that it did not
    /// make.
    pub(crate) fn cursor<T>(&mut self, decode: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let position = decode(&self.text("cursor")?);
        if position.is_none() {
            self.add_error("cursor", "is not a cursor of this list in this order; omit it to get the first page");
        }
        position
    }

    /// Takes `format`, one of `formats`. The default, `paged`, is returned in pages; the other formats contain every
    /// row, so that `limit` and `cursor` are rejected with them.
    pub(crate) fn format<F: Copy + PartialEq>(&mut self, formats: &[(&str, F)], paged: F) -> F {
        let format = self.choice("format", formats).unwrap_or(paged);
        if let Some((name, _)) = formats.iter().find(|(_, other)| *other == format && format != paged) {
            self.reject_if_given(&PAGING, format!("is not allowed with format={name}, which contains every row"));
        }
        format
    }

    /// Takes `fresh`, which only an admin may set.
    ///
    /// # Errors
    /// Returns [`Problem::Forbidden`] if another caller does.
    pub(crate) fn freshness(&mut self, admin: Option<Admin>) -> Result<Freshness, Problem> {
        match (self.freshness_for_all(), admin) {
            (Freshness::Refresh, None) => Err(Problem::Forbidden { detail: "Only an admin may use fresh=true." }),
            (freshness, _) => Ok(freshness),
        }
    }

    /// Takes `fresh`, on a route whose every caller may set it.
    pub(crate) fn freshness_for_all(&mut self) -> Freshness {
        if self.flag("fresh") { Freshness::Refresh } else { Freshness::Default }
    }
}
