//! The state behind all connections: the provider model, the clock, and what was counted.
//!
//! Everything is on one thread; nothing is borrowed across a wait.

use crate::clock::Clock;
use crate::occurrences::Occurrences;
use crate::own::{Question, Questions};
use crate::routes::Routes;
use crate::settings::{ServerSettings, Speed};
use crate::strangers::Strangers;
use crate::tally::Tally;
use hyper::header::HeaderValue;
use rushhour_base::message::ErrorKind;
use rushhour_base::{Call, CallError, CallId, Instant, LimitHeaders, Reply, RequestId, RunHeader, Span};
use rushhour_world::settings::FaultKind;
use rushhour_world::{Head, Progress, Providers, Script, Ticket, Words, WorldPlan};
use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use std::time::{Duration, UNIX_EPOCH};

/// Where calls come in.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) settings: ServerSettings,
    pub(crate) header: RunHeader,
    pub(crate) world: WorldPlan,
    pub(crate) routes: Routes,
    pub(crate) clock: Clock,
    pub(crate) strangers: Strangers,
    pub(crate) script: Script,
    pub(crate) words: Option<Words>,
    /// The longest reply of a stranger who states none.
    pub(crate) max_tokens: u64,
    state: RefCell<State>,
    /// How many responses the provider model knew nothing of: their identifiers are counted apart.
    turned_away: Cell<u64>,
}

#[derive(Debug)]
struct State {
    providers: Providers,
    tally: Tally,
    occurrences: Occurrences,
    /// Made when the first request of the scenario's own world comes.
    questions: Option<Questions>,
    /// How often everything was reset: a call of an earlier life has nobody to ask.
    life: u32,
}

/// A call under way. Whoever drops it hangs up.
#[derive(Debug)]
pub(crate) struct UnderWay {
    desk: Rc<Desk>,
    ticket: Option<Ticket>,
    life: u32,
    pub(crate) call: Call,
    pub(crate) head: Head,
    pub(crate) arrived: Instant,
}

impl Desk {
    pub(crate) fn new(settings: ServerSettings, header: RunHeader, mut world: WorldPlan) -> Desk {
        let routes = Routes::new(&header, &world);
        let strangers = Strangers::join(&mut world);
        let max_tokens = world.workloads.last().map_or(1_024, |strangers| strangers.max_tokens);
        let state = State {
            providers: Providers::new(&world),
            tally: Tally::new(&header),
            occurrences: Occurrences::default(),
            questions: None,
            life: 0,
        };
        Desk {
            clock: Clock::new(settings.speed),
            script: Script::new(&world),
            words: Words::new(&world),
            settings,
            header,
            routes,
            strangers,
            max_tokens,
            world,
            state: RefCell::new(state),
            turned_away: Cell::new(0),
        }
    }

    /// Begins anew: quotas full, nothing counted, the clock at the start. Calls under way break off.
    pub(crate) fn reset(&self) {
        let mut state = self.state.borrow_mut();
        state.providers = Providers::new(&self.world);
        state.tally = Tally::new(&self.header);
        state.occurrences = Occurrences::default();
        state.life += 1;
        self.clock.reset();
    }

