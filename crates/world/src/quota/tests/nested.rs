//! Quotas within quotas, and usage that grows too fast.

use super::*;
use crate::settings::{Dialect, GrowthPlan};
use crate::world_for_tests::Truths;
use rushhour_base::{CallId, QuotaId, Ratio, Truth};

const OUTER: QuotaId = QuotaId(0);
const INNER: QuotaId = QuotaId(1);

fn of_requests(amount: u64) -> QuotaPlan {
    QuotaPlan { requests: per_minute(amount, amount), ..QuotaPlan::default() }
}

fn within(plan: QuotaPlan) -> QuotaPlan {
    QuotaPlan { within: Some(OUTER), ..plan }
}

/// Every quota tells what it did, from the inside out; a refusal is told of the one that has to be waited for longest.
#[test]
fn each_quota_tells_what_a_call_did_to_it() {
    let output = OutputCharge::UpFront { estimate: Estimate::Sum, refunds: true };
    let plan = |amount| QuotaPlan { output, counts_failed: true, ..of_requests(amount) };
    let mut quotas = Quotas::full(&[plan(1), within(plan(6))]);
    let (mut truths, [first, second]) = (Truths::default(), [CallId(1), CallId(2)]);
    let charged = quotas.admit(INNER, first, 10, 20, NOW, &mut truths).expect("both have room");
    let refusal = Refusal { dimension: Dimension::Requests, retry_at: Instant(MINUTE) };
    assert_eq!(quotas.admit(INNER, second, 10, 20, NOW, &mut truths), Err(refusal));
    quotas.settle(INNER, first, 5, charged, NOW, &mut truths);
    let admitted = |quota| Truth::Admitted { call: first, quota, input_tokens: 10, output_tokens: 20 };
    let refunded = |quota| Truth::Refunded { call: first, quota, output_tokens: 15, charged_at: NOW };
    let (counted, released) =
        (|quota| Truth::Counted { call: second, quota }, |quota| Truth::Released { call: first, quota });
    let told: Vec<Truth> = truths.0.into_iter().map(|(_, truth)| truth).collect();
    assert_eq!(
        told,
        [
            admitted(INNER),
            admitted(OUTER),
            Truth::Overrun { call: second, quota: OUTER, dimension: Dimension::Requests },
            counted(INNER),
            counted(OUTER),
            refunded(INNER),
            released(INNER),
            refunded(OUTER),
            released(OUTER),
        ]
    );
}

#[test]
fn headers_show_the_quota_that_has_less_left() {
    let (wide, narrow) = (of_requests(10), of_requests(3));
    for (plans, limit) in [([wide, within(narrow)], 3), ([narrow, within(wide)], 3)] {
        let mut quotas = Quotas::full(&plans);
        let headers = quotas.headers(INNER, Dialect::OpenAi, NOW);
        assert_eq!(headers.requests.map(|state| (state.limit.get(), state.remaining)), Some((limit, limit)));
    }
    let mut quotas = Quotas::full(&[wide, within(of_requests(8)), within(of_requests(8))]);
    for call in 0..5 {
        assert!(quotas.admit(QuotaId(2), CallId(call), 1, 1, NOW, &mut ()).is_ok());
    }
    let headers = quotas.headers(INNER, Dialect::Anthropic, NOW);
    assert_eq!(headers.requests.map(|state| (state.limit.get(), state.remaining)), Some((10, 5)));
}

#[test]
#[should_panic(expected = "does not come before it")]
fn an_outer_quota_comes_first() {
    Quotas::full(&[within(of_requests(1))]);
}

/// Prompts at these minutes, in thousands, under a floor of 100 and half as much again in five minutes; which pass.
#[track_caller]
fn grows(asks: &[(u64, u64)], expected: &str) {
    let half = Ratio::new(1, 2).expect("a half");
    let growth = Some(GrowthPlan { floor: 100_000, share: half, per: Span(5 * MINUTE) });
    let mut quota = Quota::full(&QuotaPlan { growth, ..QuotaPlan::default() });
    let answers = asks.iter().map(|(minute, thousands)| {
        match admit(&mut quota, thousands * 1_000, Instant(minute * MINUTE + SECOND)) {
            Ok(()) => "y".to_owned(),
            Err(refusal) => {
                assert_eq!(refusal.dimension, Dimension::Growth);
                Span(refusal.retry_at.0).to_string()
            }
        }
    });
    assert_eq!(answers.collect::<Vec<_>>().join(" "), expected);
}

#[test]
fn usage_grows_by_half_from_span_to_span() {
    grows(&[(0, 100), (0, 1), (1, 100)], "y 1m y");
    // 100 in the first span let 150 pass in the second, and those 225 in the third.
    grows(&[(4, 100), (5, 150), (5, 1), (10, 225), (10, 1)], "y y 6m y 11m");
    // What fits no minute of this span may fit the next one; what fits none at all is told the next minute.
    grows(&[(0, 100), (1, 120), (1, 200)], "y 5m 2m");
    // After an idle span it begins at the floor anew.
    grows(&[(0, 100), (5, 150), (15, 101), (15, 100)], "y y 16m y");
}

proptest! {
    #![proptest_config(crate::fixed_cases(200))]

    /// A call passes exactly if the project and the organisation would each let it pass, and a refused one charges neither;
    /// the later of their instants is told, at which it passes.
    #[test]
    fn both_admit_or_neither(
        outer in grants(),
        inner in grants(),
        calls in prop::collection::vec((calls(), 1..3u16), 1..4),
    ) {
        let plan = |grant| QuotaPlan {
            requests: Some(grant),
            input_tokens: Some(grant),
            ..QuotaPlan::default()
        };
        let (outer, inner) = (plan(outer), plan(inner));
        let mut quotas = Quotas::full(&[outer, within(inner), within(inner)]);
        let mut apart = [outer, inner, inner].map(|plan| Quota::full(&plan));
        let mut now = 0;
        for (calls, project) in calls {
            for (gap, prompt, reply) in calls {
                now += gap;
                let at = Instant(now);
                let mine = quotas.admit(QuotaId(project), CallId(1), prompt, 0, at, &mut ());
                let each = [0, project].map(|q| apart[usize::from(q)].clone().admit(prompt, 0, at));
                prop_assert_eq!(mine.is_ok(), each.iter().all(Result::is_ok));
                match mine {
                    Ok(charged) => {
                        quotas.settle(QuotaId(project), CallId(1), reply, charged, at, &mut ());
                        for q in [0, project] {
                            let charged = apart[usize::from(q)].admit(prompt, 0, at).expect("asked above");
                            apart[usize::from(q)].settle(reply, charged, at);
                        }
                    }
                    Err(refusal) => {
                        let latest = each.iter().filter_map(|one| one.err()).map(|one| one.retry_at).max();
                        prop_assert_eq!(Some(refusal.retry_at), latest);
                    }
                }
            }
        }
    }
}
