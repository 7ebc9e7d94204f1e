//! What the caller wants of the report.

use std::num::NonZeroUsize;

use crate::{
    cache::slot::Freshness,
    report::{PeopleFilter, PeoplePosition, Sort, SortKey},
    web::{
        request::{parameters::Parameters, user_cursor, user_filter::people_filter},
        response::problem::Problem,
        routes::security_report::Reader,
    },
};

/// Parameters of the list of people, which a summary does not have.
const OF_THE_LIST: [&str; 11] =
    ["sort", "status", "risk", "department", "group", "mfa", "inactiveDays", "q", "limit", "cursor", "format"];

/// How much of the report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Full,
    Summary,
}

/// In which form people are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Csv,
}

/// The query, checked.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) view: View,
    pub(crate) format: Format,
    pub(crate) freshness: Freshness,
    pub(crate) filter: PeopleFilter,
    pub(crate) sort: Sort,
    pub(crate) limit: Option<NonZeroUsize>,
    pub(crate) after: Option<PeoplePosition>,
}

impl Query {
    pub(crate) fn parse(mut parameters: Parameters, reader: Reader) -> Result<Self, Problem> {
        let view = parameters.choice("view", &[("full", View::Full), ("summary", View::Summary)]);
        let view = match (view, reader) {
            (Some(View::Full), Reader::Figures) => {
                return Err(Problem::Forbidden { detail: "Only an admin may read view=full. Use view=summary." });
            }
            (Some(view), _) => view,
            (None, Reader::Everything(_)) => View::Full,
            (None, Reader::Figures) => View::Summary,
        };
        let freshness = parameters.freshness(reader.admin())?;
        if view == View::Summary {
            parameters.reject_if_given(&OF_THE_LIST, "is for the list of people, which view=summary does not have");
        }
        let query = Self::of_the_list(&mut parameters, view, freshness);
        parameters.finish()?;
        Ok(query)
    }

    fn of_the_list(parameters: &mut Parameters, view: View, freshness: Freshness) -> Self {
        let format = parameters.format(&[("json", Format::Json), ("csv", Format::Csv)], Format::Json);
        let sort = parameters.take("sort", sort).unwrap_or_default();
        let filter = people_filter(parameters);
        let limit = parameters.optional_limit().map(NonZeroUsize::from);
        let after = parameters.cursor(|text| user_cursor::decode(text, sort));
        Self { view, format, freshness, filter, sort, limit, after }
    }
}

fn sort(value: &str) -> Result<Sort, std::borrow::Cow<'static, str>> {
    let (name, descending) = value.strip_prefix('-').map_or((value, false), |name| (name, true));
    let key = SortKey::ALL.into_iter().find(|key| key.name() == name);
    key.map(|key| Sort { key, descending }).ok_or_else(|| {
        let names: Vec<_> = SortKey::ALL.iter().map(|key| key.name()).collect();
        format!("must be one of {}, with - in front to reverse it", names.join(", ")).into()
    })
}
