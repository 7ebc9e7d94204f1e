//! The table of all variables, from which the settings reader and the documents take names, formats and defaults.

/// A variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// The name.
    pub name: &'static str,
    /// The format of the value.
    pub format: &'static str,
    /// The value if the variable is not set; `None` if it is required, or if unset means disabled.
    pub default: Option<&'static str>,
    /// What the variable is for.
    pub purpose: &'static str,
    /// Whether the variable is required.
    pub required: bool,
}

/// All variables, in the order in which they are documented.
pub const TABLE: &[Variable] = &[
    required(
        "LASTPASS_ACCOUNT_NUMBER",
        "digits",
        "Account number, shown in LastPass's Admin Console under Advanced > Enterprise API",
    ),
    required(
        "LASTPASS_PROVISIONING_HASH",
        "text",
        "Provisioning hash, shown once in LastPass's Admin Console under Advanced > Enterprise API; gives access to the \
         whole company",
    ),
    variable(
        "DASHBOARD_KEYS",
        "ROLE:KEY or ROLE/NAME:KEY, separated by commas, or JSON",
        None,
        "Keys that sign in: a role (admin, manager, auditor or provisioner) and a key of 32 or more characters, or \
         sha256:HEX; required unless another sign-in method is configured",
    ),
    variable(
        "LASTPASS_API_URL",
        "https URL",
        Some("https://lastpass.com/enterpriseapi.php"),
        "Address of the Enterprise API; http only for localhost",
    ),
    variable(
        "LASTPASS_API_DIALECT",
        "enterprise or guide",
        Some("enterprise"),
        "How requests are written: as LastPass documents them, or with the guide's command names",
    ),
    variable(
        "LASTPASS_API_USER",
        "up to 64 characters",
        Some("lastpass-functions"),
        "Label of our API calls in LastPass's log",
    ),
    variable(
        "LASTPASS_TIME_ZONE",
        "IANA time zone",
        Some("America/New_York"),
        "Time zone of LastPass's dates, which have none: that of the account's oldest admin",
    ),
    variable(
        "SCORE_SOURCE",
        "mpstrength or totalscore",
        Some("mpstrength"),
        "Score by which people are ranked: master password strength, or LastPass's vault score (for federated users)",
    ),
    variable(
        "DEPARTMENT_GROUPS",
        "DEPARTMENT=GROUP, separated by semicolons, or JSON",
        Some(
            "Engineering=Engineering-Team;Sales=Sales-Team;Marketing=Marketing-Team;HR=HR-Team;Finance=Finance-Team;Legal=Legal-Team",
        ),
        "Departments and their groups; no two departments have one group",
    ),
    variable(
        "CACHE_SECONDS",
        "0 to 3600",
        Some("300"),
        "How many seconds data of LastPass counts as fresh; 0 disables the cache",
    ),
    variable(
        "LASTPASS_DEMO",
        "1",
        None,
        "Demo mode: a demo company, open to published keys; not together with real credentials, and without a database",
    ),
    variable(
        "DATABASE_URL",
        "postgres:// URL",
        None,
        "Database of the record of changes and of sync; without it no changes are made",
    ),
    variable("POSTGRES_URL", "postgres:// URL", None, "The same, used if DATABASE_URL is not set"),
    variable(
        "RETENTION_DAYS",
        "1 to 3650",
        Some("400"),
        "How many days sync keeps changes of users, and users who left",
    ),
    variable(
        "SIGNING_SECRET",
        "32 or more characters; several separated by commas",
        None,
        "Signs edge links, sessions, Lastpass-Read-After and the record of changes, none of which is available without \
         it; the first secret signs, all verify",
    ),
    variable(
        "CHANGES",
        "on, dryRun or off",
        None,
        "Whether changes are made, only previewed, or refused; if unset, on, and dryRun in preview deployments",
    ),
    variable(
        "ALLOWED_EMAIL_DOMAINS",
        "domains, separated by commas, or JSON",
        None,
        "Domains of the addresses of new accounts; if unset, all are allowed",
    ),
    variable(
        "ROLE_GROUPS",
        "ROLE=GROUP, separated by semicolons, or JSON",
        None,
        "Groups whose members have a role; only an admin can add people to one of them",
    ),
    variable(
        "KNOWN_GROUPS",
        "groups, separated by commas, or JSON",
        None,
        "Further groups to which people can be added: LastPass does not list groups without members",
    ),
    variable(
        "OFFBOARDING_LIMIT",
        "0 to 10000",
        Some("25"),
        "How many people can be deactivated, removed, deleted or stripped of MFA within an hour, over all callers",
    ),
    variable(
        "AUTH_JWKS_URL",
        "https URL",
        None,
        "Sign-in with JWTs of an identity provider: address of its public keys; http only for localhost",
    ),
    variable(
        "AUTH_PUBLIC_KEY",
        "PEM",
        None,
        "Its only public key, instead of AUTH_JWKS_URL; lines may be separated by \\n",
    ),
    variable(
        "AUTH_ISSUER",
        "text",
        None,
        "Issuer of the tokens (iss), exactly as they name it; required with AUTH_JWKS_URL or AUTH_PUBLIC_KEY",
    ),
    variable(
        "AUTH_AUDIENCE",
        "texts, separated by commas, or JSON",
        None,
        "Accepted audiences of the tokens (aud); this or AUTH_AUTHORIZED_PARTIES is required",
    ),
    variable(
        "AUTH_AUTHORIZED_PARTIES",
        "texts, separated by commas, or JSON",
        None,
        "Applications for which the tokens are issued (azp), with Clerk the dashboard's origin",
    ),
    variable(
        "AUTH_COOKIE",
        "cookie name",
        None,
        "Cookie with the token: Clerk's __session, Supabase's sb-REF-auth-token; if unset, only Authorization is read",
    ),
    variable(
        "AUTH_SECRET",
        "32 or more characters; several separated by commas",
        None,
        "Sign-in with sessions of Auth.js v5: the application's own variable, with the same value",
    ),
    variable("AUTH_SECRET_1", "as AUTH_SECRET", None, "A further secret of Auth.js v5, while it is exchanged"),
    variable("AUTH_SECRET_2", "as AUTH_SECRET", None, "The same"),
    variable("AUTH_SECRET_3", "as AUTH_SECRET", None, "The same"),
    variable(
        "NEXTAUTH_SECRET",
        "as AUTH_SECRET",
        None,
        "Sign-in with sessions of NextAuth v4, and of Auth.js v5 if no AUTH_SECRET is set",
    ),
    variable(
        "AUTH_ROLE_CLAIM",
        "claim name, or JSON Pointer",
        None,
        "Claim that names the role, such as /app_metadata/role; not below user_metadata; if unset, ROLE_GROUPS decide",
    ),
    variable(
        "AUTH_EMAIL_CLAIM",
        "claim name, or JSON Pointer",
        Some("email"),
        "Claim that holds the user's e-mail address",
    ),
    variable(
        "CRON_SECRET",
        "16 or more characters",
        None,
        "Authenticates the scheduler of the platform (Authorization: Bearer), which starts sync",
    ),
    variable(
        "CORS_ALLOWED_ORIGINS",
        "origins, separated by commas, or JSON",
        None,
        "Other origins whose pages may read replies, with a key or a token, never with a cookie",
    ),
];

const fn required(name: &'static str, format: &'static str, purpose: &'static str) -> Variable {
    Variable { name, format, default: None, purpose, required: true }
}

const fn variable(
    name: &'static str,
    format: &'static str,
    default: Option<&'static str>,
    purpose: &'static str,
) -> Variable {
    Variable { name, format, default, purpose, required: false }
}
