//! Real credentials for the local server: the environment, `.env.local`, `.env`, in this order.

use std::{collections::HashMap, env};

use crate::{arguments::Changes, error::BoxError};

/// Every variable that is known, as far as it goes with what becomes of changes. Nothing is put into the environment of this process, where a
/// program that it starts would find it.
///
/// # Errors
/// Where a file is there and cannot be read; the error names the file and quotes nothing of it.
pub(crate) fn variables(changes: Changes) -> Result<HashMap<String, String>, BoxError> {
    let mut found = HashMap::new();
    for file in [".env", ".env.local"] {
        match dotenvy::from_path_iter(file) {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(|_| format!("{file} has a line that is no NAME=VALUE"))?;
                    found.insert(name, value);
                }
            }
            Err(error) if error.not_found() => {}
            Err(_) => return Err(format!("{file} cannot be read").into()),
        }
    }
    // A variable that is no text is none of ours.
    found
        .extend(env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))));
    // What the platform says of its deployments is not so here, though `vercel env pull` writes it into .env.local.
    found.retain(|name, _| name != "VERCEL" && !name.starts_with("VERCEL_ENV"));
    let is_off = found.get("CHANGES").is_some_and(|mode| mode.trim() == "off");
    if changes == Changes::Told && !is_off {
        found.insert("CHANGES".to_owned(), "dryRun".to_owned());
    }
    Ok(found)
}
