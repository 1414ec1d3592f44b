//! What theory says, written down once more and apart from the product. Times are seconds.

/// Erlang's B formula: the share that finds all of `c` places taken, at an offered load of `a`. By its recursion.
pub(crate) fn erlang_b(c: u32, a: f64) -> f64 {
    (1..=c).fold(1.0, |b, k| a * b / (f64::from(k) + a * b))
}

/// Erlang's C formula: the share that waits where it may.
pub(crate) fn erlang_c(c: u32, a: f64) -> f64 {
    let b = erlang_b(c, a);
    b / (1.0 - a / f64::from(c) * (1.0 - b))
}

/// Pollaczek and Khinchine: the mean wait of M/G/1 with services of mean 1 and this coefficient of variation.
pub(crate) fn mg1_wait(rho: f64, cv: f64) -> f64 {
    rho * (1.0 + cv * cv) / (2.0 * (1.0 - rho))
}

/// The share of GI/M/1 that waits, where gaps are gamma: the σ of σ = A*(μ(1 − σ)), with μ = 1.
pub(crate) fn gamma_sigma(rho: f64, cv: f64) -> f64 {
    let shape = 1.0 / (cv * cv);
    let transform = |s: f64| libm::pow(1.0 + s / (rho * shape), -shape);
    (0..10_000).fold(0.5, |sigma, _| transform(1.0 - sigma))
}

/// `n` agents that think for `z`, `c` places, services of `s`, all exponential: answers per second and mean response.
pub(crate) fn closed_loop(n: u32, c: u32, z: f64, s: f64) -> (f64, f64) {
    let mut weights = vec![1.0];
    for k in 0..n {
        let (thinking, served) = (f64::from(n - k) / z, f64::from((k + 1).min(c)) / s);
        weights.push(weights[k as usize] * thinking / served);
    }
    let all: f64 = weights.iter().sum();
    let rate =
        weights.iter().enumerate().map(|(k, w)| w / all * (k as f64).min(f64::from(c)) / s).sum::<f64>();
    (rate, f64::from(n) / rate - z)
}

/// Cobham: the mean waits of two classes of exponential services of mean 1, the first before the second.
pub(crate) fn cobham(first: f64, second: f64) -> (f64, f64) {
    let left = first + second;
    (left / (1.0 - first), left / ((1.0 - first) * (1.0 - first - second)))
}

/// The H of M/D/1: its work is at most `x` services with probability (1 − ρ) H(x). The sum alternates, so `x` is small.
fn work(rho: f64, x: f64) -> f64 {
    let mut sum = 0.0;
    for k in 0..=x as u32 {
        let y = rho * (f64::from(k) - x);
        let power = (1..=k).fold(1.0, |product, i| product * y / f64::from(i));
        sum += power * libm::exp(-y);
    }
    sum
}

/// The share that a bucket of `burst` turns away, at `rho` calls for each that it refills.
pub(crate) fn bucket_loss(rho: f64, burst: f64) -> f64 {
    let h = work(rho, burst - 1.0);
    1.0 - h / (1.0 + rho * h)
}

/// The share that waits for a bucket, and the mean wait in units of the time that it takes to refill one.
pub(crate) fn bucket_wait(rho: f64, burst: f64) -> (f64, f64) {
    let more_than = |x: f64| 1.0 - (1.0 - rho) * work(rho, x);
    // The mean of M/D/1's work, without the part up to the burst, by the trapezium rule.
    let steps = (2_000.0 * (burst - 1.0)) as u32;
    let step = 1.0 / 2_000.0;
    let below: f64 = (0..steps)
        .map(|i| f64::from(i) * step)
        .map(|x| 0.5 * step * (more_than(x) + more_than(x + step)))
        .sum();
    (more_than(burst - 1.0), rho / (2.0 * (1.0 - rho)) - below)
}

fn poisson(mean: f64, k: u32) -> f64 {
    let log: f64 = (1..=k).map(|i| libm::log(mean / f64::from(i))).sum();
    libm::exp(log - mean)
}

fn poisson_at_least(mean: f64, k: u32) -> f64 {
    if f64::from(k) < mean {
        return 1.0 - (0..k).map(|i| poisson(mean, i)).sum::<f64>();
    }
    let mut term = poisson(mean, k);
    let mut sum = 0.0;
    for i in k + 1.. {
        sum += term;
        term *= mean / f64::from(i);
        if term < 1e-18 {
            break;
        }
    }
    sum
}

/// Crommelin: the mean wait of M/D/c in service times, at an offered load of `a`.
pub(crate) fn mdc_wait(c: u32, a: f64) -> f64 {
    let of = |i: u32| {
        let (mean, k) = (f64::from(i) * a, i * c);
        poisson_at_least(mean, k) - f64::from(c) / a * poisson_at_least(mean, k + 1)
    };
    (1..400).map(of).sum()
}

/// The share that a window turns away which begins anew: `n` pass of a Poisson number of mean `a`.
pub(crate) fn fixed_window_loss(n: u32, a: f64) -> f64 {
    let passes: f64 = (1..=n).map(|k| poisson_at_least(a, k)).sum();
    1.0 - passes / a
}

/// What a breaker makes of a provider that goes up and down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken {
    pub(crate) short: f64,
    pub(crate) failed: f64,
    pub(crate) ok: f64,
    pub(crate) opens_per_hour: f64,
}

