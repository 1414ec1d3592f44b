//! From a uniform number to an exponential or a normal one, by the inverse of the distribution function.
//!
//! One uniform number makes one value, so a draw never consumes a variable number of words, and a larger uniform
//! number always makes a larger value: under common random numbers two plans that differ in a mean or a spread stay
//! paired, draw by draw. Rejection and pairs (Ziggurat, Box–Muller) give up one or the other.

/// The exponential variate of mean 1 at `u`, strictly between 0 and 1.
pub(crate) fn exponential(u: f64) -> f64 {
    -libm::log1p(-u)
}

/// The standard normal variate at `u`, strictly between 0 and 1, to about 16 digits.
///
/// M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988).
/// 85 of 100 draws fall into the centre and need neither logarithm nor root.
pub(crate) fn normal(u: f64) -> f64 {
    let from_median = u - 0.5;
    if from_median.abs() <= 0.425 {
        let r = 0.180_625 - from_median * from_median;
        return from_median * ratio(&CENTRE, r);
    }
    let tail = if from_median < 0.0 { u } else { 1.0 - u };
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 { ratio(&TAIL, r - 1.6) } else { ratio(&FAR_TAIL, r - 5.0) };
    if from_median < 0.0 { -size } else { size }
}

/// A quotient of two polynomials of the seventh degree, lowest coefficient first.
type Quotient = [[f64; 8]; 2];

fn ratio(quotient: &Quotient, x: f64) -> f64 {
    let [above, below] = quotient;
    polynomial(above, x) / polynomial(below, x)
}

/// Estrin's scheme: half as deep a chain of operations as Horner's, and this is the hot part of a draw.
fn polynomial(c: &[f64; 8], x: f64) -> f64 {
    let x2 = x * x;
    let low = (c[0] + c[1] * x) + (c[2] + c[3] * x) * x2;
    let high = (c[4] + c[5] * x) + (c[6] + c[7] * x) * x2;
    low + high * (x2 * x2)
}

#[expect(clippy::excessive_precision, reason = "as printed in the paper")]
const CENTRE: Quotient = [
    [
        3.387_132_872_796_366_608_0e0,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083_0e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061_0e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ],
];

#[expect(clippy::excessive_precision, reason = "as printed in the paper")]
const TAIL: Quotient = [
    [
        1.423_437_110_749_683_577_34e0,
        4.630_337_846_156_545_295_90e0,
        5.769_497_221_460_691_405_50e0,
        3.647_848_324_763_204_605_04e0,
        1.270_458_252_452_368_382_58e0,
        2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87e0,
        1.676_384_830_183_803_849_40e0,
        6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];

#[expect(clippy::excessive_precision, reason = "as printed in the paper")]
const FAR_TAIL: Quotient = [
    [
        6.657_904_643_501_103_777_20e0,
        5.463_784_911_164_114_369_90e0,
        1.784_826_539_917_291_335_80e0,
        2.965_605_718_285_048_912_30e-1,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_90e-1,
        1.369_298_809_227_358_053_10e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn close(what: &str, got: f64, want: f64) {
        assert!((got - want).abs() <= 1e-14 * want.abs().max(1.0), "{what}: {got:e} instead of {want:e}");
    }

    /// Tabulated values; the far tail is reached below e⁻²⁵, about 1.4·10⁻¹¹.
    #[test]
    fn normal_percentage_points_are_exact() {
        for (u, want) in [
            (1e-300, -37.047_096_299_361_2),
            (1e-10, -6.361_340_902_404_056),
            (0.001, -3.090_232_306_167_813_5),
            (0.025, -1.959_963_984_540_054),
            (0.075, -1.439_531_470_938_455_7),
            (0.25, -0.674_489_750_196_081_7),
            (0.5, 0.0),
            (0.6, 0.253_347_103_135_799_8),
            (0.95, 1.644_853_626_951_472_2),
            (0.975, 1.959_963_984_540_054),
            (0.999_999, 4.753_424_308_817_089),
        ] {
            close(&format!("normal({u})"), normal(u), want);
        }
    }

    #[test]
    fn exponential_percentage_points_are_exact() {
        for (u, want) in [
            (1e-17, 1e-17),
            (0.5, std::f64::consts::LN_2),
            (0.75, 2.0 * std::f64::consts::LN_2),
            (0.9, std::f64::consts::LN_10),
            (0.999, 3.0 * std::f64::consts::LN_10),
        ] {
            close(&format!("exponential({u})"), exponential(u), want);
        }
    }

    #[test]
    fn larger_draws_make_larger_values() {
        let at = |i: u32| f64::from(i) / 100_000.0;
        for i in 1..99_999 {
            assert!(normal(at(i)) < normal(at(i + 1)), "normal is not monotone at {}", at(i));
            assert!(exponential(at(i)) < exponential(at(i + 1)), "exponential is not monotone at {}", at(i));
        }
    }
}
