//! What a trace holds, for programs.

use crate::render::writer::Writer;
use crate::traffic::Traffic;

/// The format of the document.
const TRAFFIC_FORMAT: &str = "rushhour/trace/1";

/// The document of a trace; `notes` are what its reader had to say.
pub fn traffic_json(traffic: &Traffic, name: &str, format: &str, notes: &[String]) -> String {
    Writer::document(|w| {
        w.string("format", TRAFFIC_FORMAT);
        w.string("file", name);
        w.string("written_as", format);
        w.count("requests", traffic.requests);
        w.seconds("span_s", Some(traffic.span));
        w.float("per_minute", traffic.per_minute);
        w.count("peak_per_minute", traffic.peak_per_minute);
        w.seconds("peak_at_s", Some(traffic.peak_at));
        w.object("gaps_s", |w| {
            let seconds = |ns: u64| ns as f64 / 1e9;
            let gaps = traffic.gaps;
            w.float("mean", gaps.map(|g| g.mean / 1e9));
            w.float("p50", gaps.map(|g| seconds(g.p50)));
            w.float("p95", gaps.map(|g| seconds(g.p95)));
            w.float("p99", gaps.map(|g| seconds(g.p99)));
            w.float("max", gaps.map(|g| seconds(g.max)));
            w.float("cv", gaps.map(|g| g.cv));
        });
        w.seconds("silent_from_s", traffic.silent_from);
        w.float("dispersion", traffic.dispersion);
        for (key, spread) in
            [("input_tokens", traffic.input_tokens), ("output_tokens", traffic.output_tokens)]
        {
            w.object(key, |w| {
                w.float("mean", spread.map(|s| s.mean));
                w.optional("p50", spread.map(|s| s.p50));
                w.optional("p95", spread.map(|s| s.p95));
                w.optional("p99", spread.map(|s| s.p99));
                w.optional("max", spread.map(|s| s.max));
                w.float("cv", spread.map(|s| s.cv));
            });
        }
        w.float("tokens_per_minute", traffic.tokens_per_minute);
        w.count("peak_tokens_per_minute", traffic.peak_tokens_per_minute);
        w.numbers("shape", &traffic.shape);
        w.list("notes", notes, |w, note| w.string("note", note));
    })
}
