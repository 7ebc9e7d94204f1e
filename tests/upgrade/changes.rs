//! The company, the callers and the requests of the samples. Frozen with them: keys and bodies are compared with what
//! the samples hold.

use std::sync::OnceLock;

use http::{Request, request::Builder};
use lastpass_sim::{Company, Folder, Member, User};
use serde_json::{Value, json};

use crate::{
    sign_in::issuer::SigningKey,
    world::{ADMIN, PROVISIONER, TestResponse, World, noon},
};

pub(crate) const OLD_SECRET: &str = "before-0123456789abcdef0123456789abcdef";
pub(crate) const BOTH_SECRETS: &str = "after-0123456789abcdef0123456789abcdef, before-0123456789abcdef0123456789abcdef";

/// Settings of the samples, with every sign-in method.
pub(crate) fn settings(signing_secrets: &'static str) -> Vec<(&'static str, &'static str)> {
    static PUBLIC_KEY: OnceLock<String> = OnceLock::new();
    let public_key = PUBLIC_KEY.get_or_init(|| identity_provider().pem());
    let auth_secret = sessions()["secret"].as_str().expect("a secret");
    vec![
        ("SIGNING_SECRET", signing_secrets),
        ("AUTH_ISSUER", "https://issuer.example.com"),
        ("AUTH_AUDIENCE", "dashboard"),
        ("AUTH_PUBLIC_KEY", public_key),
        ("AUTH_SECRET", auth_secret),
        ("NEXTAUTH_SECRET", auth_secret),
        ("AUTH_ROLE_CLAIM", "role"),
    ]
}

/// Any key: the caller that a token names does not depend on it.
fn identity_provider() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(SigningKey::p256)
}

/// Sessions of Auth.js and NextAuth.
fn sessions() -> &'static Value {
    static SESSIONS: OnceLock<Value> = OnceLock::new();
    let read = || serde_json::from_str(include_str!("../samples/auth/session-token-vectors.json")).expect("JSON");
    SESSIONS.get_or_init(read)
}

/// Who sends a request: one caller per sign-in method that can own an Idempotency-Key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Caller {
    /// A dashboard key with a name.
    Ann,
    /// A dashboard key without one.
    Provisioner,
    Jwt,
    AuthJs,
    NextAuth,
}

impl Caller {
    fn authenticate(self, request: Builder) -> Builder {
        let cookie = |name: &str, session: &str| format!("{name}={}", sessions()[session].as_str().expect("a session"));
        let request = request.header("sec-fetch-site", "same-origin");
        match self {
            Self::Ann => request.header("authorization", format!("Bearer {ADMIN}")),
            Self::Provisioner => request.header("authorization", format!("Bearer {PROVISIONER}")),
            Self::Jwt => {
                let claims = json!({ "iss": "https://issuer.example.com", "aud": "dashboard", "sub": "user_9",
                                     "email": "eve@example.com", "role": "admin", "exp": noon().timestamp() + 86_400 });
                request.header("authorization", format!("Bearer {}", identity_provider().token("any", &claims)))
            }
            Self::AuthJs => request.header("cookie", cookie("authjs.session-token", "authjs_v5:authjs.session-token")),
            Self::NextAuth => request.header("cookie", cookie("next-auth.session-token", "nextauth_v4")),
        }
    }
}

/// One request for a change, which can be sent again.
#[derive(Debug, Clone)]
pub(crate) struct ChangeRequest {
    pub(crate) caller: Caller,
    /// The user: each change of the samples is about another user, named after the outcome.
    pub(crate) name: &'static str,
    route: &'static str,
    body: Value,
    has_key: bool,
}

impl ChangeRequest {
    fn new(name: &'static str, route: &'static str, mut body: Value) -> Self {
        body["email"] = json!(person(name));
        Self { caller: Caller::Ann, name, route, body, has_key: true }
    }

    pub(crate) fn by(self, caller: Caller) -> Self {
        Self { caller, ..self }
    }

    pub(crate) fn without_key(self) -> Self {
        Self { has_key: false, ..self }
    }

    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.body[member] = value;
        self
    }

    /// The same key with another body.
    pub(crate) fn altered(self) -> Self {
        match self.route {
            "provision-user" => self.with("firstName", json!("Bob")),
            "groups" => self.with("add", json!(["Engineering-Team"])),
            _ => {
                let is_allowed = self.body["allowOrphans"] == true;
                self.with("allowOrphans", json!(!is_allowed))
            }
        }
    }

    /// The request, with the caller's credential and key, and its body.
    pub(crate) fn parts(&self) -> (Builder, &Value) {
        let mut request = self.caller.authenticate(Request::post(format!("/api/{}", self.route)));
        if self.has_key {
            request = request.header("idempotency-key", format!("key of {}", self.name));
        }
        (request, &self.body)
    }

    pub(crate) async fn send(&self, world: &World) -> TestResponse {
        let (request, body) = self.parts();
        world.send_json(request, body).await
    }
}

