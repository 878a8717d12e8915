//! `tallyho tokens|tree|bound|plan`: what each stage makes of a query.

use std::io::{self, Write};

use clap::Args;

use super::{Chosen, Failure, QueryArgs, SourceArgs, query_text, run};
use crate::kql;
use crate::run::{RunError, Runner};

#[derive(Args)]
pub(super) struct StageArgs {
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    source: SourceArgs,
}

pub(super) fn tokens(args: &QueryArgs) -> Result<(), Failure> {
    print(&kql::dump_tokens(&kql::parse(&query_text::read(args)?)))
}

pub(super) fn tree(args: &QueryArgs) -> Result<(), Failure> {
    print(&kql::dump_tree(&kql::parse(&query_text::read(args)?)))
}

pub(super) fn bound(args: &StageArgs) -> Result<(), Failure> {
    with_bound(args, |query, _| Ok(kql::dump_bound(query)))
}

pub(super) fn plan(args: &StageArgs) -> Result<(), Failure> {
    with_bound(args, |query, connection| connection.plan_text(query))
}

fn with_bound(
    args: &StageArgs,
    picture: impl Fn(&kql::BoundQuery, &crate::run::OpenConnection) -> Result<String, RunError>,
) -> Result<(), Failure> {
    let text = query_text::read(&args.query)?;
    let Chosen { connection, paths, .. } = super::choose(&args.source)?;
    let connection = run::open(&Runner::new(&paths), &connection, &text)?;
    let schema = connection.schema();
    let context = connection.context(&schema);
    let analysis = kql::analyze(&text, &context);
    if let Some(query) = analysis.query {
        return print(&picture(&query, &connection).map_err(|it| Failure::run(it, &text))?);
    }
    run::tell_notes(&connection.notes());
    if let Some(step) = analysis.step {
        let message = "the columns behind this operator hang on the data: only a run knows them";
        let advice = "say the columns: evaluate … : (Name:string)";
        let at = text[..step.span.start].lines().count().max(1);
        let error = RunError::new(crate::run::RunErrorKind::Query, format!("line {at}: {message}")).with_advice(advice);
        return Err(Failure::run(error, &text));
    }
    Err(Failure::run(RunError::of_analysis(analysis.diagnostics), &text))
}

fn print(picture: &str) -> Result<(), Failure> {
    io::stdout().lock().write_all(picture.as_bytes())?;
    Ok(())
}
