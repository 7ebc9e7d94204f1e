//! What the caller wants of the report.

use std::num::NonZeroUsize;

use crate::{
    report::{PeopleFilter, PeoplePosition, Sort, SortKey},
    web::{
        request::{parameters::Parameters, user_cursor, user_filter::people_filter},
        response::problem::Problem,
        routes::security_report::Reader,
    },
};

const MOST_ROWS: u32 = 1_000;

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
    pub(crate) fresh: bool,
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
                return Err(Problem::Forbidden { detail: "only an admin may read view=full; ask for view=summary" });
            }
            (Some(view), _) => view,
            (None, Reader::Everything(_)) => View::Full,
            (None, Reader::Figures) => View::Summary,
        };
        let fresh = parameters.choice("fresh", &[("true", true), ("false", false)]).unwrap_or_default();
        if fresh && matches!(reader, Reader::Figures) {
            return Err(Problem::Forbidden { detail: "only an admin may ask for fresh=true" });
        }
        if view == View::Summary {
            for name in OF_THE_LIST {
                parameters.forbid(name, "is for the list of people, which view=summary does not have");
            }
        }
        let query = Self::of_the_list(&mut parameters, view, fresh);
        parameters.finish()?;
        Ok(query)
    }

    fn of_the_list(parameters: &mut Parameters, view: View, fresh: bool) -> Self {
        let format = parameters.choice("format", &[("json", Format::Json), ("csv", Format::Csv)]);
        let format = format.unwrap_or(Format::Json);
        if format == Format::Csv {
            for name in ["limit", "cursor"] {
                parameters.forbid(name, "is not for format=csv, which carries every row");
            }
        }
        let sort = parameters.take("sort", sort).unwrap_or_default();
        let filter = people_filter(parameters);
        let limit = parameters.number("limit", 1..=MOST_ROWS).and_then(|limit| NonZeroUsize::new(limit as usize));
        let after = parameters.text("cursor").and_then(|text| {
            let position = user_cursor::decode(&text, sort);
            if position.is_none() {
                parameters.refuse("cursor", "is no cursor of a list in this order; leave it out to begin");
            }
            position
        });
        Self { view, format, fresh, filter, sort, limit, after }
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
