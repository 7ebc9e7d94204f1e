//! The route table: plain data, without handlers, so that reading it links none of them.

pub(crate) mod actions;
pub(crate) mod audit_logs;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod provision_user;
pub(crate) mod security_report;
pub(crate) mod session;
pub(crate) mod shared_folders;
pub(crate) mod sync;
pub(crate) mod users;

use std::time::Duration;

use http::Method;

use crate::{
    domain::Role::{self, Admin, Auditor, Manager, Provisioner},
    request_context::DEADLINE,
};

/// One URL: its methods, who may use them, and what serves it.
#[derive(Debug)]
pub struct Route {
    /// The name in the URL, `/api/NAME`.
    pub name: &'static str,
    /// The function that serves it, `api/FUNCTION.rs`.
    pub function: &'static str,
    /// The methods, each with its audience. `GET` includes `HEAD`.
    pub methods: &'static [(Method, Audience)],
    /// How long a request may take.
    pub deadline: Duration,
}

/// Who may use a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anyone, with or without a credential.
    Anyone,
    /// The platform's scheduler, and callers with one of these roles. Anyone else gets 403 with `refusal`.
    Scheduler {
        /// The roles.
        roles: &'static [Role],
        /// The detail of the 403.
        refusal: &'static str,
    },
    /// Callers with one of these roles. Any other role gets 403 with `refusal`.
    Roles {
        /// The roles.
        roles: &'static [Role],
        /// The detail of the 403.
        refusal: &'static str,
    },
}

impl Audience {
    /// The roles that are listed.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Anyone => &[],
            Self::Scheduler { roles, .. } | Self::Roles { roles, .. } => roles,
        }
    }
}

/// Whether HEAD is answered like GET: not where GET starts a job.
fn has_head(audience: Audience) -> bool {
    !matches!(audience, Audience::Scheduler { .. })
}

const fn roles(roles: &'static [Role], refusal: &'static str) -> Audience {
    Audience::Roles { roles, refusal }
}

/// Every route, in the order in which `session` lists them.
///
/// `serve` enforces the table: 405 for a method that is not listed, 403 for a role that is not. `session` lists a role's
/// permissions from it, and tests check the access of every role, `api/`, `Cargo.toml` and `vercel.json` against it.
///
/// CONTRIBUTING.md lists what else a new route needs; the tests name what is missing.
pub static ROUTES: [Route; 10] = [
    Route {
        name: "security-report",
        function: "security-report",
        methods: &[(Method::GET, roles(&[Admin, Manager, Auditor], "A provisioner may not read the security report."))],
        deadline: DEADLINE,
    },
    Route {
        name: "audit-logs",
        function: "audit-logs",
        methods: &[(Method::GET, roles(&[Admin, Auditor], "Only an admin or an auditor may read the event log."))],
        deadline: DEADLINE,
    },
    Route {
        name: "provision-user",
        function: "provision-user",
        methods: &[(Method::POST, roles(&[Admin, Provisioner], "Only an admin or a provisioner may create accounts."))],
        deadline: DEADLINE,
    },
    Route {
        name: "users",
        function: "users",
        methods: &[
            (Method::GET, roles(&[Admin], "Only an admin may read users.")),
            (Method::POST, roles(&[Admin, Provisioner], "Only an admin may change users.")),
        ],
        deadline: DEADLINE,
    },
    Route {
        name: "groups",
        function: "groups",
        methods: &[
            (Method::GET, roles(&[Admin, Provisioner], "Only an admin or a provisioner may read groups.")),
            (Method::POST, roles(&[Admin], "Only an admin may change memberships.")),
        ],
        deadline: DEADLINE,
    },
    Route {
        name: "shared-folders",
        function: "shared-folders",
        methods: &[(
            Method::GET,
            roles(&[Admin, Auditor], "Only an admin or an auditor may read who can open shared folders."),
        )],
        deadline: DEADLINE,
    },
    Route {
        name: "actions",
        function: "actions",
        methods: &[(Method::GET, roles(&[Admin, Auditor, Provisioner], "A manager may not read the audit record."))],
        deadline: DEADLINE,
    },
    Route {
        name: "session",
        function: "session",
        methods: &[
            (Method::GET, Audience::Anyone),
            (Method::POST, Audience::Anyone),
            (Method::DELETE, Audience::Anyone),
        ],
        deadline: DEADLINE,
    },
    Route { name: "health", function: "session", methods: &[(Method::GET, Audience::Anyone)], deadline: DEADLINE },
    Route {
        name: "sync",
        function: "sync",
        methods: &[
            (
                Method::GET,
                Audience::Scheduler {
                    roles: &[],
                    refusal: "Only the platform's scheduler may send GET. An admin starts a sync by POST.",
                },
            ),
            (
                Method::POST,
                Audience::Scheduler { roles: &[Admin], refusal: "Only an admin or the scheduler may start a sync." },
            ),
        ],
        deadline: SYNC_DEADLINE,
    },
];

