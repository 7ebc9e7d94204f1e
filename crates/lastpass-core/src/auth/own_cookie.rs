//! The cookies that we set ourselves: their names and attributes. Knows no values.

/// For which origins a browser stores our cookies. The prefix of their names makes it refuse them for any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieScope {
    /// Over HTTPS, for this host alone.
    Host,
    /// Also over HTTP, for a function that runs outside a platform.
    Plain,
}

/// A cookie that no script and no page of another site can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnCookie {
    plain_name: &'static str,
    host_name: &'static str,
    scope: CookieScope,
}

impl OwnCookie {
    /// The cookie of the dashboard's own session.
    pub fn session(scope: CookieScope) -> Self {
        Self { plain_name: "lastpass-session", host_name: "__Host-lastpass-session", scope }
    }

    /// The cookie that names the caller's latest changes.
    pub(crate) fn read_after(scope: CookieScope) -> Self {
        Self { plain_name: "lastpass-read-after", host_name: "__Host-lastpass-read-after", scope }
    }

    /// The name of the cookie.
    pub fn name(self) -> &'static str {
        match self.scope {
            CookieScope::Host => self.host_name,
            CookieScope::Plain => self.plain_name,
        }
    }

    /// For which origins a browser stores the cookie.
    pub(crate) fn scope(self) -> CookieScope {
        self.scope
    }

    /// The value of `Set-Cookie` that stores the cookie.
    pub(crate) fn set(self, value: &str, seconds: i64) -> String {
        let secure = match self.scope {
            CookieScope::Host => "; Secure",
            CookieScope::Plain => "",
        };
        format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", self.name())
    }

    /// The value of `Set-Cookie` that deletes the cookie.
    pub fn clear(self) -> String {
        self.set("", 0)
    }
}
