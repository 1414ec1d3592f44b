//! One description of every record, from which the digest, the event log and the first-difference search are made.

use crate::event::Event;
use crate::ids::{
    AgentId, CallId, CapId, FaultId, FleetId, LaneId, QuotaId, RequestId, SourceId, UserId, WorkflowId,
};
use crate::money::Money;
use crate::time::{Instant, Span};
use crate::truth::Truth;

/// A thing that happened: a kind and its fields, in a fixed order.
pub trait Record {
    /// The kind's name, as it stands in the event log.
    fn kind(&self) -> &'static str;
    /// The kind's number, as it enters the digest. Never reused.
    fn code(&self) -> u64;
    /// Hands every field, in order, to `fields`.
    fn visit<F: Fields>(&self, fields: &mut F);
}

/// Takes the fields of a record, one after the other.
pub trait Fields {
    /// An identifier, count or number of tokens.
    fn integer(&mut self, name: &'static str, value: u64);
    /// An instant or span in nanoseconds.
    fn nanoseconds(&mut self, name: &'static str, value: u64) {
        self.integer(name, value);
    }
    /// A request.
    fn request(&mut self, name: &'static str, value: RequestId) {
        self.integer(name, value.0);
    }
    /// An amount of money.
    fn money(&mut self, name: &'static str, value: Money);
    /// One word of a closed list, by number and by name.
    fn word(&mut self, name: &'static str, code: u64, word: &'static str);
}

/// Takes the records of a run in their total order: by time, then by sequence.
pub trait Sink {
    /// `fleet` saw `event` at `at`.
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event);
    /// The world did `truth` at `at`.
    fn truth(&mut self, at: Instant, truth: &Truth);
    /// Whether it has heard all that it wants to hear: the run may end here and now, as if this were its horizon.
    #[inline]
    fn heard_enough(&self) -> bool {
        false
    }
    /// Whether it wants to be told which part of the program is at work. Asked once, at the start of a run.
    fn is_profile(&self) -> bool {
        false
    }
    /// From here on `part` is at work, until it [`leaves`](Sink::leaves). Parts are at work within parts.
    fn enters(&mut self, _part: Part) {}
    /// The part that entered last is done.
    fn leaves(&mut self) {}
}

words! {
    /// A part of the program, as far as it matters where the time of a run goes.
    pub enum Part {
        /// The agenda and the tasks; what is in no other part.
        Engine = "engine",
        /// When agents ask, and what.
        Traffic = "traffic",
        /// The providers: quotas, faults, latencies, invoices.
        Providers = "providers",
        /// What is said, and remembered of it.
        Words = "words",
        /// One request's way.
        Pipeline = "pipeline",
        /// Limiter, queue, breaker, budget: may a call go out, and what it came to.
        Control = "control",
        /// Histories are cut.
        Compressor = "compressor",
        /// Replies are checked.
        Validator = "validator",
        /// The digest.
        Digest = "digest",
        /// The report.
        Report = "report",
        /// The judges of the run itself.
        Judges = "judges",
    }
}

/// Forgets everything: a run for its speed alone.
impl Sink for () {
    fn event(&mut self, _: Instant, _: FleetId, _: &Event) {}
    fn truth(&mut self, _: Instant, _: &Truth) {}
}

impl<S: Sink + ?Sized> Sink for &mut S {
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        (**self).event(at, fleet, event);
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        (**self).truth(at, truth);
    }
    fn heard_enough(&self) -> bool {
        (**self).heard_enough()
    }
    fn is_profile(&self) -> bool {
        (**self).is_profile()
    }
    fn enters(&mut self, part: Part) {
        (**self).enters(part);
    }
    fn leaves(&mut self) {
        (**self).leaves();
    }
}

impl<S: Sink> Sink for Option<S> {
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        if let Some(sink) = self {
            sink.event(at, fleet, event);
        }
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        if let Some(sink) = self {
            sink.truth(at, truth);
        }
    }
    fn heard_enough(&self) -> bool {
        self.as_ref().is_some_and(Sink::heard_enough)
    }
}

