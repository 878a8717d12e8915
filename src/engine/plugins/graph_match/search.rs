//! Going through a graph: one match after another, with nothing kept but the way to the present one.

use arrow::array::{Array, AsArray};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use crate::engine::nodes::Check;
use crate::engine::plugins::graph::Graph;
use crate::kql::{Cycles, Direction, GraphMatch};

/// One place of the pattern where edges stand, in the order of the search.
#[derive(Debug)]
struct Step {
    /// Its place in the pattern.
    edge: usize,
    /// Variables: where the search comes from, and where it goes.
    from: usize,
    to: usize,
    direction: Direction,
    low: usize,
    high: usize,
}

/// How far the search is in one step.
#[derive(Debug, Default)]
struct Progress {
    /// Edges and the nodes they lead to, so far.
    trail: Vec<(u32, u32)>,
    /// The next neighbour to try, of the first node and of each on the trail.
    cursors: Vec<usize>,
    /// The variable at the end was given its node here.
    binds: bool,
    /// The empty way was tried.
    tried_empty: bool,
}

pub(super) struct Search {
    graph: Graph,
    steps: Vec<Step>,
    cycles: Cycles,
    /// By variable: which nodes it may stand for.
    allowed: Vec<Vec<bool>>,
    /// By place in the pattern.
    edge_allowed: Vec<Vec<bool>>,
    inner_allowed: Vec<Vec<bool>>,
    /// The node of each variable.
    pub(super) nodes: Vec<Option<u32>>,
    progress: Vec<Progress>,
    edge_used: Vec<bool>,
    node_used: Vec<bool>,
    start: usize,
    next_start: usize,
    /// Which step has each place of the pattern, and whether it is gone through backwards.
    step_of_edge: Vec<(usize, bool)>,
}

/// Rows of which all these columns are true.
fn all_true(columns: &[usize], rows: &RecordBatch, n: usize) -> Vec<bool> {
    let mut allowed = vec![true; n];
    for column in columns {
        let column = rows.column(*column).as_boolean();
        for (row, allowed) in allowed.iter_mut().enumerate() {
            *allowed &= row < column.len() && column.is_valid(row) && column.value(row);
        }
    }
    allowed
}

