//! Costs that are no tokens, in the books.

use super::calendar::months_until;
use super::{Ledger, Payer};
use crate::settings::{CostLine, CostPer};
use rushhour_base::event::{Cause, Event};
use rushhour_base::{Instant, Money};

impl CostLine {
    /// Under which cause it is booked.
    pub fn cause(&self) -> Cause {
        match self.per {
            CostPer::Message => Cause::PerMessage,
            CostPer::Review { .. } => Cause::Review,
            CostPer::Month { .. } => Cause::PerMonth,
        }
    }

    /// Whether it belongs to a workflow.
    pub fn covers(&self, payer: Payer) -> bool {
        self.of.is_none_or(|of| of == payer.workflow.0)
    }
}

impl Ledger {
    /// Books a cost line of a message or a review on somebody's account.
    pub fn expense(&mut self, line: usize, of: &CostLine, payer: Payer) {
        self.booked += of.amount;
        self.on_line(line, of.amount);
        self.book_for(payer, of.cause(), of.amount);
    }

    /// Books what the lines of months come to from the start of the run to `until`, month by month, and tells it. They
    /// are nobody's: no agent, user or workflow has more of them than another. Call it once, at the end.
    pub fn accrue(&mut self, lines: &[CostLine], until: Instant, news: &mut Vec<Event>) {
        for (index, line) in lines.iter().enumerate() {
            let CostPer::Month { starts_local_s } = line.per else { continue };
            if line.amount == Money::ZERO {
                continue;
            }
            for month in months_until(starts_local_s, until) {
                let amount =
                    Money(line.amount.0 * i128::from(month.to.0 - month.from.0) / i128::from(month.length.0));
                self.booked += amount;
                self.on_line(index, amount);
                self.by_cause[Cause::PerMonth as usize] += amount;
                let (from, until) = (month.from, month.to);
                news.push(Event::Accrued { line: index as u16, from, until, amount });
            }
        }
    }

    /// What was booked on a cost line.
    pub fn of_line(&self, line: usize) -> Money {
        self.by_line.get(line).copied().unwrap_or_default()
    }

    fn on_line(&mut self, line: usize, amount: Money) {
        if self.by_line.len() <= line {
            self.by_line.resize(line + 1, Money::ZERO);
        }
        self.by_line[line] += amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::time::DAY;
    use rushhour_base::{AgentId, UserId, WorkflowId};

    fn line(per: CostPer, dollars: i64) -> CostLine {
        CostLine { per, amount: Money::from_micros(dollars * 1_000_000), of: None }
    }

    /// From 2026-02-27T00:00:00: two days of February's 28, March, ten days of April's 30.
    #[test]
    fn a_month_is_booked_whole_and_its_parts_by_their_length() {
        let month = line(CostPer::Month { starts_local_s: 1_772_150_400 }, 420);
        let mut ledger = Ledger::new(&[], 1, 1, 1);
        let mut news = Vec::new();
        ledger.accrue(&[month], Instant(43 * DAY), &mut news);
        let amounts: Vec<Money> = news
            .iter()
            .map(|event| match event {
                Event::Accrued { amount, .. } => *amount,
                other => panic!("unexpected {other:?}"),
            })
            .collect();
        assert_eq!(amounts, [30, 420, 140].map(|dollars| Money::from_micros(dollars * 1_000_000)));
        let sum = amounts.into_iter().sum();
        assert_eq!((ledger.booked(), ledger.of_line(0), ledger.of_cause(Cause::PerMonth)), (sum, sum, sum));
        assert_eq!(ledger.of_workflow(WorkflowId(0)), Money::ZERO, "a month is nobody's");
    }

    #[test]
    fn a_message_is_booked_on_the_account_of_who_asked() {
        let message = line(CostPer::Message, 2);
        let payer = Payer { workflow: WorkflowId(0), agent: AgentId(0), user: UserId(3) };
        let mut ledger = Ledger::new(&[], 1, 1, 1);
        ledger.expense(0, &message, payer);
        let two = message.amount;
        assert_eq!(
            (ledger.booked(), ledger.of_agent(payer.agent), ledger.of_user(payer.user)),
            (two, two, two)
        );
        assert_eq!((ledger.of_cause(Cause::PerMessage), ledger.of_line(0)), (two, two));
    }
}
