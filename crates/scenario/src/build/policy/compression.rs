//! When and how histories are made shorter.

use super::{Around, written_together};
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use crate::suggest;
use rushhour_base::LaneId;
use rushhour_base::event::CompressionMethod;
use rushhour_core::settings::{CompressionPolicy, SummaryPolicy};

pub(super) fn compression(
    reader: &mut Reader,
    record: &Record,
    around: &Around<'_>,
) -> Option<CompressionPolicy> {
    let method = record.get("method");
    let methods = methods(reader, method);
    if methods.is_empty() {
        for (_, got) in record.fields().iter().filter(|(_, got)| got.written && !method.written) {
            let text = "it is without effect: without a `method` histories are sent whole".to_owned();
            reader.notice(&got.spot.path, text);
        }
        return None;
    }
    if !around.has_conversations {
        let text = "it is without effect: no workload has conversations, `prompt.turns` above 1 or `words`";
        reader.notice(&method.spot.path, text.to_owned());
    }
    let to_tokens = target(reader, record);
    let summarizes = methods.contains(&CompressionMethod::Summarize);
    let summary = summary(reader, record, summarizes, to_tokens, around);
    Some(CompressionPolicy {
        methods,
        above_tokens: record.count("above"),
        to_tokens,
        keep_last: record.small("keep_last"),
        summary,
    })
}

/// The methods in order; none if histories are sent whole.
fn methods(reader: &mut Reader, got: &Got) -> Vec<CompressionMethod> {
    let method = |got: &Got| match got.typed {
        Typed::Word(word) => CompressionMethod::ALL.iter().copied().find(|method| method.name() == word),
        _ => None,
    };
    let Typed::List(items) = &got.typed else { return method(got).into_iter().collect() };
    let methods: Vec<CompressionMethod> = items.iter().filter_map(method).collect();
    if got.is_sound()
        && let [first, _] = methods[..]
        && first != CompressionMethod::Summarize
    {
        let why = format!("`{first}` leaves nothing to do for what comes after it");
        reader.reject(&got.spot, &why, "one method, or `summarize` and one other", None);
    }
    if got.is_sound() && methods == [CompressionMethod::Summarize; 2] {
        reader.reject(&got.spot, "a summary is tried once", "`summarize` and one other method", None);
    }
    methods
}

fn target(reader: &mut Reader, record: &Record) -> u64 {
    let above = record.get("above");
    let Some(to) = record.maybe("to") else { return above.count().div_ceil(2) };
    if to.sound && above.sound && to.count() > above.count() {
        let why = format!("a prompt of above = {} tokens is sent whole", above.count());
        reader.reject(&to.spot, &why, "a target of at most `above`", None);
    }
    to.count()
}

fn summary(
    reader: &mut Reader,
    record: &Record,
    summarizes: bool,
    to_tokens: u64,
    around: &Around<'_>,
) -> Option<SummaryPolicy> {
    let method = record.get("method");
    let Some(got) = record.maybe("summary") else {
        if summarizes && method.is_sound() {
            let hint = suggest_model(around);
            reader.reject(
                &method.spot,
                "nobody is named who summarises",
                "a `summary` beside it",
                Some(hint),
            );
        }
        return None;
    };
    if !summarizes {
        if written_together(method, got) {
            let text = "it is without effect: `summarize` is not among the methods".to_owned();
            reader.notice(&got.spot.path, text);
        }
        return None;
    }
    let of = got.table();
    let max_tokens = of.get("max_tokens");
    if max_tokens.sound && record.is_sound() && max_tokens.count() >= to_tokens {
        let why = format!("the prompt is to have at most {to_tokens} tokens, the summary among them");
        reader.reject(&max_tokens.spot, &why, "less than the target `to`", None);
    }
    Some(SummaryPolicy {
        lane: model(reader, of.get("model"), around),
        max_tokens: max_tokens.count(),
        instruction_tokens: of.count("instructions"),
        timeout: of.span("timeout"),
    })
}

fn suggest_model(around: &Around<'_>) -> String {
    let first = around.models.lane_names.first().map_or("provider/model", String::as_str);
    format!("for example summary = {{ model = {first:?} }}")
}

/// The lane of a name; of one that is not there, the first, so that the rest of the file can be read.
fn model(reader: &mut Reader, got: &Got, around: &Around<'_>) -> LaneId {
    if !got.sound {
        return LaneId(0);
    }
    let name = got.text();
    around.models.lane(name).unwrap_or_else(|| {
        let known: Vec<&str> = around.models.lane_names.iter().map(String::as_str).collect();
        let problem = Problem::new(&got.spot.path, format!("there is no lane `{name}`"));
        let hint = suggest::nearest(name, &known);
        reader
            .tell(got.spot.place, problem.expected(suggest::one_of_quoted(&known)).hint(hint).about_value());
        LaneId(0)
    })
}
