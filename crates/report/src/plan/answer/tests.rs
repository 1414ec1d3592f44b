use super::*;
use crate::plan::search::{Seek, Trial};
use proptest::prelude::*;

/// Searches until nothing is wanted; the search and how many runs it took.
fn searched(mut search: Search, holds: impl Fn(Trial) -> bool) -> (Search, u64) {
    let mut runs = 0;
    loop {
        let trials = search.wanted();
        if trials.is_empty() {
            return (search, runs);
        }
        for trial in trials {
            runs += 1;
            search.tell(trial, holds(trial));
        }
    }
}

/// The answer where replication `r` bears up to `bears[r]` of 0 to 100, or nothing.
fn answer(seek: Seek, list: bool, bears: &[Option<u64>]) -> String {
    let search = Search::new(seek, 101, bears.len() as u32, 9);
    let holds = |trial: Trial| {
        let bears = bears[trial.replication as usize];
        bears
            .is_some_and(|edge| if seek == Seek::Largest { trial.place <= edge } else { trial.place >= edge })
    };
    match Answer::of(&searched(search, holds).0, list) {
        Answer::Nothing => "nothing".to_owned(),
        Answer::Everything { place } => format!("all up to {place}"),
        Answer::Found(Found { place, at_least, spread, method, safe }) => {
            let spread = spread.map(|Spread { easier, harder, open, level }| {
                let easier = easier.map_or("below".to_owned(), |place| place.to_string());
                format!(" {easier} to {harder}{} at {level}", if open { " or beyond" } else { "" })
            });
            let safe = safe.map_or("none".to_owned(), |place| place.to_string());
            let at_least = if at_least { "at least " } else { "" };
            format!("{at_least}{place}{} {method:?}, safe {safe}", spread.unwrap_or_default())
        }
    }
}

#[test]
fn the_answers_of_replications_come_to_one() {
    let some = |edges: &[u64]| edges.iter().map(|edge| Some(*edge)).collect::<Vec<_>>();
    use Seek::{Largest, Smallest};
    for (seek, list, bears, expected) in [
        // Mean 37.4, sd 4.827, t(4) = 2.776: ± 5.993.
        (Largest, false, some(&[31, 35, 38, 39, 44]), "37 31 to 44 at 0.95 Mean, safe 31"),
        // A minimum is rounded up: the easier side is the larger one.
        (Smallest, false, some(&[31, 35, 38, 39, 44]), "38 44 to 31 at 0.95 Mean, safe 44"),
        (Largest, false, some(&[40, 40, 40]), "40 40 to 40 at 0.95 Mean, safe 40"),
        (Largest, false, some(&[40]), "40 Single, safe 40"),
        (Largest, true, some(&[2, 3, 3, 4]), "3 2 to 4 at 0.875 Median, safe 2"),
        (Largest, false, some(&[100, 90, 100, 80]), "90 80 to 100 or beyond at 0.875 Median, safe 80"),
        (Largest, false, some(&[100, 90, 100]), "at least 100 90 to 100 or beyond at 0.75 Median, safe 90"),
        (Largest, false, some(&[100, 100]), "all up to 100"),
        (Smallest, false, some(&[0, 0]), "all up to 0"),
        (Largest, false, vec![None, Some(50), Some(60)], "50 below to 60 at 0.75 Median, safe none"),
        (Largest, false, vec![None, None, Some(60)], "nothing"),
        (Largest, false, vec![None], "nothing"),
        (Largest, false, some(&[0, 0]), "0 0 to 0 at 0.95 Mean, safe 0"),
    ] {
        assert_eq!(answer(seek, list, &bears), expected, "{seek:?} {bears:?}");
    }
}

/// What breaks at 50 and holds again from 70 on carries 49, however much of it holds beyond.
#[test]
fn an_island_is_named_and_never_the_answer() {
    let search = Search::new(Seek::Largest, 101, 2, 11);
    let (search, _) =
        searched(search, |trial| trial.place < 50 || (trial.replication == 1 && trial.place >= 70));
    assert_eq!(search.edges(), [Edge::Between { held: 49, broken: 50 }; 2]);
    let islands: Vec<(u64, u32)> = search.islands().iter().map(|i| (i.place, i.replications)).collect();
    assert_eq!(islands, [(70, 1), (80, 1), (90, 1), (100, 1)]);
}

proptest! {
    /// Of what is monotone the edge is found exactly, in no more runs than grid and halving take.
    #[test]
    fn the_edge_is_found_to_the_step(
        values in 2u64..1_000_000_000,
        share in 0.0f64..1.0,
        grid in 2u64..20,
        smallest: bool,
    ) {
        let edge = (share * (values - 1) as f64) as u64;
        let seek = if smallest { Seek::Smallest } else { Seek::Largest };
        let holds = |trial: Trial| if smallest { trial.place > edge } else { trial.place <= edge };
        let (search, runs) = searched(Search::new(seek, values, 1, grid), holds);
        let expected = match seek {
            Seek::Largest if edge == values - 1 => Edge::Everything { held: edge },
            Seek::Largest => Edge::Between { held: edge, broken: edge + 1 },
            Seek::Smallest if edge == values - 1 => Edge::Nothing { broken: edge },
            Seek::Smallest => Edge::Between { held: edge + 1, broken: edge },
        };
        prop_assert_eq!(search.edges(), vec![expected]);
        prop_assert!(search.islands().is_empty());
        prop_assert!(runs <= grid + 1 + u64::from(values.ilog2()), "{} runs", runs);
    }

    /// Whatever holds where, below the answer of a replication nothing that was tried broke.
    #[test]
    fn all_that_was_tried_below_the_edge_holds(pattern in prop::collection::vec(any::<bool>(), 2..60), grid in 2u64..9) {
        let search = Search::new(Seek::Largest, pattern.len() as u64, 1, grid);
        let mut tried = std::cell::RefCell::new(Vec::new());
        let holds = |trial: Trial| {
            tried.borrow_mut().push(trial.place);
            pattern[trial.place as usize]
        };
        let (search, _) = searched(search, holds);
        let held = match search.edges()[0] {
            Edge::Nothing { broken } => {
                prop_assert!(broken == 0 && !pattern[0]);
                return Ok(());
            }
            Edge::Everything { held } => held,
            Edge::Between { held, broken } => {
                prop_assert!(broken == held + 1 && !pattern[broken as usize]);
                held
            }
        };
        prop_assert!(tried.get_mut().iter().all(|place| *place > held || pattern[*place as usize]));
    }
}
