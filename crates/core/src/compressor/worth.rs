//! What a message is worth to what comes later.
//!
//! Park et al. ("Generative Agents", 2023) choose what an agent remembers by the sum of three parts: how recent it
//! is, how important, and how relevant to the question at hand. The sum is taken from there, and the first two parts:
//!
//! | part | points | why |
//! |---|---|---|
//! | recency | 400 × 16 ÷ (16 + messages after it) | the odds that something is needed again fall as a power of the time since it last was (Anderson and Schooler, 1991); here the power is −1, and what is 16 messages old has half |
//! | importance | chatter 0, ordinary 100, commitment 300, needed 400 | what its author knows ([`Importance`]): a promise outlives an exchange |
//! | role | system 400, user 100, tool 100, assistant 0 | instructions hold wherever they stand; what a user wants or a tool found cannot be made again from the rest, what the model said mostly can |
//! | facts | 50 each, at most 200 | later questions ask for them |
//!
//! The figures are a choice, not measurements. Relevance to the question at hand is left out on purpose: a cut
//! outlives the question that it was made at, so it would favour what this one asks over what all later ones do.
//!
//! Tokens play no part in what a message is worth: where it does not fit any more, less worthy ones that do are
//! taken.

use rushhour_base::Outline;
use rushhour_base::conversation::{Importance, Role};

/// Points of a message with so many messages after it. More is better; at most 1400.
pub fn worth(message: &Outline, messages_after: u32) -> u32 {
    let recency = MOST_RECENT * HALF_AT / HALF_AT.saturating_add(messages_after);
    let importance = match message.importance {
        Importance::Chatter => 0,
        Importance::Ordinary => 100,
        Importance::Commitment => 300,
        Importance::Needed => 400,
    };
    let role = match message.role {
        Role::System => 400,
        Role::User | Role::Tool => 100,
        Role::Assistant => 0,
    };
    recency + importance + role + (PER_FACT * u32::from(message.facts)).min(MOST_FACTS)
}

/// Points of the last message for being the last.
const MOST_RECENT: u32 = 400;
/// With so many messages after it, a message has half of those points.
const HALF_AT: u32 = 16;
const PER_FACT: u32 = 50;
const MOST_FACTS: u32 = 200;
