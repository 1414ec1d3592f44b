//! Tasks as futures in reused boxes, and the one clock they share.
//!
//! A finished task's box keeps its memory for the next, so a request allocates nothing. There are no wakers: the clock
//! knows which task is running, timers and wakes name tasks by number, and a poll without cause is harmless because
//! every future here looks at the clock again.

use crate::agenda::{Agenda, Due, Timer};
use rushhour_base::Instant;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// The time, what is due, and who is to be polled now.
#[derive(Debug, Default)]
pub struct Clock {
    now: Cell<Instant>,
    running: Cell<u32>,
    agenda: RefCell<Agenda>,
    ready: RefCell<VecDeque<u32>>,
}

impl Clock {
    /// The time now.
    #[inline]
    pub fn now(&self) -> Instant {
        self.now.get()
    }

    /// The task that is running.
    #[inline]
    pub fn running(&self) -> u32 {
        self.running.get()
    }

    /// Has `task` polled again at this instant, after those that were named before it.
    #[inline]
    pub fn wake(&self, task: u32) {
        self.ready.borrow_mut().push_back(task);
    }

    /// Puts something on the agenda.
    #[inline]
    pub fn schedule(&self, at: Instant, due: Due) -> Timer {
        self.agenda.borrow_mut().schedule(at, due)
    }

    /// Waits until `at`.
    #[inline]
    pub fn sleep_until(&self, at: Instant) -> Sleep<'_> {
        Sleep { clock: self, at, timer: None }
    }

    /// Waits until the running task is polled again.
    #[inline]
    pub fn parked(&self) -> Parked {
        Parked { polled: false }
    }

    /// Moves on to what is due next, if that is before `horizon`; otherwise to the horizon.
    #[inline]
    pub fn advance(&self, horizon: Instant) -> Step {
        match self.agenda.borrow_mut().pop() {
            Some((at, due)) if at < horizon => {
                self.now.set(at);
                Step::Due(due)
            }
            Some(_) => {
                self.now.set(horizon);
                Step::Horizon
            }
            None => Step::Nothing,
        }
    }

    /// The next task that is to be polled at this instant.
    #[inline]
    pub fn next_ready(&self) -> Option<u32> {
        self.ready.borrow_mut().pop_front()
    }

    /// Jumps to the end of a run in which nothing is due any more.
    pub fn finish(&self, horizon: Instant) {
        self.now.set(horizon);
    }
}

/// Where [`Clock::advance`] got to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the time at which this is due.
    Due(Due),
    /// To the horizon.
    Horizon,
    /// Nowhere: nothing is due any more.
    Nothing,
}

/// Waits until a time; dropping it cancels the timer.
#[derive(Debug)]
pub struct Sleep<'a> {
    clock: &'a Clock,
    at: Instant,
    timer: Option<Timer>,
}

impl Future for Sleep<'_> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.at {
            return Poll::Ready(());
        }
        if self.timer.is_none() && self.at < Instant::NEVER {
            self.timer = Some(self.clock.schedule(self.at, Due::Task(self.clock.running())));
        }
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            // A timer that has fired is no longer on the agenda, and cancelling it does nothing.
            self.clock.agenda.borrow_mut().cancel(timer);
        }
    }
}

/// Waits for one more poll of the running task.
#[derive(Debug)]
pub struct Parked {
    polled: bool,
}

impl Future for Parked {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.polled, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Tasks of one type, each with a note of what it is for.
pub struct Tasks<F, N> {
    slots: Vec<Task<F, N>>,
    free: Vec<u32>,
    first: u32,
}

struct Task<F, N> {
    future: Pin<Box<Option<F>>>,
    note: N,
}

impl<F: Future, N: Copy> Tasks<F, N> {
    /// No tasks yet; they will be numbered from `first`.
    pub fn numbered_from(first: u32) -> Tasks<F, N> {
        Tasks { slots: Vec::new(), free: Vec::new(), first }
    }

    /// Adds a task and says its number. It runs at its first [`poll`](Self::poll).
    #[inline]
    pub fn spawn(&mut self, future: F, note: N) -> u32 {
        let index = match self.free.pop() {
            Some(index) => {
                let task = &mut self.slots[index as usize];
                task.future.set(Some(future));
                task.note = note;
                index
            }
            None => {
                self.slots.push(Task { future: Box::pin(Some(future)), note });
                self.slots.len() as u32 - 1
            }
        };
        self.first + index
    }

    /// Polls a task; hands back its note and its result if it is done. A number whose task is gone is ignored.
    #[inline]
    pub fn poll(&mut self, number: u32, clock: &Clock) -> Option<(N, F::Output)> {
        let index = number - self.first;
        let task = &mut self.slots[index as usize];
        let future = task.future.as_mut().as_pin_mut()?;
        clock.running.set(number);
        let Poll::Ready(result) = future.poll(&mut Context::from_waker(Waker::noop())) else { return None };
        task.future.set(None);
        self.free.push(index);
        Some((task.note, result))
    }

    /// The notes of all tasks that are not done, in the order of their numbers.
    pub fn notes(&self) -> impl Iterator<Item = N> {
        self.slots.iter().filter(|task| task.future.is_some()).map(|task| task.note)
    }

    /// Drops every task that is not done, in the order of their numbers.
    pub fn drop_all(&mut self) {
        for task in &mut self.slots {
            task.future.set(None);
        }
        self.slots.clear();
        self.free.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn two_sleeps(clock: &Clock, log: &RefCell<Vec<(u64, u32)>>, name: u32, first: u64) {
        clock.sleep_until(Instant(first)).await;
        log.borrow_mut().push((clock.now().0, name));
        clock.sleep_until(Instant(20)).await;
        log.borrow_mut().push((clock.now().0, name));
    }

    #[test]
    fn tasks_run_in_virtual_time_and_in_order() {
        let (clock, log) = (Clock::default(), RefCell::new(Vec::new()));
        let mut tasks = Tasks::numbered_from(5);
        for (name, first) in [(0, 10), (1, 3), (2, 10)] {
            let task = tasks.spawn(two_sleeps(&clock, &log, name, first), name);
            tasks.poll(task, &clock);
        }
        let mut done = Vec::new();
        while let Step::Due(Due::Task(task)) = clock.advance(Instant(100)) {
            done.extend(tasks.poll(task, &clock));
        }
        assert_eq!(*log.borrow(), [(3, 1), (10, 0), (10, 2), (20, 1), (20, 0), (20, 2)]);
        assert_eq!(done, [(1, ()), (0, ()), (2, ())]);
        assert_eq!(tasks.notes().count(), 0);
    }

    #[test]
    fn a_dropped_sleep_leaves_nothing_on_the_agenda() {
        let (clock, log) = (Clock::default(), RefCell::new(Vec::new()));
        let mut tasks = Tasks::numbered_from(0);
        let task = tasks.spawn(two_sleeps(&clock, &log, 0, 10), 'a');
        tasks.poll(task, &clock);
        assert_eq!(tasks.notes().collect::<Vec<_>>(), ['a']);
        tasks.drop_all();
        assert_eq!(clock.advance(Instant(100)), Step::Nothing);
    }

    #[test]
    fn nothing_happens_at_or_after_the_horizon() {
        let clock = Clock::default();
        clock.schedule(Instant(50), Due::World);
        assert_eq!(clock.advance(Instant(50)), Step::Horizon);
        assert_eq!(clock.now(), Instant(50));
    }
}
