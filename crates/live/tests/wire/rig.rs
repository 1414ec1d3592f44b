//! A server and its clients on one thread, whose time jumps to what is due next.

use crate::raw::{Ending, Raw, Wire};
use rushhour_live::{Server, ServerReport, ServerSettings};
use rushhour_scenario::{Override, Scenario};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::sync::oneshot;

/// Two providers, one of each dialect, without limits; replies of 30 tokens, one every 10 ms, the first after 100 ms.
pub(crate) const PLAIN: &str = r#"# Does a client cope?
name = "wire"
seed = 7
duration = "10m"

[provider.acme]
dialect = "openai"
[provider.acme.model.mini]
preset = "gpt-4o-mini"
latency = { base = "100ms", per_input_token = "0s", per_output_token = "10ms", spread = "0%" }

[provider.main]
dialect = "anthropic"
[provider.main.model.sonnet]
preset = "claude-sonnet-4-5"
latency = { base = "100ms", per_input_token = "0s", per_output_token = "10ms", spread = "0%" }

[workload.guests]
agents = 2
arrivals = { kind = "poisson", per_agent_per_hour = 12 }
prompt = { first = 900 }
output = 30
max_tokens = 1024

[policy]
primary.lanes = { "main/sonnet" = 1, "acme/mini" = 1 }
"#;

/// Runs `test` against a server of `scenario` with some keys set, and says what the server saw.
pub(crate) fn served<F: Future<Output = ()>>(sets: &[&str], test: impl FnOnce(Client) -> F) -> ServerReport {
    served_with(PLAIN, sets, ServerSettings::default(), test)
}

/// The same, for any scenario and settings.
pub(crate) fn served_with<F: Future<Output = ()>>(
    scenario: &str,
    sets: &[&str],
    settings: ServerSettings,
    test: impl FnOnce(Client) -> F,
) -> ServerReport {
    let overrides: Vec<Override> = sets.iter().map(|set| Override::new(*set)).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
    let scenario = Scenario::parse(scenario, "wire.toml", folder.as_ref(), &overrides)
        .unwrap_or_else(|errors| panic!("{errors}"));
    let header = scenario.header(&scenario.variants[0], scenario.seed, "0");
    let settings = ServerSettings { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..settings };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let server = Server::bind(settings, header, scenario.world.clone()).await.expect("a free port");
        let client = Client { address: server.address() };
        let (stop, told) = oneshot::channel::<()>();
        let test = async {
            test(client).await;
            drop(stop);
        };
        let (stopped, ()) = tokio::join!(server.run(async { drop(told.await) }), test);
        stopped.report
    })
}

/// Whoever asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
}

/// Headers that every client of OpenAI's API sends.
pub(crate) const OPENAI: &[(&str, &str)] = &[
    ("authorization", "Bearer sk-any"),
    ("content-type", "application/json"),
    ("accept", "application/json"),
];
/// Headers that every client of Anthropic's API sends, as it was before 2026.
pub(crate) const ANTHROPIC: &[(&str, &str)] =
    &[("x-api-key", "sk-any"), ("anthropic-version", "2023-06-01"), ("accept", "application/json")];

impl Client {
    /// Sends one request on a connection of its own.
    pub(crate) async fn send(&self, request: &str, headers: &[(&str, &str)], body: &str) -> Raw {
        self.try_send(request, headers, body).await.expect("a response begins")
    }

    /// The same; an error if no response begins.
    pub(crate) async fn try_send(
        &self,
        request: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Raw, Ending> {
        let mut wire = Wire::open(self.address).await;
        wire.write(&written(request, headers, body)).await;
        wire.response().await
    }

    pub(crate) async fn get(&self, path: &str) -> Raw {
        self.send(&format!("GET {path}"), OPENAI, "").await
    }

    /// `POST /v1/chat/completions` with the members of `more` beside model and messages.
    pub(crate) async fn chat(&self, more: &Value) -> Raw {
        self.send("POST /v1/chat/completions", OPENAI, &chat(more)).await
    }

    /// `POST /v1/messages` with the members of `more` beside model, messages and `max_tokens`.
    pub(crate) async fn message(&self, more: &Value) -> Raw {
        self.send("POST /v1/messages", ANTHROPIC, &message(more)).await
    }
}

/// A request as it stands on the wire.
pub(crate) fn written(request: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{request} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n", body.len());
    headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
    format!("{text}\r\n{body}").into_bytes()
}

pub(crate) fn chat(more: &Value) -> String {
    with(json!({ "model": "gpt-4o-mini", "messages": [{ "role": "user", "content": "Good morning" }] }), more)
}

pub(crate) fn message(more: &Value) -> String {
    let plain = json!({
        "model": "claude-sonnet-4-5", "max_tokens": 200,
        "messages": [{ "role": "user", "content": "Good morning" }],
    });
    with(plain, more)
}

fn with(mut body: Value, more: &Value) -> String {
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body.to_string()
}
