//! What is said of the thing at a cursor, and how the call around it is written: `tests/hover/*.md`.

use std::fmt::Write;

use tallyho::kql::{ColumnSymbol, Context, FunctionSymbol, ScalarType, Schema, TableSymbol, hover, signature_help};

use crate::support_documents::check_documents;

#[test]
fn every_cursor_is_told_what_its_case_says() {
    let schema = schema();
    let context = Context::new(&schema, 0, None);
    let n_cases = check_documents("hover", |query| {
        let (before, behind) = query.trim_end().split_once("<|>").expect("a cursor");
        let text = format!("{before}{behind}");
        format!("{}{}", hovered(&text, before.len(), &context), signatures(&text, before.len(), &context))
    });
    assert!(n_cases > 25, "only {n_cases} cases were found");
}

fn hovered(text: &str, offset: usize, context: &Context<'_>) -> String {
    let Some(found) = hover(text, offset, context) else { return "hover: none\n".to_owned() };
    let mut out = format!("hover `{}`: {}\n", &text[found.span.clone()], found.title);
    for line in found.lines {
        writeln!(out, "  {line}").unwrap();
    }
    out
}

/// The active parameter stands between `»` and `«`.
fn signatures(text: &str, offset: usize, context: &Context<'_>) -> String {
    let Some(help) = signature_help(text, offset, context) else { return "signature: none\n".to_owned() };
    let mut out = String::new();
    for (index, signature) in help.signatures.iter().enumerate() {
        let mark = if index == help.active_signature { '*' } else { ' ' };
        let active = help.active_parameter.filter(|_| index == help.active_signature);
        let label = match active.and_then(|active| signature.parameters.get(active)) {
            Some(span) => {
                let label = &signature.label;
                format!("{}»{}«{}", &label[..span.start], &label[span.clone()], &label[span.end..])
            }
            None => signature.label.clone(),
        };
        writeln!(out, "signature{mark} {label}").unwrap();
    }
    writeln!(out, "  {}", help.signatures[0].documentation).unwrap();
    out
}

fn schema() -> Schema {
    use ScalarType as T;
    let column = |name: &str, ty, description: &str| ColumnSymbol {
        description: description.to_owned(),
        ..ColumnSymbol::new(name, ty)
    };
    let mut schema = Schema::default();
    schema.insert(TableSymbol {
        name: "Events".to_owned(),
        columns: [
            column("Timestamp", T::Datetime, "When it was recorded."),
            column("Device", T::String, "The machine's name."),
            column("Size", T::Long, ""),
        ]
        .into(),
        description: "What happened on machines.".to_owned(),
    });
    schema.insert_function(FunctionSymbol {
        name: "Enrich".to_owned(),
        parameters: "(T:(*), key:string, limit:long)".to_owned(),
        description: "Adds what is known of a file.".to_owned(),
        ..FunctionSymbol::default()
    });
    schema
}
