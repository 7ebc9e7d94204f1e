//! The databases that stories run on: SQLite, Postgres, and Postgres behind a pooler in transaction mode.
//!
//! Servers are started once, on their own data, and end with the tests.

use std::{
    fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

/// Runs a story on every database that is installed.
macro_rules! on_every_database {
    (async fn $name:ident($database:ident) $story:block) => {
        #[tokio::test]
        async fn $name() {
            async fn story($database: &Database) $story
            for kind in DatabaseKind::ALL {
                if let Some(database) = kind.empty().await {
                    story(&database).await;
                }
            }
        }
    };
}
pub(crate) use on_every_database;

/// One kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseKind {
    Sqlite,
    Postgres,
    /// Postgres behind pgbouncer, which hands each transaction another connection.
    Pooler,
}

impl DatabaseKind {
    pub(crate) const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Pooler];

    /// An empty database of this kind, or `None` if its server is not installed, which is printed in one line.
    pub(crate) async fn empty(self) -> Option<Database> {
        match self {
            Self::Sqlite => Some(Database::sqlite()),
            Self::Postgres | Self::Pooler => {
                let name = unused_name();
                let servers = servers()?;
                let mut admin = PgConnection::connect(&url(servers.postgres, "postgres")).await.expect("Postgres");
                sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))
                    .execute(&mut admin)
                    .await
                    .expect("a database");
                let direct = url(servers.postgres, &name);
                let port = if self == Self::Pooler { servers.pooler? } else { servers.postgres };
                Some(Database { url: url(port, &name), direct: Some(direct) })
            }
        }
    }
}

/// A name that no other database of this process has.
fn unused_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("story{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// One empty database.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    /// The value of `DATABASE_URL`.
    pub(crate) url: String,
    /// Postgres without the pooler.
    direct: Option<String>,
}

impl Database {
    /// An empty SQLite database, which needs no server.
    pub(crate) fn sqlite() -> Self {
        let file = folder().join(format!("{}.sqlite3", unused_name()));
        Self { url: format!("sqlite://{}", file.display()), direct: None }
    }

    /// Runs a statement as the database's owner.
    pub(crate) async fn tamper(&self, sql: &str) {
        self.run(sql).await.expect("an owner may do that");
    }

    /// The texts that a query of one column returns, as the database's owner.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.direct {
            Some(url) => {
                let mut connection = PgConnection::connect(url).await.expect("Postgres");
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("rows")
            }
            None => {
                let mut connection = sqlx::SqliteConnection::connect(&self.url).await.expect("SQLite");
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("rows")
            }
        }
    }

    /// The same without the triggers that protect the rows of the record.
    pub(crate) async fn tamper_with_record(&self, sql: &str) {
        let unlock = if self.direct.is_some() {
            "alter table lastpass_record disable trigger all"
        } else {
            "drop trigger if exists lastpass_record_update; drop trigger if exists lastpass_record_delete"
        };
        self.tamper(&format!("{unlock}; {sql}")).await;
    }

    /// The same Postgres database for a `{role}` that owns nothing. The statements create it and grant its privileges.
    pub(crate) async fn as_restricted_role(&self, sql: &str) -> Self {
        let name = self.url.rsplit_once('/').map_or("", |(_, name)| name).split('?').next().unwrap_or_default();
        let role = format!("restricted_{name}");
        self.run(&sql.replace("{role}", &role)).await.expect("an owner may do that");
        let url = self.url.replacen(SUPERUSER, &role, 1);
        Self { direct: Some(url.clone()), url }
    }

    /// Whether it is a Postgres database.
    pub(crate) fn is_postgres(&self) -> bool {
        self.direct.is_some()
    }

    /// Whether a pooler is before it, which connects as the owner whatever the role.
    pub(crate) fn is_pooled(&self) -> bool {
        self.direct.as_ref().is_some_and(|direct| *direct != self.url)
    }

    /// Asserts that a statement fails even for the owner.
    pub(crate) async fn assert_refuses(&self, sql: &str) {
        assert!(self.run(sql).await.is_err(), "{sql}");
    }

    /// Locks a table until the connection is dropped. Postgres only.
    pub(crate) async fn lock_table(&self, table: &str) -> PgConnection {
        let url = self.direct.as_ref().expect("Postgres");
        let mut connection = PgConnection::connect(url).await.expect("Postgres");
        let sql = format!("begin; lock table {table} in access exclusive mode");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("an owner may do that");
        connection
    }

    async fn run(&self, sql: &str) -> sqlx::Result<()> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match &self.direct {
            Some(url) => sql.execute(&mut PgConnection::connect(url).await?).await.map(drop),
            None => sql.execute(&mut sqlx::SqliteConnection::connect(&self.url).await?).await.map(drop),
        }
    }
}

/// The owner of everything in the servers.
const SUPERUSER: &str = "stories";

/// The servers, by their ports.
struct Servers {
    postgres: u16,
    pooler: Option<u16>,
    _running: Vec<Child>,
}

fn url(port: u16, database: &str) -> String {
    format!("postgres://{SUPERUSER}@127.0.0.1:{port}/{database}?sslmode=disable")
}

