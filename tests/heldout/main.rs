//! Replies that the validator's authors have not seen, and what the validator makes of them.

#![expect(unreachable_pub, reason = "the modules of one test program")]

mod replies;
mod score;

use replies::Class;
use rushhour_tests::root;
use score::Score;
use std::collections::BTreeSet;
use std::fs;

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

const COMMAND: &str = "RUSHHOUR_BLESS=1 tests/run -p rushhour-tests --test heldout";

/// What the validator catches and misses of words that its authors have not seen, to the last reply. A set of which it
/// caught everything would no longer be held out.
#[test]
fn what_is_caught_is_known_to_the_last_reply() {
    let score = Score::of(&replies::all());
    let table = score.table();
    println!("{table}\njudged wrongly:\n{}", score.misjudged.join("\n"));
    assert!(score.recall() < 1.0, "all wrong replies are caught: they are held out no more; write others");
    assert!(score.recall() > 0.5 && score.precision() > 0.5, "a coin would do as well:\n{table}");
    is_current("tests/heldout/README.md", "score", &table);
    is_current("README.md", "heldout", &score.sentence());
}

/// Holds what stands between two marks of a page to what it has to be, or puts it there.
fn is_current(page: &str, mark: &str, new: &str) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let (begin, end) = (format!("<!-- {mark}: begin -->\n"), format!("<!-- {mark}: end -->"));
    let parts = text.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?)));
    let Some((before, (old, after))) = parts else { panic!("{page} has no `{begin}` with its end") };
    if std::env::var_os("RUSHHOUR_BLESS").is_some_and(|bless| bless == "1") {
        fs::write(&path, format!("{before}{begin}{new}{end}{after}")).expect("the page can be written");
        return;
    }
    assert!(
        new == old,
        "{page} says\n{old}\nand it is\n{new}\nif that was meant to change, rebuild it with\n  {COMMAND}"
    );
}
