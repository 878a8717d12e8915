//! What each operator of a query cost: the metrics of an executed plan, mapped back to the stages of the pipeline.
//!
//! The planner notes which stage made which column name, and names survive optimising. A node that introduces a name
//! belongs to its stage; a filter, sort, limit or join belongs to the next stage below that is one; anything else to the
//! stage that it serves. Where optimising has moved the work of a stage into another, its own figures are unknown, and it
//! is said whose figures hold them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::{MetricValue, MetricsSet};

use super::nodes::behind_stoppable;
use crate::kql::{Operator, Relation, Span};
use crate::result::StageCost;

/// The stages of one plan, as the planner met them: each before its inputs.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Stages {
    all: Vec<Stage>,
    /// Which stage made a column name.
    makers: HashMap<String, usize>,
    /// The stage being planned.
    current: Option<usize>,
}

#[derive(Debug, Clone)]
struct Stage {
    kind: &'static str,
    span: Span,
    inputs: Vec<usize>,
}

impl Stages {
    /// Begins a stage and gives the one that it is an input of.
    pub(in crate::engine) fn enter(&mut self, relation: &Relation) -> Option<usize> {
        let at = self.all.len();
        self.all.push(Stage { kind: kind(&relation.operator), span: relation.span.clone(), inputs: Vec::new() });
        if let Some(parent) = self.current {
            self.all[parent].inputs.push(at);
        }
        self.current.replace(at)
    }

    pub(in crate::engine) fn leave(&mut self, parent: Option<usize>) {
        self.current = parent;
    }

    pub(in crate::engine) fn made(&mut self, name: &str) {
        if let Some(current) = self.current {
            self.makers.insert(name.to_owned(), current);
        }
    }

    /// The cost of every stage, inputs first, as far as the plan has counted.
    pub(in crate::engine) fn costs(&self, plan: &Arc<dyn ExecutionPlan>) -> Vec<StageCost> {
        if self.all.is_empty() {
            return Vec::new();
        }
        let mut sums = vec![Sum::default(); self.all.len()];
        self.assign(plan, 0, &mut sums);
        let mut order = Vec::with_capacity(self.all.len());
        self.inputs_first(0, &mut order);
        let place_of: HashMap<usize, usize> = order.iter().enumerate().map(|(place, at)| (*at, place)).collect();
        order.iter().map(|at| self.cost(*at, &sums, &place_of)).collect()
    }

    fn inputs_first(&self, at: usize, order: &mut Vec<usize>) {
        // A stack of our own: a pipeline may be as long as its text.
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            order.push(at);
            open.extend(&self.all[at].inputs);
        }
        order.reverse();
    }

    fn cost(&self, at: usize, sums: &[Sum], place_of: &HashMap<usize, usize>) -> StageCost {
        let (stage, sum) = (&self.all[at], &sums[at]);
        let mut cost = StageCost {
            operator: stage.kind.to_owned(),
            from: stage.span.start as u64,
            to: stage.span.end as u64,
            ..StageCost::default()
        };
        let below: Vec<usize> = stage.inputs.iter().map(|input| self.with_nodes(*input, sums)).collect();
        if sum.n_nodes == 0 {
            let Some(&holder) = below.first() else { return cost };
            cost.merged_into = place_of.get(&holder).map(|place| *place as u64);
            // A filter that a scan applies is still counted apart.
            if stage.kind == "where" && sums[holder].looked_at.is_some() {
                (cost.rows_in, cost.rows_out) = (sums[holder].looked_at, sums[holder].rows_out);
            }
            return cost;
        }
        cost.rows_in = below.iter().map(|input| sums[*input].rows_out).sum();
        if below.is_empty() {
            cost.rows_in = None;
        }
        cost.rows_out = sum.looked_at.or(sum.rows_out);
        cost.cpu = sum.cpu;
        cost.elapsed = sum.elapsed;
        cost
    }

    /// The stage, or the nearest below it that has nodes of the plan.
    fn with_nodes(&self, mut at: usize, sums: &[Sum]) -> usize {
        while sums[at].n_nodes == 0 {
            let Some(&input) = self.all[at].inputs.first() else { break };
            at = input;
        }
        at
    }

    /// Gives a node and all below it to stages; `stage` is the last that it may belong to.
    fn assign(&self, plan: &Arc<dyn ExecutionPlan>, stage: usize, sums: &mut [Sum]) {
        // A stack of our own: whoever asks may have a small one.
        let mut open = vec![(plan, stage)];
        while let Some((plan, stage)) = open.pop() {
            let plan = behind_stoppable(plan);
            let stage = self.stage_of(plan, stage);
            sums[stage].add(plan);
            let inputs = &self.all[stage].inputs;
            let children: Vec<_> = plan.children().into_iter().map(behind_stoppable).collect();
            let n_children = children.len();
            let named: Vec<Option<usize>> = children.iter().map(|child| self.input_of(child, inputs)).collect();
            // A side without a name of its own is one that no other side is.
            let mut others = inputs.iter().copied().filter(|input| !named.contains(&Some(*input)));
            for (child, named) in children.into_iter().zip(&named) {
                let below = match (inputs.len(), n_children) {
                    (0 | 1, _) | (_, 1) => stage,
                    _ => named.or_else(|| others.next()).unwrap_or(stage),
                };
                open.push((child, below));
            }
        }
    }

    /// The stage that a node belongs to, which is `stage` or one below it.
    fn stage_of(&self, plan: &Arc<dyn ExecutionPlan>, stage: usize) -> usize {
        let children: Vec<_> = plan.children().into_iter().map(behind_stoppable).collect();
        let is_new = |name: &str| children.iter().all(|child| child.schema().column_with_name(name).is_none());
        let schema = plan.schema();
        let names = schema.fields().iter().map(|field| field.name()).filter(|name| is_new(name));
        let makers = names.filter_map(|name| self.makers.get(name).copied());
        if let Some(maker) = makers.filter(|maker| self.is_below(*maker, stage)).min() {
            return maker;
        }
        let kinds: &[&str] = match plan.name() {
            "FilterExec" => &["where"],
            "SortExec" | "SortPreservingMergeExec" | "KeepOrder" => &["sort", "top"],
            "GlobalLimitExec" | "LocalLimitExec" => &["take", "top"],
            "HashJoinExec" | "SortMergeJoinExec" | "NestedLoopJoinExec" | "FirstPerKey" => &["join"],
            "UnionExec" | "InterleaveExec" | "Branches" => &["union"],
            _ if children.is_empty() => return self.chain(stage).last().unwrap_or(stage),
            own => return self.chain(stage).find(|at| self.all[*at].kind == own).unwrap_or(stage),
        };
        self.chain(stage).find(|at| kinds.contains(&self.all[*at].kind)).unwrap_or(stage)
    }

    /// The stage and those below it, as far as each has one input.
    fn chain(&self, stage: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(stage), |at| match self.all[*at].inputs.as_slice() {
            [input] => Some(*input),
            _ => None,
        })
    }

    /// Stages are numbered with their inputs behind them, so those below a stage follow it without a gap.
    fn is_below(&self, at: usize, stage: usize) -> bool {
        let mut last = stage;
        while let Some(&input) = self.all[last].inputs.last() {
            last = input;
        }
        (stage..=last).contains(&at)
    }

    /// Which of the inputs a subtree of the plan computes, by the names in it.
    fn input_of(&self, plan: &Arc<dyn ExecutionPlan>, inputs: &[usize]) -> Option<usize> {
        let mut open = vec![plan];
        while let Some(plan) = open.pop() {
            for field in plan.schema().fields() {
                if let Some(maker) = self.makers.get(field.name())
                    && let Some(input) = inputs.iter().find(|input| self.is_below(*maker, **input))
                {
                    return Some(*input);
                }
            }
            open.extend(plan.children());
        }
        None
    }
}

