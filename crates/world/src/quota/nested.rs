//! Quotas within quotas: a call of a project counts against the project's and against the organisation's.
//!
//! A call is admitted by all of them or by none. Of several that lack something, the one that has to be waited for
//! longest refuses it; so who waits as long as it is told passes.

use super::{Charged, Quota, Refusal, Settled};
use crate::settings::QuotaPlan;
use rushhour_base::{CallId, Instant, QuotaId, Sink, Span, Truth};

/// All quotas of a plan. What each of them does is told as a truth.
///
/// ```
/// use rushhour_base::{CallId, Dimension, Instant, QuotaId, Span};
/// use rushhour_world::quota::Quotas;
/// use rushhour_world::settings::{GrantPlan, QuotaPlan};
///
/// let requests = |amount| Some(GrantPlan { amount, period: Span::secs(60), burst: amount });
/// let organisation = QuotaPlan { requests: requests(3), ..QuotaPlan::default() };
/// let project = QuotaPlan { requests: requests(2), within: Some(QuotaId(0)), ..QuotaPlan::default() };
/// let mut quotas = Quotas::full(&[organisation, project, project]); // two projects of one organisation
/// let mut passes = |call, quota| {
///     quotas.admit(QuotaId(quota), CallId(call), 100, 100, Instant::START, &mut ()).is_ok()
/// };
/// assert!(passes(1, 1) && passes(2, 1) && passes(3, 2));
/// assert!(!passes(4, 1), "the project has used its two");
/// assert!(!passes(5, 2), "and the organisation its three");
/// ```
#[derive(Clone, Debug)]
pub struct Quotas {
    pub(super) quotas: Vec<Quota>,
}

impl Quotas {
    /// Quotas as `plans` state them, all of them available.
    ///
    /// # Panics
    /// If a grant has an amount, period or burst of zero, or a quota stands within one that has no lower id or charges
    /// output in another way: a reader of scenarios lets no such plan pass.
    pub fn full(plans: &[QuotaPlan]) -> Quotas {
        for (index, plan) in plans.iter().enumerate() {
            let Some(outer) = plan.within else { continue };
            assert!(
                outer.index() < index,
                "quota {index} stands within {outer}, which does not come before it"
            );
            assert!(
                plans[outer.index()].output == plan.output,
                "quota {index} charges output unlike {outer}"
            );
        }
        Quotas { quotas: plans.iter().map(Quota::full).collect() }
    }

    /// Admits a call and charges it, or refuses it: [`Quota::admit`], over `quota` and all that it stands within.
    ///
    /// # Errors
    /// Why it was not admitted, and when it could be.
    #[inline]
    pub fn admit<S: Sink>(
        &mut self,
        quota: QuotaId,
        call: CallId,
        input_tokens: u64,
        max_tokens: u64,
        now: Instant,
        truths: &mut S,
    ) -> Result<Charged, Refusal> {
        let only = &mut self.quotas[quota.index()];
        let (charged, by) = match only.within {
            None => (only.admit(input_tokens, max_tokens, now), quota),
            Some(_) => self.admit_to_all(quota, input_tokens, max_tokens, now),
        };
        match charged {
            Ok(Charged { output_tokens, .. }) => self.each(quota, |quota, _| {
                truths.truth(now, &Truth::Admitted { call, quota, input_tokens, output_tokens });
            }),
            Err(Refusal { dimension, .. }) => {
                truths.truth(now, &Truth::Overrun { call, quota: by, dimension });
                self.each(quota, |quota, state| {
                    if state.counts_failed {
                        truths.truth(now, &Truth::Counted { call, quota });
                    }
                });
            }
        }
        charged
    }

    /// In which steps of time output of a call is charged while it is produced: the shortest of `quota` and all that it
    /// stands within, which then holds for all of them. `None` if it is charged in one piece.
    #[inline]
    pub fn charges_every(&self, quota: QuotaId) -> Option<Span> {
        let state = self.of(quota);
        let (own, outer) = (state.charges_every(), state.within.and_then(|outer| self.charges_every(outer)));
        own.into_iter().chain(outer).min()
    }

    /// Charges output of a call that goes on producing.
    pub fn charge_produced<S: Sink>(
        &mut self,
        quota: QuotaId,
        call: CallId,
        output_tokens: u64,
        now: Instant,
        truths: &mut S,
    ) {
        self.each(quota, |quota, state| {
            state.charge_produced(output_tokens, now);
            truths.truth(now, &Truth::Charged { call, quota, output_tokens });
        });
    }

    /// Ends an admitted call: [`Quota::settle`], for `quota` and all that it stands within.
    #[inline]
    pub fn settle<S: Sink>(
        &mut self,
        quota: QuotaId,
        call: CallId,
        output_tokens: u64,
        charged: Charged,
        now: Instant,
        truths: &mut S,
    ) {
        self.each(quota, |quota, state| {
            match state.settle(output_tokens, charged, now) {
                Settled::Charged => truths.truth(now, &Truth::Charged { call, quota, output_tokens }),
                Settled::Refunded(output_tokens) => {
                    let charged_at = charged.at;
                    truths.truth(now, &Truth::Refunded { call, quota, output_tokens, charged_at });
                }
                Settled::Nothing => {}
            }
            truths.truth(now, &Truth::Released { call, quota });
        });
    }

    /// Counts a call that failed before it was admitted, where failed calls [count](Quota::counts_failed).
    pub fn count_failed<S: Sink>(&mut self, quota: QuotaId, call: CallId, now: Instant, truths: &mut S) {
        self.each(quota, |quota, state| {
            if state.counts_failed {
                state.count_failed(now);
                truths.truth(now, &Truth::Counted { call, quota });
            }
        });
    }

    /// `quota` alone, without those that it stands within.
    #[inline]
    pub fn of(&self, quota: QuotaId) -> &Quota {
        &self.quotas[quota.index()]
    }

    /// Visits `quota` and all that it stands within, from the inside out.
    #[inline]
    pub(super) fn each(&mut self, quota: QuotaId, mut visit: impl FnMut(QuotaId, &mut Quota)) {
        let mut next = Some(quota);
        while let Some(quota) = next {
            let state = &mut self.quotas[quota.index()];
            visit(quota, state);
            next = state.within;
        }
    }

    /// The verdict of several quotas, and the one that refused.
    fn admit_to_all(
        &mut self,
        quota: QuotaId,
        input_tokens: u64,
        max_tokens: u64,
        now: Instant,
    ) -> (Result<Charged, Refusal>, QuotaId) {
        let mut worst: Option<(Refusal, QuotaId)> = None;
        let mut longest = |refusal: Option<Refusal>, by| {
            if let Some(refusal) = refusal
                && worst.is_none_or(|(worst, _)| worst.retry_at < refusal.retry_at)
            {
                worst = Some((refusal, by));
            }
        };
        self.each(quota, |by, state| {
            let output_tokens = state.up_front(input_tokens, max_tokens);
            longest(state.refusal(input_tokens, output_tokens, now), by);
        });
        let Some((refusal, by)) = worst else {
            let mut charged = Charged { output_tokens: 0, at: now };
            self.each(quota, |_, state| {
                charged = state.charge(input_tokens, state.up_front(input_tokens, max_tokens), now);
            });
            return (Ok(charged), quota);
        };
        let mut last = (refusal, by);
        self.each(quota, |by, state| {
            if state.counts_failed {
                let put_off = state.count_refused(last.0, now);
                if put_off != last.0 {
                    last = (put_off, by);
                }
            }
        });
        (Err(last.0), last.1)
    }
}