/// The longest that a sync takes: a minute less than the 300 s that the platform gives its function.
const SYNC_DEADLINE: Duration = Duration::from_secs(240);

/// The one request of which some roles may read a part only: with `view=full` it is for these roles.
const FULL_REPORT: (&str, &[Role]) = ("GET security-report", &[Admin]);

impl Route {
    /// The route with this name. In a static, a name that is not in [`ROUTES`] does not compile.
    pub(crate) const fn named(name: &str) -> &'static Self {
        let mut index = 0;
        while index < ROUTES.len() {
            if is_equal(ROUTES[index].name, name) {
                return &ROUTES[index];
            }
            index += 1;
        }
        panic!("no route has this name")
    }

    /// Who may use a method; `None` for a method that the route does not have.
    pub fn audience(&self, method: &Method) -> Option<Audience> {
        let is_head = *method == Method::HEAD;
        let method = if is_head { &Method::GET } else { method };
        let (_, audience) = self.methods.iter().find(|(listed, _)| listed == method)?;
        (!is_head || has_head(*audience)).then_some(*audience)
    }

    /// The methods as in `Allow`.
    pub(crate) fn allow(&self) -> String {
        let mut names = Vec::new();
        for (method, audience) in self.methods {
            names.push(method.as_str());
            if *method == Method::GET && has_head(*audience) {
                names.push("HEAD");
            }
        }
        names.join(", ")
    }

    /// What the role may request of this route, such as `GET users`. Methods that are open to anyone do not count.
    pub(crate) fn permissions(&self, role: Role) -> impl Iterator<Item = String> {
        let is_listed = move |audience: &Audience| audience.roles().contains(&role);
        let methods = self.methods.iter().filter(move |(_, audience)| is_listed(audience));
        let requests = methods.map(|(method, _)| format!("{method} {}", self.name));
        let (of_full_report, roles) = FULL_REPORT;
        requests.flat_map(move |request| {
            let full = format!("{request}?view=full");
            let full = (request == of_full_report && roles.contains(&role)).then_some(full);
            std::iter::once(request).chain(full)
        })
    }
}

/// `==` of texts is not const.
const fn is_equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allow_lists_the_methods_of_a_route_and_head_with_get() {
        for (name, expected) in [
            ("security-report", "GET, HEAD"),
            ("provision-user", "POST"),
            ("users", "GET, HEAD, POST"),
            ("session", "GET, HEAD, POST, DELETE"),
            ("sync", "GET, POST"),
        ] {
            assert_eq!(Route::named(name).allow(), expected, "{name}");
        }
    }

    #[test]
    fn permissions_are_the_methods_of_a_role() {
        for (role, expected) in [
            (Admin, "GET security-report, GET security-report?view=full, GET users, POST users, POST sync"),
            (Manager, "GET security-report"),
            (Auditor, "GET security-report"),
            (Provisioner, "POST users"),
        ] {
            let routes = ["security-report", "users", "session", "health", "sync"].map(Route::named);
            let permissions: Vec<_> = routes.iter().flat_map(|route| route.permissions(role)).collect();
            assert_eq!(permissions.join(", "), expected);
        }
    }

    #[test]
    fn head_has_the_audience_of_get_and_other_methods_have_none() {
        for route in &ROUTES {
            let get = route.audience(&Method::GET).filter(|_| route.name != "sync");
            assert_eq!(route.audience(&Method::HEAD), get, "{}", route.name);
            for method in [Method::PUT, Method::PATCH, Method::OPTIONS, Method::TRACE] {
                assert_eq!(route.audience(&method), None, "{} {method}", route.name);
            }
        }
    }

    #[test]
    fn names_are_unique_and_lead_to_their_row() {
        for route in &ROUTES {
            assert!(std::ptr::eq(Route::named(route.name), route), "{}", route.name);
        }
    }
}
