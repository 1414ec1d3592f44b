//! `serve`: the scenario's providers over HTTP.

use crate::args::ServeArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::run::VERSION;
use crate::say::{print, tell};
use rushhour_base::Seed;
use rushhour_live::server::BaseUrl;
use rushhour_live::{Server, ServerSettings, Speed, Stopped};
use rushhour_scenario::Scenario;
use serde_json::{Value, json};
use std::fmt::Write;

/// Serves until a signal ends it, and tells what was seen.
pub(crate) fn serve(arguments: &ServeArguments) -> Result<Exit, Failure> {
    let mut scenario = check::load(&arguments.scenario, &arguments.overrides, arguments.json)?;
    if let Some(seed) = arguments.seed {
        scenario = scenario.with_seed(Seed(seed));
    }
    let usage = |error: &dyn std::fmt::Display| Failure::new(Exit::Usage, format!("error: {error}"));
    let speed = Speed::parse(&arguments.speed).map_err(|error| usage(&error))?;
    speed.check(&scenario.world).map_err(|error| usage(&error))?;
    let output = arguments.out.as_deref().map(Output::begin).transpose()?;
    if !arguments.listen.ip().is_loopback() {
        tell(&format!(
            "warning: --listen {}: whoever reaches this address can use the server; it checks no key",
            arguments.listen
        ));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| usage(&error))?;
    let stopped = runtime.block_on(serve_until_told(arguments, &scenario, speed))?;
    if stopped.cut > 0 {
        tell(&format!("note: {} connections were still open and were cut", stopped.cut));
    }
    if let Some(output) = output {
        let folder = output.folder(None)?;
        output.write(&folder, "report.json", &format!("{:#}\n", stopped.report.json()))?;
        output.finish()?;
    }
    if arguments.json {
        tell(&stopped.report.text());
        print(&format!("{}\n", stopped.report.json()))?;
    } else {
        print(&stopped.report.text())?;
    }
    Ok(Exit::Held)
}

async fn serve_until_told(
    arguments: &ServeArguments,
    scenario: &Scenario,
    speed: Speed,
) -> Result<Stopped, Failure> {
    let header = scenario.header(&scenario.variants[0], scenario.seed, VERSION);
    let settings = ServerSettings { listen: arguments.listen, speed, ..ServerSettings::default() };
    let server = Server::bind(settings, header, scenario.world.clone()).await.map_err(|error| {
        let text = format!(
            "error: --listen {}: {error}\n  another address may be free; port 0 lets the system choose one",
            arguments.listen
        );
        Failure::new(Exit::Usage, text)
    })?;
    if arguments.json {
        print(&format!("{}\n", as_document(&server, scenario)))?;
    } else {
        print(&greeting(&server, scenario))?;
    }
    Ok(server.run(told_to_stop()).await)
}

fn greeting(server: &Server, scenario: &Scenario) -> String {
    let mut text = format!("{}, seed {}, on {}\n", scenario.name, scenario.seed.0, server.address());
    for BaseUrl { provider, dialect, url, models, projects } in server.base_urls() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {dialect:<10}{url}    {provider}: {}", models.join(", "));
        if !projects.is_empty() {
            let _ = writeln!(
                text,
                "            keys: {}, or {provider} for the organisation",
                projects.join(", ")
            );
        }
    }
    text.push_str("Ctrl-C ends it.\n");
    text
}

fn as_document(server: &Server, scenario: &Scenario) -> Value {
    let one = |url: BaseUrl| {
        json!({
            "provider": url.provider, "dialect": url.dialect, "url": url.url, "models": url.models,
            "projects": url.projects,
        })
    };
    json!({
        "format": "rushhour/serving/1",
        "scenario": { "name": scenario.name, "seed": scenario.seed.0 },
        "address": server.address().to_string(),
        "base_urls": server.base_urls().into_iter().map(one).collect::<Vec<_>>(),
    })
}

/// Until SIGINT, or where there is such a thing, SIGTERM.
async fn told_to_stop() {
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            let mut interrupted = std::pin::pin!(interrupted);
            std::future::poll_fn(|context| match interrupted.as_mut().poll(context) {
                std::task::Poll::Ready(()) => std::task::Poll::Ready(()),
                std::task::Poll::Pending => terminated.poll_recv(context).map(|_| ()),
            })
            .await;
            return;
        }
    }
    interrupted.await;
}
