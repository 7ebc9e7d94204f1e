//! The attributes that one class of OCSF has, and the other classes do not.

use serde::Serialize;

use crate::{
    audit::{EventActor, EventDetails, ParsedEvent},
    formats::{
        ocsf::{
            actor::{NetworkEndpoint, OcsfActor, OcsfUser},
            class::{EntityKind, LoginKind, OcsfClass, PrivilegeKind, TargetAccount},
        },
        values::non_blank,
    },
};

/// The attributes of one class.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum ClassAttributes<'a> {
    AccountChange {
        user: OcsfUser<'a>,
    },
    Authentication {
        user: OcsfUser<'a>,
        service: Service<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        auth_protocol_id: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        auth_protocol: Option<&'static str>,
    },
    EntityManagement {
        entity: ManagedEntity<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        entity_result: Option<ManagedEntity<'a>>,
    },
    UserAccess {
        user: OcsfUser<'a>,
        privileges: [&'a str; 1],
        #[serde(skip_serializing_if = "Option::is_none")]
        resources: Option<[ResourceDetails<'a>; 1]>,
    },
    GroupManagement {
        group: NamedObject<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<OcsfUser<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        privileges: Option<[&'a str; 1]>,
        #[serde(skip_serializing_if = "Option::is_none")]
        resource: Option<ResourceDetails<'a>>,
    },
    WebResources {
        web_resources: Vec<WebResource<'a>>,
    },
    Api {
        api: Api<'a>,
    },
    Base {},
}

impl<'a> ClassAttributes<'a> {
    /// `None` if the event lacks what the class requires.
    pub(crate) fn of(class: OcsfClass, parsed: &ParsedEvent<'a>) -> Option<Self> {
        let details = parsed.details();
        Some(match class {
            OcsfClass::AccountChange(account) => Self::AccountChange { user: user(account, parsed, &details)? },
            OcsfClass::Authentication(login) => authentication(login, parsed, &details)?,
            OcsfClass::EntityManagement(entity) => {
                let (entity, entity_result) = ManagedEntity::of(entity, &details)?;
                Self::EntityManagement { entity, entity_result }
            }
            OcsfClass::UserAccess(privilege) => user_access(privilege, parsed, &details)?,
            OcsfClass::GroupManagement => Self::GroupManagement {
                group: NamedObject { name: details.group? },
                user: details.targets().next().map(OcsfUser::named),
                privileges: details.folder.map(|_| folder_privilege(&details)),
                resource: details.folder.map(shared_folder),
            },
            OcsfClass::WebResources => Self::WebResources { web_resources: web_resources(&details) },
            OcsfClass::Api => {
                // The class requires an address and an actor.
                let fields = parsed.event().fields();
                NetworkEndpoint::of(&fields)?;
                OcsfActor::of(parsed)?;
                let service = Service { name: "LastPass Enterprise API" };
                Self::Api { api: Api { operation: non_blank(fields.action)?, service } }
            }
            OcsfClass::Base => Self::Base {},
        })
    }
}

/// The account that the event is about; of several, the first.
fn user<'a>(account: TargetAccount, parsed: &ParsedEvent<'a>, details: &EventDetails<'a>) -> Option<OcsfUser<'a>> {
    let own = match (account, parsed.actor()) {
        (TargetAccount::Own, EventActor::Person(name)) => Some(name),
        (TargetAccount::Own, EventActor::Api { .. } | EventActor::Unknown) | (TargetAccount::Named, _) => None,
    };
    details.targets().next().or(own).map(OcsfUser::named)
}

fn authentication<'a>(
    login: LoginKind,
    parsed: &ParsedEvent<'a>,
    details: &EventDetails<'a>,
) -> Option<ClassAttributes<'a>> {
    let (account, service) = match login {
        LoginKind::Vault | LoginKind::Saml => (TargetAccount::Own, details.site.unwrap_or("LastPass")),
        LoginKind::AdminConsole => (TargetAccount::Own, "LastPass Admin Console"),
        LoginKind::Sessions => (TargetAccount::Named, "LastPass"),
    };
    let (auth_protocol_id, auth_protocol) = match login {
        LoginKind::Saml => (Some(5), Some("SAML")),
        LoginKind::Vault | LoginKind::AdminConsole | LoginKind::Sessions => (None, None),
    };
    Some(ClassAttributes::Authentication {
        user: user(account, parsed, details)?,
        service: Service { name: service },
        auth_protocol_id,
        auth_protocol,
    })
}

