//! The words that every other crate speaks, and nothing that decides.
//!
//! | module | words |
//! |---|---|
//! | [`time`] | [`Instant`], [`Span`]: integer nanoseconds of a run |
//! | [`ids`] | who and what: [`RequestId`], [`LaneId`], [`CallId`], … |
//! | [`money`] | [`Money`], [`Price`], [`Prices`]: exact picodollars |
//! | [`ratio`] | [`Ratio`]: a probability or share as a fraction |
//! | [`message`] | what passes between an agent, the pipeline and a provider |
//! | [`conversation`] | what a request says in words: messages and the facts it carries |
//! | [`history`] | what a client remembers of a conversation, and what of it a call sends |
//! | [`event`] | [`Event`]: what a client could know of a run |
//! | [`truth`] | [`Truth`]: what only the world knows of it |
//! | [`header`] | [`RunHeader`]: all that a report needs besides events and truths |
//! | [`draw`] | randomness by name: every draw is a pure function of its name |
//!
//! There is no clock here, no I/O, no policy and no float in a type that a decision uses.

pub mod conversation;
pub mod draw;
pub mod event;
pub mod header;
pub mod history;
pub mod ids;
pub mod message;
pub mod money;
pub mod ratio;
pub mod record;
pub mod time;
pub mod truth;

pub use conversation::{Conversation, Fact, FactState, FactValue, Message};
pub use draw::{Purpose, Seed, Words};
pub use event::Event;
pub use header::RunHeader;
pub use history::{Cut, History, Outline, Prompt, Segment, Summary};
pub use ids::{
    AgentId, CallId, CapId, FaultId, FleetId, LaneId, QuotaId, RequestId, SourceId, UserId, WorkflowId,
};
pub use message::{
    Ask, Call, CallError, CallPurpose, Completion, Dimension, Enforcement, Keep, LimitHeaders, LimitState,
    Outcome, Prefix, Reply, Rung, Usage,
};
pub use money::{LongPrices, Money, Price, Prices};
pub use ratio::Ratio;
pub use record::{Fields, Part, Record, Sink};
pub use time::{Instant, Span};
pub use truth::{AbuseKind, Label, Truth};
