use crate::checkers::Checkers;
use crate::latency::Statistic;
use crate::render::{Style, text};
use crate::script::{header, modes_run, replay, report_of};
use rushhour_base::Span;
use rushhour_base::event::{AgentMode, Reason};

#[test]
fn time_and_answers_are_told_by_mode() {
    let report = report_of(&header(), &modes_run());
    let ladder = report.ladder.expect("the header names its modes");
    let of = |mode: AgentMode| *ladder.modes.iter().find(|m| m.mode == mode).expect("it is a mode");
    assert_eq!((of(AgentMode::Economy).time, of(AgentMode::Economy).answers), (Span::secs(60), 1));
    assert_eq!((of(AgentMode::Full).time, of(AgentMode::Full).answers), (Span::secs(540), 0));
    assert_eq!((ladder.timeline.count(), ladder.share(AgentMode::Full)), (2, 0.9));
}

#[test]
fn what_was_parked_is_told_to_the_last() {
    let report = report_of(&header(), &modes_run());
    let parking = report.parking.expect("requests were parked");
    assert_eq!((parking.requests, parking.stays, parking.drained), (4, 4, 1));
    assert_eq!((parking.dead_letters, parking.given_up, parking.shed, parking.waiting), (1, 1, 1, 1));
    assert_eq!(parking.dead, [(Reason::TooOld, 1)]);
    assert_eq!((parking.oldest, parking.dead_share()), (Some(Span::secs(300)), Some(0.25)));
    assert_eq!(parking.stay.get(Statistic::Max).map(|bounds| bounds.at_least), Some(Span::secs(300)));
    assert_eq!(parking.drained_per_hour, [1]);
}

#[test]
fn a_run_without_either_says_nothing_of_them() {
    let mut plain = header();
    plain.modes.clear();
    let report = report_of(&plain, &[]);
    assert_eq!((report.ladder, report.parking), (None, None));
}

#[test]
fn the_modes_of_a_run_satisfy_the_checkers() {
    let mut checkers = Checkers::new(&header());
    replay(&modes_run(), &mut checkers);
    let of = |checker: &&str| matches!(*checker, "parking" | "modes" | "requests");
    let found = checkers.finish();
    let found: Vec<&str> = found.iter().map(|violation| violation.checker).filter(of).collect();
    assert_eq!(found, Vec::<&str>::new());
}

#[test]
fn the_page_draws_both() {
    let page = text(&[report_of(&header(), &modes_run())], "rushhour run x.toml", Style::default());
    let (_, from_ladder) = page.split_once("LADDER").expect("there is a ladder");
    let (section, _) = from_ladder.split_once("FAIRNESS").unwrap_or((from_ladder, ""));
    insta::assert_snapshot!(section);
}