/// An address of the samples.
pub(crate) fn person(name: &str) -> String {
    format!("{name}@example.com")
}

pub(crate) fn provision(name: &'static str) -> ChangeRequest {
    let body = json!({ "firstName": "Ann", "lastName": "Lee", "department": "Marketing", "additionalGroups": ["Finance-Team"] });
    ChangeRequest::new(name, "provision-user", body)
}

pub(crate) fn act(name: &'static str, action: &str) -> ChangeRequest {
    let body = json!({ "action": action, "confirm": person(name), "allowOrphans": true });
    ChangeRequest::new(name, "users", body)
}

pub(crate) fn change_groups(name: &'static str) -> ChangeRequest {
    ChangeRequest::new(name, "groups", json!({ "add": ["HR-Team", "Legal-Team"], "remove": ["Sales-Team"] }))
}

/// A group that LastPass refuses to change.
pub(crate) const LOCKED_GROUP: &str = "Everyone";

/// The company before the first change.
pub(crate) fn company() -> Company {
    let names = [
        "root",
        "deputy",
        "colleague",
        "leaver",
        "quiet-leaver",
        "returner",
        "disabled",
        "removed",
        "deleted",
        "reset",
        "forgetful",
        "phone",
        "member",
        "grouped",
        "half-grouped",
        "leaving",
        "keyless",
        "disabled-again",
    ];
    let user = |(id, name): (u64, &str)| User {
        admin: ["root", "deputy"].contains(&name),
        disabled: ["returner", "disabled", "disabled-again"].contains(&name),
        multifactor: (name == "phone").then(|| "duo".to_owned()),
        groups: vec!["Sales-Team".to_owned()],
        ..User::new(id, person(name))
    };
    let mut users: Vec<User> = (1..).zip(names).map(user).collect();
    users[2].groups.push(LOCKED_GROUP.to_owned());
    let guests = ["guest", "unwanted", "complained", "unanswered", "waiting", "reminded"];
    Company { users, invited: guests.map(person).to_vec(), ..without_people() }
}

/// The company without its users.
fn without_people() -> Company {
    let member = |name: &str, can_administer, sites: &[&str]| Member {
        username: person(name),
        read_only: false,
        give: true,
        can_administer,
        super_admin: false,
        group: None,
        sites: sites.iter().map(|site| (*site).to_owned()).collect(),
    };
    let folder = |id, name: &str, members| Folder { id, name: name.to_owned(), deleted: false, score: 80, members };
    Company {
        personal_accounts: vec![person("personal")],
        sso_groups: vec![LOCKED_GROUP.to_owned()],
        folders: vec![
            folder(10, "Shared-Alone", vec![member("leaver", true, &["a.example.com", "b.example.com"])]),
            folder(11, "Shared-Both", vec![member("leaving", false, &["c.example.com"]), member("root", true, &[])]),
        ],
        ..Company::empty()
    }
}

/// The users of the company, as stored in the samples.
pub(crate) fn company_as_json(world: &World) -> Value {
    world.sim.with_company(|company| {
        let users = company.users.iter().map(|user| {
            json!({
                "email": user.username, "admin": user.admin, "disabled": user.disabled, "groups": user.groups,
                "multifactor": user.multifactor, "passwordReset": user.password_reset_required,
                "neverLoggedIn": user.never_logged_in,
            })
        });
        json!({ "users": users.collect::<Vec<_>>(), "invited": company.invited })
    })
}

/// The company with stored users.
pub(crate) fn company_of(json: &Value) -> Company {
    let texts = |list: &Value| {
        let texts = list.as_array().expect("a list").iter();
        texts.map(|text| text.as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };
    let user = |(id, user): (u64, &Value)| User {
        admin: user["admin"] == true,
        disabled: user["disabled"] == true,
        groups: texts(&user["groups"]),
        multifactor: user["multifactor"].as_str().map(str::to_owned),
        password_reset_required: user["passwordReset"] == true,
        never_logged_in: user["neverLoggedIn"] == true,
        ..User::new(id, user["email"].as_str().expect("an address"))
    };
    let users = (1..).zip(json["users"].as_array().expect("users")).map(user).collect();
    Company { users, invited: texts(&json["invited"]), ..without_people() }
}

/// Every action of the record, and the result of verifying it.
pub(crate) async fn whole_record(world: &World) -> Value {
    world.get("actions?verify=true&limit=1000").await.json()
}
