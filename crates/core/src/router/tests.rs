use super::*;
use proptest::prelude::*;
use rushhour_base::LaneId;

/// Lanes by weight, whether open, calls in flight and price. Their ids fall, so that ties go to the last.
struct Lanes {
    lanes: Vec<WeightedLane>,
    rest: Vec<(bool, u32, i128)>,
}

impl Lanes {
    fn new(all: &[(u32, bool, u32, i128)]) -> Lanes {
        let id = |place: usize| LaneId((100 - place) as u16);
        Lanes {
            lanes: all
                .iter()
                .enumerate()
                .map(|(place, lane)| WeightedLane { lane: id(place), weight: lane.0 })
                .collect(),
            rest: all.iter().map(|&(_, open, in_flight, price)| (open, in_flight, price)).collect(),
        }
    }
}

impl View for Lanes {
    fn lanes(&self) -> &[WeightedLane] {
        &self.lanes
    }
    fn is_open(&self, place: usize) -> bool {
        self.rest[place].0
    }
    fn in_flight(&self, place: usize) -> u32 {
        self.rest[place].1
    }
    fn price(&self, place: usize) -> Money {
        Money(self.rest[place].2)
    }
}

const ROUTES: [Route; 4] = [Route::Weighted, Route::LeastInFlight, Route::Cheapest, Route::PowerOfTwo];

#[test]
fn each_route_takes_its_lane_and_ties_go_to_the_lower_id() {
    let lanes =
        Lanes::new(&[(1, true, 4, 7), (3, true, 2, 9), (1, true, 2, 7), (0, true, 0, 0), (9, false, 0, 0)]);
    for (route, words, expected) in [
        (Route::Weighted, [0, 0], 0),
        (Route::Weighted, [u64::MAX / 2, 0], 1),
        (Route::Weighted, [u64::MAX, 0], 2),
        (Route::LeastInFlight, [0, 0], 2),
        (Route::Cheapest, [0, 0], 2),
        // Places 0 and 1; 1 and 0; 2 and 1.
        (Route::PowerOfTwo, [0, 0], 1),
        (Route::PowerOfTwo, [u64::MAX / 2, 0], 1),
        (Route::PowerOfTwo, [u64::MAX, u64::MAX], 2),
    ] {
        assert_eq!(choose(route, &lanes, words), Some(expected), "{route:?} {words:?}");
    }
}

/// Weights 3 to 1 over 10,000 draws: 7,500 ± 173 (four standard deviations).
#[test]
fn weights_are_kept() {
    use rushhour_base::{Purpose, Seed};
    let lanes = Lanes::new(&[(3, true, 0, 0), (1, true, 0, 0)]);
    let word = |n| Seed(20_260_311).draw(Purpose::named("route test"), 0, n).word(0);
    let first = (0..10_000).filter(|&n| choose(Route::Weighted, &lanes, [word(n), 0]) == Some(0)).count();
    assert!(first.abs_diff(7_500) <= 173, "{first}");
}

/// Balls into bins: with two choices the fullest of 100 lanes stays near the mean, at random it does not.
#[test]
fn two_choices_balance() {
    use rushhour_base::{Purpose, Seed};
    let fullest = |route| {
        let mut lanes = Lanes::new(&[(1, true, 0, 0); 100]);
        for n in 0..10_000 {
            let draw = Seed(20_260_311).draw(Purpose::named("balls"), 0, n);
            let place = choose(route, &lanes, [draw.word(0), draw.word(1)]).unwrap();
            lanes.rest[place].1 += 1;
        }
        lanes.rest.iter().map(|lane| lane.1).max().unwrap()
    };
    let (two, random, least) =
        (fullest(Route::PowerOfTwo), fullest(Route::Weighted), fullest(Route::LeastInFlight));
    assert_eq!(least, 100);
    assert!(two <= 105 && random >= 115, "two choices {two}, at random {random}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// No route chooses a lane that is shut or without weight, and each finds one if there is one.
    #[test]
    fn a_route_finds_an_open_lane_if_there_is_one(
        all in prop::collection::vec((0u32..3, any::<bool>(), 0u32..5, 0i128..5), 0..8),
        words in any::<[u64; 2]>(),
    ) {
        let lanes = Lanes::new(&all);
        let good = |place: usize| all[place].0 > 0 && all[place].1;
        for route in ROUTES {
            match choose(route, &lanes, words) {
                Some(place) => prop_assert!(good(place), "{route:?} took {place}"),
                None => prop_assert!(!(0..all.len()).any(good), "{route:?} took none"),
            }
        }
    }

    /// Two choices never end with the worse of what they see: the fullest of several open lanes, unless it is a tie.
    #[test]
    fn two_choices_never_take_the_fullest(
        loads in prop::collection::vec(0u32..9, 2..8),
        words in any::<[u64; 2]>(),
    ) {
        let lanes = Lanes::new(&loads.iter().map(|&n| (1, true, n, 0)).collect::<Vec<_>>());
        let taken = loads[choose(Route::PowerOfTwo, &lanes, words).unwrap()];
        let above = loads.iter().filter(|&&n| n >= taken).count();
        prop_assert!(above >= 2, "{loads:?}: took {taken}");
    }
}