/// Calls at rate `lam` to a provider up for `up` and down for `down` on average, both exponential; `n` failures in a row
/// open the breaker for `cooldown`. Between two openings the pair of provider and breaker is a Markov chain.
pub(crate) fn breaker(lam: f64, up: f64, down: f64, n: usize, cooldown: f64) -> Broken {
    let (falls, mends) = (1.0 / up, 1.0 / down);
    // States: the probe is awaited, up and down; then closed after k failures in a row, up and down. Each is left at
    // rate `lam` by a call and else by a turn of the provider; a row says where to, and what a visit adds.
    let (states, opened) = (2 + 2 * n, usize::MAX);
    let of = |k: usize, is_up: bool| 2 + 2 * k + usize::from(!is_up);
    let mut rows = vec![vec![0.0; states + 3]; states];
    for state in 0..states {
        let is_up = state % 2 == 0;
        let after_call = match (state, is_up) {
            (_, true) => of(0, true),
            (1, false) => opened,
            (_, false) if state / 2 == n => opened,
            (_, false) => state + 2,
        };
        let turns = if is_up { falls } else { mends };
        let leaves = lam + turns;
        let row = &mut rows[state];
        row[state] += 1.0;
        row[state ^ 1] -= turns / leaves;
        if after_call != opened {
            row[after_call] -= lam / leaves;
        }
        row[states] = 1.0 / leaves;
        row[states + usize::from(is_up) + 1] = lam / leaves;
    }
    let solved = solve(rows);
    // It opens at a failure, so the provider is down; so long later it may be up.
    let share_down = down / (up + down);
    let still = share_down + (1.0 - share_down) * libm::exp(-(falls + mends) * cooldown);
    let from_open = |column: usize| (1.0 - still) * solved[0][column] + still * solved[1][column];
    let cycle = cooldown + from_open(0);
    let calls = lam * cycle;
    Broken {
        short: cooldown / cycle,
        failed: from_open(1) / calls,
        ok: from_open(2) / calls,
        opens_per_hour: 3_600.0 / cycle,
    }
}

/// Gauss and Jordan, for several right sides at once. The matrix is diagonally dominant, so no row need be exchanged.
fn solve(mut rows: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let n = rows.len();
    for pivot in 0..n {
        let divisor = rows[pivot][pivot];
        rows[pivot].iter_mut().for_each(|value| *value /= divisor);
        let pivot_row = rows[pivot].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(index, _)| *index != pivot) {
            let factor = row[pivot];
            row.iter_mut().zip(&pivot_row).for_each(|(value, above)| *value -= factor * above);
        }
    }
    rows.into_iter().map(|row| row[n..].to_vec()).collect()
}

/// The printed figures of VALIDATION part 2, which were computed independently of these formulae.
#[test]
fn the_formulae_give_the_printed_figures() {
    let close = |what: &str, got: f64, printed: f64| {
        assert!((got - printed).abs() <= 2e-4 * printed.abs().max(0.05), "{what}: {got}, printed {printed}");
    };
    close("M/M/1", mg1_wait(0.8, 1.0), 4.0);
    close("M/D/1", mg1_wait(0.8, 0.0), 2.0);
    close("M/G/1", mg1_wait(0.7, 2.0), 5.8333);
    close("sigma", gamma_sigma(0.7, 2.0), 0.87116);
    close("C(2, 1.6)", erlang_c(2, 1.6), 0.71111);
    close("C(50, 45)", erlang_c(50, 45.0), 0.36386);
    close("B(5, 4)", erlang_b(5, 4.0), 0.19907);
    close("B(10, 8)", erlang_b(10, 8.0), 0.12166);
    for (n, c, z, s, rate, response) in
        [(5, 1, 10.0, 6.0, 0.16327, 20.624), (20, 5, 38.0, 9.6, 0.40420, 11.480)]
    {
        let (x, r) = closed_loop(n, c, z, s);
        close("X", x, rate);
        close("R", r, response);
    }
    close("urgent", cobham(0.3, 0.5).0, 1.14286);
    close("patient", cobham(0.3, 0.5).1, 5.71429);
    for (rho, burst, loss) in
        [(0.8, 1.0, 0.44444), (0.8, 5.0, 0.03529), (1.0, 5.0, 0.10345), (1.2, 5.0, 0.19915)]
    {
        close("bucket loss", bucket_loss(rho, burst), loss);
    }
    close("bucket P(wait)", bucket_wait(0.9, 10.0).0, 0.14466);
    close("bucket wait", bucket_wait(0.9, 10.0).1, 0.69836);
    for (a, sliding, fixed) in [(40.0, 0.01869, 0.00455), (50.0, 0.10479, 0.05633), (100.0, 0.50930, 0.50000)]
    {
        close("sliding", erlang_b(50, a), sliding);
        close("fixed", fixed_window_loss(50, a), fixed);
    }
    close("Crommelin", 60.0 * mdc_wait(50, 40.0), 0.3214);
    close("Crommelin", 60.0 * mdc_wait(50, 45.0), 2.3716);
    close("Crommelin", 60.0 * mdc_wait(1, 0.8), 120.0);
    for (lam, up, down, n, cooldown, printed) in [
        (1.0, 3_600.0, 120.0, 3, 60.0, [0.03943, 0.00118, 0.95938, 2.366]),
        (1.0, 3_600.0, 120.0, 5, 30.0, [0.03398, 0.00218, 0.96384, 4.078]),
        (0.05, 88.0 * 3_600.0, 83.0 * 60.0, 3, 60.0, [0.01157, 0.00398, 0.98445, 0.694]),
    ] {
        let got = breaker(lam, up, down, n, cooldown);
        close("short", got.short, printed[0]);
        close("failed", got.failed, printed[1]);
        close("ok", got.ok, printed[2]);
        close("opens", got.opens_per_hour, printed[3]);
    }
}
