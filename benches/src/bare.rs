//! A yardstick for growth: the least that any event loop does for the same traffic. Each request is an arrival and a
//! completion on our agenda, two named draws, and 64 bytes of state; there is no policy, no provider and no future.

use rushhour_base::{Instant, Purpose, Seed, Span};
use rushhour_sim::agenda::{Agenda, Due};

const GAP: Purpose = Purpose::named("bare gap");
const SERVICE: Purpose = Purpose::named("bare service");

/// Runs so many requests by so many agents, each asking once a second, and returns a sum that depends on all of them.
pub fn run(requests: u64, agents: u32) -> u64 {
    let mut agenda = Agenda::default();
    let (mut in_flight, mut free): (Vec<[u64; 8]>, Vec<u32>) = (Vec::new(), Vec::new());
    let (mut arrived, mut sum) = (0, 0u64);
    for agent in 0..agents {
        agenda.schedule(Instant(Seed(7).draw(GAP, u64::from(agent), 0).word(0) >> 34), Due::Arrival(agent));
    }
    while let Some((now, due)) = agenda.pop() {
        match due {
            Due::Arrival(agent) if arrived < requests => {
                arrived += 1;
                let draw = Seed(7).draw(GAP, u64::from(agent), arrived);
                // Uniform from 0 to 2.1 s: about one a second.
                agenda.schedule(now + Span(draw.word(0) >> 33), Due::Arrival(agent));
                let state = [draw.word(1), u64::from(agent), now.0, arrived, 0, 0, 0, draw.word(2)];
                let slot = free.pop().unwrap_or_else(|| {
                    in_flight.push(state);
                    in_flight.len() as u32 - 1
                });
                in_flight[slot as usize] = state;
                // Uniform from 0 to 8.6 s: as long as replies take on the lean path, give or take.
                let service = Seed(7).draw(SERVICE, u64::from(agent), arrived).word(0) >> 31;
                agenda.schedule(now + Span(service), Due::Task(slot));
            }
            Due::Task(slot) => {
                sum = sum.wrapping_add(in_flight[slot as usize].iter().sum::<u64>() ^ now.0);
                free.push(slot);
            }
            Due::Arrival(_) | Due::Return(_) | Due::World => {}
        }
    }
    sum
}
