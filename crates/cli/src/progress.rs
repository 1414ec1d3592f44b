//! Progress on long work: a bar on a terminal, a plain line now and then elsewhere, never on standard output.

use crate::say::tell;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use rushhour_base::{Instant, Span};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as WallInstant};

/// How often a log gets a line.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Progress of several runs at once.
pub(crate) struct Progress {
    bars: Option<MultiProgress>,
    lines: bool,
}

impl Progress {
    /// Bars on a terminal, lines elsewhere, nothing if `quiet`.
    pub(crate) fn new(quiet: bool) -> Progress {
        let terminal = std::io::stderr().is_terminal();
        Progress { bars: (terminal && !quiet).then(MultiProgress::new), lines: !terminal && !quiet }
    }

    /// Progress of one run with this horizon. Tells nothing about runs that are over at once.
    pub(crate) fn of(&self, name: &str, horizon: Span) -> impl FnMut(Instant) + use<> {
        let bar = self.bars.as_ref().map(|bars| bars.add(bar(name, horizon)));
        let (lines, name) = (self.lines, name.to_owned());
        let mut told = WallInstant::now();
        move |now| {
            if let Some(bar) = &bar {
                bar.set_position(now.0 / 1_000_000_000);
                bar.set_message(Span(now.0 / 1_000_000_000 * 1_000_000_000).to_string());
            } else if lines && told.elapsed() >= LINE_EVERY {
                told = WallInstant::now();
                let percent = u128::from(now.0) * 100 / u128::from(horizon.0.max(1));
                tell(&format!("{name}: {percent} % of {horizon} simulated"));
            }
        }
    }

    /// Takes the bars off the terminal, so that a report stands alone.
    pub(crate) fn clear(&self) {
        if let Some(bars) = &self.bars {
            // A terminal that cannot be cleared shows a bar too many; nothing is lost.
            drop(bars.clear());
        }
    }
}

fn bar(name: &str, horizon: Span) -> ProgressBar {
    let template = "{prefix:12} {bar:40} {percent:>3} %  {msg} simulated, {elapsed} elapsed, {eta} to go";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(horizon.0 / 1_000_000_000).with_style(style).with_prefix(name.to_owned())
}

/// Progress of many runs, of which only the number is told.
pub(crate) struct Counter {
    name: String,
    bar: Option<ProgressBar>,
    lines: bool,
    done: AtomicU64,
    total: AtomicU64,
    told: Mutex<WallInstant>,
}

impl Counter {
    /// A bar on a terminal, a line now and then elsewhere, nothing if `quiet`.
    pub(crate) fn new(name: &str, quiet: bool) -> Counter {
        let terminal = std::io::stderr().is_terminal();
        let template = "{prefix:12} {bar:40} {pos} of {len} runs, {elapsed} elapsed, {eta} to go";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = || ProgressBar::new(0).with_style(style).with_prefix(name.to_owned());
        Counter {
            name: name.to_owned(),
            bar: (terminal && !quiet).then(bar),
            lines: !terminal && !quiet,
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            told: Mutex::new(WallInstant::now()),
        }
    }

    /// So many more runs are to be made.
    pub(crate) fn expect(&self, runs: u64) {
        self.total.fetch_add(runs, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.inc_length(runs);
        }
    }

    /// One run was made.
    pub(crate) fn one(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(bar) = &self.bar {
            bar.inc(1);
            return;
        }
        let Ok(mut told) = self.told.try_lock() else { return };
        if self.lines && told.elapsed() >= LINE_EVERY {
            *told = WallInstant::now();
            tell(&format!("{}: {done} of {} runs", self.name, self.total.load(Ordering::Relaxed)));
        }
    }

    /// How many runs were made.
    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Takes the bar off the terminal.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
