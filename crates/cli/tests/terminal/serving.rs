//! `serve`: from its first line to its report.

use crate::desk::Desk;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const SCENARIO: &str = "# Does it answer?\nseed = 7\n[provider.acme]\ndialect = \"openai\"\n[provider.acme.model.mini]\n\
    preset = \"gpt-4o-mini\"\nlatency = { base = \"1ms\", per_output_token = \"10us\", refusal = \"1ms\" }\n\
    [provider.other]\ndialect = \"openai\"\n[provider.other.model.big]\npreset = \"gpt-4o\"\n\
    [workload.guests]\nagents = 1\narrivals = { kind = \"poisson\", per_agent_per_hour = 1 }\noutput = 5\n\
    [policy]\nprimary.lanes = { \"acme/mini\" = 1 }\n";

/// A server that has told where it is.
struct Serving {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    told: Value,
}

impl Serving {
    fn start(desk: &Desk, more: &[&str]) -> Serving {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rushhour"))
            .args(["serve", "mine.toml", "--listen", "127.0.0.1:0", "--json"])
            .args(more)
            .current_dir(desk.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let told = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Serving { child, out, told }
    }

    fn ask(&self, path: &str, model: &str) -> String {
        let address = self.told["address"].as_str().expect("an address");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let body =
            format!("{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"hello\"}}]}}");
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer secret-of-mine\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("it answers");
        reply
    }

    /// Ends it by a signal: the exit code, the rest of its output, and what it told people.
    fn stop(mut self, signal: &str) -> (Option<i32>, String, String) {
        let killed = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(killed.expect("kill").success());
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).expect("its output");
        self.child.stderr.take().expect("its errors").read_to_string(&mut err).expect("text");
        (self.child.wait().expect("it ends").code(), out, err)
    }
}

#[test]
fn a_server_tells_where_it_is_answers_and_reports_when_it_is_stopped() {
    let desk = Desk::new();
    desk.write("mine.toml", SCENARIO);
    for signal in ["-TERM", "-INT"] {
        let serving = Serving::start(&desk, &["--out", "served"]);
        let urls = serving.told["base_urls"].as_array().expect("addresses").clone();
        let url = |place: usize| urls[place]["url"].as_str().expect("a URL");
        // Two providers of one dialect have their names in their paths.
        assert!(url(0).ends_with("/acme/v1") && url(1).ends_with("/other/v1"), "{urls:?}");
        assert!(serving.ask("/acme/v1/chat/completions", "gpt-4o-mini").starts_with("HTTP/1.1 200"));
        assert!(serving.ask("/other/v1/chat/completions", "gpt-4o-mini").starts_with("HTTP/1.1 404"));
        // Without a name, whoever has the model answers.
        assert!(serving.ask("/v1/chat/completions", "gpt-4o-mini").starts_with("HTTP/1.1 200"));
        let (code, out, err) = serving.stop(signal);
        assert_eq!(code, Some(0), "{err}");
        let report: Value = serde_json::from_str(&out).expect("one document");
        assert_eq!(
            (&report["counts"]["attempts"], &report["responses_by_status"]["200"]),
            (&3.into(), &2.into())
        );
        let written = std::fs::read_to_string(desk.path("served/report.json")).expect("a report");
        assert_eq!(serde_json::from_str::<Value>(&written).expect("a document"), report);
        assert!(err.contains("requests    3, of which retries 0"), "{err}");
        assert!(!format!("{out}{err}{written}").contains("secret"), "no key is ever told");
    }
}