/// What the nodes of one stage counted.
#[derive(Debug, Clone, Default)]
struct Sum {
    n_nodes: usize,
    /// Of the topmost node, which is met first.
    rows_out: Option<u64>,
    /// Rows that a scan looked at, when it filtered them itself.
    looked_at: Option<u64>,
    cpu: Option<Duration>,
    elapsed: Option<Duration>,
}

impl Sum {
    fn add(&mut self, plan: &Arc<dyn ExecutionPlan>) {
        self.n_nodes += 1;
        let Some(metrics) = plan.metrics() else { return };
        let rows = metrics.output_rows().map(|rows| rows as u64);
        self.rows_out = self.rows_out.or(rows);
        if let Some(dropped) = metrics.sum_by_name("pushdown_rows_pruned").map(|value| value.as_usize() as u64)
            && dropped > 0
        {
            self.looked_at = rows.map(|rows| rows + dropped);
        }
        let cpu = metrics.elapsed_compute().map(|nanos| Duration::from_nanos(nanos as u64));
        self.cpu = self.cpu.into_iter().chain(cpu).reduce(|sum, more| sum + more);
        self.elapsed = self.elapsed.max(elapsed(&metrics));
    }
}

/// From the first partition's beginning to the last one's end.
fn elapsed(metrics: &MetricsSet) -> Option<Duration> {
    let starts = metrics.iter().filter_map(|metric| match metric.value() {
        MetricValue::StartTimestamp(instant) => instant.value(),
        _ => None,
    });
    let ends = metrics.iter().filter_map(|metric| match metric.value() {
        MetricValue::EndTimestamp(instant) => instant.value(),
        _ => None,
    });
    ends.max()?.signed_duration_since(starts.min()?).to_std().ok()
}

fn kind(operator: &Operator) -> &'static str {
    match operator {
        Operator::Table { .. } => "table",
        Operator::Print { .. } => "print",
        Operator::Range { .. } => "range",
        Operator::Datatable { .. } => "datatable",
        Operator::ExternalData(_) => "externaldata",
        Operator::Where { .. } => "where",
        Operator::Project { .. } => "project",
        Operator::Summarize { .. } => "summarize",
        Operator::Distinct { .. } => "distinct",
        Operator::Sort { .. } => "sort",
        Operator::Top { .. } => "top",
        Operator::Take { .. } => "take",
        Operator::Count { .. } => "count",
        Operator::Join { .. } => "join",
        Operator::Union { .. } => "union",
        Operator::MvExpand { .. } => "mv-expand",
        Operator::Extract { .. } => "parse",
        Operator::Materialize { .. } => "materialize",
        Operator::Opaque { construct, .. } => construct,
        // Made by the binder of several operators of the language, or seldom met: its place in the text says more.
        _ => "operator",
    }
}
