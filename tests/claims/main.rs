//! The claims of VALIDATION.md, part 3, each beside what it came to here: the table in scenarios/README.md.
//!
//! `RUSHHOUR_BLESS=1 tests/run -p rushhour-tests --test claims` rebuilds it; without, the test holds the page to it. A figure
//! that was derived has to lie in its band either way. Rows whose trace is absent are left as they stand, unless
//! `RUSHHOUR_REQUIRE_TRACES=1`.

#![expect(unreachable_pub, reason = "the modules of one test program")]

mod ai_buddy;
mod evidence;
mod fazm;
mod histories;
mod niteagent;
mod row;
mod sakaguchi;

use evidence::{Absent, Evidence};
use row::Row;
use rushhour_tests::root;
use std::fs;
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What makes a row.
type Maker = fn(&Evidence) -> Result<Row, Absent>;

const COMMAND: &str = "RUSHHOUR_BLESS=1 tests/run -p rushhour-tests --test claims";
const BEGIN: &str = "<!-- claims: begin -->";
const END: &str = "<!-- claims: end -->";
const HEAD: &str = "| # | source | class | claim | claimed | here | band | verdict | by |\n\
                    |---|---|---|---|---|---|---|---|---|";

fn makers() -> Vec<Maker> {
    [ai_buddy::ROWS, sakaguchi::ROWS, niteagent::ROWS, fazm::ROWS].concat()
}

#[test]
fn the_table_of_claims_is_current() {
    let page = root().join("scenarios/README.md");
    let text = fs::read_to_string(&page).expect("the page of the scenarios is there");
    let (before, rest) = text.split_once(BEGIN).expect("the page says where the claims begin");
    let (old, after) = rest.split_once(END).expect("the page says where the claims end");

    let evidence = Evidence::new();
    let (mut lines, mut misses) = (vec![HEAD.to_owned()], Vec::new());
    for (row, number) in rows(&evidence).into_iter().zip(1u8..) {
        match row {
            None => misses.push(format!("claim {number}: it panicked, see above")),
            Some(Ok(row)) => {
                misses.extend(row.misses.iter().map(|miss| format!("claim {number}: {miss}")));
                lines.push(row.line(number));
            }
            Some(Err(Absent(trace))) => {
                assert!(evidence.may_lack(&trace), "claim {number}: the trace {trace} is absent");
                println!("claim {number} is left as it stands: the trace {trace} is absent");
                let start = format!("| {number} |");
                lines.extend(old.lines().find(|line| line.starts_with(&start)).map(str::to_owned));
            }
        }
    }
    assert!(misses.is_empty(), "figures outside their bands:\n{}", misses.join("\n"));

    let new = format!("\n{}\n", lines.join("\n"));
    if std::env::var_os("RUSHHOUR_BLESS").is_some_and(|bless| bless == "1") {
        fs::write(&page, format!("{before}{BEGIN}{new}{END}{after}")).expect("the page can be written");
        return;
    }
    let changed: Vec<String> = new
        .lines()
        .filter(|line| !old.lines().any(|known| known == *line))
        .map(|line| format!("  now: {line}"))
        .collect();
    assert!(
        new == old,
        "the claims in scenarios/README.md are not what they come to:\n{}\nrebuild them with\n  {COMMAND}\nand read the \
         difference",
        changed.join("\n")
    );
}

/// All rows in their order, made side by side; nothing for one whose making panicked, so that the others are seen too.
fn rows(evidence: &Evidence) -> Vec<Option<Result<Row, Absent>>> {
    let makers = makers();
    let (next, made) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    made.lock().expect("nobody panicked").resize_with(makers.len(), || None);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(makers.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(place) = Some(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(make) = makers.get(place) else { break };
                    let row = std::panic::catch_unwind(AssertUnwindSafe(|| make(evidence)));
                    made.lock().expect("nobody panicked")[place] = row.ok();
                }
            });
        }
    });
    made.into_inner().expect("nobody panicked")
}

#[test]
fn every_claim_has_its_row() {
    assert_eq!(makers().len(), 48);
    let firsts = [ai_buddy::ROWS.len(), sakaguchi::ROWS.len(), niteagent::ROWS.len(), fazm::ROWS.len()];
    assert_eq!(firsts, [12, 11, 13, 12], "claims 1 to 12, 13 to 23, 24 to 36, 37 to 48");
}
