//! Numbers.

mod abs;
mod acos;
mod asin;
mod atan;
mod atan2;
mod beta;
mod beta_cdf;
mod beta_inv;
mod beta_pdf;
mod bin;
mod bin_at;
mod binary_and;
mod binary_not;
mod binary_or;
mod binary_shift_left;
mod binary_shift_right;
mod binary_xor;
mod bitset_count_ones;
mod ceiling;
mod convert_angle;
mod convert_energy;
mod convert_force;
mod convert_length;
mod convert_mass;
mod convert_speed;
mod convert_temperature;
mod convert_volume;
mod cos;
mod cot;
mod degrees;
mod erf;
mod erfc;
mod exp;
mod exp10;
mod exp2;
mod gamma;
mod log;
mod log10;
mod log2;
mod loggamma;
mod multiple;
mod pi;
mod pow;
mod radians;
mod rand;
mod round;
mod sign;
mod sin;
mod sqrt;
mod tan;
mod units;
mod welch_test;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    abs::FUNCTION,
    acos::FUNCTION,
    asin::FUNCTION,
    atan2::FUNCTION,
    atan::FUNCTION,
    beta_cdf::FUNCTION,
    beta_inv::FUNCTION,
    beta_pdf::FUNCTION,
    bin::FUNCTION,
    bin_at::FUNCTION,
    binary_and::FUNCTION,
    binary_not::FUNCTION,
    binary_or::FUNCTION,
    binary_shift_left::FUNCTION,
    binary_shift_right::FUNCTION,
    binary_xor::FUNCTION,
    bitset_count_ones::FUNCTION,
    ceiling::FUNCTION,
    convert_angle::FUNCTION,
    convert_energy::FUNCTION,
    convert_force::FUNCTION,
    convert_length::FUNCTION,
    convert_mass::FUNCTION,
    convert_speed::FUNCTION,
    convert_temperature::FUNCTION,
    convert_volume::FUNCTION,
    cos::FUNCTION,
    cot::FUNCTION,
    degrees::FUNCTION,
    erf::FUNCTION,
    erfc::FUNCTION,
    exp10::FUNCTION,
    exp2::FUNCTION,
    exp::FUNCTION,
    gamma::FUNCTION,
    log10::FUNCTION,
    log2::FUNCTION,
    log::FUNCTION,
    loggamma::FUNCTION,
    pi::FUNCTION,
    pow::FUNCTION,
    radians::FUNCTION,
    rand::FUNCTION,
    round::FUNCTION,
    sign::FUNCTION,
    sin::FUNCTION,
    sqrt::FUNCTION,
    tan::FUNCTION,
    welch_test::FUNCTION,
];
