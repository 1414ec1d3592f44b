//! Our server, on a thread of its own.

use crate::Thread;
use rushhour_live::{Server, ServerSettings};
use rushhour_scenario::Scenario;
use std::net::SocketAddr;
use tokio::sync::oneshot;

/// Replies of 30 tokens without any wait.
pub(crate) const AT_ONCE: (&str, u32) = ("base = \"0s\", per_output_token = \"0s\"", 30);
/// Sixteen tokens a second, and fifty.
pub(crate) const SIXTEEN: (&str, u32) = ("base = \"100ms\", per_output_token = \"62500us\"", 100_000);
pub(crate) const FIFTY: (&str, u32) = ("base = \"100ms\", per_output_token = \"20ms\"", 100_000);
/// One token a minute.
pub(crate) const SLOW: (&str, u32) = ("base = \"100ms\", per_output_token = \"60s\"", 1_000);

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) thread: Thread,
    /// Dropped, it ends the server.
    _stop: oneshot::Sender<()>,
}

impl Served {
    /// Starts a server of one OpenAI model that answers like this.
    pub(crate) fn start((latency, tokens): (&str, u32)) -> Served {
        let text = format!(
            "[provider.p]\ndialect = \"openai\"\n[provider.p.model.m]\npreset = \"gpt-4o-mini\"\n\
             latency = {{ {latency}, per_input_token = \"0s\", spread = \"0%\" }}\n\
             [workload.w]\nagents = 1\narrivals = {{ kind = \"poisson\", per_agent_per_hour = 1 }}\noutput = {tokens}\n\
             max_tokens = 100000\n[policy]\nprimary.lanes = {{ \"p/m\" = 1 }}\n"
        );
        let scenario = Scenario::parse(&text, "bench.toml", "".as_ref(), &[])
            .unwrap_or_else(|errors| panic!("{errors}"));
        let (tell, told) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let header = scenario.header(&scenario.variants[0], scenario.seed, "bench");
                let settings = ServerSettings {
                    listen: SocketAddr::from(([127, 0, 0, 1], 0)),
                    ..ServerSettings::default()
                };
                let server =
                    Server::bind(settings, header, scenario.world.clone()).await.expect("a free port");
                tell.send((server.address(), Thread::of_this())).expect("somebody waits for it");
                server.run(async { drop(stopped.await) }).await;
            });
        });
        let (address, thread) = told.recv().expect("it starts");
        Served { address, thread, _stop: stop }
    }
}
