//! In whatever order things happen, nothing is held for ever.

use super::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// Whatever is enqueued, settled, voided, cancelled and woken, in whatever order: at the end nothing is held, nobody
    /// was woken without a verdict, and whoever waits has a wake.
    #[test]
    fn everything_is_given_back(steps in prop::collection::vec((0u8..6, 1u64..1_200, 0u64..8), 1..150)) {
        let mut policy = policy();
        policy.queue.discipline = Discipline::Fair { ageing: Span::secs(5) };
        policy.caps = vec![CapPolicy {
            scope: CapScope::Fleet,
            amount: Money(3_000_000_000),
            window: CapWindow::Day { first_turn: Span::secs(100) },
            alerts: vec![AlertLevel::Percent(50)],
            at_cap: PAUSE,
        }];
        let mut control = Control::new(policy, &topology(), at(0));
        let (mut now, mut grants, mut places) = (at(0), Vec::new(), Vec::new());
        for (turn, (what, size, seconds)) in (0u32..).zip(steps) {
            now = Instant(now.0 + seconds * SECOND / 4);
            match what {
                0 | 1 => match control.enqueue(want(turn, size), now) {
                    Entry::Granted(grant) => grants.push(grant),
                    Entry::Waiting(place) => places.push(place),
                    Entry::Refused(_) => {}
                },
                2 if !grants.is_empty() => {
                    let result = if size % 4 == 0 { AttemptResult::ServerError } else { AttemptResult::Completed };
                    let usage = (result == AttemptResult::Completed).then_some(size / 2);
                    control.settle(grants.swap_remove(0), done(result, usage), now);
                }
                3 if !grants.is_empty() => control.void(grants.swap_remove(0), now),
                4 if !places.is_empty() => control.cancel(places.swap_remove(size as usize % places.len()), now),
                _ => control.on_wake(now),
            }
            let woken: Vec<u32> = control.drain_woken().collect();
            for number in woken {
                if let Some(index) = places.iter().position(|place| place.number() == number) {
                    let place = places.swap_remove(index);
                    let verdict = control.verdict(&place);
                    prop_assert!(verdict.is_some(), "woken without a verdict");
                    grants.extend(verdict.and_then(Result::ok));
                }
            }
            prop_assert!(places.is_empty() || control.next_wake().is_some(), "somebody waits for ever");
        }
        grants.into_iter().for_each(|grant| control.void(grant, now));
        for place in places {
            control.cancel(place, now);
        }
        nothing_held(&control);
    }
}
