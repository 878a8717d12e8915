//! Shapes as GeoJSON: what the functions read from a dynamic, and what they write.

use crate::engine::functions::json;

use super::polygon::{Polygon, Ring};
use super::sphere::{Degrees, Point, angle};

/// A chain of at least two points.
pub(super) type Line = Vec<Point>;

/// A `LineString` or the lines of a `MultiLineString`; `None` when it is not one or not valid.
pub(super) fn lines(text: &str) -> Option<Vec<Line>> {
    let positions = line_positions(text)?;
    positions.iter().map(|line| checked_line(line)).collect()
}

/// The same as written, for what works on the plane of longitudes and latitudes.
pub(super) fn line_positions(text: &str) -> Option<Vec<Vec<Degrees>>> {
    let coordinates = json::member(text, "coordinates")?;
    match kind(text)?.as_str() {
        "LineString" => Some(vec![line(coordinates)?]),
        "MultiLineString" => all(coordinates, line),
        _ => None,
    }
}

/// A `Polygon` or a `MultiPolygon`: each with its shell and holes.
pub(super) fn polygons(text: &str) -> Option<Vec<Polygon>> {
    polygon_positions(text)?.iter().map(|rings| Polygon::of(rings)).collect()
}

pub(super) fn polygon_positions(text: &str) -> Option<Vec<Vec<Vec<Degrees>>>> {
    let coordinates = json::member(text, "coordinates")?;
    match kind(text)?.as_str() {
        "Polygon" => Some(vec![rings(coordinates)?]),
        "MultiPolygon" => all(coordinates, rings),
        _ => None,
    }
}

fn kind(text: &str) -> Option<String> {
    Some(json::unquote(json::member(text, "type")?).into_owned())
}

fn checked_line(positions: &[Degrees]) -> Option<Line> {
    let points: Line = positions.iter().map(|degrees| degrees.point()).collect();
    let sound = points.windows(2).all(|edge| edge[0] != edge[1] && !is_half_circle(edge[0], edge[1]));
    (points.len() >= 2 && sound).then_some(points)
}

pub(super) fn is_half_circle(a: Point, b: Point) -> bool {
    std::f64::consts::PI - angle(a, b) < 1e-15
}

fn rings(text: &str) -> Option<Vec<Vec<Degrees>>> {
    all(text, |ring| {
        let mut points = line(ring)?;
        let closed = points.len() >= 4 && points.first()?.is_same(*points.last()?);
        points.pop();
        closed.then_some(points)
    })
}

fn line(text: &str) -> Option<Vec<Degrees>> {
    all(text, position).filter(|line| line.len() >= 2)
}

/// Every element of an array that is not empty.
fn all<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let elements = json::elements(text).map(read).collect::<Option<Vec<T>>>()?;
    (!elements.is_empty()).then_some(elements)
}

/// A longitude goes around the globe as often as it likes; there is no latitude beyond a pole.
fn position(text: &str) -> Option<Degrees> {
    let mut numbers = json::elements(text).map(|number| {
        let number = json::kind(number).filter(|kind| *kind == json::Kind::Number).and(Some(number))?;
        number.parse::<f64>().ok().filter(|number| number.is_finite())
    });
    let (longitude, latitude) = (numbers.next()??, numbers.next()??);
    (latitude.abs() <= 90.0).then_some(Degrees { longitude, latitude })
}

impl Degrees {
    fn is_same(self, other: Self) -> bool {
        self == other || self.point() == other.point()
    }
}

/// A shape that a function gives back.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Point(Degrees),
    Points(Vec<Degrees>),
    Line(Vec<Degrees>),
    Lines(Vec<Vec<Degrees>>),
    /// Rings that are not closed yet.
    Polygon(Vec<Vec<Degrees>>),
    Polygons(Vec<Vec<Vec<Degrees>>>),
    Collection(Vec<Self>),
}

impl Shape {
    pub(super) fn line(points: &[Point]) -> Self {
        Self::Line(points.iter().map(|point| Degrees::from(*point)).collect())
    }

    /// One or several.
    pub(super) fn lines(lines: &[Line]) -> Self {
        match lines {
            [line] => Self::line(line),
            _ => {
                Self::Lines(lines.iter().map(|line| line.iter().map(|point| Degrees::from(*point)).collect()).collect())
            }
        }
    }

    /// One or several.
    pub(super) fn polygons(polygons: &[Polygon]) -> Self {
        let rings = |polygon: &Polygon| polygon.rings().iter().map(Ring::degrees).collect::<Vec<_>>();
        match polygons {
            [polygon] => Self::Polygon(rings(polygon)),
            _ => Self::Polygons(polygons.iter().map(rings).collect()),
        }
    }

    pub(super) fn write(&self, out: &mut String) {
        let (name, member) = match self {
            Self::Point(_) => ("Point", "coordinates"),
            Self::Points(_) => ("MultiPoint", "coordinates"),
            Self::Line(_) => ("LineString", "coordinates"),
            Self::Lines(_) => ("MultiLineString", "coordinates"),
            Self::Polygon(_) => ("Polygon", "coordinates"),
            Self::Polygons(_) => ("MultiPolygon", "coordinates"),
            Self::Collection(_) => ("GeometryCollection", "geometries"),
        };
        out.push_str("{\"type\":\"");
        out.push_str(name);
        out.push_str("\",\"");
        out.push_str(member);
        out.push_str("\":");
        match self {
            Self::Point(position) => write_position(*position, out),
            Self::Points(line) | Self::Line(line) => write_line(line, out),
            Self::Lines(lines) => write_array(lines, out, |line, out| write_line(line, out)),
            Self::Polygon(rings) => write_rings(rings, out),
            Self::Polygons(polygons) => write_array(polygons, out, |rings, out| write_rings(rings, out)),
            Self::Collection(shapes) => write_array(shapes, out, Self::write),
        }
        out.push('}');
    }
}

fn write_array<T>(items: &[T], out: &mut String, write: impl Fn(&T, &mut String)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}

fn write_position(position: Degrees, out: &mut String) {
    out.push('[');
    json::push_real(position.longitude, out);
    out.push(',');
    json::push_real(position.latitude, out);
    out.push(']');
}

fn write_line(line: &[Degrees], out: &mut String) {
    write_array(line, out, |position, out| write_position(*position, out));
}

fn write_rings(rings: &[Vec<Degrees>], out: &mut String) {
    write_array(rings, out, |ring, out| {
        let closed: Vec<Degrees> = ring.iter().chain(ring.first()).copied().collect();
        write_line(&closed, out);
    });
}
