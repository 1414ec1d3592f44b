//! What clients remember, and questions about what was told before.

use super::*;
use crate::settings::{Arrivals, ComesBackPlan, Duration, TaskPlan};
use crate::{Progress, Providers, Traffic};
use rushhour_base::conversation::Conversation;
use rushhour_base::event::Reason;
use rushhour_base::history::{History, Outline};
use rushhour_base::{Ask, CallPurpose, Outcome, Span};

pub(super) fn recalling(percents: u64) -> WordsPlan {
    WordsPlan { recall: percent(percents), ..words() }
}

/// Agents in a closed loop with tasks, some of whose steps never succeed.
fn with_tasks(percents: u64) -> WorldPlan {
    let mut plan = plan(recalling(percents), 4);
    plan.workloads[0].arrivals = Arrivals::ClosedLoop { think: Duration::Constant(Span::secs(60)) };
    plan.workloads[0].task = Some(TaskPlan { steps: Length::Constant(3), stuck: percent(20) });
    plan
}

pub(super) fn call_of(ask: &Ask) -> Call {
    let Ask { request, text, began, prefix, sent_tokens: input_tokens, max_tokens, .. } = *ask;
    Call { request, text, began, prefix, input_tokens, max_tokens, ..call(0) }
}

fn told(words: &Words, ask: &Ask) -> Conversation {
    words.conversation(ask.request, ask.began, ask.text).expect("it has words")
}

/// Message by message, with the facts where they are told.
fn agree(history: &History, told: &Conversation, ask: &Ask) {
    assert_eq!(history.messages.len(), told.messages.len(), "{}", ask.request);
    let mut facts = history.facts.iter();
    for (outline, message) in history.messages.iter().zip(&told.messages) {
        assert_eq!(*outline, Outline::of(message, outline.facts), "{}", ask.request);
        for fact in facts.by_ref().take(outline.facts.into()) {
            assert!(message.text.contains(&*fact.subject), "{fact:?} in {}", message.text);
        }
    }
    assert_eq!((&*history.facts, &history.asked), (&told.facts, &told.asked), "{}", ask.request);
    let question = told.messages.iter().rfind(|message| message.role == Role::User).expect("it asks");
    assert_eq!(history.structured, question.text.contains("Reply as JSON"), "{}", ask.request);
    assert_eq!(ask.input_tokens, told.tokens(), "{}", ask.request);
    assert_eq!(history.conversation, ask.prefix.conversation);
}

#[test]
fn what_a_client_remembers_is_what_was_said() {
    for plan in [plan(words(), 4), plan(recalling(40), 4), with_tasks(0), with_tasks(40)] {
        let words = Words::new(&plan).expect("it has words");
        let mut remembering = Traffic::new(&plan);
        remembering.remember();
        let mut forgetful = Traffic::new(&plan);
        let (mut held, mut failures) = (Vec::new(), 0);
        for turn in 0..80u32 {
            let agent = AgentId(turn % 4);
            let (ask, _) = remembering.ask(agent, Instant(1));
            assert_eq!(forgetful.ask(agent, Instant(1)).0, ask);
            let told = told(&words, &ask);
            // Every third history is asked for late or never, as for a policy that is switched on in between.
            if turn % 3 != 0 {
                agree(&remembering.history(&ask).expect("it has words"), &told, &ask);
                held.push(remembering.history(&ask));
            }
            agree(&forgetful.history(&ask).expect("it has words"), &told, &ask);
            let outcome = if turn % 5 == 0 { Outcome::Failed } else { Outcome::Answered };
            failures += u32::from(outcome == Outcome::Failed);
            let reason = if turn % 16 == 0 { Reason::LoopGuard } else { Reason::None };
            remembering.ended(agent, outcome, reason);
            forgetful.ended(agent, outcome, reason);
        }
        assert!(failures > 10 && held.len() > 50);
    }
}

/// Who comes back is met with what was said then, whatever their agent has asked since; and gets the same answer.
#[test]
fn who_comes_back_comes_back_to_the_same_conversation() {
    let mut plan = plan(recalling(40), 2);
    plan.workloads[0].comes_back = Some(ComesBackPlan {
        share: Ratio::ONE,
        after: Duration::Constant(Span::secs(60)),
        times: 3,
        abandoned: true,
        failed: true,
        refused: true,
    });
    let words = Words::new(&plan).expect("it has words");
    let mut traffic = Traffic::new(&plan);
    traffic.remember();
    for _ in 0..12 {
        let (ask, _) = traffic.ask(AgentId(1), Instant(1));
        traffic.ask(AgentId(1), Instant(2));
        let (at, number) =
            traffic.comes_back(ask.request, Outcome::Failed, Instant(3)).expect("all come back");
        let (again, _) = traffic.ask_again(number, at);
        assert_eq!(again.request.times_before(), 1);
        agree(&traffic.history(&again).expect("it has words"), &told(&words, &ask), &again);
        assert_eq!(words.reply_text(&call_of(&again)), words.reply_text(&call_of(&ask)));
        let (next, _) = traffic.ask(AgentId(1), Instant(4));
        agree(&traffic.history(&next).expect("it has words"), &told(&words, &next), &next);
    }
}

#[test]
fn who_has_no_conversation_remembers_nothing() {
    let mut plan = plan(words(), 1);
    plan.workloads.push(workload("coders", 1));
    plan.workloads.push(workload("leads", 1));
    plan.workloads[2].prompt.turns = 1;
    let mut traffic = Traffic::new(&plan);
    traffic.remember();
    for (agent, remembers) in [(0, true), (1, true), (2, false)] {
        let (ask, _) = traffic.ask(AgentId(agent), Instant(1));
        assert_eq!(traffic.history(&ask).is_some(), remembers, "agent {agent}");
    }
}

