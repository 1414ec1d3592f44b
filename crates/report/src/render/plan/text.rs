//! The page of a search: the answer first, then what breaks, what is left, what it costs, and the curve.

use super::worded;
use crate::plan::{Answer, Breaking, Curve, Edge, Found, HeadRoom, Method, Outcome, Plan, Point, Seek};
use crate::render::number::{NOTHING, dollars, percent, plural, value};
use crate::render::text::Style;
use crate::render::text::page::{Mood, Page, bar};
use crate::slo::Unit;

/// The page of a search, at most 100 columns wide.
pub fn plan_text(plan: &Plan<'_>, style: Style) -> String {
    let mut page = Page::new(style);
    let header = plan.scenario;
    let name = page.strong(&format!("{} · {}", header.scenario, header.variant));
    let replications = plural(plan.found.edges.len() as u64, "replication");
    page.line(&format!("{name} · {replications} from seed {} · rushhour {}", header.seed, header.version));
    page.wrapped("", &header.question);
    answer(&mut page, plan);
    if let Some(point) = plan.found.point() {
        head_room(&mut page, plan, point);
        bill(&mut page, plan, point);
    }
    knee(&mut page, plan);
    islands(&mut page, plan);
    what_if(&mut page, plan);
    page.heading("To repeat it");
    page.line(&format!("  {}", plan.command));
    page.finish()
}

fn answer(page: &mut Page, plan: &Plan<'_>) {
    let sentence = page.strong(&sentence(plan));
    page.heading_with("Answer", &sentence);
    page.wrapped("  ", &how(plan));
    let breaking = plan.found.breaking();
    for line in reasons(&breaking) {
        page.wrapped("  ", &page.mood_words(Mood::Unsure, &line));
    }
}

fn sentence(plan: &Plan<'_>) -> String {
    let (key, seek) = (plan.key, plan.seek);
    let size = match seek {
        Seek::Largest => "largest",
        Seek::Smallest => "smallest",
    };
    let label = |place: u64| (plan.label)(place);
    match plan.found.answer {
        Answer::Nothing => {
            let easiest = if seek == Seek::Largest { 0 } else { plan.last };
            format!("not even {key} = {} holds the limits", label(easiest))
        }
        _ if key.ends_with(".agents") && seek == Seek::Largest => {
            let (agents, interval) = worded_apart(plan);
            format!("this carries {agents} agents{interval}")
        }
        _ => format!("the {size} {key} that holds is {}", worded(plan, &plan.found)),
    }
}

/// The answer, and its interval with a space before it.
fn worded_apart(plan: &Plan<'_>) -> (String, String) {
    let text = worded(plan, &plan.found);
    match text.split_once(" (") {
        Some((answer, interval)) => (answer.to_owned(), format!(" ({interval}")),
        None => (text, String::new()),
    }
}

fn how(plan: &Plan<'_>) -> String {
    let edges: Vec<String> = plan.found.edges.iter().map(|edge| edge_text(plan, *edge)).collect();
    let edges = edges.join(", ");
    let runs = plural(plan.runs, "run");
    let mean = match plan.found.answer {
        Answer::Nothing | Answer::Everything { .. } => "by replication",
        Answer::Found(Found { method, .. }) => match method {
            Method::Single => "of one replication, so without an interval",
            Method::Mean => "the mean of the replications, under common random numbers",
            Method::Median => "the lower median of the replications, under common random numbers",
        },
    };
    let safe = match plan.found.answer {
        Answer::Found(Found { safe: Some(safe), method, .. }) if method != Method::Single => {
            format!("; every one of them holds at {}", (plan.label)(safe))
        }
        Answer::Found(Found { safe: None, .. }) => "; not every one of them holds anywhere".to_owned(),
        _ => String::new(),
    };
    format!("{mean}: {edges}{safe} ({runs})")
}

fn edge_text(plan: &Plan<'_>, edge: Edge) -> String {
    match edge {
        Edge::Nothing { .. } => "none".to_owned(),
        Edge::Everything { held } => format!("{} {}", super::bound(plan.seek), (plan.label)(held)),
        Edge::Between { held, .. } => (plan.label)(held),
    }
}

/// What breaks first, and what held requests back there.
fn reasons(breaking: &Breaking) -> Vec<String> {
    let of = breaking.replications;
    let first = |counted: &[(String, u32)]| counted.first().cloned();
    let mut lines = Vec::new();
    if let Some((limit, count)) = first(&breaking.missed) {
        lines.push(format!("{limit} breaks first, in {count} of {of}"));
    }
    if let Some((limit, count)) = first(&breaking.undecided) {
        lines.push(format!("{limit} cannot be decided beyond it, in {count} of {of}: counted as broken"));
    }
    if let Some((binding, count)) = first(&breaking.binding) {
        lines.push(format!("{binding}, in {count} of {of}"));
    }
    lines
}

