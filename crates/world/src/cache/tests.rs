use super::*;
use crate::settings::ModelLane;
use crate::world_for_tests::{call, lane, workload, world};
use rushhour_base::time::SECOND;
use rushhour_base::{AgentId, LaneId, Prefix, RequestId};

/// A script of calls on a lane of the given plan, `second:what`, and how many tokens each reads and writes. What can be
/// `agent/conversation*tokens`; every reply begins two seconds after its call. The first 1,100 tokens are common to all.
fn check(plan: CachePlan, keep: Keep, script: &str, expected: &str) {
    let mut workload = workload("chat", 3);
    workload.prompt.shared = 1_100;
    let lanes = vec![ModelLane { cache: plan, ..lane() }; 2];
    let mut caches = PromptCaches::new(&WorldPlan { lanes, ..world(vec![workload]) });
    let told = script.split(' ').map(|step| {
        let (second, what) = step.split_once(':').expect("second:what");
        let (lane, what) = what.strip_prefix('+').map_or((0, what), |what| (1, what));
        let (who, tokens) = what.split_once('*').expect("agent/conversation*tokens");
        let (agent, conversation) = who.split_once('/').expect("agent/conversation");
        let number = |text: &str| text.parse::<u64>().expect("a number");
        let now = Instant(number(second) * SECOND);
        let call = Call {
            request: RequestId::new(AgentId(number(agent) as u32), 0),
            lane: LaneId(lane),
            input_tokens: number(tokens) + 10,
            prefix: Prefix { conversation: number(conversation), tokens: number(tokens) },
            keep,
            ..call(0)
        };
        let divided = caches.divide(&call, now);
        caches.note(&call, divided, now, now + Span::secs(2));
        format!("{}+{}", divided.read, divided.written)
    });
    assert_eq!(told.collect::<Vec<_>>().join(" "), expected, "{plan:?} {keep} {script}");
}

const ASKED: CachePlan = CachePlan::AS_ASKED;

#[test]
fn a_prompt_is_read_as_far_as_the_one_before_it_was_written() {
    check(ASKED, Keep::FiveMinutes, "0:0/7*2000 9:0/7*2600 20:0/7*3000", "0+2000 2000+600 2600+400");
    check(ASKED, Keep::FiveMinutes, "0:0/7*2000 9:0/7*2000 12:0/7*1500", "0+2000 2000+0 1500+0");
}

#[test]
fn nothing_is_kept_that_nobody_asks_for_or_that_is_too_short() {
    check(ASKED, Keep::No, "0:0/7*2000 9:0/7*2600", "0+0 0+0");
    check(CachePlan::NEVER, Keep::Hour, "0:0/7*2000 9:0/7*2600", "0+0 0+0");
    let long = CachePlan { least_tokens: 4_096, ..ASKED };
    check(long, Keep::Hour, "0:0/7*4095 9:0/7*4096 18:0/7*4097", "0+0 0+4096 4096+1");
}

/// The lifetime runs from the last use: the reply of the first call begins at 2 s, so its prompt is forgotten at 302 s, and
/// a read in time puts that off.
#[test]
fn what_is_not_used_for_its_lifetime_is_forgotten() {
    check(ASKED, Keep::FiveMinutes, "0:0/7*2000 302:0/7*2000", "0+2000 0+2000");
    check(ASKED, Keep::FiveMinutes, "0:0/7*2000 301:0/7*2000 602:0/7*2000", "0+2000 2000+0 2000+0");
    check(ASKED, Keep::Hour, "0:0/7*2000 3601:0/7*2000 7300:0/7*2000", "0+2000 2000+0 0+2000");
}

/// What is being written cannot be read before the reply begins: whoever asks meanwhile pays for the writing again.
#[test]
fn calls_at_once_all_write() {
    check(ASKED, Keep::Hour, "0:0/7*2000 1:0/7*2000 2:0/7*2000", "0+2000 0+2000 2000+0");
    check(
        ASKED,
        Keep::Hour,
        "0:0/7*2000 5:0/7*2600 6:0/7*2600 7:0/7*2600",
        "0+2000 2000+600 2000+600 2600+0",
    );
}

/// System prompt and tools are read by every agent of the workload, and in a new conversation too; a further lane has
/// neither them nor any history.
#[test]
fn a_shared_beginning_outlives_conversations_and_lanes_know_nothing_of_each_other() {
    check(ASKED, Keep::Hour, "0:0/7*2000 5:1/8*2000 9:0/9*3000", "0+2000 1100+900 1100+1900");
    check(ASKED, Keep::Hour, "0:0/7*2000 5:+0/7*2000 9:0/7*2000", "0+2000 0+2000 2000+0");
    check(ASKED, Keep::Hour, "0:0/7*500 5:1/8*500 9:1/8*500", "0+0 0+0 0+0");
}

#[test]
fn an_automatic_cache_counts_in_steps_whatever_is_asked() {
    let automatic = CachePlan { keeps: Keeps::Always(Span::secs(600)), ..CachePlan::NEVER };
    check(automatic, Keep::No, "0:0/7*2000 9:0/7*2600 620:0/7*2600", "0+1920 1920+640 0+2560");
    check(automatic, Keep::Hour, "0:0/7*2000 9:0/7*2000", "0+1920 1920+0");
}
