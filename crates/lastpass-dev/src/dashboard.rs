//! The dashboard at `/`: its export, which is built at the first start. Knows nothing of the API.

mod export;
mod npm;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, REFRESH},
};
use lastpass_core::web::Body;

use crate::{
    arguments::DashboardOption,
    dashboard::{export::Export, npm::Npm},
};

const BUILDING: &str = "The dashboard is being built, which takes a minute or two. This page then changes to it.";
const NO_NPM: &str =
    "The dashboard needs Node.js 20 or later: install it (https://nodejs.org), and start cargo dev again.";
const FAILED: &str = "The dashboard could not be built. `npm --prefix web ci && npm --prefix web run build` shows why and, \
                      after that is solved, builds it; then start cargo dev again.";

/// The dashboard, or the reason why there is none.
pub(crate) struct Dashboard {
    export: Export,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Built,
    Building,
    /// The text says what to do.
    Missing(&'static str),
    LeftOut,
}

impl Dashboard {
    /// The export in `web/out`. If it is missing, its build begins in the background.
    pub(crate) fn start(option: DashboardOption) -> Arc<Self> {
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
        match option {
            DashboardOption::Serve => Self::serve(web, Npm::find()),
            DashboardOption::LeaveOut => Arc::new(Self::new(&web, State::LeftOut)),
        }
    }

    fn serve(web: PathBuf, npm: Option<Npm>) -> Arc<Self> {
        let dashboard = Arc::new(Self::new(&web, State::Built));
        if !dashboard.export.is_built() {
            match npm {
                Some(npm) => {
                    dashboard.set(State::Building);
                    tokio::spawn(Arc::clone(&dashboard).build(web, npm));
                }
                None => dashboard.set(State::Missing(NO_NPM)),
            }
        }
        dashboard
    }

    fn new(web: &Path, state: State) -> Self {
        Self { export: Export(web.join("out")), state: Mutex::new(state) }
    }

    async fn build(self: Arc<Self>, web: PathBuf, npm: Npm) {
        match npm.build(&web).await {
            Ok(()) => {
                println!("The dashboard is built.");
                self.set(State::Built);
            }
            Err(error) => {
                eprintln!("{error}\n{FAILED}");
                // A part of an export would pass for a whole one at the next start.
                fs::remove_dir_all(&self.export.0).unwrap_or_default();
                self.set(State::Missing(FAILED));
            }
        }
    }

    /// What the server prints above its commands.
    pub(crate) fn heading(&self, address: &str) -> String {
        match self.state() {
            State::Built => format!("The dashboard: {address}\nThe reference of the API: {address}/docs\n\n"),
            State::Building => format!("The dashboard is being built, and in a minute or two at {address}\n\n"),
            State::Missing(reason) => format!("{reason}\n\n"),
            State::LeftOut => String::new(),
        }
    }

    /// The file or page at a path; `None` if the path is not the dashboard's. `commands` are served where there is no
    /// dashboard.
    pub(crate) fn respond(&self, path: &str, commands: &str) -> Option<Response<Body>> {
        match self.state() {
            State::Built => Some(self.export.respond(path)),
            State::Building => Some(building(path, commands)),
            State::Missing(reason) => (path == "/").then(|| text(format!("{reason}\n\n{commands}"))),
            State::LeftOut => (path == "/").then(|| text(commands.to_owned())),
        }
    }

    fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// What `/` says during the build, and in place of each other page an error that a reload ends.
fn building(path: &str, commands: &str) -> Response<Body> {
    let mut response = text(format!("{BUILDING}\n\n{commands}"));
    if path != "/" {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response.headers_mut().insert(REFRESH, HeaderValue::from_static("3"));
    response
}

fn text(content: String) -> Response<Body> {
    let mut response = Response::new(Body::from(content.into_bytes()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(all(test, unix))]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn page(dashboard: &Dashboard, path: &str) -> Option<(StatusCode, String)> {
        let (head, body) = dashboard.respond(path, "COMMANDS")?.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Some((head.status, String::from_utf8(body.to_vec()).expect("text")))
    }

    /// Waits until the build, which `script` stands for, has ended.
    async fn built(web: &Path, script: &'static str) -> Arc<Dashboard> {
        let npm = Npm { program: "sh".into(), arguments: vec!["-c", script] };
        let dashboard = Dashboard::serve(web.to_owned(), Some(npm));
        let (status, text) = page(&dashboard, "/").await.expect("a page");
        assert!(status.is_success() && text.starts_with(BUILDING) && text.ends_with("COMMANDS"), "{text}");
        let (status, _) = page(&dashboard, "/dashboard").await.expect("a page");
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        while dashboard.state() == State::Building {
            tokio::task::yield_now().await;
        }
        dashboard
    }

    #[tokio::test]
    async fn a_missing_export_is_built_and_then_served() {
        let web = tempfile::tempdir().expect("a folder");
        let dashboard = built(web.path(), "mkdir -p out && echo PAGE > out/index.html").await;
        assert_eq!(page(&dashboard, "/").await, Some((StatusCode::OK, "PAGE\n".to_owned())));
        let again = Dashboard::serve(web.path().to_owned(), None);
        assert_eq!(again.state(), State::Built, "a built one needs no npm");
    }

    #[tokio::test]
    async fn a_failed_build_says_what_to_do_and_leaves_no_part_behind() {
        let web = tempfile::tempdir().expect("a folder");
        let dashboard = built(web.path(), "mkdir -p out && echo PART > out/index.html && exit 1").await;
        let (_, text) = page(&dashboard, "/").await.expect("a page");
        assert!(text.starts_with(FAILED), "{text}");
        assert!(!dashboard.export.is_built());
    }

    #[tokio::test]
    async fn without_npm_or_a_dashboard_the_root_is_a_page_and_no_other_path_is() {
        let web = tempfile::tempdir().expect("a folder");
        let without_npm = Dashboard::serve(web.path().to_owned(), None);
        let (_, text) = page(&without_npm, "/").await.expect("a page");
        assert!(text.starts_with(NO_NPM) && text.ends_with("COMMANDS"), "{text}");
        let left_out = Dashboard::new(web.path(), State::LeftOut);
        assert_eq!(page(&left_out, "/").await, Some((StatusCode::OK, "COMMANDS".to_owned())));
        for dashboard in [&*without_npm, &left_out] {
            assert_eq!(page(dashboard, "/dashboard").await, None);
        }
    }
}
