# The list of commands. `just` alone prints it.
_list:
    @just --list --unsorted

# Run a scenario: just run peak_hour
run scenario *arguments:
    cargo run --release -- run scenarios/{{scenario}}.toml {{arguments}}

# All tests that need Rust alone
test *arguments:
    tests/run {{arguments}}

# Format, lints, docs, tests: what CI runs
ci:
    .ci/run

# Format everything
fmt:
    cargo fmt --all

# Lints
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Benchmarks: just bench simulation
bench *arguments:
    cargo bench -p rushhour-benches {{arguments}}

# The mock provider over HTTP beside bare hyper and wiremock
bench-server:
    cargo bench -p rushhour-benches --bench server

# Where the lean path spends its time
profile requests="2000000" agents="100" load="75":
    cargo build --release --example lean -p rushhour-benches
    perf record -e cpu-clock -o target/lean.perf target/release/examples/lean {{requests}} {{agents}} {{load}} judged
    perf report -i target/lean.perf --no-children --stdio | head -40

# Memory over the length of a run: peak resident set of 10^6, 10^7 and 10^8 requests
memory:
    cargo build --release --example lean -p rushhour-benches
    for n in 1000000 10000000 100000000; do /usr/bin/time -f "%M kB peak" target/release/examples/lean $n 100 75 judged; done

# Reference cases, ten times as long as usual: just reference queueing
reference *filter:
    RUSHHOUR_RUN_LENGTH=10 tests/run -p rushhour-tests --test reference -- {{filter}}

# Pin new digests, when results were meant to change
bless:
    RUSHHOUR_BLESS=1 tests/run -p rushhour-tests --test determinism
