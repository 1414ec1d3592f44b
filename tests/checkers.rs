//! Proof that the checks can fail: a real run, one deliberate lie each, and the checker that must see it.

use rushhour_base::event::{Event, Reason};
use rushhour_base::{CallId, LaneId, Money, Outcome, Truth};
use rushhour_tests::{Keep, Record, reseeded, scenario, swarm, tampered};

/// Tampers with the first record for which `lie` does something, in the first three swarms that give it occasion, until
/// `checker` sees it. One may miss it: a booking without a name, of a call that timed out, can cover for a missing one.
fn check(checker: &str, mut lie: impl FnMut(&mut Record) -> Option<Keep>) {
    let mut seen = Vec::new();
    for seed in 4..40 {
        let scenario = reseeded(scenario(&swarm(seed)), seed);
        let mut told = false;
        let violations = tampered(&scenario, |record| {
            let keep = if told { None } else { lie(record) };
            told |= keep.is_some();
            keep.unwrap_or(Keep::Yes)
        });
        if told {
            let mut checkers: Vec<&'static str> =
                violations.iter().map(|violation| violation.checker).collect();
            checkers.dedup();
            if checkers.contains(&checker) {
                return;
            }
            seen.push(checkers);
        }
        if seen.len() == 3 {
            break;
        }
    }
    panic!("{checker} did not see it, but {seen:?}");
}

#[test]
fn an_honest_run_is_green() {
    let scenario = scenario(&swarm(4));
    assert_eq!(tampered(&scenario, |_| Keep::Yes), []);
}

#[test]
fn a_lost_outcome_is_seen() {
    check("requests", |record| match record {
        Record::Event(Event::Ended { .. }) => Some(Keep::No),
        _ => None,
    });
}

