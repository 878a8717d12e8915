//! Which edges may meet, found without trying every pair.

use super::sphere::{Point, Vector};

/// Edges with the ball that each lies in, in order along the axis that parts them best.
pub(super) struct EdgeIndex {
    balls: Vec<Ball>,
}

struct Ball {
    edge: usize,
    centre: Vector,
    radius: f64,
    low: f64,
    high: f64,
}

/// For rounding, of numbers around one.
const MARGIN: f64 = 1e-14;

impl EdgeIndex {
    pub(super) fn new(edges: &[(Point, Point)]) -> Self {
        let axis = widest_axis(edges);
        let mut balls: Vec<Ball> = edges.iter().enumerate().map(|(edge, ends)| Ball::new(edge, *ends, axis)).collect();
        balls.sort_by(|a, b| a.low.total_cmp(&b.low));
        Self { balls }
    }

    /// Tries the pairs that lie close together, each once, until one is what is looked for.
    pub(super) fn any_pair(&self, mut found: impl FnMut(usize, usize) -> bool) -> bool {
        for (index, ball) in self.balls.iter().enumerate() {
            let near = self.balls[index + 1..].iter().take_while(|other| other.low <= ball.high);
            for other in near.filter(|other| ball.touches(other)) {
                if found(ball.edge.min(other.edge), ball.edge.max(other.edge)) {
                    return true;
                }
            }
        }
        false
    }
}

impl Ball {
    /// The shortest way between two points lies in the ball over its chord.
    fn new(edge: usize, (a, b): (Point, Point), axis: fn(Vector) -> f64) -> Self {
        let centre = (a.0 + b.0) * 0.5;
        let radius = (a.0 - b.0).norm() * 0.5 + MARGIN;
        Self { edge, centre, radius, low: axis(centre) - radius, high: axis(centre) + radius }
    }

    fn touches(&self, other: &Self) -> bool {
        let reach = self.radius + other.radius;
        (self.centre - other.centre).norm2() <= reach * reach
    }
}

fn widest_axis(edges: &[(Point, Point)]) -> fn(Vector) -> f64 {
    let axes: [fn(Vector) -> f64; 3] = [|point| point.x, |point| point.y, |point| point.z];
    let width = |axis: fn(Vector) -> f64| {
        let (low, high) =
            edges.iter().fold((f64::MAX, f64::MIN), |(low, high), (a, _)| (low.min(axis(a.0)), high.max(axis(a.0))));
        high - low
    };
    axes.into_iter().max_by(|a, b| width(*a).total_cmp(&width(*b))).unwrap_or(axes[0])
}