fn head_room(page: &mut Page, plan: &Plan<'_>, point: &Point) {
    page.heading_with("Head-room", &format!("at {}", (plan.label)(point.place)));
    let mut rows = vec![["", "mean", "worst", "left", "kept"].map(str::to_owned).to_vec()];
    for HeadRoom { path, limit, unit, mean, worst, left, kept } in point.head_room() {
        let shown = |figure: Option<f64>| figure.map_or(NOTHING.to_owned(), |figure| value(figure, unit));
        let left = left.map_or(NOTHING.to_owned(), |left| format!("{:.1} %", left * 100.0));
        let kept = format!("{kept} of {}", point.probes.len());
        rows.push(vec![format!("{path} {limit}"), shown(mean), shown(worst), left, kept]);
    }
    page.table("  ", &[0], &rows);
}

fn bill(page: &mut Page, plan: &Plan<'_>, point: &Point) {
    let bill = point.bill();
    page.heading_with(
        "Bill",
        &format!("at {}, if every hour were like those simulated", (plan.label)(point.place)),
    );
    let [hour, day, month] = [bill.hour, bill.day, bill.month].map(dollars);
    page.line(&format!("  {hour} an hour · {day} a day · {month} in 30 days"));
}

fn knee(page: &mut Page, plan: &Plan<'_>) {
    page.heading_with("Knee", "means over the runs at each value");
    let points: Vec<(&Point, Curve)> = plan.curve().map(|point| (point, point.curve())).collect();
    let highest = points.iter().filter_map(|(_, curve)| curve.figures[0]).fold(0.0, f64::max);
    let mut rows =
        vec![["", "held", "response p95", "", "goodput/s", "fallback", "$/hour"].map(str::to_owned).to_vec()];
    let answer = plan.found.answer.place();
    for (point, curve) in points {
        let mark = if Some(point.place) == answer { "►" } else { "" };
        let held = format!("{} of {}", curve.held, curve.runs);
        let mood = if curve.held == curve.runs { Mood::Good } else { Mood::Bad };
        let [p95, goodput, fallback] =
            [(0, Unit::Milliseconds), (1, Unit::Number), (2, Unit::Ratio)].map(|(index, unit)| {
                let sign = if curve.lower_bound[index] { "≥" } else { "" };
                curve.figures[index]
                    .map_or(NOTHING.to_owned(), |figure| format!("{sign}{}", shown(figure, unit)))
            });
        let share = curve.figures[0].map_or(0.0, |figure| if highest > 0.0 { figure / highest } else { 0.0 });
        rows.push(vec![
            format!("{mark}{}", (plan.label)(point.place)),
            page.mood(mood, &held),
            p95,
            bar(share, 24),
            goodput,
            fallback,
            dollars(curve.per_hour),
        ]);
    }
    page.table("  ", &[3], &rows);
}

fn shown(figure: f64, unit: Unit) -> String {
    if unit == Unit::Ratio { percent(figure) } else { value(figure, unit) }
}

fn islands(page: &mut Page, plan: &Plan<'_>) {
    let islands = &plan.found.islands;
    if islands.is_empty() {
        return;
    }
    page.heading("Not monotone");
    let easier = if plan.seek == Seek::Largest { "smaller" } else { "larger" };
    let named: Vec<String> = islands
        .iter()
        .map(|island| {
            format!(
                "{} (in {})",
                (plan.label)(island.place),
                plural(island.replications.into(), "replication")
            )
        })
        .collect();
    page.wrapped(
        "  ",
        &format!(
            "these values held although a {easier} one broke: {}. The answer is the last value before the first \
             that broke, so all that was tried up to it holds.",
            named.join(", ")
        ),
    );
}

fn what_if(page: &mut Page, plan: &Plan<'_>) {
    if plan.what_if.is_empty() {
        return;
    }
    page.heading_with("What if", "the next published tier, all else the same");
    for what_if in &plan.what_if {
        let instead = format!("{} on {} instead of {}", what_if.provider, what_if.to, what_if.from);
        let found = worded(plan, &what_if.outcome);
        let bill = what_if.outcome.point().map(|point| point.bill());
        let bill = bill
            .map(|bill| format!(" at {} an hour, {} in 30 days", dollars(bill.hour), dollars(bill.month)));
        page.wrapped("  ", &format!("{instead}: {found}{}", bill.unwrap_or_default()));
        if let Some(reason) = reasons(&what_if.outcome.breaking()).first() {
            page.wrapped("    ", reason);
        }
        if let Outcome { answer: Answer::Everything { .. }, .. } = what_if.outcome {
            page.line("    the range ends there; a longer one would tell how many");
        }
    }
}
