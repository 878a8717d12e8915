//! What the geography functions take: points, lines, regions, cells.

use std::ops::RangeInclusive;
use std::sync::Arc;

use h3o::{CellIndex, Resolution};
use s2::cellid::CellID;

use crate::engine::functions::call::Call;
use crate::engine::functions::column::{Reals, Strings};
use crate::engine::functions::json;

use super::buffer::Size;
use super::densify::{DEFAULT_TOLERANCE, TOLERANCES};
use super::geojson::{self, Line};
use super::region::Region;
use super::simplify::is_tolerance;
use super::sphere::{Degrees, radians};

/// Two arguments that are longitude and latitude.
pub(super) struct Points {
    longitudes: Reals,
    latitudes: Reals,
}

pub(super) fn points(call: &Call<'_>, first: usize) -> Points {
    Points { longitudes: call.reals(first), latitudes: call.reals(first + 1) }
}

impl Points {
    pub(super) fn get(&self, row: usize) -> Option<Degrees> {
        Degrees::of(self.longitudes.get(row), self.latitudes.get(row))
    }
}

/// An argument that is a shape, read once for each text that stands in it.
pub(super) struct Shapes<'a, T> {
    call: &'a Call<'a>,
    texts: Strings,
    read: fn(&str) -> Option<T>,
}

impl<T: Send + Sync + 'static> Shapes<'_, T> {
    pub(super) fn get(&self, row: usize) -> Arc<Option<T>> {
        self.call.built(self.texts.get(row), self.read)
    }
}

pub(super) fn lines<'a>(call: &'a Call<'a>, index: usize) -> Shapes<'a, Vec<Line>> {
    Shapes { call, texts: call.raw(index), read: geojson::lines }
}

pub(super) fn regions<'a>(call: &'a Call<'a>, index: usize) -> Shapes<'a, Region> {
    Shapes { call, texts: call.raw(index), read: Region::of }
}

/// An optional argument that is a level of cells; what is outside of the range is none.
pub(super) fn level(
    call: &Call<'_>,
    index: usize,
    range: RangeInclusive<i64>,
    default: u64,
) -> impl Fn(usize) -> Option<u64> {
    let given = (call.len() > index).then(|| call.longs(index));
    move |row| match &given {
        Some(levels) => levels.get(row).filter(|level| range.contains(level)).and_then(|level| level.try_into().ok()),
        None => Some(default),
    }
}

pub(super) fn s2cell(token: &str) -> Option<CellID> {
    let hex = (1..=16).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(CellID::from_token(token)).filter(|cell| hex && cell.is_valid())
}

pub(super) fn h3cell(token: &str) -> Option<CellIndex> {
    token.parse().ok()
}

pub(super) fn resolution(level: u64) -> Option<Resolution> {
    u8::try_from(level).ok().and_then(|level| Resolution::try_from(level).ok())
}

pub(super) fn push_h3cells(cells: &[CellIndex], out: &mut String) {
    let tokens: Vec<String> = cells.iter().map(CellIndex::to_string).collect();
    json::push_strings(tokens.iter().map(String::as_str), out);
}

/// The cells at each distance from the cell, up to one.
pub(super) fn rings(cell: CellIndex, distance: u32) -> Vec<Vec<CellIndex>> {
    let mut rings = vec![Vec::new(); distance as usize + 1];
    for (near, away) in cell.grid_disk_distances::<Vec<_>>(distance) {
        rings[away as usize].push(near);
    }
    rings
}

/// How many metres an edge may lie beside what it stands for.
pub(super) fn tolerance(call: &Call<'_>, index: usize) -> impl Fn(usize) -> Option<f64> {
    let given = (call.len() > index).then(|| call.reals(index));
    move |row| match &given {
        Some(given) => given.get(row).filter(|tolerance| TOLERANCES.contains(tolerance)),
        None => Some(DEFAULT_TOLERANCE),
    }
}

/// How many metres vertices must lie apart.
pub(super) fn simplification(call: &Call<'_>, index: usize) -> impl Fn(usize) -> Option<f64> {
    let given = (call.len() > index).then(|| call.reals(index));
    move |row| match &given {
        Some(given) => given.get(row).filter(|tolerance| is_tolerance(*tolerance)),
        None => Some(DEFAULT_TOLERANCE),
    }
}

/// A radius in metres as radians; none without the argument.
pub(super) fn reach(call: &Call<'_>, index: usize) -> impl Fn(usize) -> Option<f64> {
    let given = (call.len() > index).then(|| call.reals(index));
    move |row| match &given {
        Some(given) => given.get(row).filter(|radius| radius.is_finite() && *radius >= 0.0).map(radians),
        None => Some(0.0),
    }
}

/// A radius in metres, and the tolerance behind it.
pub(super) fn buffer_size(call: &Call<'_>, radius: usize) -> impl Fn(usize) -> Option<Size> {
    let radii = call.reals(radius);
    let tolerances = (call.len() > radius + 1).then(|| call.reals(radius + 1));
    move |row| {
        let tolerance = match &tolerances {
            Some(tolerances) => tolerances.get(row)?,
            None => DEFAULT_TOLERANCE,
        };
        Size::of(radii.get(row)?, tolerance)
    }
}
