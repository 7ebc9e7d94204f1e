//! The built function, called as the platform calls it: HTTP on a given port, and a Unix socket for its messages.

use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::net::UnixListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::world::ADMIN;

/// Long enough for a slow machine; reached only if the function hangs.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A function's binary in the output of `vercel build`, if `BUILT_FUNCTIONS` is set to its folder.
fn built_for_the_platform(name: &str) -> Option<PathBuf> {
    env::var_os("BUILT_FUNCTIONS").map(|functions| Path::new(&functions).join(format!("{name}.func/executable")))
}

/// The report's binary: that of `vercel build`, or else a debug build.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(built) = built_for_the_platform("security-report") {
            return built;
        }
        let built = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--quiet", "--bin", "security-report"])
            .args(if cfg!(debug_assertions) { None } else { Some("--release") })
            .arg("--manifest-path")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"))
            .status()
            .expect("cargo runs");
        assert!(built.success(), "the function builds");
        let this = env::current_exe().expect("this test has a path");
        let target = this.ancestors().nth(2).expect("tests are in target/PROFILE/deps");
        target.join("security-report")
    })
}

/// The function as a process, with the platform's end of the socket.
struct Function {
    process: Child,
    port: u16,
    frames: Receiver<Value>,
    socket: PathBuf,
}

impl Function {
    fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_binary(binary(), settings)
    }

    fn start_binary(binary: &Path, settings: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let socket = env::temp_dir().join(format!("function-{}-{number}.sock", std::process::id()));
        let listener = UnixListener::bind(&socket).expect("a socket");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let process = Command::new(binary)
            .env_clear()
            .envs(settings.iter().copied())
            .env("VERCEL_IPC_PATH", &socket)
            .env("VERCEL_DEV_PORT", port.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the function starts");
        let (send, frames) = channel();
        let (stream, _) = listener.accept().expect("the function connects");
        thread::spawn(move || {
            for frame in BufReader::new(stream).split(0).map_while(Result::ok) {
                let frame = serde_json::from_slice(&frame).expect("a frame is JSON");
                if send.send(frame).is_err() {
                    break;
                }
            }
        });
        let function = Self { process, port, frames, socket };
        let started = function.frame();
        assert_eq!((&started["type"], &started["payload"]["httpPort"]), (&"server-started".into(), &port.into()));
        function
    }

    fn frame(&self) -> Value {
        self.frames.recv_timeout(TIMEOUT).expect("a frame")
    }

    /// Sends a request with a number, and returns status, head and body.
    fn request(&self, number: u32, request: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        self.request_as(ADMIN, number, request, body)
    }

    fn request_as(&self, key: &str, number: u32, request: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the function listens");
        stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout");
        let head = format!(
            "{request} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\
             x-vercel-internal-invocation-id: invocation-{number}\r\nx-vercel-internal-request-id: {number}\r\n\
             x-api-key: {key}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("the function reads");
        // A function that refuses the body may close the connection before reading it.
        let _ = stream.write_all(body);
        let mut reply = Vec::new();
        let read = stream.read_to_end(&mut reply);
        let end = reply.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head in {} bytes, {read:?}", reply.len()));
        let head = String::from_utf8(reply[..end].to_vec()).expect("text");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, head, reply.split_off(end + 4))
    }

    /// The log lines by request number, and the numbers of the requests that ended.
    fn events(&self, ends: usize) -> (HashMap<u64, Vec<Value>>, Vec<u64>) {
        let (mut lines, mut ended): (HashMap<u64, Vec<Value>>, _) = (HashMap::new(), Vec::new());
        while ended.len() < ends {
            let frame = self.frame();
            let number = frame["payload"]["context"]["requestId"].as_u64().expect("a number");
            match frame["type"].as_str() {
                Some("log") => {
                    let message = frame["payload"]["message"].as_str().expect("a message");
                    let line = STANDARD.decode(message).expect("base64");
                    let line: Value = serde_json::from_slice(&line).expect("one line of JSON");
                    lines.entry(number).or_default().push(line);
                }
                Some("end") => ended.push(number),
                other => panic!("a frame of type {other:?}"),
            }
        }
        (lines, ended)
    }
}

/// Whether the function replies to a new connection within half a second.
fn responds(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a timeout");
    let sent = stream.write_all(b"GET /_vercel/ping HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    sent.and_then(|()| stream.read_exact(&mut [0])).is_ok()
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_file(&self.socket);
    }
}

const DEMO: [(&str, &str); 1] = [("LASTPASS_DEMO", "1")];

#[test]
fn a_request_is_answered_logged_and_ended_under_its_number() {
    let function = Function::start(&DEMO);
    let (status, _, body) = function.request(1, "GET /_vercel/ping", b"");
    assert_eq!((status, body.as_slice()), (200, &b"OK"[..]));
    let (status, head, _) = function.request(7, "GET /api/security-report", b"");
    assert_eq!(status, 401, "the key is not one of the demo's");
    let (lines, ended) = function.events(1);
    assert_eq!(ended, [7]);
    let line = &lines[&7][0];
    assert_eq!((&line["message"], &line["status"], &line["level"]), (&"request".into(), &401.into(), &"INFO".into()));
    let id = line["request_id"].as_str().expect("an id");
    assert!(head.contains(&format!("x-request-id: {id}")), "{head}");
}

