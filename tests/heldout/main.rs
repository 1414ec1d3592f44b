//! Replies that the validator's authors have not seen, and what the validator makes of them.

#![expect(unreachable_pub, reason = "the modules of one test program")]

mod replies;

use replies::Class;
use std::collections::BTreeSet;

/// A set with a slip of its own would blame the validator for it.
#[test]
fn every_reply_can_be_what_it_is_said_to_be() {
    let questions = replies::all();
    let (mut ids, mut right, mut wrong) = (BTreeSet::new(), 0, 0);
    for question in &questions {
        let (place, state) = (format!("{}, \"{}\"", question.file, question.id), question.state());
        assert!(ids.insert(place.clone()), "{place}: stands there twice");
        let mut texts = BTreeSet::new();
        for (class, text) in &question.replies {
            assert!(texts.insert(text), "{place}: the same reply twice: {text}");
            assert!(class.fits(state, question.structured), "{place}: {class:?} when the fact is {state:?}");
            *(if class.is_right() { &mut right } else { &mut wrong }) += 1;
        }
    }
    assert!(right + wrong >= 300, "{right} right and {wrong} wrong replies");
    assert!(right * 2 > wrong && wrong * 2 > right, "{right} right and {wrong} wrong replies");
    for (class, name) in Class::ALL {
        let count = questions.iter().flat_map(|question| &question.replies).filter(|reply| reply.0 == class);
        assert!(count.count() >= 10, "too few replies of the class {name}");
    }
}
