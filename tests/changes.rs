//! Changes: what is sent to LastPass, what is refused, and what becomes of a lost reply.

mod off_boarding;
mod provisioning;
mod requests;
mod rules;
mod uncertain;

use serde_json::{Value, json};

/// A request that creates [`ANN`].
fn ann() -> Value {
    json!({ "firstName": "Ann", "lastName": "Lee", "email": "Ann.Lee@example.com", "department": "sales" })
}

/// The address as it is stored.
const ANN: &str = "ann.lee@example.com";

/// A request that acts on a user.
fn act(email: &str, action: &str) -> Value {
    json!({ "email": email, "action": action })
}

/// A request that deactivates the leaver in any case.
fn leave() -> Value {
    json!({ "email": "leaver@example.com", "action": "deactivate", "allowOrphans": true })
}

/// The states of the steps of a reply.
pub(crate) fn states(reply: &Value) -> Vec<&str> {
    let steps = reply["steps"].as_array().unwrap_or_else(|| panic!("no steps in {reply}"));
    steps.iter().map(|step| step["state"].as_str().expect("a state")).collect()
}
