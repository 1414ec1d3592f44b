//! Caps that leave no room, and who waits for whom.

use super::*;

/// Paused requests once filled the queue for everybody.
#[test]
fn paused_requests_take_nobody_elses_place() {
    let policy = capped(
        CapScope::Workflow(0),
        Money(100_000_000),
        CapWindow::Day { first_turn: Span::secs(20) },
        PAUSE,
    );
    let mut topology = topology();
    topology.workflows = 2;
    let mut control = Control::new(policy, &topology, at(0));
    let held = granted(control.enqueue(want(0, 100), at(0)));
    let paused: Vec<Place> = (1..6).map(|turn| waiting(control.enqueue(want(turn, 100), at(0)))).collect();
    assert!(matches!(control.enqueue(want(6, 100), at(0)), Entry::Refused(Reason::QueueFull)));
    let other = |turn| Want { workflow: WorkflowId(1), ..want(turn, 900) };
    let running = granted(control.enqueue(other(7), at(0)));
    let place = waiting(control.enqueue(other(8), at(0)));
    [place].into_iter().chain(paused).for_each(|place| control.cancel(place, at(1)));
    [held, running].into_iter().for_each(|grant| control.void(grant, at(1)));
    nothing_held(&control);
}

#[test]
fn a_cap_that_nothing_can_help_refuses_at_once() {
    let policy = capped(CapScope::Fleet, Money(100_000_000), CapWindow::Total, PAUSE);
    let mut control = Control::new(policy, &topology(), at(0));
    let grant = granted(control.enqueue(want(0, 100), at(0)));
    let place = waiting(control.enqueue(want(1, 100), at(0)));
    control.settle(grant, done(AttemptResult::Completed, Some(100)), at(1));
    assert_eq!(control.verdict(&place).map(|verdict| verdict.map(drop)), Some(Err(Reason::Budget)));
    assert!(matches!(control.enqueue(want(2, 100), at(2)), Entry::Refused(Reason::Budget)));
}

#[test]
fn a_paused_workflow_holds_up_nobody_else_and_resumes() {
    let policy = capped(
        CapScope::Workflow(0),
        Money(100_000_000),
        CapWindow::Day { first_turn: Span::secs(20) },
        PAUSE,
    );
    let mut topology = topology();
    topology.workflows = 2;
    let mut control = Control::new(policy, &topology, at(0));
    let first = granted(control.enqueue(want(0, 100), at(0)));
    control.settle(first, done(AttemptResult::Completed, Some(100)), at(0));
    let paused = waiting(control.enqueue(want(1, 100), at(1)));
    let other = granted(control.enqueue(Want { workflow: WorkflowId(1), ..want(2, 100) }, at(1)));
    assert_eq!(control.next_wake(), Some(at(20)));
    control.on_wake(at(20));
    let resumed = control.verdict(&paused).unwrap().unwrap();
    let held = control.held(&resumed);
    assert_eq!((held.waited(), held.blocked_on()), (Span::secs(19), Blocker::Budget));
    [other, resumed].into_iter().for_each(|grant| control.void(grant, at(20)));
    nothing_held(&control);
}

/// Paused requests follow one another as money comes back; one that gives up on the way must not strand those behind it.
#[test]
fn who_gives_up_makes_room_for_the_next_of_the_workflow() {
    let policy = capped(CapScope::Fleet, Money(500_000_000), CapWindow::Total, PAUSE);
    let mut control = Control::new(policy, &topology(), at(0));
    let first = granted(control.enqueue(want(0, 450), at(0)));
    let [second, third, fourth] = [1, 2, 3].map(|turn| waiting(control.enqueue(want(turn, 450), at(0))));
    control.settle(first, done(AttemptResult::Completed, Some(10)), at(0));
    let second = control.verdict(&second).and_then(Result::ok).expect("the money came back");
    control.settle(second, done(AttemptResult::Completed, Some(10)), at(0));
    // Now the third has money and waits for the limiter alone; the fourth is still set aside.
    assert!(control.verdict(&third).is_none());
    control.cancel(third, at(0));
    control.on_wake(at(1));
    let fourth = control.verdict(&fourth).and_then(Result::ok).expect("it does not wait behind who has gone");
    control.void(fourth, at(1));
    nothing_held(&control);
}

/// Money that comes back to the fleet's cap once called the first who waited for money, even if that one's own cap was
/// spent, and nobody else: agents starved beside an under-used budget.
#[test]
fn who_has_no_room_of_their_own_holds_up_nobody_who_has() {
    let fleet = CapPolicy {
        scope: CapScope::Fleet,
        amount: Money(2_000_000_000),
        window: CapWindow::Total,
        alerts: vec![],
        at_cap: PAUSE,
    };
    let day = CapWindow::Day { first_turn: Span::secs(20) };
    let scope = CapScope::EachAgent { of: None, except: Vec::new() };
    let own = CapPolicy { scope, amount: Money(900_000_000), window: day, ..fleet.clone() };
    let mut control = Control::new(Policy { caps: vec![fleet, own], ..policy() }, &topology(), at(0));
    let of = |agent, turn| Want { request: RequestId::new(AgentId(agent), turn), ..want(turn, 600) };
    // Agents 0 and 1 hold $0.0006 each of their $0.0009 and of the fleet's $0.002; agent 2 takes the rest.
    let first = granted(control.enqueue(of(0, 0), at(0)));
    let second = granted(control.enqueue(of(1, 0), at(2)));
    let third = granted(control.enqueue(of(2, 0), at(9)));
    let own_spent = waiting(control.enqueue(of(0, 1), at(9)));
    let fleet_spent = waiting(control.enqueue(of(3, 0), at(9)));
    control.settle(second, done(AttemptResult::Completed, Some(10)), at(9));
    control.on_wake(at(19));
    let fourth = control.verdict(&fleet_spent).and_then(Result::ok).expect("it has room under every cap");
    assert!(control.verdict(&own_spent).is_none(), "its own cap is held by its own call");
    control.settle(first, done(AttemptResult::Completed, Some(10)), at(19));
    control.on_wake(at(30));
    let fifth = control.verdict(&own_spent).and_then(Result::ok).expect("its own money came back");
    [third, fourth, fifth].into_iter().for_each(|grant| control.void(grant, at(30)));
    nothing_held(&control);
}

#[test]
fn a_cap_shut_for_good_opens_by_hand() {
    let by_hand = AtCap::Pause { resume: Resume::ByHand };
    let day = CapWindow::Day { first_turn: Span::secs(20) };
    let policy = capped(CapScope::Fleet, Money(100_000_000), day, by_hand);
    let mut control = Control::new(policy, &topology(), at(0));
    let grant = granted(control.enqueue(want(0, 100), at(0)));
    control.settle(grant, done(AttemptResult::Completed, Some(100)), at(1));
    assert!(matches!(control.enqueue(want(1, 100), at(2)), Entry::Refused(Reason::Budget)));
    assert!(
        matches!(control.enqueue(want(2, 100), at(60)), Entry::Refused(Reason::Budget)),
        "days pass in vain"
    );
    control.resume_cap(CapId(0));
    let grant = granted(control.enqueue(want(3, 100), at(61)));
    control.void(grant, at(61));
    nothing_held(&control);
}