#[test]
fn the_demo_ignores_the_database_of_the_application_beside_it() {
    let databases = [("DATABASE_URL", "postgres://u@127.0.0.1:9/app?sslmode=disable"), ("POSTGRES_URL", "mysql://app")];
    let function = Function::start(&[&DEMO[..], &databases].concat());
    let (status, _, body) = function.request_as("demo-admin", 1, "GET /api/security-report?limit=1", b"");
    let body = String::from_utf8_lossy(&body);
    assert!(status == 200 && body.contains("\"source\":\"demo\""), "{status}: {body}");
}

#[test]
fn a_missing_setting_is_named() {
    let function = Function::start(&[]);
    let (status, head, body) = function.request(1, "GET /api/security-report", b"");
    assert_eq!(status, 503);
    assert!(head.contains("application/problem+json"));
    assert!(String::from_utf8_lossy(&body).contains("DASHBOARD_KEYS"));
    let (lines, _) = function.events(1);
    assert_eq!(lines[&1][0]["level"], "ERROR");
}

#[test]
fn every_function_starts_and_responds_while_the_database_is_unreachable() {
    let settings = [
        ("DASHBOARD_KEYS", format!("admin:{ADMIN}")),
        ("LASTPASS_API_URL", "http://127.0.0.1:9/enterpriseapi.php".to_owned()),
        ("LASTPASS_ACCOUNT_NUMBER", "1".to_owned()),
        ("LASTPASS_PROVISIONING_HASH", "hash".to_owned()),
        ("DATABASE_URL", "postgres://u@127.0.0.1:9/app?sslmode=disable".to_owned()),
        ("SIGNING_SECRET", "0123456789abcdef0123456789abcdef".to_owned()),
    ];
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // The first request gets a reply; the process does not crash.
    let expected = [
        ("security-report", 502),
        ("actions", 503),
        ("provision-user", 405),
        ("users", 502),
        ("groups", 502),
        ("shared-folders", 502),
    ];
    for (name, expected) in expected {
        let built = built_for_the_platform(name);
        let Some(binary) = built.as_deref().or_else(|| (name == "security-report").then(binary)) else { continue };
        let function = Function::start_binary(binary, &settings);
        let (status, head, _) = function.request(1, &format!("GET /api/{name}"), b"");
        assert_eq!(status, expected, "{name}: {head}");
        assert!(head.contains("application/problem+json"), "{name}");
    }
}

#[test]
fn concurrent_requests_have_separate_logs() {
    let function = Function::start(&DEMO);
    thread::scope(|scope| {
        for number in 1..=20 {
            let function = &function.port;
            let port = *function;
            scope.spawn(move || {
                let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the function listens");
                let request = format!(
                    "GET /api/security-report?n={number} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                     x-vercel-internal-invocation-id: i\r\nx-vercel-internal-request-id: {number}\r\n\
                     authorization: Bearer demo-admin\r\n\r\n"
                );
                stream.write_all(request.as_bytes()).expect("the function reads");
                let mut reply = String::new();
                stream.read_to_string(&mut reply).expect("a reply");
                assert!(reply.starts_with("HTTP/1.1 400"), "an unknown parameter: {reply}");
            });
        }
    });
    let (lines, mut ended) = function.events(20);
    ended.sort_unstable();
    assert_eq!(ended, (1..=20).collect::<Vec<_>>());
    let mut ids: Vec<_> = lines.values().map(|lines| lines[0]["request_id"].as_str().expect("an id")).collect();
    assert!(lines.values().all(|lines| lines.len() == 1));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20);
}

#[test]
fn a_long_body_is_refused_and_sigterm_ends_the_process() {
    let mut function = Function::start(&[("DASHBOARD_KEYS", &format!("admin:{ADMIN}"))]);
    let (status, _, body) = function.request(1, "GET /api/security-report", &vec![b'x'; 100_000]);
    assert_eq!(status, 413);
    assert!(String::from_utf8_lossy(&body).contains("body-too-long"));
    let (status, _, body) = function.request(2, "GET /api/security-report", b"");
    assert_eq!(status, 503);
    assert!(String::from_utf8_lossy(&body).contains("LASTPASS_PROVISIONING_HASH"));
    let ended = Command::new("kill").args(["-TERM", &function.process.id().to_string()]).status().expect("kill runs");
    assert!(ended.success());
    assert!(function.process.wait().expect("it ends").success());
}

#[test]
fn a_running_request_is_answered_before_the_process_ends() {
    let lastpass = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/enterpriseapi.php", lastpass.local_addr().expect("an address"));
    let mut function = Function::start(&[
        ("DASHBOARD_KEYS", &format!("admin:{ADMIN}")),
        ("LASTPASS_API_URL", &address),
        ("LASTPASS_ACCOUNT_NUMBER", "1"),
        ("LASTPASS_PROVISIONING_HASH", "hash"),
    ]);
    let (process, port) = (function.process.id().to_string(), function.port);
    let (status, head, _) = thread::scope(|scope| {
        scope.spawn(move || {
            let (mut connection, _) = lastpass.accept().expect("the function connects");
            connection.read_exact(&mut [0]).expect("a request");
            assert!(Command::new("kill").args(["-TERM", &process]).status().expect("kill runs").success());
            // The connection to LastPass closes only after the function has received the signal and refuses new connections.
            while responds(port) {}
        });
        function.request(1, "GET /api/security-report", b"")
    });
    assert_eq!(status, 502, "{head}");
    let (_, ended) = function.events(1);
    assert_eq!(ended, [1]);
    assert!(function.process.wait().expect("it ends").success());
}