    pub(crate) fn tally(&self) -> RefMut<'_, Tally> {
        RefMut::map(self.state.borrow_mut(), |state| &mut state.tally)
    }

    /// The date that a response states, if it is not that of the wall.
    pub(crate) fn date(&self) -> Option<HeaderValue> {
        if self.settings.speed == Speed::REAL {
            return None;
        }
        let unix_s = u64::try_from(self.clock.unix_s(self.clock.now())).unwrap_or(0);
        let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(unix_s.min(LAST_DATE_UNIX_S)));
        HeaderValue::try_from(date).ok()
    }

    /// How many calls are under way.
    pub(crate) fn calls_under_way(&self) -> usize {
        self.state.borrow().providers.under_way()
    }

    /// Whether the key of a call is refused for its model alone: of the faults that were in force when it came, none revokes it
    /// for all models.
    pub(crate) fn bars_only_a_model(&self, under_way: &UnderWay) -> bool {
        let provider = self.world.lanes[under_way.call.lane.index()].provider;
        let revoked = self.world.faults.iter().filter(|fault| {
            let in_force = fault.from <= under_way.arrived && under_way.arrived < fault.until;
            in_force && fault.provider == provider && matches!(fault.kind, FaultKind::RevokedKey)
        });
        revoked.map(|fault| fault.lane.is_some()).reduce(|all, one| all && one).unwrap_or(false)
    }

    /// How often a body had come before.
    pub(crate) fn occurrence(&self, body: u64) -> u16 {
        self.state.borrow_mut().occurrences.count(body)
    }

    /// What a request of the scenario's own world asks.
    pub(crate) fn question(&self, request: RequestId) -> Result<Question, String> {
        let state = &mut *self.state.borrow_mut();
        state.questions.get_or_insert_with(|| Questions::new(&self.world)).of(request, &self.world)
    }

    /// A name for a response that no call stands behind.
    pub(crate) fn name_of_refusal(&self) -> CallId {
        self.turned_away.set(self.turned_away.get() + 1);
        CallId(1 << 63 | self.turned_away.get())
    }

    /// A call comes in. `reply_tokens` is the length of its whole reply where the script does not tell it.
    pub(crate) fn begin(self: &Rc<Desk>, call: Call, reply_tokens: Option<u64>, streams: bool) -> UnderWay {
        let arrived = self.clock.now();
        let state = &mut *self.state.borrow_mut();
        state.tally.lanes[call.lane.index()].attempts += 1;
        let ticket = match reply_tokens {
            Some(tokens) => state.providers.on_request_for(call, tokens, arrived, &mut state.tally),
            None => state.providers.on_request(call, arrived, &mut state.tally),
        };
        if streams {
            state.providers.stream(&ticket, Span::ZERO);
        }
        let head = state.providers.head(&ticket);
        UnderWay { desk: self.clone(), ticket: Some(ticket), life: state.life, call, head, arrived }
    }
}

impl UnderWay {
    pub(crate) fn desk(&self) -> &Rc<Desk> {
        &self.desk
    }

    /// How far the call has come. After it has ended nothing more is to be asked.
    pub(crate) fn poll(&mut self) -> Progress {
        let now = self.desk.clock.now();
        let state = &mut *self.desk.state.borrow_mut();
        let Some(ticket) = self.ticket.as_ref().filter(|_| state.life == self.life) else {
            return Progress::Ended(gone(self.head.call));
        };
        let progress = state.providers.poll(ticket, now, &mut state.tally);
        if let Progress::Ended(reply) = &progress {
            self.ticket = None;
            match &reply.result {
                Ok(completion) => {
                    let usage = completion.usage;
                    let to_first = reply.first_token_at.map(|at| at.since(self.arrived));
                    let tokens = (usage.prompt_tokens(), usage.output_tokens);
                    state.tally.answered(self.call.lane.index(), now.since(self.arrived), to_first, tokens);
                }
                Err(error) if is_broken(error.kind) => state.tally.broken += 1,
                Err(_) => {}
            }
        }
        progress
    }

    /// Waits until the call has ended, or, if it is streamed, its first tokens are there.
    pub(crate) async fn first(&mut self) -> Progress {
        loop {
            match self.poll() {
                Progress::Pending { wake } => self.desk.clock.sleep_until(wake).await,
                told => return told,
            }
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let now = self.desk.clock.now();
        let state = &mut *self.desk.state.borrow_mut();
        if let Some(ticket) = self.ticket.take().filter(|_| state.life == self.life) {
            state.tally.hung_up += 1;
            state.providers.on_cancel(ticket, now, &mut state.tally);
        }
    }
}

/// Whether a reply had begun when it failed, or was none that anybody can read.
pub(crate) fn is_broken(kind: ErrorKind) -> bool {
    rushhour_base::message::AttemptResult::from(kind).is_broken_reply()
}

/// What a call is told whose provider was reset under it.
fn gone(call: CallId) -> Reply {
    let error = CallError { kind: ErrorKind::Disconnected, retry_after: None };
    Reply { call, first_token_at: None, result: Err(error), limits: LimitHeaders::default() }
}

/// The last second of the year 9999, beyond which the format of dates does not reach.
const LAST_DATE_UNIX_S: u64 = 253_402_300_799;