/// A call that went out with less set aside than it cost: no cap on spending would hold.
#[test]
fn a_reservation_that_does_not_cover_its_call_is_seen() {
    check("holds", |record| match record {
        Record::Event(Event::Sent { held_usd, held_output_tokens, .. }) if *held_usd > Money::ZERO => {
            (*held_usd, *held_output_tokens) = (Money(1), u64::MAX);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_second_outcome_is_seen() {
    check("requests", |record| match record {
        Record::Event(Event::Ended { outcome: Outcome::Answered, .. }) => Some(Keep::Twice),
        _ => None,
    });
}

/// One picodollar, on one call.
#[test]
fn a_posting_that_is_not_on_the_invoice_is_seen() {
    check("ledger", |record| match record {
        Record::Event(Event::Posted { amount, estimated: false, call, .. }) if *call != CallId(0) => {
            *amount += Money(1);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

/// A reply stated another usage than its invoice, and the world does not say so: ledger and invoice part.
#[test]
fn a_wrong_usage_that_nobody_owns_up_to_is_seen() {
    check("ledger", |record| match record {
        Record::Truth(Truth::Misstated { .. }) => Some(Keep::No),
        _ => None,
    });
}

/// It says so, but the client booked another number of tokens.
#[test]
fn a_wrong_usage_that_was_booked_otherwise_is_seen() {
    check("ledger", |record| match record {
        Record::Truth(Truth::Misstated { output_tokens, .. }) => {
            *output_tokens += 1;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_wrong_usage_of_a_call_without_an_invoice_is_seen() {
    check("ledger", |record| match record {
        Record::Truth(Truth::Misstated { call, .. }) => {
            *call = CallId(u64::MAX);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

/// Output that is counted while it is produced counts, step by step: one step too much, and the next admission stands over.
#[test]
fn a_quota_that_forgets_a_step_of_output_is_seen() {
    check("quota", |record| match record {
        Record::Truth(Truth::Charged { output_tokens, .. }) => {
            *output_tokens += 100_000_000;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_call_that_was_invoiced_and_never_booked_is_seen() {
    check("ledger", |record| match record {
        Record::Event(Event::Posted { call, estimated: false, .. }) if *call != CallId(0) => Some(Keep::No),
        _ => None,
    });
}

#[test]
fn a_call_that_was_booked_twice_is_seen() {
    check("ledger", |record| match record {
        Record::Event(Event::Posted { call, estimated: false, .. }) if *call != CallId(0) => {
            Some(Keep::Twice)
        }
        _ => None,
    });
}

#[test]
fn a_quota_that_lets_too_much_through_is_seen() {
    check("quota", |record| match record {
        Record::Truth(Truth::Admitted { input_tokens, .. }) => {
            *input_tokens += 10_000_000;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_reservation_that_never_came_back_is_seen() {
    check("leaks", |record| match record {
        Record::Event(Event::Closed { held_usd, .. }) => {
            *held_usd = Money(1);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn an_attempt_without_an_end_is_seen() {
    check("requests", |record| match record {
        Record::Event(Event::AttemptEnded { .. }) => Some(Keep::No),
        _ => None,
    });
}

#[test]
fn a_place_in_the_queue_that_nobody_left_is_seen() {
    let mut queued = None;
    check("requests", move |record| match record {
        Record::Event(Event::Queued { request, .. }) if queued.is_none() => {
            queued = Some(*request);
            None
        }
        Record::Event(Event::Left { request, .. } | Event::Sent { request, .. })
            if queued == Some(*request) =>
        {
            Some(Keep::No)
        }
        _ => None,
    });
}

#[test]
fn time_that_runs_backwards_is_seen() {
    check("order", |record| match record {
        Record::Event(Event::Arrived { intended, .. }) => {
            intended.0 += 1;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_throttled_request_that_is_answered_all_the_same_is_seen() {
    check("risk", |record| match record {
        Record::Event(Event::Ended { outcome, reason, .. }) if *reason == Reason::UserLimit => {
            (*outcome, *reason) = (Outcome::Answered, Reason::None);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_parked_request_that_vanished_is_seen() {
    check("parking", |record| match record {
        Record::Event(Event::Ended { outcome: outcome @ Outcome::Parked, .. }) => {
            *outcome = Outcome::InFlight;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_standing_that_begins_where_none_ended_is_seen() {
    check("risk", |record| match record {
        Record::Event(Event::StandingChanged { from, to, .. }) => {
            *from = *to;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_request_that_was_taken_up_twice_is_seen() {
    check("parking", |record| match record {
        Record::Event(Event::Unparked { .. }) => Some(Keep::Twice),
        _ => None,
    });
}

#[test]
fn a_parked_request_that_acts_is_seen() {
    check("parking", |record| match record {
        Record::Event(Event::Unparked { .. }) => Some(Keep::No),
        _ => None,
    });
}

#[test]
fn a_dead_letter_that_nobody_wrote_down_is_seen() {
    check("parking", |record| match record {
        Record::Event(Event::DeadLettered { reason, .. }) => {
            *reason = Reason::Patience;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_move_from_a_mode_in_which_the_fleet_was_not_is_seen() {
    check("modes", |record| match record {
        Record::Event(Event::ModeMoved { .. }) => Some(Keep::Twice),
        _ => None,
    });
}

/// An invoice is held against the booking, and against its own tokens.
#[test]
fn an_invoice_that_its_tokens_do_not_make_is_seen() {
    check("ledger", |record| match record {
        Record::Truth(Truth::Invoiced { amount, .. }) => {
            *amount += Money(1);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_message_that_costs_something_else_is_seen() {
    check("costs", |record| match record {
        Record::Event(Event::Expensed { amount, .. }) => {
            *amount += Money(1);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn a_month_that_was_not_booked_is_seen() {
    check("costs", |record| match record {
        Record::Event(Event::Accrued { .. }) => Some(Keep::No),
        _ => None,
    });
}

/// A call for a request whose time was up.
#[test]
fn a_call_after_the_deadline_is_seen() {
    check("deadlines", |record| match record {
        Record::Event(Event::DeadlineSet { deadline, obeyed: true, .. }) => {
            deadline.0 = 0;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

#[test]
fn who_leaves_for_a_deadline_that_has_not_come_is_seen() {
    check("deadlines", |record| match record {
        Record::Event(Event::Left { reason, .. }) if *reason == Reason::QueueTimeout => {
            *reason = Reason::Deadline;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

/// A question is asked again while whoever asked it first still waits.
#[test]
fn a_question_asked_twice_at_once_is_seen() {
    check("requests", |record| match record {
        Record::Event(Event::Arrived { request, .. }) if request.times_before() == 0 => {
            *request = request.again()?;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

/// A call that read more of the prompt cache than was ever put there.
#[test]
fn a_read_of_what_nobody_wrote_is_seen() {
    check("cache", |record| match record {
        Record::Truth(Truth::Cached { read_tokens, .. }) if *read_tokens > 0 => {
            *read_tokens += 100_000;
            Some(Keep::Yes)
        }
        _ => None,
    });
}

/// Each lane has a cache of its own.
#[test]
fn a_read_of_what_another_lane_remembers_is_seen() {
    check("cache", |record| match record {
        Record::Truth(Truth::Cached { read_tokens, lane, .. }) if *read_tokens > 0 => {
            *lane = LaneId(99);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

/// What one agent said is nothing that another agent's prompt begins with.
#[test]
fn a_read_of_another_agents_conversation_is_seen() {
    check("cache", |record| match record {
        Record::Truth(Truth::Cached { read_tokens, agent, conversation, .. }) if *read_tokens > 2_000 => {
            (agent.0, *conversation) = (agent.0 ^ 1, !*conversation);
            Some(Keep::Yes)
        }
        _ => None,
    });
}

/// What is kept for an hour costs more than what is kept for five minutes.
#[test]
fn an_hour_at_the_price_of_five_minutes_is_seen() {
    check("ledger", |record| match record {
        Record::Truth(Truth::Cached { written_tokens, keep, .. })
            if *written_tokens > 0 && *keep == rushhour_base::Keep::Hour =>
        {
            *keep = rushhour_base::Keep::FiveMinutes;
            Some(Keep::Yes)
        }
        _ => None,
    });
}
