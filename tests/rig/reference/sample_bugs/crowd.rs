//! A breaker that stays open for ever, and a queue that loses what two take at once.

use crate::reference::breaker::consecutive;
use crate::reference::case::{Answer, unknown};
use crate::reference::judge::Judge;
use rushhour_base::time::SECOND;
use rushhour_base::{AgentId, Instant, LaneId, Span};
use rushhour_core::breaker::Breaker;
use rushhour_core::parking::{Parking, Slip, Standing as Parked};
use rushhour_core::queue::{Newcomer, Queue, Standing};
use rushhour_core::router::weighted::choose;
use rushhour_core::settings::{Discipline, DrainPolicy, InsteadOf, ParkingPolicy, WeightedLane};

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
            crate::reference::breaker::failed(&mut breaker, ticket, Instant::START);
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
        crate::reference::breaker::succeeded(breaker, ticket, later);
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
        deadline: Instant::NEVER,
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

/// A consumer takes a batch and dies; another takes whatever there is until nothing is left. What the dead one held comes
/// back when its lease is over.
fn after_a_crash(items: u64, batch: u64) -> Aftermath {
    let drain = DrainPolicy {
        at_once: items.max(1) as u32,
        amount: u32::MAX,
        period: Span::secs(1),
        queue_below: 1,
        hours: None,
    };
    let mut parking = Parking::new(ParkingPolicy {
        workflows: Vec::new(),
        from_class: Some(0),
        instead_of: InsteadOf::Trying,
        max_parked: u32::MAX,
        max_attempts: 3,
        max_age: Span::secs(86_400),
        lease: LEASE,
        backoff: Span::secs(1),
        drain,
    });
    let slips: Vec<Slip> = (0..items)
        .map(|_| parking.park(0, false, Instant::NEVER, Instant::START).expect("there is room"))
        .collect();
    let held: Vec<u32> = (0..batch).map_while(|_| parking.next(Instant::START)).collect();
    let mut done = vec![0u64; slips.len()];
    work_off(&mut parking, &slips, &mut done, Instant::START);
    let held_back = held.iter().filter(|number| done[place(&slips, **number)] == 0).count() as u64;
    let over = Instant::START + LEASE;
    parking.on_wake(over);
    // What comes back is left alone for a while.
    let ready = parking.next_wake(over, None).unwrap_or(over);
    parking.on_wake(ready);
    work_off(&mut parking, &slips, &mut done, ready);
    Aftermath {
        done: done.iter().filter(|times| **times > 0).count() as u64,
        left: parking.waiting(),
        twice: done.iter().filter(|times| **times > 1).count() as u64,
        held_back,
    }
}

const LEASE: Span = Span::secs(600);

fn place(slips: &[Slip], number: u32) -> usize {
    slips.iter().position(|slip| slip.number() == number).expect("an item has a slip")
}

fn work_off(parking: &mut Parking, slips: &[Slip], done: &mut [u64], now: Instant) {
    while let Some(number) = parking.next(now) {
        let item = place(slips, number);
        let Parked::Leased(lease) = parking.standing(&slips[item]) else { continue };
        done[item] += u64::from(parking.finish(&slips[item], lease));
    }
}
