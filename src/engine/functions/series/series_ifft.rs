//! `series_ifft(real, [imaginary])`: two columns, which come as one array.

use super::fourier::transform;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_ifft", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    transform(call, true)
}
