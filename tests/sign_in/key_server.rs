//! A server that publishes keys, and counts how often it is asked.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Publishes keys on this host.
pub(crate) struct KeyServer {
    pub(crate) url: String,
    answer: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl KeyServer {
    /// A server that publishes these keys.
    pub(crate) async fn start(keys: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/jwks.json", listener.local_addr().expect("an address"));
        let server = Self { url, answer: Arc::default(), asked: Arc::default() };
        server.publish(keys);
        let (answer, asked) = (Arc::clone(&server.answer), Arc::clone(&server.asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let answer = answer.lock().expect("no story panics here").clone();
                tokio::spawn(respond(stream, answer));
            }
        });
        server
    }

    /// Publishes these keys, and no others.
    pub(crate) fn publish(&self, keys: Vec<Value>) {
        self.answer(200, "", &json!({ "keys": keys }).to_string());
    }

    /// Answers so from now on.
    pub(crate) fn answer(&self, status: u16, headers: &str, body: &str) {
        let answer = format!(
            "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        *self.answer.lock().expect("no story panics here") = answer;
    }

    /// How often somebody asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn respond(mut stream: TcpStream, answer: String) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {}
    // Somebody who was told too much hangs up before the end.
    let _ = stream.write_all(answer.as_bytes()).await;
}
