//! A stand-in for AWS Lambda: its Runtime API on a socket, which hands out events and accepts replies.

mod formats;

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
};

pub(crate) use formats::{Content, EventFormat, TestRequest, TestResponse};

/// The function as a process, and the platform's side of its calls.
pub(crate) struct Function {
    process: Child,
    events: mpsc::Sender<String>,
    replies: mpsc::Receiver<Sent>,
}

/// What the function sent to the Runtime API.
struct Sent {
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Function {
    /// Starts the function that this package builds.
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (events, waiting) = mpsc::channel(1);
        let (sent, replies) = mpsc::channel(1);
        tokio::spawn(serve(listener, Arc::new(Mutex::new(waiting)), sent));
        let process = Command::new(env!("CARGO_BIN_EXE_lastpass-lambda"))
            .env_clear()
            .envs(settings.iter().copied())
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "lastpass")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the function starts");
        Self { process, events, replies }
    }

    /// Sends a request in one of the platform's formats, and reads the reply as the platform does.
    pub(crate) async fn send(&mut self, format: EventFormat, request: &TestRequest<'_>) -> TestResponse {
        self.send_event(format, &format.event(request)).await
    }

    /// Sends an event of one of the platform's formats, and reads the reply as the platform does.
    pub(crate) async fn send_event(&mut self, format: EventFormat, event: &Value) -> TestResponse {
        let sent = self.invoke(event.to_string()).await;
        assert!(sent.path.ends_with("/response"), "{}: {}", sent.path, String::from_utf8_lossy(&sent.body));
        let is_streamed = sent.headers.get("lambda-runtime-function-response-mode").is_some();
        assert_eq!(is_streamed, format == EventFormat::FunctionUrl);
        format.read(&sent.body)
    }

    /// Sends any event and returns whether the call failed.
    pub(crate) async fn fails(&mut self, event: &Value) -> bool {
        self.invoke(event.to_string()).await.path.ends_with("/error")
    }

    async fn invoke(&mut self, event: String) -> Sent {
        self.events.send(event).await.expect("the platform listens");
        self.replies.recv().await.expect("a reply")
    }

    /// Stops the function and returns its log.
    pub(crate) fn log(mut self) -> String {
        let mut stderr = self.process.stderr.take().expect("it is piped");
        self.process.kill().expect("the function runs");
        std::io::read_to_string(&mut stderr).expect("text")
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

type Waiting = Arc<Mutex<mpsc::Receiver<String>>>;

async fn serve(listener: TcpListener, waiting: Waiting, sent: mpsc::Sender<Sent>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (waiting, sent) = (Arc::clone(&waiting), sent.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (waiting, sent) = (Arc::clone(&waiting), sent.clone());
            async move { Ok::<_, std::convert::Infallible>(answer(request, waiting, sent).await) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(request: Request<Incoming>, waiting: Waiting, sent: mpsc::Sender<Sent>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    if path.ends_with("/next") {
        // At the end of a test there are no more events.
        let event = waiting.lock().await.recv().await.unwrap_or_default();
        let response = Response::builder()
            .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
            .header("lambda-runtime-deadline-ms", "4102444800000")
            .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:lastpass");
        return response.body(event.into()).expect("a reply");
    }
    let body = body.collect().await.expect("a whole body").to_bytes();
    let _ = sent.send(Sent { path, headers: head.headers, body }).await;
    Response::builder().status(StatusCode::ACCEPTED).body(Full::default()).expect("a reply")
}
