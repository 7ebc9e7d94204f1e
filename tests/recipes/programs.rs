//! Runs a line of the document in a real shell.

use std::{
    env, fs,
    io::Write,
    process::{Command, Stdio},
    sync::Once,
};

use crate::recipes::document::variables;

/// The address in the document, in place of which a line gets that of the local server.
const ADDRESS: &str = "https://lastpass.example.com";

/// What a line leaves behind.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The content of the file that it wrote, if it did.
    pub(crate) file: Option<String>,
}

/// A shell, and the lines that set the variables in it.
pub(crate) struct Shell {
    command: &'static [&'static str],
    variables: String,
}

impl Shell {
    /// Bash with curl and jq. `None` if one of them is not installed, which is reported in one line.
    ///
    /// # Panics
    /// Panics if one of them is missing and `CI` is set.
    pub(crate) fn bash() -> Option<Self> {
        let missing: Vec<_> = ["bash", "curl", "jq"].into_iter().filter(|name| !is_installed(name)).collect();
        if missing.is_empty() {
            return Some(Self {
                command: &["bash", "--noprofile", "--norc", "-c"],
                variables: variables().sh.join("\n"),
            });
        }
        let missing = missing.join(", ");
        assert!(env::var_os("CI").is_none(), "not installed: {missing}; CI runs every recipe");
        static REPORTED: Once = Once::new();
        report(&REPORTED, &format!("not installed: {missing}; the recipes are not run"));
        None
    }

    /// PowerShell. `None` if it is not installed, which is reported in one line.
    pub(crate) fn pwsh() -> Option<Self> {
        if !is_installed("pwsh") {
            static REPORTED: Once = Once::new();
            report(
                &REPORTED,
                "not installed: pwsh; the recipes' PowerShell lines are only compared with those of curl",
            );
            return None;
        }
        // Without a terminal a prompt fails.
        let variables = variables().powershell.join("\n").replace("Read-Host -MaskInput", "$env:KEY");
        Some(Self {
            command: &["pwsh", "-NoProfile", "-NonInteractive", "-Command"],
            variables: format!("$ErrorActionPreference = 'Stop'\n{variables}"),
        })
    }

    /// Runs a line in an empty folder, with the key on standard input and in the variable `KEY`.
    pub(crate) fn run(&self, line: &str, url: &str, key: &str) -> Output {
        assert!(self.variables.contains(ADDRESS), "the variables name another address:\n{}", self.variables);
        let folder = tempfile::tempdir().expect("a folder");
        let (program, arguments) = self.command.split_first().expect("a program");
        let mut process = Command::new(program)
            .args(arguments)
            .arg(format!("{}\n{line}", self.variables.replace(ADDRESS, url)))
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            // No settings of this user, such as those of ~/.curlrc.
            .env("HOME", folder.path())
            .env("KEY", if *program == "pwsh" { key } else { "" })
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the shell starts");
        let mut stdin = process.stdin.take().expect("it is piped");
        writeln!(stdin, "{key}").expect("the shell reads");
        drop(stdin);
        let output = process.wait_with_output().expect("the shell ends");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let files = fs::read_dir(folder.path()).expect("the folder").map(|entry| entry.expect("an entry").path());
        let files: Vec<_> = files.filter(|path| path.is_file()).collect();
        assert!(files.len() <= 1, "{line}\nwrites {files:?}");
        Output {
            success: output.status.success(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            file: files.first().map(|file| fs::read_to_string(file).expect("UTF-8")),
        }
    }
}

fn is_installed(program: &str) -> bool {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// Writes a line once per process, past the capture of the test runner, which drops the output of a passing test.
fn report(reported: &Once, line: &str) {
    reported.call_once(|| _ = writeln!(std::io::stderr(), "{line}"));
}
