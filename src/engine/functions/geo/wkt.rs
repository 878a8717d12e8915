//! Well-known text: shapes as databases write them.

use super::geojson::Shape;
use super::sphere::Degrees;

/// Collections inside collections past which a text is not taken for a shape.
const MAX_DEPTH: usize = 64;

/// `None` for what is not a shape as a whole.
pub(super) fn read(text: &str) -> Option<Shape> {
    let mut reader = Reader { rest: text };
    let shape = reader.shape(0)?;
    reader.rest.trim().is_empty().then_some(shape)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn shape(&mut self, depth: usize) -> Option<Shape> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(match self.word().to_ascii_uppercase().as_str() {
            "POINT" => Shape::Point(self.in_parentheses(Self::position)?),
            "LINESTRING" => Shape::Line(self.line()?),
            "POLYGON" => Shape::Polygon(self.rings()?),
            "MULTIPOINT" => Shape::Points(self.list(Self::loose_position)?),
            "MULTILINESTRING" => Shape::Lines(self.list(Self::line)?),
            "MULTIPOLYGON" => Shape::Polygons(self.list(Self::rings)?),
            "GEOMETRYCOLLECTION" => Shape::Collection(self.list(|reader| reader.shape(depth + 1))?),
            _ => return None,
        })
    }

    fn word(&mut self) -> &str {
        let text = self.rest.trim_start();
        let end = text.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.rest = rest;
        word
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(sign)?;
        Some(())
    }

    fn in_parentheses<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.sign('(')?;
        let value = read(self)?;
        self.sign(')')?;
        Some(value)
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.in_parentheses(|reader| {
            let mut items = vec![read(reader)?];
            while reader.sign(',').is_some() {
                items.push(read(reader)?);
            }
            Some(items)
        })
    }

    fn line(&mut self) -> Option<Vec<Degrees>> {
        self.list(Self::position)
    }

    /// Rings are closed in the text; here the last point is left out.
    fn rings(&mut self) -> Option<Vec<Vec<Degrees>>> {
        self.list(|reader| {
            let mut ring = reader.line()?;
            let closed = ring.len() >= 4 && ring.first() == ring.last();
            ring.pop();
            closed.then_some(ring)
        })
    }

    /// The points of a `MULTIPOINT` may stand in parentheses of their own.
    fn loose_position(&mut self) -> Option<Degrees> {
        if self.rest.trim_start().starts_with('(') { self.in_parentheses(Self::position) } else { self.position() }
    }

    fn position(&mut self) -> Option<Degrees> {
        Some(Degrees { longitude: self.number()?, latitude: self.number()? })
    }

    fn number(&mut self) -> Option<f64> {
        let text = self.rest.trim_start();
        let end = text.find(|letter: char| !matches!(letter, '0'..='9' | '.' | '-' | '+' | 'e' | 'E'));
        let (number, rest) = text.split_at(end.unwrap_or(text.len()));
        self.rest = rest;
        number.parse().ok().filter(|number: &f64| number.is_finite())
    }
}
