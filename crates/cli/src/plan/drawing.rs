//! The curve of a search as one SVG file that needs nothing else: four panels over the same axis.

use crate::exit::{Exit, Failure};
use plotters::coord::Shift;
use plotters::prelude::*;
use rushhour_report::plan::{Answer, Curve, Found, Plan, Spread};
use rushhour_scenario::Axis;

const SIZE: (u32, u32) = (960, 680);
const LINE: RGBColor = RGBColor(38, 84, 124);
const HELD: RGBColor = RGBColor(27, 127, 80);
const SOME: RGBColor = RGBColor(214, 137, 16);
const BROKEN: RGBColor = RGBColor(192, 57, 43);
const ANSWER: RGBColor = RGBColor(110, 110, 110);

type Panel<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// One panel: what it shows, and the points of its curve.
struct Series {
    title: &'static str,
    /// Value, figure, and the colour of how many runs held.
    points: Vec<(f64, f64, RGBColor)>,
    /// Where the scenario limits the figure.
    limit: Option<f64>,
}

/// Draws value against 95th percentile of response times, goodput, fallback and cost; the answer and its interval stand
/// in every panel.
pub(super) fn svg(plan: &Plan<'_>, axis: &Axis) -> Result<String, Failure> {
    let mut text = String::new();
    draw(&mut text, plan, axis).map_err(|error| {
        Failure::new(Exit::Internal, format!("error: the curve cannot be drawn: {error}"))
    })?;
    Ok(text)
}

fn draw(text: &mut String, plan: &Plan<'_>, axis: &Axis) -> Outcome {
    let root = SVGBackend::with_string(text, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let title = format!("{} · {}: {}", plan.scenario.scenario, plan.scenario.variant, plan.key);
    let body = root.titled(&title, ("sans-serif", 20))?;
    for (panel, series) in body.split_evenly((2, 2)).iter().zip(all_series(plan, axis)) {
        draw_panel(panel, plan, axis, &series)?;
    }
    root.present()?;
    Ok(())
}

fn all_series(plan: &Plan<'_>, axis: &Axis) -> [Series; 4] {
    let points: Vec<(f64, Curve)> =
        plan.curve().map(|point| (axis.number(point.place), point.curve())).collect();
    let series = |title, scale: f64, of: fn(&Curve) -> Option<f64>, path: &str| {
        let one = |(x, curve): &(f64, Curve)| Some((*x, of(curve)? * scale, colour(curve)));
        let limit = plan.scenario.slos.iter().find(|slo| slo.path == path).map(|slo| slo.limit * scale);
        Series { title, points: points.iter().filter_map(one).collect(), limit }
    };
    let [p95, goodput, fallback] = Curve::PATHS;
    [
        series("response time, 95th percentile, s", 0.001, |curve| curve.figures[0], p95),
        series("goodput, good answers per second", 1.0, |curve| curve.figures[1], goodput),
        series("fallback, % of answers", 100.0, |curve| curve.figures[2], fallback),
        series("cost, $ per hour", 1.0, |curve| Some(curve.per_hour.as_usd_f64()), ""),
    ]
}

fn draw_panel(panel: &Panel<'_>, plan: &Plan<'_>, axis: &Axis, series: &Series) -> Outcome {
    let highest = series.points.iter().map(|(_, y, _)| *y).chain(series.limit).fold(0.0, f64::max);
    let top = if highest > 0.0 { highest * 1.08 } else { 1.0 };
    let (low, high) = (axis.number(0), axis.number(axis.len() - 1));
    let mut chart = ChartBuilder::on(panel)
        .caption(series.title, ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(28)
        .y_label_area_size(52)
        .build_cartesian_2d(low..high, 0.0..top)?;
    let name = |x: &f64| label(axis, *x);
    let labels = if axis.is_list() { axis.len() as usize } else { 8 };
    chart
        .configure_mesh()
        .x_labels(labels)
        .y_labels(6)
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .x_label_formatter(&name)
        .y_label_formatter(&|y| short(*y))
        .draw()?;
    if let Some((from, to)) = interval(plan, axis) {
        chart.draw_series([Rectangle::new([(from, 0.0), (to, top)], ANSWER.mix(0.15).filled())])?;
    }
    if let Some(place) = plan.found.answer.place() {
        let x = axis.number(place);
        chart.draw_series([PathElement::new([(x, 0.0), (x, top)], ANSWER.stroke_width(2))])?;
    }
    if let Some(limit) = series.limit {
        chart.draw_series(DashedLineSeries::new(
            [(low, limit), (high, limit)],
            6,
            4,
            BROKEN.stroke_width(1),
        ))?;
    }
    chart
        .draw_series(LineSeries::new(series.points.iter().map(|(x, y, _)| (*x, *y)), LINE.stroke_width(2)))?;
    let dot = |(x, y, colour): &(f64, f64, RGBColor)| Circle::new((*x, *y), 4, colour.filled());
    chart.draw_series(series.points.iter().map(dot))?;
    Ok(())
}

/// Whether all runs held, some, or none.
fn colour(curve: &Curve) -> RGBColor {
    match curve.held {
        0 => BROKEN,
        held if held == curve.runs => HELD,
        _ => SOME,
    }
}

/// Between which values the answer lies.
fn interval(plan: &Plan<'_>, axis: &Axis) -> Option<(f64, f64)> {
    let Answer::Found(Found { spread: Some(Spread { easier, harder, .. }), .. }) = plan.found.answer else {
        return None;
    };
    let ends = [easier?, harder].map(|place| axis.number(place));
    Some((ends[0].min(ends[1]), ends[0].max(ends[1])))
}

/// What stands below a place of the axis: of a list the name, where there is one.
fn label(axis: &Axis, x: f64) -> String {
    if !axis.is_list() {
        return short(x);
    }
    let place = (x + 0.5) as u64;
    let there = (1..=axis.len()).contains(&place) && (x - place as f64).abs() < 0.01;
    if there { axis.value(place - 1) } else { String::new() }
}

/// A number without decimals that say nothing.
fn short(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
