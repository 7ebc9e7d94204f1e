//! npm, which installs and builds the dashboard as CI and Vercel do.

use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

/// The program, and arguments that precede ours.
pub(super) struct Npm {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<&'static str>,
}

impl Npm {
    /// The npm of the search path.
    pub(super) fn find() -> Option<Self> {
        let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let program =
            env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|file| file.is_file())?;
        Some(Self { program, arguments: Vec::new() })
    }

    /// # Errors
    /// Returns the output of what failed.
    pub(super) async fn build(&self, web: &Path) -> Result<(), String> {
        if !is_installed(web) {
            self.run(web, &["ci", "--no-audit", "--no-fund"]).await?;
        }
        self.run(web, &["run", "build"]).await
    }

    async fn run(&self, folder: &Path, arguments: &[&str]) -> Result<(), String> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(arguments).current_dir(folder);
        command.env("NEXT_TELEMETRY_DISABLED", "1").stdin(Stdio::null()).kill_on_drop(true);
        let output = command.output().await.map_err(|error| format!("npm cannot be started: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Err(text(&output.stdout) + &text(&output.stderr))
    }
}

/// Whether the packages have been installed since they were last chosen. npm writes its list of them last.
fn is_installed(web: &Path) -> bool {
    let modified = |name: &str| web.join(name).metadata().and_then(|file| file.modified()).ok();
    modified("node_modules/.package-lock.json") > modified("package-lock.json")
}
