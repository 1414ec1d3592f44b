//! x
#[test]
fn t() {
    let _ = env!("CARGO_BIN_EXE_rushhour");
}
