//! What an operator is made of: the relations it reads and the expressions it holds.

use super::{Operator, Relation, Scalar};

impl Operator {
    /// The relations whose rows it reads, in their order in the text. Those inside its expressions are not among them.
    pub fn inputs(&self) -> Vec<&Relation> {
        match self {
            Self::Table { .. }
            | Self::Print { .. }
            | Self::Range { .. }
            | Self::Datatable { .. }
            | Self::ExternalData(_)
            | Self::Group { .. } => Vec::new(),
            Self::Where { input, .. }
            | Self::Project { input, .. }
            | Self::Summarize { input, .. }
            | Self::Distinct { input }
            | Self::Sort { input, .. }
            | Self::Top { input, .. }
            | Self::Take { input, .. }
            | Self::Count { input }
            | Self::MvExpand { input, .. }
            | Self::Extract { input, .. }
            | Self::RowId { input, .. }
            | Self::Groups { input, .. }
            | Self::EveryGroup { input, .. }
            | Self::EachGroup { input, .. }
            | Self::TakeEach { input, .. }
            | Self::Window { input, .. }
            | Self::MakeSeries { input, .. }
            | Self::Scan { input, .. } => vec![input],
            Self::Materialize { input, .. } => vec![input],
            Self::Join { left, right, .. } => vec![left, right],
            Self::Union { inputs } => inputs.iter().map(|input| &input.relation).collect(),
            Self::Plugin { inputs, .. } | Self::Opaque { inputs, .. } => inputs.iter().collect(),
        }
    }

    /// The expressions that it evaluates, in their order in the text.
    pub fn scalars(&self) -> Vec<&Scalar> {
        match self {
            Self::Print { values } | Self::Project { values, .. } => values.iter().collect(),
            Self::Range { from, to, step } => vec![from, to, step],
            Self::Where { predicate: value, .. } | Self::Extract { text: value, .. } => vec![value],
            Self::Summarize { keys, aggregates, .. } => {
                keys.iter().chain(aggregates.iter().flat_map(|call| &call.args)).collect()
            }
            Self::Sort { keys, .. } | Self::Top { keys, .. } => keys.iter().map(|key| &key.value).collect(),
            Self::Window { calls, .. } => calls.iter().flat_map(|call| &call.args).collect(),
            Self::MakeSeries { series, .. } => series.from.iter().chain(&series.to).chain([&series.step]).collect(),
            Self::Scan { scan, .. } => {
                let assigned = scan.steps.iter().map(|step| step.assignments.iter().map(|(_, value)| value));
                scan.steps
                    .iter()
                    .zip(assigned)
                    .flat_map(|(step, values)| std::iter::once(&step.condition).chain(values))
                    .collect()
            }
            Self::Table { .. }
            | Self::Datatable { .. }
            | Self::ExternalData(_)
            | Self::Distinct { .. }
            | Self::Take { .. }
            | Self::Count { .. }
            | Self::Join { .. }
            | Self::Union { .. }
            | Self::MvExpand { .. }
            | Self::Group { .. }
            | Self::RowId { .. }
            | Self::Groups { .. }
            | Self::EveryGroup { .. }
            | Self::EachGroup { .. }
            | Self::TakeEach { .. }
            | Self::Materialize { .. }
            | Self::Plugin { .. }
            | Self::Opaque { .. } => Vec::new(),
        }
    }
}
