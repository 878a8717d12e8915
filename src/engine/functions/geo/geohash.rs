//! Geohashes: cells of longitudes and latitudes that are halved in turn.

use super::sphere::Degrees;

const DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// The longest geohash that Kusto takes.
const MAX_LENGTH: usize = 18;

/// Column and row of the cell in the grid of all cells of its size, from the south-west.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    column: u64,
    row: u64,
    length: usize,
}

pub(super) fn write(place: Degrees, length: u64, out: &mut String) {
    let length = usize::try_from(length).unwrap_or(MAX_LENGTH);
    let (columns, rows) = bits(length);
    let cell = Cell {
        column: step((place.longitude + 180.0) / 360.0, columns),
        row: step((place.latitude + 90.0) / 180.0, rows),
        length,
    };
    out.push_str(&cell.text());
}

/// The last step holds the upper edge of the grid too.
fn step(part: f64, bits: u32) -> u64 {
    let steps = 1_u64 << bits;
    ((part * steps as f64) as u64).min(steps - 1)
}

/// Bits of longitude and of latitude in so many digits.
fn bits(length: usize) -> (u32, u32) {
    let all = length as u32 * 5;
    (all - all / 2, all / 2)
}

impl Cell {
    /// `None` for what is no geohash.
    pub(super) fn of(text: &str) -> Option<Self> {
        let length = text.len();
        if !(1..=MAX_LENGTH).contains(&length) {
            return None;
        }
        let (mut column, mut row) = (0_u64, 0_u64);
        let mut of_longitude = true;
        for byte in text.bytes() {
            let digit = DIGITS.iter().position(|digit| *digit == byte)?;
            for bit in (0..5).rev().map(|shift| (digit as u64 >> shift) & 1) {
                let side = if of_longitude { &mut column } else { &mut row };
                *side = *side << 1 | bit;
                of_longitude = !of_longitude;
            }
        }
        Some(Self { column, row, length })
    }

    fn text(self) -> String {
        let (columns, rows) = bits(self.length);
        let (mut column, mut row) = (columns, rows);
        let mut next = |of_longitude: bool| {
            let (side, left) = if of_longitude { (self.column, &mut column) } else { (self.row, &mut row) };
            *left -= 1;
            (side >> *left & 1) as usize
        };
        let digit = |digit: usize, next: &mut dyn FnMut(bool) -> usize| {
            (0..5).fold(0, |value, bit| value << 1 | next((digit * 5 + bit).is_multiple_of(2)))
        };
        (0..self.length).map(|index| char::from(DIGITS[digit(index, &mut next)])).collect()
    }

    /// West, south, east and north.
    fn edges(self) -> (f64, f64, f64, f64) {
        let (columns, rows) = bits(self.length);
        let longitude = |column: u64| column as f64 / (1_u64 << columns) as f64 * 360.0 - 180.0;
        let latitude = |row: u64| row as f64 / (1_u64 << rows) as f64 * 180.0 - 90.0;
        (longitude(self.column), latitude(self.row), longitude(self.column + 1), latitude(self.row + 1))
    }

    pub(super) fn centre(self) -> Degrees {
        let (west, south, east, north) = self.edges();
        Degrees { longitude: f64::midpoint(west, east), latitude: f64::midpoint(south, north) }
    }

    /// Counterclockwise from the south-west.
    pub(super) fn corners(self) -> Vec<Degrees> {
        let (west, south, east, north) = self.edges();
        let corners = [(west, south), (east, south), (east, north), (west, north)];
        corners.map(|(longitude, latitude)| Degrees { longitude, latitude }).to_vec()
    }

    /// Around the globe to the sides, not over the poles.
    pub(super) fn neighbors(self) -> Vec<String> {
        let (columns, rows) = bits(self.length);
        let mut neighbors: Vec<String> = Vec::with_capacity(8);
        let around = [(-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1)];
        for (across, up) in around {
            let column = (self.column as i64 + across).rem_euclid(1 << columns) as u64;
            let row = self.row as i64 + up;
            if (0..1_i64 << rows).contains(&row) {
                let text = Self { column, row: row as u64, length: self.length }.text();
                if !neighbors.contains(&text) {
                    neighbors.push(text);
                }
            }
        }
        neighbors
    }
}
