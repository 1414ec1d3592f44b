//! Rules and people, when no model answers.

use crate::{DOWN, check};

#[test]
fn the_rules_answer() {
    check(
        &[
            DOWN[0],
            DOWN[1],
            "policy.rules={answers='100%', cost='$0.001', service='20ms'}",
            "policy.chain=['primary', 'rules']",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->rules retries_exhausted
         10.1s 0/0 began rules
         10.12s 0/0 served rules in 20ms
         10.12s 0/0 posted rules $0.001000
         10.12s 0/0 ended answered rules",
    );
}

#[test]
fn what_the_rules_cannot_answer_goes_to_a_person() {
    check(
        &[
            DOWN[0],
            DOWN[1],
            "policy.rules={answers='0%'}",
            "policy.human={service='8s', cost='$2.50'}",
            "policy.chain=['primary', 'rules', 'human']",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->rules retries_exhausted
         10.1s 0/0 fell rules->human no_rule
         10.1s 0/0 began human
         18.1s 0/0 served human in 8s
         18.1s 0/0 posted human $2.50
         18.1s 0/0 ended answered human",
    );
}

const ONE_PERSON: &str =
    "policy.human={service='4s', cost='$2.50', capacity=1, max_waiting=1, max_wait='2s'}";
const TO_PEOPLE: &str = "policy.chain=['primary', 'human']";

#[test]
fn with_no_room_to_wait_for_a_person_a_request_fails() {
    check(
        &[DOWN[0], DOWN[1], ONE_PERSON, TO_PEOPLE, "workload.w.agents=2", "policy.human.max_waiting=0"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->human retries_exhausted
         10.1s 0/0 began human
         10.1s 1/0 attempt_ended server_error
         10.1s 1/0 fell primary->human retries_exhausted
         10.1s 1/0 ended failed human queue_full
         14.1s 0/0 served human in 4s
         14.1s 0/0 posted human $2.50
         14.1s 0/0 ended answered human",
    );
}

#[test]
fn the_second_waits_for_the_only_person() {
    check(
        &[DOWN[0], DOWN[1], ONE_PERSON, TO_PEOPLE, "workload.w.agents=2", "policy.human.max_wait=5s"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->human retries_exhausted
         10.1s 0/0 began human
         10.1s 1/0 attempt_ended server_error
         10.1s 1/0 fell primary->human retries_exhausted
         10.1s 1/0 queued human
         14.1s 0/0 served human in 4s
         14.1s 0/0 posted human $2.50
         14.1s 0/0 ended answered human
         14.1s 1/0 began human after 4s
         18.1s 1/0 served human in 4s
         18.1s 1/0 posted human $2.50
         18.1s 1/0 ended answered human",
    );
}

#[test]
fn waiting_too_long_for_a_person_fails() {
    check(
        &[DOWN[0], DOWN[1], ONE_PERSON, TO_PEOPLE, "workload.w.agents=2"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->human retries_exhausted
         10.1s 0/0 began human
         10.1s 1/0 attempt_ended server_error
         10.1s 1/0 fell primary->human retries_exhausted
         10.1s 1/0 queued human
         12.1s 1/0 left human queue_timeout
         12.1s 1/0 ended failed human queue_timeout
         14.1s 0/0 served human in 4s
         14.1s 0/0 posted human $2.50
         14.1s 0/0 ended answered human",
    );
}
