//! Days on which two services were both down, against what independence would give. The counts are facts of status pages
//! that may not be shipped, so they are inputs; what follows from them is computed.

use crate::reference::case::{Answer, unknown};
use crate::reference::judge::{Judge, short};
use rushhour_base::Ratio;

pub fn overlap(judge: &mut Judge) -> Answer<()> {
    for pair in judge.case.expected_keys() {
        let of = |figure: &str| format!("{pair}.{figure}");
        let stated = |judge: &Judge, figure: &str| {
            judge.expected(&of(figure)).map(|value| value.as_f64().unwrap_or(f64::NAN))
        };
        let days = stated(judge, "days")?;
        // Whole days out of all days.
        let share = |judge: &Judge, figure: &str| -> Answer<Option<Ratio>> {
            Ok(Ratio::new((stated(judge, figure)? * days + 0.5) as u64, days as u64))
        };
        let (Some(a), Some(b), Some(both)) =
            (share(judge, "P_a")?, share(judge, "P_b")?, share(judge, "P_both")?)
        else {
            return unknown(format!("`{pair}` has no days or a share above one"));
        };
        let independent = a.as_f64() * b.as_f64();
        let figures: Vec<String> =
            judge.expected(&pair)?.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
        for figure in figures {
            let path = of(&figure);
            match figure.as_str() {
                "P_a" => judge.number(&path, a.as_f64())?,
                "P_b" => judge.number(&path, b.as_f64())?,
                "P_both" => judge.number(&path, both.as_f64())?,
                "if_independent" => judge.number(&path, independent)?,
                "lift" => judge.number(&path, both.as_f64() / independent)?,
                "days" | "avail_a" | "avail_b" => {
                    let value = stated(judge, &figure)?;
                    let sound = value > 0.0 && (figure == "days" || value <= 1.0);
                    judge.say(&path, &format!("{} (an input)", short(value)), sound)?;
                }
                other => return unknown(format!("no runner of outages knows the figure `{other}`")),
            }
        }
        let bounded = both.as_f64() <= a.as_f64().min(b.as_f64());
        judge.also(&of("both at most each"), "yes", if bounded { "yes" } else { "no" }, bounded);
    }
    Ok(())
}
