//! What the OpenAPI document says about one method of a route. Data, which each route has beside its handlers; nothing here
//! knows a route.

pub(crate) mod body;
pub(crate) mod object;
pub(crate) mod parameters;
pub(crate) mod problems;
pub(crate) mod warnings;

use http::Method;

use crate::web::{
    operation::{
        body::BodySchema,
        object::ObjectSchema,
        parameters::Parameter,
        problems::{AUTHENTICATED, CHANGE, EVERY_REQUEST, LASTPASS, ROLE_LOOKUP},
    },
    response::problem::ProblemCode,
    routes::{Audience, Route},
};

/// One method of a route.
pub(crate) struct Operation {
    pub(crate) route: &'static Route,
    pub(crate) method: Method,
    /// The name of the operation in generated clients.
    pub(crate) id: &'static str,
    pub(crate) tag: Tag,
    /// What it does, in a few words.
    pub(crate) summary: &'static str,
    /// What else a caller should know, in Markdown.
    pub(crate) description: &'static str,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<BodySchema>,
    pub(crate) replies: Vec<OperationReply>,
    pub(crate) problems: Vec<ProblemCode>,
}

/// A group of operations in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Reports,
    Accounts,
    Record,
    SignIn,
    Operations,
}

impl Tag {
    pub(crate) const ALL: [Self; 5] = [Self::Reports, Self::Accounts, Self::Record, Self::SignIn, Self::Operations];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reports => "Reports",
            Self::Accounts => "Accounts",
            Self::Record => "Audit record",
            Self::SignIn => "Sign-in",
            Self::Operations => "Operations",
        }
    }

    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Reports => {
                "What LastPass Enterprise knows about the company: password health, events, and who can open which shared \
                 folder."
            }
            Self::Accounts => "Users and groups: find them, create accounts, change memberships, off-board.",
            Self::Record => "The append-only record of every change and export made through this API.",
            Self::SignIn => "Who the caller is, what the caller may do, and the session of the dashboard.",
            Self::Operations => "Whether everything that replies depend on works, and the daily sync.",
        }
    }
}

/// A reply that is no problem.
pub(crate) struct OperationReply {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    /// The body, if there is one.
    pub(crate) content: Option<ReplyContent>,
    /// The names of its headers, besides those of every reply.
    pub(crate) headers: Vec<ReplyHeader>,
}

/// The body of a reply: JSON, and the same data in other formats.
pub(crate) struct ReplyContent {
    pub(crate) schema: ObjectSchema,
    pub(crate) files: Vec<FileFormat>,
}

/// A format of a file.
pub(crate) struct FileFormat {
    pub(crate) content_type: &'static str,
    pub(crate) description: &'static str,
}

/// A header of a reply, and whether the reply always has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyHeader {
    Always(&'static str),
    Sometimes(&'static str),
}

/// The headers of a reply to a change of which something was sent.
pub(crate) const AFTER_A_CHANGE: [ReplyHeader; 2] =
    [ReplyHeader::Sometimes("Lastpass-Read-After"), ReplyHeader::Sometimes("Set-Cookie")];

impl ReplyHeader {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Always(name) | Self::Sometimes(name) => name,
        }
    }
}

impl FileFormat {
    pub(crate) const fn csv(description: &'static str) -> Self {
        Self { content_type: "text/csv", description }
    }

    pub(crate) const fn ndjson(description: &'static str) -> Self {
        Self { content_type: "application/x-ndjson", description }
    }
}

impl Operation {
    /// A method of a route that anyone may use.
    pub(crate) fn public(route: &str, method: Method, id: &'static str) -> Self {
        Self {
            route: Route::named(route),
            method,
            id,
            tag: Tag::Reports,
            summary: "",
            description: "",
            parameters: Vec::new(),
            body: None,
            replies: Vec::new(),
            problems: EVERY_REQUEST.to_vec(),
        }
    }

    /// A GET of callers with a role. The reply has an entity tag.
    pub(crate) fn read(route: &str, id: &'static str) -> Self {
        Self::public(route, Method::GET, id).problems(&[AUTHENTICATED, ROLE_LOOKUP, &[ProblemCode::ReplyTooLong]])
    }

    /// A POST of callers with a role that changes LastPass.
    pub(crate) fn change(route: &str, id: &'static str) -> Self {
        Self::public(route, Method::POST, id).problems(&[AUTHENTICATED, ROLE_LOOKUP, LASTPASS, CHANGE])
    }

    /// Adds groups of codes.
    pub(crate) fn problems(mut self, groups: &[&[ProblemCode]]) -> Self {
        for code in groups.iter().copied().flatten() {
            if !self.problems.contains(code) {
                self.problems.push(*code);
            }
        }
        self
    }

    /// Adds a reply of this data that the caller may store and revalidate, and the reply that it is unchanged.
    pub(crate) fn revalidated(
        mut self,
        description: &'static str,
        schema: ObjectSchema,
        files: Vec<FileFormat>,
    ) -> Self {
        let mut headers = vec![ReplyHeader::Always("ETag"), ReplyHeader::Always("Vary")];
        if !files.is_empty() {
            headers.push(ReplyHeader::Sometimes("Content-Disposition"));
        }
        let not_modified = vec![ReplyHeader::Always("ETag"), ReplyHeader::Always("Vary")];
        self.replies.push(OperationReply {
            status: 200,
            description,
            content: Some(ReplyContent { schema, files }),
            headers,
        });
        self.replies.push(OperationReply {
            status: 304,
            description: "The data has not changed since the reply whose tag `If-None-Match` names.",
            content: None,
            headers: not_modified,
        });
        self
    }

    /// Adds a reply to a change.
    pub(crate) fn changed(self, status: u16, description: &'static str, schema: ObjectSchema) -> Self {
        let headers = [&[ReplyHeader::Sometimes("Idempotency-Replayed")], &AFTER_A_CHANGE[..]].concat();
        self.uncached(status, description, schema).headers(status, &headers)
    }

    /// Adds a JSON reply that no one may store.
    pub(crate) fn uncached(mut self, status: u16, description: &'static str, schema: ObjectSchema) -> Self {
        let content = Some(ReplyContent { schema, files: Vec::new() });
        self.replies.push(OperationReply { status, description, content, headers: Vec::new() });
        self
    }

    /// Makes the tag of the reply depend on how it is requested: one through an edge link has none.
    pub(crate) fn sometimes_tagged(mut self) -> Self {
        let headers = self.replies.iter_mut().filter(|reply| reply.status == 200).flat_map(|reply| &mut reply.headers);
        headers.for_each(|header| *header = ReplyHeader::Sometimes(header.name()));
        self
    }

    /// Adds headers to every reply of a status.
    pub(crate) fn headers(mut self, status: u16, headers: &[ReplyHeader]) -> Self {
        for reply in self.replies.iter_mut().filter(|reply| reply.status == status) {
            reply.headers.extend(headers);
        }
        self
    }

    /// Whether callers need a role.
    pub(crate) fn is_authenticated(&self) -> bool {
        matches!(self.route.audience(&self.method), Some(Audience::Roles { .. } | Audience::Scheduler { .. }))
    }

    /// Whether it changes LastPass.
    pub(crate) fn is_change(&self) -> bool {
        matches!(self.route.audience(&self.method), Some(Audience::Roles { .. })) && self.method == Method::POST
    }

    /// Whether the reply has an entity tag, so that `If-None-Match` has an effect.
    pub(crate) fn is_revalidated(&self) -> bool {
        self.replies.iter().any(|reply| reply.status == 304)
    }
}
