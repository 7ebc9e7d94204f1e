//! What an event is about: the attributes that a class of OCSF has for itself.

use serde::Serialize;

use crate::{
    audit::{EventActor, EventDetails, ParsedEvent},
    formats::ocsf::{
        Endpoint,
        class::{self, Account, Class, Login, Privilege},
        given,
        person::{Actor, User},
    },
};

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Object<'a> {
    AccountChange {
        user: User<'a>,
    },
    Authentication {
        user: User<'a>,
        service: Service<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        auth_protocol_id: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        auth_protocol: Option<&'static str>,
    },
    EntityManagement {
        entity: Entity<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        entity_result: Option<Entity<'a>>,
    },
    UserAccess {
        user: User<'a>,
        privileges: [&'a str; 1],
        #[serde(skip_serializing_if = "Option::is_none")]
        resources: Option<[Resource<'a>; 1]>,
    },
    GroupManagement {
        group: Named<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<User<'a>>,
    },
    WebResources {
        web_resources: Vec<WebResource<'a>>,
    },
    Api {
        api: Api<'a>,
    },
    Base {},
}

impl<'a> Object<'a> {
    /// Nothing where the event does not say what the class requires.
    pub(crate) fn of(class: Class, parsed: &ParsedEvent<'a>) -> Option<Self> {
        let details = parsed.details();
        Some(match class {
            Class::AccountChange(account) => Self::AccountChange { user: user(account, parsed, &details)? },
            Class::Authentication(login) => authentication(login, parsed, &details)?,
            Class::EntityManagement(entity) => {
                let (entity, entity_result) = Entity::of(entity, &details)?;
                Self::EntityManagement { entity, entity_result }
            }
            Class::UserAccess(privilege) => user_access(privilege, parsed, &details)?,
            Class::GroupManagement => {
                Self::GroupManagement { group: Named { name: details.group? }, user: details.target.map(User::named) }
            }
            Class::WebResources => Self::WebResources { web_resources: web_resources(&details) },
            Class::Api => {
                // The class requires an address and an actor.
                let fields = parsed.event().fields();
                Endpoint::of(&fields)?;
                Actor::of(parsed)?;
                let service = Service { name: "LastPass Enterprise API" };
                Self::Api { api: Api { operation: given(fields.action)?, service } }
            }
            Class::Base => Self::Base {},
        })
    }
}

/// The account that it was done to; of several, the first.
fn user<'a>(account: Account, parsed: &ParsedEvent<'a>, details: &EventDetails<'a>) -> Option<User<'a>> {
    let own = match (account, parsed.actor()) {
        (Account::Own, EventActor::Person(name)) => Some(name),
        (Account::Own, EventActor::Api { .. } | EventActor::Unknown) | (Account::Named, _) => None,
    };
    details.targets().next().or(own).map(User::named)
}

fn authentication<'a>(login: Login, parsed: &ParsedEvent<'a>, details: &EventDetails<'a>) -> Option<Object<'a>> {
    let (account, service) = match login {
        Login::Vault | Login::Saml => (Account::Own, details.site.unwrap_or("LastPass")),
        Login::AdminConsole => (Account::Own, "LastPass Admin Console"),
        Login::Sessions => (Account::Named, "LastPass"),
    };
    let (auth_protocol_id, auth_protocol) = match login {
        Login::Saml => (Some(5), Some("SAML")),
        Login::Vault | Login::AdminConsole | Login::Sessions => (None, None),
    };
    Some(Object::Authentication {
        user: user(account, parsed, details)?,
        service: Service { name: service },
        auth_protocol_id,
        auth_protocol,
    })
}

fn user_access<'a>(privilege: Privilege, parsed: &ParsedEvent<'a>, details: &EventDetails<'a>) -> Option<Object<'a>> {
    let (privileges, resources) = match privilege {
        Privilege::Admin => (["Admin"], None),
        Privilege::SharedFolder => (
            [details.new_value.unwrap_or("Shared folder access")],
            Some([Resource { name: details.folder?, r#type: SHARED_FOLDER }]),
        ),
    };
    Some(Object::UserAccess { user: user(Account::Named, parsed, details)?, privileges, resources })
}

const SHARED_FOLDER: &str = "Shared folder";

/// `service`
#[derive(Serialize)]
pub(crate) struct Service<'a> {
    name: &'a str,
}

/// `group` and `policy`
#[derive(Serialize)]
pub(crate) struct Named<'a> {
    name: &'a str,
}

/// `resource_details`
#[derive(Serialize)]
pub(crate) struct Resource<'a> {
    name: &'a str,
    r#type: &'static str,
}

/// `api`
#[derive(Serialize)]
pub(crate) struct Api<'a> {
    operation: &'a str,
    service: Service<'static>,
}

/// `managed_entity`
#[derive(Serialize)]
pub(crate) struct Entity<'a> {
    name: &'a str,
    type_id: u8,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PolicyData<'a>>,
}

#[derive(Serialize)]
struct PolicyData<'a> {
    value: &'a str,
}

impl<'a> Entity<'a> {
    /// The thing, and what it became where that is told.
    fn of(entity: class::Entity, details: &EventDetails<'a>) -> Option<(Self, Option<Self>)> {
        match entity {
            class::Entity::Policy => {
                let name = details.policy?;
                let result = details.new_value.map(|value| Self::policy(name, Some(PolicyData { value })));
                Some((Self::policy(name, None), result))
            }
            class::Entity::SharedFolder => Some((
                Self::other(details.folder?, SHARED_FOLDER),
                details.new_value.map(|name| Self::other(name, SHARED_FOLDER)),
            )),
            class::Entity::Setting(name) => Some((Self::other(name, "Company setting"), None)),
        }
    }

    fn policy(name: &'a str, data: Option<PolicyData<'a>>) -> Self {
        Self { name, type_id: 5, r#type: "Policy", policy: Some(Named { name }), data }
    }

    /// Of a type that the schema has no number for.
    fn other(name: &'a str, r#type: &'static str) -> Self {
        Self { name, type_id: 99, r#type, policy: None, data: None }
    }
}

/// `web_resource`: a site or a note, the shared folder where the event names neither, or else the vault.
#[derive(Serialize)]
pub(crate) struct WebResource<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<ItemData<'a>>,
}

#[derive(Serialize)]
struct ItemData<'a> {
    shared_folder: &'a str,
}

fn web_resources<'a>(details: &EventDetails<'a>) -> Vec<WebResource<'a>> {
    let named = |name, r#type| vec![WebResource { name: Some(name), uid: None, r#type, data: None }];
    match (details.site, details.folder) {
        (Some(item), folder) => match item.strip_prefix("Secure Note (").and_then(|rest| rest.strip_suffix(')')) {
            Some(note) => vec![WebResource::item(note, "Secure note", folder)],
            None => item.split(',').filter_map(given).map(|site| WebResource::item(site, "Site", folder)).collect(),
        },
        (None, Some(folder)) => named(folder, SHARED_FOLDER),
        (None, None) => named("Vault", "Vault"),
    }
}

impl<'a> WebResource<'a> {
    fn item(text: &'a str, r#type: &'static str, folder: Option<&'a str>) -> Self {
        let data = folder.map(|shared_folder| ItemData { shared_folder });
        // LastPass writes a number in the place of a name since 2024.
        let (name, uid) = match text.strip_prefix("VID: ") {
            Some(number) => (None, Some(number)),
            None => (Some(text), None),
        };
        Self { name, uid, r#type, data }
    }
}