/// Without words a history has the tokens of its prompt, and each turn goes on from the last.
#[test]
fn outlines_without_words_add_up_to_the_prompt() {
    for (first, growth, turns, shared) in
        [(1_000, 650, 5, 400), (700, 40, 9, 0), (2, 1, 4, 5), (900, 0, 3, 0)]
    {
        let mut plan = world(vec![workload("coders", 2)]);
        plan.workloads[0].prompt =
            PromptPlan { first: Length::Constant(first), growth, turns, max: 100_000, shared };
        let (mut traffic, mut anew) = (Traffic::new(&plan), Traffic::new(&plan));
        traffic.remember();
        let mut before: Option<(u32, History)> = None;
        for _ in 0..20 {
            let (ask, _) = traffic.ask(AgentId(1), Instant(1));
            let history = traffic.history(&ask).expect("prompts go on");
            assert_eq!(anew.history(&anew.clone().ask(AgentId(1), Instant(1)).0), Some(history.clone()));
            anew.ask(AgentId(1), Instant(1));
            let tokens: u64 = history.messages.iter().map(|message| u64::from(message.tokens)).sum();
            assert_eq!(tokens + REPLY_PRIMING, ask.input_tokens.max(REPLY_PRIMING));
            assert_eq!((&*history.facts, &history.asked), (&vec![], &None));
            if let Some((began, earlier)) = before.replace((ask.began, history.clone()))
                && began == ask.began
            {
                assert_eq!(history.messages[..earlier.messages.len()], earlier.messages[..]);
            }
        }
    }
}

/// Two in five later turns ask about an earlier one, whose fact stands in the history, is of today, and is not looked up
/// again.
#[test]
fn some_questions_are_about_what_was_told_before() {
    let plan = plan(recalling(40), 60);
    let (words, mut traffic) = (Words::new(&plan).expect("it has words"), Traffic::new(&plan));
    let (mut later, mut recalled, mut back) = (0u32, 0u32, [0u32; 5]);
    for turn in 0..60 * 20u32 {
        let (ask, _) = traffic.ask(AgentId(turn % 60), Instant(1));
        let call = call_of(&ask);
        let (reply, told) = (words.reply_text(&call).expect("words"), told(&words, &ask));
        let is_later = ask.request.turn() > ask.began;
        let last = told.messages.last().expect("it says something");
        assert_eq!(reply.recalls, last.role == Role::User, "{}", ask.request);
        assert!(is_later || !reply.recalls);
        assert_eq!(told.asked_fact(), Some(reply.fact), "{}", ask.request);
        if reply.recalls {
            assert_eq!(reply.fact, FactState::Present);
            let asked = told.asked.expect("it asks");
            let call = told.messages.iter().rposition(|message| {
                matches!(message.tool, ToolLink::Calls(_)) && message.text.contains(&*asked.1)
            });
            let ToolLink::Calls(from) = told.messages[call.expect("it was looked up")].tool else {
                unreachable!()
            };
            back[(ask.request.turn() - ask.began - from) as usize] += 1;
        }
        later += u32::from(is_later);
        recalled += u32::from(reply.recalls);
    }
    // Of some hundreds of later turns two fifths, less the few before which nothing was found; four standard errors.
    assert!(later > 700, "{later}");
    let share = f64::from(recalled) / f64::from(later);
    assert!((0.30..0.46).contains(&share), "{recalled} of {later}");
    assert!(back[1..].iter().all(|count| *count > 10), "{back:?}");
}

/// The keys that are off move nothing.
#[test]
fn a_share_of_zero_recalls_nothing() {
    let plan = plan(recalling(0), 20);
    let words = Words::new(&plan).expect("it has words");
    assert!(calls(&words, 20, 20).iter().all(|call| words.reply(call).is_some_and(|reply| !reply.recalls)));
}

/// What is said has the tokens that are billed, whatever cuts it off.
#[test]
fn what_is_said_is_what_is_billed() {
    let mut plan = plan(recalling(30), 30);
    plan.lanes[0].reasoning = Some(Length::Lognormal { p50: 40, p95: 200, max: 400 });
    plan.lanes.push(lane());
    plan.workloads[0].max_tokens = 150;
    let (mut providers, mut traffic) = (Providers::new(&plan), Traffic::new(&plan));
    let (mut cut, mut whole, mut silent) = (0, 0, 0);
    for turn in 0..600u32 {
        let (ask, _) = traffic.ask(AgentId(turn % 30), Instant(1));
        let most = if turn % 4 == 0 { 20 } else { ask.max_tokens };
        let call = Call { lane: LaneId(turn as u16 % 2), max_tokens: most, ..call_of(&ask) };
        let ticket = providers.on_request(call, Instant(1), &mut ());
        let Progress::Ended(reply) = providers.poll(&ticket, Instant(u64::MAX), &mut ()) else {
            panic!("it is over")
        };
        let completion = reply.result.expect("nothing goes wrong here");
        let said = providers.said(&call).expect("it has words");
        let visible = completion.usage.output_tokens - completion.usage.reasoning_tokens;
        assert_eq!(count(&said), visible, "{said}");
        match (completion.cut_by_length, visible) {
            (_, 0) => silent += 1,
            (true, _) => cut += 1,
            (false, _) => whole += 1,
        }
    }
    assert!(cut > 50 && whole > 50 && silent > 5, "{cut}, {whole}, {silent}");
    assert_eq!(providers.said(&Call { purpose: CallPurpose::Summary, ..call(0) }), None);
}
