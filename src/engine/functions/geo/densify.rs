//! Edges that are straight on the plane of longitudes and latitudes, as chains of shortest ways on the globe.

use super::sphere::{Degrees, Point, between, normal, radians, unit};

/// Tolerances that Kusto takes, in metres, and the one it takes when none is given.
pub(super) const TOLERANCES: std::ops::RangeInclusive<f64> = 0.1..=10_000.0;
pub(super) const DEFAULT_TOLERANCE: f64 = 10.0;

/// Where along an edge the two ways are furthest apart, and what the distance there says of the largest one.
const FURTHEST: f64 = 0.312_156_910_822_482_3;
const SCALE: f64 = 0.838_299_925_698_888_5;

/// Points past which a shape is not made denser.
const MAX_POINTS: usize = 10_485_760;

/// Beside the line across which longitudes jump, where lines are cut in two.
const NEARLY_180: f64 = 179.999_999_999_999;

/// The chain with points put in. `None` when there would be too many.
pub(super) fn densified(chain: &[Degrees], tolerance: f64) -> Option<Vec<Degrees>> {
    let mut dense = vec![*chain.first()?];
    for edge in chain.windows(2) {
        let mut open = vec![(edge[0], edge[1])];
        while let Some((from, to)) = open.pop() {
            if is_close(from, to, SCALE * radians(tolerance)) {
                dense.push(to);
            } else {
                let middle = on_plane(from, to, 0.5);
                open.push((middle, to));
                open.push((from, middle));
            }
            if dense.len() + open.len() > MAX_POINTS {
                return None;
            }
        }
    }
    Some(dense)
}

fn on_plane(from: Degrees, to: Degrees, part: f64) -> Degrees {
    Degrees {
        longitude: from.longitude + (to.longitude - from.longitude) * part,
        latitude: from.latitude + (to.latitude - from.latitude) * part,
    }
}

fn is_close(from: Degrees, to: Degrees, tolerance: f64) -> bool {
    let (a, b) = (from.point(), to.point());
    if a.0.dot(&b.0) < -1e-14 {
        return false;
    }
    let apart = |part: f64| super::sphere::angle(between(a, b, part), on_plane(from, to, part).point());
    apart(FURTHEST).max(apart(1.0 - FURTHEST)) <= tolerance
}

/// The chain as it is written, cut where it goes over the antimeridian.
pub(super) fn cut_at_antimeridian(chain: &[Degrees]) -> Vec<Vec<Degrees>> {
    let on_globe = |place: &Degrees| Degrees::from(place.point());
    let mut chains = Vec::new();
    let mut current: Vec<Degrees> = chain.first().map(on_globe).into_iter().collect();
    for edge in chain.windows(2) {
        let (low, high) = (edge[0].longitude.min(edge[1].longitude), edge[0].longitude.max(edge[1].longitude));
        let next_line = ((low + 180.0) / 360.0).floor() * 360.0 + 180.0;
        if next_line < high && low < next_line {
            let latitude = latitude_at_antimeridian(edge[0].point(), edge[1].point());
            let east = edge[0].longitude < edge[1].longitude;
            let side = |east: bool| Degrees { longitude: if east { NEARLY_180 } else { -NEARLY_180 }, latitude };
            current.push(side(east));
            chains.push(std::mem::replace(&mut current, vec![side(!east)]));
        }
        current.push(on_globe(&edge[1]));
    }
    chains.push(current);
    chains
}

fn latitude_at_antimeridian(a: Point, b: Point) -> f64 {
    let across = normal(a, b);
    let meridian = super::sphere::Vector { x: 0.0, y: 1.0, z: 0.0 };
    let crossing = across.cross(&meridian);
    let crossing = unit(if crossing.x > 0.0 { crossing * -1.0 } else { crossing });
    Degrees::from(crossing).latitude
}