impl Search {
    pub(super) fn new(pattern: &GraphMatch, graph: Graph, inputs: &[RecordBatch]) -> Self {
        let (nodes, edges) = (&inputs[0], &inputs[1]);
        let n_edges = edges.num_rows();
        let allowed: Vec<Vec<bool>> =
            pattern.nodes.iter().map(|filters| all_true(filters, nodes, graph.n_nodes)).collect();
        let edge_allowed = pattern.edges.iter().map(|edge| all_true(&edge.edge_filters, edges, n_edges)).collect();
        let inner_allowed =
            pattern.edges.iter().map(|edge| all_true(&edge.inner_filters, nodes, graph.n_nodes)).collect();
        // The search begins where it has the fewest nodes to begin with.
        let count = |variable: &usize| allowed[*variable].iter().filter(|it| **it).count();
        let start = (0..pattern.nodes.len()).min_by_key(count).unwrap_or(0);
        let steps = in_order(pattern, start);
        let mut step_of_edge = vec![(0, false); pattern.edges.len()];
        for (place, step) in steps.iter().enumerate() {
            step_of_edge[step.edge] = (place, step.from != pattern.edges[step.edge].from);
        }
        Self {
            node_used: vec![false; graph.n_nodes],
            graph,
            steps,
            cycles: pattern.cycles,
            nodes: vec![None; pattern.nodes.len()],
            allowed,
            edge_allowed,
            inner_allowed,
            progress: Vec::new(),
            edge_used: vec![false; n_edges],
            start,
            next_start: 0,
            step_of_edge,
        }
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The edges in a place of the pattern, from left to right.
    pub(super) fn edges(&self, edge: usize) -> Vec<u32> {
        let (step, is_backwards) = self.step_of_edge[edge];
        let mut edges: Vec<u32> = self.progress[step].trail.iter().map(|(edge, _)| *edge).collect();
        if is_backwards {
            edges.reverse();
        }
        edges
    }

    /// The nodes between them, from left to right.
    pub(super) fn inner_nodes(&self, edge: usize) -> Vec<u32> {
        let (step, is_backwards) = self.step_of_edge[edge];
        let trail = &self.progress[step].trail;
        let mut nodes: Vec<u32> = trail[..trail.len().saturating_sub(1)].iter().map(|(_, node)| *node).collect();
        if is_backwards {
            nodes.reverse();
        }
        nodes
    }

    pub(super) fn length(&self) -> usize {
        self.progress.iter().map(|progress| progress.trail.len()).sum()
    }

    /// Goes on to the next match; false when there is none.
    pub(super) fn advance(&mut self, check: &mut Check) -> Result<bool> {
        loop {
            check.step()?;
            if self.progress.is_empty() {
                if !self.bind_start() {
                    return Ok(false);
                }
                if self.steps.is_empty() {
                    return Ok(true);
                }
                self.progress.push(Progress { cursors: vec![0], ..Progress::default() });
            }
            let step = self.progress.len() - 1;
            if !self.advance_step(step, check)? {
                self.progress.pop();
                continue;
            }
            if step + 1 == self.steps.len() {
                return Ok(true);
            }
            self.progress.push(Progress { cursors: vec![0], ..Progress::default() });
        }
    }

    fn bind_start(&mut self) -> bool {
        if let Some(node) = self.nodes[self.start].take() {
            self.node_used[node as usize] = false;
        }
        let allowed = &self.allowed[self.start];
        while self.next_start < allowed.len() && !allowed[self.next_start] {
            self.next_start += 1;
        }
        if self.next_start >= allowed.len() {
            return false;
        }
        self.nodes[self.start] = Some(self.next_start as u32);
        self.node_used[self.next_start] = true;
        self.next_start += 1;
        true
    }

    /// The next way through one step, given those before it; false when there is none, and then nothing of it is left.
    fn advance_step(&mut self, step: usize, check: &mut Check) -> Result<bool> {
        self.unbind(step);
        let Some(origin) = self.nodes[self.steps[step].from] else { return Ok(false) };
        if self.steps[step].low == 0
            && !std::mem::replace(&mut self.progress[step].tried_empty, true)
            && self.arrives(step, origin, true)
        {
            return Ok(true);
        }
        loop {
            check.step()?;
            let depth = self.progress[step].trail.len();
            let here = self.progress[step].trail.last().map_or(origin, |(_, node)| *node);
            let may_go_on = depth < self.steps[step].high && !self.is_at_end_only(step, here, depth);
            match if may_go_on { self.next_hop(step, here, depth) } else { None } {
                Some((edge, node)) => {
                    self.enter(step, edge, node);
                    if depth + 1 >= self.steps[step].low && self.arrives(step, node, false) {
                        return Ok(true);
                    }
                }
                None if depth == 0 => return Ok(false),
                None => self.leave(step),
            }
        }
    }

    /// True for a node that may only be the last of the way: it was met before, or the nodes between may not be it.
    fn is_at_end_only(&self, step: usize, here: u32, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        let is_closing = self.cycles == Cycles::None && {
            let trail = &self.progress[step].trail;
            let before = trail[..depth - 1].iter().any(|(_, node)| *node == here);
            before || self.nodes.contains(&Some(here))
        };
        is_closing || !self.inner_allowed[self.steps[step].edge][here as usize]
    }

    /// The next edge from here that may be taken.
    fn next_hop(&mut self, step: usize, here: u32, depth: usize) -> Option<(u32, u32)> {
        let direction = self.steps[step].direction;
        let (leaving, entering) = (self.graph.leaving(here), self.graph.entering(here));
        let n_leaving = if direction == Direction::In { 0 } else { leaving.len() };
        let n_all = n_leaving + if direction == Direction::Out { 0 } else { entering.len() };
        let cursor = &mut self.progress[step].cursors[depth];
        while *cursor < n_all {
            let is_entering = *cursor >= n_leaving;
            let (edge, node) = if is_entering { entering[*cursor - n_leaving] } else { leaving[*cursor] };
            *cursor += 1;
            // An edge from a node to itself is no second edge when it is looked at from its other end.
            if is_entering && direction == Direction::Any && node == here {
                continue;
            }
            if !self.edge_allowed[self.steps[step].edge][edge as usize] {
                continue;
            }
            if self.cycles != Cycles::All && self.edge_used[edge as usize] {
                continue;
            }
            let is_goal = self.nodes[self.steps[step].to] == Some(node);
            if self.cycles == Cycles::None && self.node_used[node as usize] && !is_goal {
                continue;
            }
            return Some((edge, node));
        }
        None
    }

    fn enter(&mut self, step: usize, edge: u32, node: u32) {
        if self.cycles != Cycles::All {
            self.edge_used[edge as usize] = true;
        }
        if self.nodes[self.steps[step].to] != Some(node) {
            self.node_used[node as usize] = true;
        }
        self.progress[step].trail.push((edge, node));
        self.progress[step].cursors.push(0);
    }

    fn leave(&mut self, step: usize) {
        let Some((edge, node)) = self.progress[step].trail.pop() else { return };
        self.progress[step].cursors.pop();
        self.edge_used[edge as usize] = false;
        self.node_used[node as usize] = self.nodes.contains(&Some(node));
    }

    /// Whether the way may end at this node; then the variable stands for it.
    fn arrives(&mut self, step: usize, node: u32, is_empty: bool) -> bool {
        let to = self.steps[step].to;
        match self.nodes[to] {
            Some(bound) => bound == node,
            None if !self.allowed[to][node as usize] => false,
            // Another variable is another node, unless nodes may occur twice.
            None if is_empty && self.cycles == Cycles::None => false,
            None => {
                self.nodes[to] = Some(node);
                self.progress[step].binds = true;
                true
            }
        }
    }

    fn unbind(&mut self, step: usize) {
        if std::mem::take(&mut self.progress[step].binds) {
            self.nodes[self.steps[step].to] = None;
        }
    }
}

/// The edges of the pattern, each from a node that is known by then; those between two such nodes as soon as they are.
fn in_order(pattern: &GraphMatch, start: usize) -> Vec<Step> {
    let mut known = vec![false; pattern.nodes.len()];
    if let Some(start) = known.get_mut(start) {
        *start = true;
    }
    let mut left: Vec<usize> = (0..pattern.edges.len()).collect();
    let mut steps = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let ends = |edge: &usize| (pattern.edges[*edge].from, pattern.edges[*edge].to);
        let rank = |edge: &usize| {
            let (from, to) = ends(edge);
            usize::from(!known[from]) + usize::from(!known[to])
        };
        let Some(place) = (0..left.len()).min_by_key(|place| rank(&left[*place])) else { break };
        let edge = left.remove(place);
        let (from, to) = ends(&edge);
        let written = &pattern.edges[edge];
        let is_backwards = !known[from] && known[to];
        let direction = match (written.direction, is_backwards) {
            (Direction::Out, true) => Direction::In,
            (Direction::In, true) => Direction::Out,
            (direction, _) => direction,
        };
        let (from, to) = if is_backwards { (to, from) } else { (from, to) };
        known[from] = true;
        known[to] = true;
        steps.push(Step { edge, from, to, direction, low: written.low, high: written.high });
    }
    steps
}
