//! A breaker that stays open for ever, and a queue that loses what two take at once.

use crate::breaker::consecutive;
use crate::case::{Answer, unknown};
use crate::judge::Judge;
use rushhour_base::time::SECOND;
use rushhour_base::{AgentId, Instant, LaneId, Span};
use rushhour_core::breaker::Breaker;
use rushhour_core::queue::{Newcomer, Queue, Standing};
use rushhour_core::router::weighted::choose;
use rushhour_core::settings::{Discipline, WeightedLane};

/// What the sample trips on, and how long it stays open.
const FAILURES: u64 = 3;
const COOLDOWN: Span = Span::secs(60);

/// Two providers that fail and come back. In the sample a timer that should half-open the breaker raises an error that nobody
/// sees.
pub fn open_for_ever(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let failures = [params.whole("failures_a")?, params.whole("failures_b")?];
    let later = Instant::START + Span::secs(params.whole("waited_s")?);
    let mut breakers = failures.map(|failures| {
        let mut breaker = Breaker::new(Some(consecutive(FAILURES, COOLDOWN)));
        // Calls already under way fail too, whether the breaker is open by then or not.
        let tickets: Vec<_> = (0..failures).map(|_| breaker.enter(Instant::START)).collect();
        for ticket in tickets {
            crate::breaker::failed(&mut breaker, ticket, Instant::START);
        }
        breaker
    });
    let tripped = |breaker: &Breaker| !breaker.passes(Instant(SECOND));
    let both_tripped =
        failures.iter().zip(&breakers).all(|(failures, breaker)| tripped(breaker) == (*failures >= FAILURES));
    let lanes = [0, 1].map(|lane| WeightedLane { lane: LaneId(lane), weight: 1 });
    let open: Vec<&str> = [0, 1]
        .into_iter()
        .filter(|only| choose(&lanes, |place| place == *only && breakers[place].passes(later), 0).is_some())
        .map(|place| ["a", "b"][place])
        .collect();
    let probed = breakers.iter_mut().all(|breaker| {
        let ticket = breaker.enter(later);
        crate::breaker::succeeded(breaker, ticket, later);
        breaker.state().0 == rushhour_base::event::BreakerState::Closed
    });
    let held = both_tripped && open.len() == 2 && probed;
    for key in judge.case.expected_keys() {
        let got = match key.as_str() {
            "state_after_1h" => "CLOSED after one probe".to_owned(),
            "picked" => open.join(" and "),
            "after_b_trips" => "both pass after the cool-down".to_owned(),
            "loop_errors" | "timer_callbacks_failed" => "no timer to fail".to_owned(),
            other => return unknown(format!("no runner of breakers knows the figure `{other}`")),
        };
        // The sample set one timer at the threshold and one for each failure beyond it, and all of them failed.
        let timers: u64 = failures.iter().map(|failures| (failures + 1).saturating_sub(FAILURES)).sum();
        let same = key != "timer_callbacks_failed" || judge.expected(&key)?.as_u64() == Some(timers);
        judge.say(&key, if held { &got } else { "OPEN" }, held && same)?;
    }
    Ok(())
}

fn queue_of(items: u64) -> (Queue, Vec<Standing>) {
    let mut queue = Queue::new(Discipline::Fifo, 1);
    let newcomer = Newcomer {
        agent: AgentId(0),
        priority: 0,
        since: Instant::START,
        expires_at: Instant::NEVER,
        cost: Span(1),
    };
    let places = (0..items).map(|item| queue.push(item as u32, newcomer)).collect();
    (queue, places)
}

/// Takes up to a batch of items out of the queue.
fn take(queue: &mut Queue, places: &[Standing], batch: u64) -> Vec<u32> {
    let mut taken = Vec::new();
    while (taken.len() as u64) < batch {
        let Some(item) = queue.first() else { break };
        queue.grant(item, places[item as usize]);
        taken.push(item);
    }
    taken
}

/// Consumers that each take a batch at the same instant. The sample reads and trims in two steps, so they all read the
/// same items and trim others unread.
pub fn batches(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (items, batch) = (params.whole("items")?, params.whole("batch")?);
    for key in judge.case.expected_keys() {
        let Some(consumers) = key.strip_prefix("consumers").and_then(|number| number.parse::<u64>().ok())
        else {
            return unknown(format!("no runner of queues knows the figure `{key}`"));
        };
        let (mut queue, places) = queue_of(items);
        let mut taken: Vec<u32> = (0..consumers).flat_map(|_| take(&mut queue, &places, batch)).collect();
        let delivered = taken.len() as u64;
        taken.sort_unstable();
        taken.dedup();
        let (distinct, left) = (taken.len() as u64, u64::from(queue.waiting()));
        let lost = items - distinct - left;
        let held = lost == 0 && distinct == delivered && delivered == items.min(consumers * batch);
        // Broken on purpose: all read before anyone trims.
        let read = batch.min(items);
        let trimmed = items.min(consumers * batch);
        let broken = [consumers * read, read, items - trimmed, trimmed - read];
        for ((figure, ours), rebuilt) in
            [("delivered", delivered), ("distinct", distinct), ("left", left), ("lost", lost)]
                .into_iter()
                .zip(broken)
        {
            let path = format!("{key}.{figure}");
            let same = judge.expected(&path)?.as_u64() == Some(rebuilt);
            judge.say(&path, &format!("{ours} (rebuilt {rebuilt})"), held && same)?;
        }
    }
    Ok(())
}

/// A consumer that dies with a batch in its hands. In the sample the batch is gone; ours is put back by whoever finds it
/// unfinished.
pub fn crash(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    params.says("crash", &["consumer dies after dequeue returns, before work"])?;
    let (items, batch) = (params.whole("items")?, params.whole("batch")?);
    let got = after_a_crash(items, batch);
    let dead = batch.min(items);
    for (key, ours, rebuilt) in [("lost", items - got.done, dead), ("left", got.left, items - dead)] {
        if judge.case.expects(key) {
            let held = got.done == items && got.left == 0 && got.twice == 0 && got.held_back == dead;
            let same = judge.expected(key)?.as_u64() == Some(rebuilt);
            judge.say(key, &format!("{ours} (rebuilt {rebuilt})"), held && same)?;
        }
    }
    Ok(())
}

/// What became of parked items.
struct Aftermath {
    done: u64,
    left: u64,
    /// Done by two consumers.
    twice: u64,
    /// Still in the hands of the dead consumer when all others were done.
    held_back: u64,
}

/// A consumer takes a batch out of line and dies; another takes whatever there is. An item out of line still waits, so it is
/// put back into its old place, and then done like the others.
fn after_a_crash(items: u64, batch: u64) -> Aftermath {
    let (mut queue, places) = queue_of(items);
    let mut held = Vec::new();
    while (held.len() as u64) < batch {
        let Some(item) = queue.first() else { break };
        queue.set_aside(places[item as usize]);
        held.push(item);
    }
    let mut taken = take(&mut queue, &places, items);
    let held_back = u64::from(queue.waiting());
    held.iter().for_each(|item| queue.put_back(*item, places[*item as usize]));
    taken.extend(take(&mut queue, &places, items));
    let delivered = taken.len() as u64;
    taken.sort_unstable();
    taken.dedup();
    let done = taken.len() as u64;
    Aftermath { done, left: u64::from(queue.waiting()), twice: delivered - done, held_back }
}
