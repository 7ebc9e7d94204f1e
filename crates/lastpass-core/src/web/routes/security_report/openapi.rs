//! What the OpenAPI document says about the security report.

use crate::{
    formats::user_row::UserRow,
    report::SortKey,
    web::{
        operation::{
            FileFormat, Operation, ReplyHeader, Tag,
            object::ObjectSchema,
            parameters::{Parameter, format, fresh, one_of, optional_paging, text, user_filter},
            problems::LASTPASS,
        },
        response::{meta::PageMeta, problem::ProblemCode, summary::FiguresJson},
        routes::security_report::NAME,
    },
};

/// Its operations.
pub(crate) fn operations() -> Vec<Operation> {
    let schema = ObjectSchema::of::<FiguresJson<'_>>("SecurityReport")
        .list::<UserRow<'_>>("users", "The users of this page; empty in a summary.")
        .members::<PageMeta>();
    let file = FileFormat::csv("Every user of the filter, one a line, with the members of `users` as columns.");
    let report = Operation {
        tag: Tag::Reports,
        summary: "Password health of the company",
        description: include_str!("openapi.md"),
        parameters: parameters(),
        ..Operation::read(NAME, "getSecurityReport")
    };
    let report = report
        .revalidated("The report, or its list of users as a file.", schema, vec![file])
        .sometimes_tagged()
        .headers(200, &[ReplyHeader::Sometimes("Link")])
        .headers(304, &[ReplyHeader::Sometimes("Link")])
        .problems(&[LASTPASS, &[ProblemCode::EdgeLinkExpired, ProblemCode::EdgeLinkInvalid]]);
    vec![report]
}

fn parameters() -> Vec<Parameter> {
    let keys = SortKey::ALL.map(SortKey::name);
    let keys = keys.map(str::to_owned).into_iter().chain(keys.map(|name| format!("-{name}")));
    let view = one_of(
        "view",
        ["full", "summary"],
        "`summary` leaves out the users. The default is `full` for an admin and `summary` for others. A summary takes none \
         of the list's parameters.",
    );
    let sort = one_of(
        "sort",
        keys,
        "The order of the users; a leading `-` reverses it. Text is sorted in any letter case; `null` comes last and equal \
         values by ascending `id`, in both directions.",
    );
    let mut parameters = vec![view, sort.default(SortKey::default().name())];
    parameters.extend(user_filter());
    parameters.extend(optional_paging());
    parameters
        .push(format(&["csv"], "The format of the list; `csv` has every row and takes no `limit` and no `cursor`."));
    parameters.push(fresh());
    parameters.push(text("exp", "Of an edge link: when it ends, in Unix seconds."));
    parameters.push(text("sig", "Of an edge link: its signature."));
    parameters
}
