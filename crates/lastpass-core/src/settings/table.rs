//! Every variable: the reader, the README and `.env.example` all follow this table.

/// One variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub format: &'static str,
    /// What counts where it is not set; nothing where it must be set, or where unset means off.
    pub default: Option<&'static str>,
    /// What it is for.
    pub purpose: &'static str,
    /// Whether the functions need it.
    pub required: bool,
}

/// All variables, in the order in which they are documented.
pub const TABLE: &[Variable] = &[
    required(
        "LASTPASS_ACCOUNT_NUMBER",
        "digits",
        "Account number; in LastPass's Admin Console under Advanced > Enterprise API",
    ),
    required(
        "LASTPASS_PROVISIONING_HASH",
        "text",
        "Provisioning hash; in LastPass's Admin Console under Advanced > Enterprise API, shown once, opens the whole company",
    ),
    variable(
        "DASHBOARD_KEYS",
        "ROLE:KEY or ROLE/NAME:KEY, by commas",
        None,
        "Who may come in by a key: admin, manager, auditor or provisioner, and 32 or more characters, or sha256:HEX; \
         without it another way in is needed",
    ),
    variable(
        "LASTPASS_API_URL",
        "https URL",
        Some("https://lastpass.com/enterpriseapi.php"),
        "Address of the Enterprise API; http on this host only",
    ),
    variable(
        "LASTPASS_API_DIALECT",
        "enterprise or guide",
        Some("enterprise"),
        "How requests are written: as LastPass documents them, or with the guide's names",
    ),
    variable("LASTPASS_API_USER", "up to 64 characters", Some("lastpass-functions"), "Our label in LastPass's own log"),
    variable(
        "LASTPASS_TIME_ZONE",
        "IANA zone",
        Some("America/New_York"),
        "Zone of LastPass's dates, which it sends without one: that of the account's oldest admin",
    ),
    variable(
        "SCORE_SOURCE",
        "mpstrength or totalscore",
        Some("mpstrength"),
        "Score that people are ranked by: master password, or vault (for federated people)",
    ),
    variable(
        "DEPARTMENT_GROUPS",
        "DEPARTMENT=GROUP, by semicolons",
        Some(
            "Engineering=Engineering-Team;Sales=Sales-Team;Marketing=Marketing-Team;HR=HR-Team;Finance=Finance-Team;Legal=Legal-Team",
        ),
        "Which group stands for which department",
    ),
    variable(
        "CACHE_SECONDS",
        "0 to 3600",
        Some("300"),
        "How long an answer of LastPass's counts as fresh; 0 keeps nothing",
    ),
    variable(
        "LASTPASS_DEMO",
        "1",
        None,
        "A made-up company, entered by published keys; not beside real credentials or a database",
    ),
    variable(
        "DATABASE_URL",
        "postgres:// URL",
        None,
        "Database in which changes are claimed and recorded; without it none is made",
    ),
    variable("POSTGRES_URL", "postgres:// URL", None, "The same, where DATABASE_URL is not set"),
    variable(
        "SIGNING_SECRET",
        "32 or more characters; several by commas",
        None,
        "Signs edge links, sessions and the record of changes; the first signs, all verify; without it there is none of the three",
    ),
    variable(
        "CHANGES",
        "on, dryRun or off",
        None,
        "Whether changes are made, only told, or refused; unset is on, in a preview deployment dryRun",
    ),
    variable(
        "ALLOWED_EMAIL_DOMAINS",
        "domains, by commas",
        None,
        "Domains that a new account's address may have; unset allows all",
    ),
    variable(
        "ROLE_GROUPS",
        "ROLE=GROUP, by semicolons",
        None,
        "Groups whose members have a role; only an admin puts somebody into one",
    ),
    variable(
        "KNOWN_GROUPS",
        "groups, by commas",
        None,
        "Further groups that people may be put into: LastPass lists none without members",
    ),
    variable(
        "OFFBOARDING_LIMIT",
        "0 to 10000",
        Some("25"),
        "How many may be deactivated, removed, deleted or stripped of MFA in an hour, over all callers",
    ),
    variable(
        "AUTH_JWKS_URL",
        "https URL",
        None,
        "Signing in by an identity provider's JWT: where its public keys are; http on this host only",
    ),
    variable("AUTH_PUBLIC_KEY", "PEM", None, "Its one public key, instead of AUTH_JWKS_URL; \\n may part the lines"),
    variable("AUTH_ISSUER", "text", None, "The issuer that its tokens name (iss), to the letter; needed with either"),
    variable(
        "AUTH_AUDIENCE",
        "texts, by commas",
        None,
        "Whom its tokens are for (aud); this or AUTH_AUTHORIZED_PARTIES is needed",
    ),
    variable(
        "AUTH_AUTHORIZED_PARTIES",
        "texts, by commas",
        None,
        "The applications that its tokens were made for (azp), with Clerk the dashboard's origin",
    ),
    variable(
        "AUTH_COOKIE",
        "cookie name",
        None,
        "The cookie with its token: Clerk's __session, Supabase's sb-REF-auth-token; unset, only Authorization counts",
    ),
    variable("AUTH_SECRET", "32 or more characters; several by commas", None, "Signing in by a session of Auth.js v5"),
    variable(
        "NEXTAUTH_SECRET",
        "32 or more characters; several by commas",
        None,
        "Signing in by a session of NextAuth v4",
    ),
    variable(
        "AUTH_ROLE_CLAIM",
        "claim name, or JSON Pointer",
        None,
        "Claim that names the role, such as /app_metadata/role; not below user_metadata; unset, ROLE_GROUPS decide",
    ),
    variable("AUTH_EMAIL_CLAIM", "claim name, or JSON Pointer", Some("email"), "Claim that names the person's address"),
    variable(
        "CRON_SECRET",
        "16 or more characters",
        None,
        "Lets the platform's scheduler in, which sends it as Authorization: Bearer",
    ),
    variable(
        "SIEM_TOKEN",
        "16 or more characters",
        None,
        "Lets LastPass's push of events in, which sends it as Authorization: Splunk; in the Admin Console it is the token of the Splunk integration",
    ),
    variable(
        "CORS_ALLOWED_ORIGINS",
        "origins, by commas",
        None,
        "Pages of other origins that may read replies, with a key or a token, never a cookie",
    ),
    variable("VERCEL_DEV_PORT", "port", Some("3000"), "Port of a function that is started by hand, outside Vercel"),
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
