//! Many clients that write to one row with optimistic locking (M. Brooker, "Exponential Backoff And Jitter", 2015): each
//! reads, writes if nobody wrote since, and backs off if somebody did. How long until all have written, in how many calls?

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::{Ground, SEED};
use crate::reference::judge::{Judge, Tolerance};
use crate::reference::plant::seconds;
use crate::reference::retry::policy;
use rushhour_base::{Instant, Purpose, Span};
use rushhour_core::settings::{Jitter, RetryPolicy};
use rushhour_report::interval::Interval;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const NET: Purpose = Purpose::named("contention: net");
const JITTER: Purpose = Purpose::named("contention: jitter");

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let contenders = params.whole("contenders")? as usize;
    let trials = ground.scaled(params.whole("trials")?);
    let net = net(params.text("net")?)?;
    // Times of the case are milliseconds.
    let milliseconds = |key| params.number(key).map(|ms| seconds(ms / 1e3));
    let (base, cap) = (milliseconds("base")?, milliseconds("cap")?);
    for key in judge.case.expected_keys() {
        let policy = match key.as_str() {
            "none" => policy(u32::MAX, Span::ZERO, Span::ZERO, Jitter::None),
            "exponential" => policy(u32::MAX, base, cap, Jitter::None),
            "equal" => policy(u32::MAX, base, cap, Jitter::Equal),
            "full" => policy(u32::MAX, base, cap, Jitter::Full),
            "decorrelated" => policy(u32::MAX, base, cap, Jitter::Decorrelated),
            other => return unknown(format!("there is no backoff `{other}`")),
        };
        let (mut times, mut calls) = (Vec::new(), Vec::new());
        for trial in 0..trials {
            let contest = Contest::new(contenders, net, policy, trial).run();
            times.push(contest.0.0 as f64 / 1e6);
            calls.push(contest.1 as f64);
        }
        for (figure, values) in [("time", times), ("calls", calls)] {
            let Some(ours) = Interval::over(&values, 0.99) else {
                return unknown("`trials` must be above one");
            };
            let Some(theirs) = judge.case.tol[key.as_str()][figure].as_f64() else {
                return unknown(format!("there is no tolerance for `{key}.{figure}`"));
            };
            let both = libm::sqrt(ours.half_width * ours.half_width + theirs * theirs);
            judge.within(&format!("{key}.{figure}"), ours.mean, Tolerance::Abs(both))?;
        }
    }
    Ok(())
}

/// `|N(10,2)| one way`: mean and standard deviation of a delay in milliseconds.
fn net(text: &str) -> Answer<(f64, f64)> {
    let inside = text.strip_prefix("|N(").and_then(|rest| rest.strip_suffix(")| one way"));
    let numbers = inside.and_then(|inside| inside.split_once(','));
    match numbers.and_then(|(mean, sd)| Some((mean.trim().parse().ok()?, sd.trim().parse().ok()?))) {
        Some(net) => Ok(net),
        None => unknown(format!("`net` says \"{text}\"; understood is \"|N(mean,sd)| one way\"")),
    }
}

/// A message on its way. At the same instant the order of sending counts.
type Message = Reverse<(Instant, u64, usize, Step)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Read,
    Seen(u64),
    Write(u64),
    Told(bool),
}

struct Contest {
    net: (f64, f64),
    policy: RetryPolicy,
    trial: u64,
    messages: BinaryHeap<Message>,
    sent: u64,
    clients: Vec<Client>,
}

#[derive(Clone, Copy, Default)]
struct Client {
    failures: u32,
    drawn: Span,
}

impl Contest {
    fn new(contenders: usize, net: (f64, f64), policy: RetryPolicy, trial: u64) -> Contest {
        let clients = vec![Client::default(); contenders];
        Contest { net, policy, trial, messages: BinaryHeap::new(), sent: 0, clients }
    }

    /// When the last client knew that it had written, and how many writes were tried.
    fn run(mut self) -> (Instant, u64) {
        (0..self.clients.len()).for_each(|client| self.send(client, Step::Read, Instant::START));
        let (mut version, mut calls, mut end) = (0, 0, Instant::START);
        while let Some(Reverse((now, _, client, step))) = self.messages.pop() {
            match step {
                Step::Read => self.send(client, Step::Seen(version), now),
                Step::Seen(seen) => self.send(client, Step::Write(seen), now),
                Step::Write(seen) => {
                    calls += 1;
                    let written = seen == version;
                    version += u64::from(written);
                    self.send(client, Step::Told(written), now);
                }
                Step::Told(true) => end = now,
                Step::Told(false) => {
                    let wait = self.backoff(client);
                    self.send(client, Step::Read, now + wait);
                }
            }
        }
        (end, calls)
    }

    /// The original counts a client's failures from one, so its first wait has the ceiling of a second retry.
    fn backoff(&mut self, number: usize) -> Span {
        let client = &mut self.clients[number];
        client.failures += 1;
        let word = SEED.draw(JITTER, self.trial << 16 | number as u64, u64::from(client.failures)).word(0);
        client.drawn = self.policy.backoff(client.failures + 1, client.drawn, word);
        client.drawn
    }

    fn send(&mut self, client: usize, step: Step, now: Instant) {
        let words = SEED.draw(NET, self.trial, self.sent);
        // Box and Muller, of which one of two values is used: a draw of its own for each message.
        let radius = libm::sqrt(-2.0 * libm::log(words.unit(0)));
        let normal = radius * libm::cos(2.0 * std::f64::consts::PI * words.unit(1));
        let delay = seconds((self.net.0 + self.net.1 * normal).abs() / 1e3);
        self.messages.push(Reverse((now + delay, self.sent, client, step)));
        self.sent += 1;
    }
}
