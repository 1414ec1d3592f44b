//! `sweep` and `merge`: the same rows whatever the threads, the parts and the interruptions.

use crate::desk::{Desk, Done};
use std::fs;

const VARY: [&str; 4] = ["--vary", "workload.w.agents=1..3", "--vary", "policy.timeout=30s,60s"];

fn sweep(desk: &Desk, more: &[&str]) -> Done {
    desk.rushhour(&[&["sweep", "tiny.toml", "--quiet", "--seeds", "2"], &VARY[..], more].concat())
}

/// The file of the whole sweep: 3 × 2 points, 2 variants, 2 seeds.
fn whole(desk: &Desk) -> String {
    let made = sweep(desk, &["--out", "whole"]);
    assert_eq!((made.code, made.err.trim_end()), (0, "whole/sweep.csv: 24 rows made"));
    desk.read("whole/sweep.csv")
}

#[test]
fn a_row_is_a_run() {
    let desk = Desk::new();
    let text = whole(&desk);
    let mut lines = text.lines();
    let head: Vec<&str> = lines.by_ref().take_while(|line| line.starts_with('#')).collect();
    assert_eq!(head[0], "# rushhour/sweep/1");
    assert!(head.contains(&"# grid workload.w.agents=1..3..1 policy.timeout=30s,60s"), "{head:?}");
    let columns: Vec<&str> = text.lines().nth(head.len()).expect("columns").split(',').collect();
    assert_eq!(columns[..5], ["row", "workload.w.agents", "policy.timeout", "variant", "replication"]);
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 24);
    assert_eq!(rows[23][..5], ["23", "3", "60s", "hasty", "1"]);
    // Row 14 is a run that anybody can make.
    let row = &rows[14];
    assert_eq!(row[..6], ["14", "2", "60s", "hasty", "0", "7"]);
    let sets = ["--set", "workload.w.agents=2", "--set", "policy.timeout=60s", "--variant", "hasty"];
    let report = desk.document(&[&["run", "tiny.toml"], &sets[..]].concat());
    let of = |path: &str| row[columns.iter().position(|column| *column == path).expect("a column")];
    assert_eq!(of("digest"), report["digest"]);
    assert_eq!(of("counts.arrived"), report["counts"]["arrived"].to_string());
    assert_eq!(of("verdict"), "held");
}

#[test]
fn the_rows_are_the_same_on_any_number_of_threads() {
    let desk = Desk::new();
    let text = whole(&desk);
    for threads in ["1", "3"] {
        assert_eq!(sweep(&desk, &["--out", threads, "--threads", threads]).code, 0);
        assert_eq!(desk.read(&format!("{threads}/sweep.csv")), text, "{threads} threads");
    }
}

/// Wherever a sweep is cut, going on ends in the same bytes.
#[test]
fn a_sweep_that_was_cut_goes_on() {
    let desk = Desk::new();
    let text = whole(&desk);
    let head = text.find("\n0,").expect("a first row") + 1;
    let middle = text.find("\n11,").expect("a row") + 1;
    for (cut, told) in [
        (0, "24 rows made"),
        (head / 2, "24 rows made"),
        (head, "24 rows made"),
        (head + 5, "24 rows made"),
        (middle, "13 rows made, 11 kept"),
        (middle + 40, "13 rows made, 11 kept"),
        (text.len() - 1, "1 row made, 23 kept"),
        (text.len(), "0 rows made, 24 kept"),
    ] {
        fs::write(desk.path("whole/sweep.csv"), &text[..cut]).expect("the desk is ours");
        let again = sweep(&desk, &["--out", "whole"]);
        assert_eq!(again.code, 0, "cut at {cut}: {}", again.err);
        assert!(again.err.contains(told), "cut at {cut}: {}", again.err);
        assert_eq!(
            again.err.contains("was cut in mid-row"),
            ![0, head, middle, text.len()].contains(&cut),
            "{}",
            again.err
        );
        assert_eq!(desk.read("whole/sweep.csv"), text, "cut at {cut}");
    }
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let desk = Desk::new();
    let text = whole(&desk);
    let damaged = text.replacen("\n7,", "\n8,", 1);
    let longer = format!("{text}24,1\n");
    for (content, told) in [
        ("a,b\n1,2\n", "it says `a,b` where this sweep has `# rushhour/sweep/1`"),
        (damaged.as_str(), "where row 7 should stand is `8,"),
        (longer.as_str(), "it goes on behind its last row"),
        (&text.replace("from seed 7", "from seed 8"), "it says `# replications 2 from seed 8`"),
    ] {
        fs::write(desk.path("whole/sweep.csv"), content).expect("the desk is ours");
        let refused = sweep(&desk, &["--out", "whole"]);
        assert_eq!(refused.code, 65, "{}", refused.err);
        assert!(
            refused.err.contains(told) && refused.err.contains("choose another --out"),
            "{}",
            refused.err
        );
        assert_eq!(desk.read("whole/sweep.csv"), content);
    }
}