fn user_access<'a>(
    privilege: PrivilegeKind,
    parsed: &ParsedEvent<'a>,
    details: &EventDetails<'a>,
) -> Option<ClassAttributes<'a>> {
    let (privileges, resources) = match privilege {
        PrivilegeKind::Admin => (["Admin"], None),
        PrivilegeKind::SharedFolder => (folder_privilege(details), Some([shared_folder(details.folder?)])),
    };
    Some(ClassAttributes::UserAccess { user: user(TargetAccount::Named, parsed, details)?, privileges, resources })
}

/// The rights in a shared folder, if LastPass reports them.
fn folder_privilege<'a>(details: &EventDetails<'a>) -> [&'a str; 1] {
    [details.new_value.unwrap_or("Shared folder access")]
}

fn shared_folder(name: &str) -> ResourceDetails<'_> {
    ResourceDetails { name, r#type: SHARED_FOLDER }
}

const SHARED_FOLDER: &str = "Shared folder";

/// `service`
#[derive(Serialize)]
pub(crate) struct Service<'a> {
    name: &'a str,
}

/// `group` and `policy`
#[derive(Serialize)]
pub(crate) struct NamedObject<'a> {
    name: &'a str,
}

/// `resource_details`
#[derive(Serialize)]
pub(crate) struct ResourceDetails<'a> {
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
pub(crate) struct ManagedEntity<'a> {
    name: &'a str,
    type_id: u8,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<NamedObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PolicyData<'a>>,
}

#[derive(Serialize)]
struct PolicyData<'a> {
    value: &'a str,
}

impl<'a> ManagedEntity<'a> {
    /// The entity, and what it became if the event says so.
    fn of(entity: EntityKind, details: &EventDetails<'a>) -> Option<(Self, Option<Self>)> {
        match entity {
            EntityKind::Policy => {
                let name = details.policy?;
                let result = details.new_value.map(|value| Self::policy(name, Some(PolicyData { value })));
                Some((Self::policy(name, None), result))
            }
            EntityKind::SharedFolder => Some((
                Self::other(details.folder?, SHARED_FOLDER),
                details.new_value.map(|name| Self::other(name, SHARED_FOLDER)),
            )),
            EntityKind::Setting(name) => Some((Self::other(name, "Company setting"), None)),
        }
    }

    fn policy(name: &'a str, data: Option<PolicyData<'a>>) -> Self {
        Self { name, type_id: 5, r#type: "Policy", policy: Some(NamedObject { name }), data }
    }

    /// An entity of a type for which the schema has no number.
    fn other(name: &'a str, r#type: &'static str) -> Self {
        Self { name, type_id: 99, r#type, policy: None, data: None }
    }
}

/// `web_resource`: a site or a note; the shared folder if the event names neither; otherwise the vault.
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
            None => item.split(',').filter_map(non_blank).map(|site| WebResource::item(site, "Site", folder)).collect(),
        },
        (None, Some(folder)) => named(folder, SHARED_FOLDER),
        (None, None) => named("Vault", "Vault"),
    }
}

impl<'a> WebResource<'a> {
    fn item(text: &'a str, r#type: &'static str, folder: Option<&'a str>) -> Self {
        let data = folder.map(|shared_folder| ItemData { shared_folder });
        // LastPass writes a number in place of the name since 2024.
        let (name, uid) = match text.strip_prefix("VID: ") {
            Some(number) => (None, Some(number)),
            None => (Some(text), None),
        };
        Self { name, uid, r#type, data }
    }
}