/// The folder of all files of the stories. A shell removes it when they end.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("lastpass-stories-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for temporary files");
        // A shell that reads until we end, and then cleans up.
        let cleaning = "while read _; do :; done; sleep 1; rm -rf \"$1\"";
        let mut shell = Command::new("sh");
        shell.args(["-c", cleaning, "sh"]).arg(&folder).stdin(Stdio::piped()).process_group(0);
        std::mem::forget(shell.spawn().expect("a shell"));
        folder
    })
}

fn servers() -> Option<&'static Servers> {
    static SERVERS: OnceLock<Option<Servers>> = OnceLock::new();
    SERVERS.get_or_init(start).as_ref()
}

fn start() -> Option<Servers> {
    let is_needed = std::env::var_os("CI").is_some();
    let missing = |what: &str| {
        assert!(!is_needed, "{what} is not installed, and CI runs every story on it");
        eprintln!("{what} is not installed: stories that need it are skipped");
    };
    let Some(binaries) = postgres_binaries() else {
        missing("PostgreSQL");
        return None;
    };
    let owner = Owner::of_servers();
    let folder = folder().join("postgres");
    fs::create_dir_all(&folder).expect("a folder");
    owner.give(&folder);
    let data = folder.join("data");
    let made = owner
        .command(&binaries.join("initdb"))
        .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username"])
        .arg(SUPERUSER)
        .arg("--pgdata")
        .arg(&data)
        .current_dir(&folder)
        .stdout(Stdio::null())
        .status()
        .expect("initdb runs");
    assert!(made.success(), "initdb failed");
    let postgres = free_port();
    let mut running = Vec::new();
    running.push(spawn_until_exit(
        owner.command(Path::new("/bin/sh")),
        &folder,
        &[
            binaries.join("postgres").display().to_string(),
            "-D".to_owned(),
            data.display().to_string(),
            "-p".to_owned(),
            postgres.to_string(),
            "-k".to_owned(),
            folder.display().to_string(),
            "-c".to_owned(),
            "listen_addresses=127.0.0.1".to_owned(),
            "-c".to_owned(),
            "fsync=off".to_owned(),
            "-c".to_owned(),
            "max_connections=300".to_owned(),
            "-c".to_owned(),
            "log_min_messages=fatal".to_owned(),
        ],
    ));
    wait_until_accepting(&url(postgres, "postgres"));
    let pooler = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].into_iter().map(Path::new).find(|path| path.exists());
    let pooler = match pooler {
        None => {
            missing("pgbouncer");
            None
        }
        Some(binary) => {
            let port = free_port();
            let settings = folder.join("pgbouncer.ini");
            let text = format!(
                "[databases]\n* = host=127.0.0.1 port={postgres} user={SUPERUSER}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
                 listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
                 default_pool_size = 4\nmax_client_conn = 1000\nlog_connections = 0\nlog_disconnections = 0\n\
                 log_pooler_errors = 0\nlog_stats = 0\nlogfile = {}\n",
                folder.join("pgbouncer.log").display()
            );
            fs::write(&settings, text).expect("a file");
            let arguments = [binary.display().to_string(), "-q".to_owned(), settings.display().to_string()];
            running.push(spawn_until_exit(owner.command(Path::new("/bin/sh")), &folder, &arguments));
            wait_until_accepting(&url(port, "postgres"));
            Some(port)
        }
    };
    Some(Servers { postgres, pooler, _running: running })
}

/// The newest PostgreSQL of the usual Debian path.
pub(crate) fn postgres_binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let found = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    found.filter(|path| path.join("initdb").exists() && path.join("postgres").exists()).max()
}

/// Starts a server in a shell that stops it when this process ends in any way, since the pipe to the shell closes.
fn spawn_until_exit(mut shell: Command, folder: &Path, arguments: &[String]) -> Child {
    let script = "\"$@\" </dev/null & server=$!; while read _; do :; done; kill -INT $server; wait $server";
    shell
        .args(["-c", script, "sh"])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("a shell")
}

/// Waits until a server accepts a connection. Its port opens earlier, while the server still refuses connections
/// (SQLSTATE 57P03).
fn wait_until_accepting(url: &str) {
    // Poolers refuse unknown start-up parameters.
    let options = url.parse::<PgConnectOptions>().expect("a URL").extra_float_digits(None);
    let accepting = async {
        let mut refusal = None;
        for _ in 0..400 {
            match PgConnection::connect_with(&options).await {
                Ok(connection) => return drop(connection.close().await),
                Err(error) => refusal = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no server accepts connections at {url}: {refusal:?}");
    };
    let wait = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(accepting);
    };
    // On another thread, since a runtime cannot be started within a runtime.
    std::thread::scope(|scope| scope.spawn(wait).join().expect("a server"));
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// The user that servers run as, since neither runs as root.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn of_servers() -> Self {
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        if !is_root {
            return Self(None);
        }
        let passwd = fs::read_to_string("/etc/passwd").expect("the list of users");
        let ids = |name: &str| {
            let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        };
        Self(ids("postgres").or_else(|| ids("nobody")))
    }

    fn give(&self, folder: &Path) {
        if let Some((user, group)) = self.0 {
            chown(folder, Some(user), Some(group)).expect("root gives folders away");
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }
}
