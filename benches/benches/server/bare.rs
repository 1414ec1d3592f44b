//! The peers: hyper with nothing behind it but the same parse, and `wiremock`.

use crate::{OnThread, Thread};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Deserialize;
use std::borrow::Cow;
use std::convert::Infallible;
use tokio::net::TcpListener;
use wiremock::matchers::{body_partial_json, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    model: Cow<'a, str>,
    #[serde(borrow)]
    messages: Vec<Message<'a>>,
    max_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Cow<'a, str>,
    #[serde(borrow)]
    content: Cow<'a, str>,
}

/// A hyper server that reads and parses each body and answers with `reply`.
pub(crate) fn start(reply: String) -> OnThread {
    let reply = Bytes::from(reply);
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(tokio::task::LocalSet::new().run_until(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            tell.send((listener.local_addr().expect("it is bound"), Thread::of_this()))
                .expect("somebody waits for it");
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                stream.set_nodelay(true).expect("a socket");
                let reply = reply.clone();
                tokio::task::spawn_local(async move {
                    let service = service_fn(move |request| answer(request, reply.clone()));
                    let mut builder = http1::Builder::new();
                    drop(
                        builder
                            .timer(TokioTimer::new())
                            .serve_connection(TokioIo::new(stream), service)
                            .await,
                    );
                });
            }
        }));
    });
    let (address, thread) = told.recv().expect("it starts");
    OnThread { address, thread }
}

async fn answer(request: Request<Incoming>, reply: Bytes) -> Result<Response<Full<Bytes>>, Infallible> {
    let body =
        request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let read: Option<Body<'_>> = serde_json::from_slice(&body).ok();
    let known = read.is_some_and(|body| {
        let said: usize =
            body.messages.iter().map(|message| message.role.len() + message.content.len()).sum();
        !body.model.is_empty() && said > 0 && body.max_tokens.is_some()
    });
    let mut response = Response::new(Full::new(if known { reply } else { Bytes::new() }));
    response
        .headers_mut()
        .insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
    Ok(response)
}

/// A `wiremock` server that matches method, path and model, and keeps no record.
pub(crate) fn wiremock() -> Wiremock {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let server = runtime.block_on(async {
        let server = MockServer::builder().disable_request_recording().start().await;
        let mock = Mock::given(method("POST"))
            .and(path("/v1/chat/completions"))
            .and(body_partial_json(serde_json::json!({ "model": "gpt-4o-mini" })));
        mock.respond_with(ResponseTemplate::new(200).set_body_string("{\"ok\":true}")).mount(&server).await;
        server
    });
    Wiremock { server, _runtime: runtime }
}

pub(crate) struct Wiremock {
    server: MockServer,
    _runtime: tokio::runtime::Runtime,
}

impl Wiremock {
    pub(crate) fn address(&self) -> std::net::SocketAddr {
        *self.server.address()
    }
}
