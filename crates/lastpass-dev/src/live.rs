//! The user's own company behind the local server. Settings come from the environment, `.env.local` and `.env`, in
//! this order.

use std::{collections::HashMap, env};

use lastpass_core::web::App;

use crate::{
    arguments::LiveChanges,
    error::{BoxError, check_settings},
    pages,
};

/// The app of the user's own company, and the text that describes how to use it.
///
/// # Errors
/// Returns an error if a file cannot be read or a setting is invalid.
pub(crate) fn app(address: &str, changes: LiveChanges) -> Result<(App, String), BoxError> {
    let variables = variables(changes)?;
    let app = App::new(|name| variables.get(name).cloned());
    check_settings(&app, "Invalid settings (read from the environment, .env.local and .env):")?;
    let changes = match changes {
        LiveChanges::DryRun => "Changes are dry runs. To make changes, start with --writes.",
        LiveChanges::Made if app.has_record() => "CHANGES ARE MADE, unless the setting CHANGES says otherwise.",
        LiveChanges::Made => "No change is made yet: changes need DATABASE_URL and SIGNING_SECRET.",
    };
    let page = pages::live(address, changes);
    Ok((app, page))
}

/// All variables, with `CHANGES` set to a dry run unless changes are to be made. They are not put into the environment
/// of this process, which child processes would inherit.
///
/// # Errors
/// Returns an error if a file exists and cannot be read. The error names the file and quotes no part of it.
fn variables(changes: LiveChanges) -> Result<HashMap<String, String>, BoxError> {
    let mut variables = HashMap::new();
    for file in [".env", ".env.local"] {
        match dotenvy::from_path_iter(file) {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(|_| format!("{file} has a line that is not NAME=VALUE"))?;
                    variables.insert(name, value);
                }
            }
            Err(error) if error.not_found() => {}
            Err(_) => return Err(format!("{file} cannot be read").into()),
        }
    }
    // No setting has a name or value that is not UTF-8.
    variables
        .extend(env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))));
    // `vercel env pull` writes them into .env.local, and they describe a deployment.
    variables.retain(|name, _| name != "VERCEL" && !name.starts_with("VERCEL_ENV"));
    let is_off = variables.get("CHANGES").is_some_and(|mode| mode.trim() == "off");
    if changes == LiveChanges::DryRun && !is_off {
        variables.insert("CHANGES".to_owned(), "dryRun".to_owned());
    }
    Ok(variables)
}