#[test]
fn merged_parts_are_one_big_run() {
    let desk = Desk::new();
    let text = whole(&desk);
    for part in ["1/5", "2/5", "3/5", "4/5", "5/5"] {
        assert_eq!(sweep(&desk, &["--out", "parts", "--shard", part]).code, 0);
    }
    let merged = desk.rushhour(&["merge", "parts", "--out", "all.csv", "--table", "means.csv"]);
    assert_eq!((merged.code, merged.err.trim_end()), (0, "all.csv: 24 rows of 5 parts"));
    assert!(desk.read("all.csv") == text, "the merged file is not that of one run");
    assert_eq!(desk.rushhour(&["merge", "whole/sweep.csv", "--out", "again.csv"]).code, 0);
    assert!(desk.read("again.csv") == text);
    let means = desk.read("means.csv");
    let mut lines = means.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let columns = lines.next().expect("columns");
    assert_eq!(columns[..4], ["workload.w.agents", "policy.timeout", "variant", "replications"]);
    let rows: Vec<Vec<&str>> = lines.collect();
    assert_eq!(rows.len(), 12);
    let figure = |table: &[Vec<&str>], columns: &[&str], row: usize, path: &str| -> f64 {
        table[row][columns.iter().position(|column| *column == path).expect("a column")]
            .parse()
            .expect("a figure")
    };
    let all: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.starts_with('#')).map(|l| l.split(',').collect()).collect();
    let arrived = |row: usize| figure(&all[1..], &all[0], row, "counts.arrived");
    let mean = figure(&rows, &columns, 11, "counts.arrived.mean");
    assert!((mean - (arrived(22) + arrived(23)) / 2.0).abs() < 1e-9, "{mean}");
    // Two values: t(1) = 12.706 times half their distance.
    let half = figure(&rows, &columns, 11, "counts.arrived.half_width");
    assert!((half - 12.706_205 * (arrived(22) - arrived(23)).abs() / 2.0).abs() < 1e-3, "{half}");
}

#[test]
fn parts_that_make_no_whole_are_named() {
    let desk = Desk::new();
    for part in ["1/3", "2/3", "3/3"] {
        assert_eq!(sweep(&desk, &["--out", "parts", "--shard", part]).code, 0);
    }
    let other = ["--out", "other", "--shard", "3/3", "--set", "policy.retry.max_attempts=2"];
    assert_eq!(sweep(&desk, &other).code, 0);
    assert_eq!(sweep(&desk, &["--out", "halves", "--shard", "1/2"]).code, 0);
    let (one, two, three) = ("parts/sweep-1-of-3.csv", "parts/sweep-2-of-3.csv", "parts/sweep-3-of-3.csv");
    fs::copy(desk.path(two), desk.path("copy.csv")).expect("the desk is ours");
    let cut = desk.read(three);
    desk.write("short.csv", &cut[..cut.trim_end().rfind('\n').expect("rows") + 1]);
    desk.write("cut.csv", &cut[..cut.len() - 9]);
    desk.write("alien.csv", "a,b\n");
    for (parts, told) in [
        (&[one, three][..], "part 2/3 is missing"),
        (&[one, two, three, "copy.csv"], "part 2/3 is there twice: "),
        (
            &[one, two, "other/sweep-3-of-3.csv"],
            "other/sweep-3-of-3.csv is of another sweep than parts/sweep-1-of-3.csv: `# scenario ",
        ),
        (&[one, "halves/sweep-1-of-2.csv"], "one of 2 parts, parts/sweep-1-of-3.csv one of 3"),
        (&[one, two, "short.csv"], "it ends before row 23"),
        (&[one, two, "cut.csv"], "it is cut in row 23"),
        (&[one, "alien.csv"], "alien.csv: it is no file of a sweep"),
        (&["nowhere.csv"], "nowhere.csv: "),
    ] {
        let refused = desk.rushhour(&[&["merge", "--out", "all.csv"], parts].concat());
        assert_eq!(refused.code, 65, "{parts:?}: {}", refused.err);
        assert!(refused.err.contains(told), "{parts:?}: {}", refused.err);
        assert!(!desk.path("all.csv").exists(), "{parts:?}");
    }
    fs::create_dir(desk.path("empty")).expect("the desk is ours");
    let empty = desk.rushhour(&["merge", "empty", "--out", "all.csv"]);
    assert!(empty.code == 65 && empty.err.contains("it holds no file of a sweep"), "{}", empty.err);
}

#[test]
fn a_grid_that_makes_no_sense_is_refused() {
    let desk = Desk::new();
    for (arguments, code, told) in [
        (
            &["--vary", "workload.w.agents=1..2", "--vary", "workload.w.agents=3..4"][..],
            2,
            "workload.w.agents stands twice",
        ),
        (&["--vary", "seed=1..3"], 65, "seed decides nothing"),
        (&["--vary", "workload.w.agents=1..2", "--shard", "4/3"], 2, "--shard 4/3: write K/N"),
        (&["--vary", "policy.timeout=1ns..1000000000ns"], 2, "more than 100000000"),
        (&["--vary", "policy.timeot=1s..3s"], 65, "did you mean `timeout`?"),
        (&["--vary", "workload.w.agents=1..2", "--variant", "calm"], 2, "--variant calm"),
    ] {
        let refused = desk.rushhour(&[&["sweep", "tiny.toml", "--out", "o"], arguments].concat());
        assert_eq!(refused.code, code, "{arguments:?}: {}", refused.err);
        assert!(refused.err.contains(told), "{arguments:?}: {}", refused.err);
        assert!(!desk.path("o").exists(), "{arguments:?}");
    }
}