impl<A: Sink, B: Sink> Sink for (A, B) {
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        self.0.event(at, fleet, event);
        self.1.event(at, fleet, event);
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        self.0.truth(at, truth);
        self.1.truth(at, truth);
    }
    fn heard_enough(&self) -> bool {
        self.0.heard_enough() || self.1.heard_enough()
    }
}

/// A value that can be a field of a record.
pub trait Field: Copy {
    /// Hands the value to `fields` under `name`.
    fn visit<F: Fields>(self, name: &'static str, fields: &mut F);
}

macro_rules! integer_fields {
    ($($type:ty: $value:ident => $as_u64:expr;)*) => {$(
        impl Field for $type {
            #[inline(always)]
            fn visit<F: Fields>(self, name: &'static str, fields: &mut F) {
                let $value = self;
                fields.integer(name, $as_u64);
            }
        }
    )*};
}

integer_fields! {
    u64: v => v;
    u32: v => u64::from(v);
    u16: v => u64::from(v);
    u8: v => u64::from(v);
    bool: v => u64::from(v);
    CallId: v => v.0;
    AgentId: v => u64::from(v.0);
    UserId: v => u64::from(v.0);
    SourceId: v => u64::from(v.0);
    WorkflowId: v => u64::from(v.0);
    LaneId: v => u64::from(v.0);
    QuotaId: v => u64::from(v.0);
    CapId: v => u64::from(v.0);
    FaultId: v => u64::from(v.0);
    FleetId: v => u64::from(v.0);
}

impl Field for Instant {
    #[inline(always)]
    fn visit<F: Fields>(self, name: &'static str, fields: &mut F) {
        fields.nanoseconds(name, self.0);
    }
}

impl Field for Span {
    #[inline(always)]
    fn visit<F: Fields>(self, name: &'static str, fields: &mut F) {
        fields.nanoseconds(name, self.0);
    }
}

impl Field for RequestId {
    #[inline(always)]
    fn visit<F: Fields>(self, name: &'static str, fields: &mut F) {
        fields.request(name, self);
    }
}

impl Field for Money {
    #[inline(always)]
    fn visit<F: Fields>(self, name: &'static str, fields: &mut F) {
        fields.money(name, self);
    }
}

/// Declares a closed list of words: an enum with names, numbers and a place in records.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$word_doc])* $word,)* }

        impl $name {
            /// Every word of the list, in order.
            pub const ALL: &'static [$name] = &[$($name::$word,)*];

            /// The word as files and reports write it.
            pub const fn name(self) -> &'static str {
                match self { $($name::$word => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl $crate::record::Field for $name {
            #[inline(always)]
            fn visit<F: $crate::record::Fields>(self, name: &'static str, fields: &mut F) {
                fields.word(name, self as u64, self.name());
            }
        }
    };
}

/// Declares the kinds of a record: an enum and its [`Record`] implementation.
macro_rules! records {
    ($(#[$doc:meta])* pub enum $name:ident { $(
        $(#[$kind_doc:meta])* $kind:ident ($code:literal, $text:literal) {
            $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
        }
    )* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$kind_doc])* $kind { $($(#[$field_doc])* $field: $type,)* },)* }

        impl $crate::record::Record for $name {
            fn kind(&self) -> &'static str {
                match self { $($name::$kind { .. } => $text,)* }
            }
            #[inline(always)]
            fn code(&self) -> u64 {
                match self { $($name::$kind { .. } => $code,)* }
            }
            #[inline(always)]
            fn visit<F: $crate::record::Fields>(&self, fields: &mut F) {
                match *self { $($name::$kind { $($field,)* } => {
                    $($crate::record::Field::visit($field, stringify!($field), fields);)*
                })* }
            }
        }
    };
}

pub(crate) use {records, words};
