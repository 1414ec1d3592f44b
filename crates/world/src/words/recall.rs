//! Questions about what was told earlier in the conversation.
//!
//! Whether a turn looks something up or asks again about something that an earlier turn had looked up is drawn by the
//! fingerprint of its question, so it has a name like everything else. What it asks about is what one of the earlier
//! turns asked, each of them as likely as the next, as long as that turn looked it up and found a value of today. Such a
//! turn has no tool messages: the answer stands in the history, and only there.

use super::fact::{RECALLS, WHICH_TURN};
use super::speech::Speech;
use super::{Asking, OWN, Spoken, Words};
use crate::luck::Place;
use rushhour_base::draw::below;
use rushhour_base::{FactState, Ratio, Words as Draw};

impl Words {
    /// The earlier turn whose fact is asked for once more; `None` if the turn looks up a fact of its own. `own` is the draw
    /// of the question.
    #[inline]
    pub(super) fn recalled(
        &self,
        place: Place,
        speech: &Speech,
        language: &Spoken,
        asking: Asking,
        own: &Draw,
    ) -> Option<u32> {
        if speech.recall == Ratio::ZERO
            || asking.turn == asking.began
            || !speech.recall.holds(own.word(RECALLS))
        {
            return None;
        }
        let turns = self.told_in(place, speech, language, asking.began, asking.turn);
        let which = below(own.word(WHICH_TURN), turns.len() as u64) as usize;
        turns.get(which).copied()
    }

    /// The turns from `began` up to `until` that looked up a fact and found it.
    fn told_in(&self, place: Place, speech: &Speech, language: &Spoken, began: u32, until: u32) -> Vec<u32> {
        let mut turns = Vec::new();
        for turn in began..until {
            let text = self.own_text(place, turn);
            let own = self.questions.of_thing(place, text, OWN);
            // What is a question about an earlier turn itself tells nothing new.
            if turns.is_empty() || !speech.recall.holds(own.word(RECALLS)) {
                let fact = self.fact_of(place, speech, language, text, own).fact;
                if fact.state == FactState::Present {
                    turns.push(turn);
                }
            }
        }
        turns
    }
}
