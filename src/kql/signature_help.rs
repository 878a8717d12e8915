//! How the call or the operator around the cursor is written.

use super::catalog;
use super::complete::{OpenCall, floor_char_boundary, read};
use super::{Context, LetStatement, Span, parse};

/// The ways to write the call or the operator around the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHelp {
    /// At least one.
    pub signatures: Vec<SignatureText>,
    /// The index of the one that fits what is written so far.
    pub active_signature: usize,
    /// Which parameter of it the cursor is in; `None` when it takes no more, and for operators.
    pub active_parameter: Option<usize>,
}

/// One way to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureText {
    /// The whole signature: `substring(text: string, start: integer, [length: integer]) -> string`.
    pub label: String,
    /// The bytes of each parameter in the label.
    pub parameters: Vec<Span>,
    /// What it does.
    pub documentation: String,
}

/// The innermost call whose parentheses are open at a byte offset of a query's text; without one the operator that the
/// cursor is in. Of an editor's text, give the block around the cursor ([`super::part_at`]).
pub fn signature_help(text: &str, offset: usize, context: &Context<'_>) -> Option<SignatureHelp> {
    let before = &text[..floor_char_boundary(text, offset)];
    let reading = read(before);
    for call in reading.calls.iter().rev() {
        if let Some(help) = of_call(call, before, context) {
            return Some(help);
        }
    }
    let (word, start) = reading.stage.filter(|(word, start)| offset > start + word.len())?;
    let construct = catalog::construct(word)?;
    debug_assert!(start <= offset, "the operator begins before the cursor");
    let label = format!("{word} {}", construct.syntax.text()).trim_end().to_owned();
    let signature = SignatureText { label, parameters: Vec::new(), documentation: construct.doc.to_owned() };
    Some(SignatureHelp { signatures: vec![signature], active_signature: 0, active_parameter: None })
}

fn of_call(call: &OpenCall, before: &str, context: &Context<'_>) -> Option<SignatureHelp> {
    let name = call.name.as_str();
    let (labels, doc) = match catalog::function(name).or_else(|| catalog::aggregate(name)) {
        Some(function) => {
            let labels = function.signatures.iter().map(|signature| format!("{name}{}", signature.text)).collect();
            (labels, function.doc.to_owned())
        }
        None => match catalog::plugin(name).filter(|_| call.stage == Some("evaluate")) {
            Some(plugin) => {
                let labels = plugin.signatures.iter().map(|signature| format!("{name}{}", signature.text)).collect();
                (labels, plugin.doc.to_owned())
            }
            None => user_function(call, before, context)?,
        },
    };
    Some(help(labels, doc, call.argument + usize::from(is_invoked(call, context))))
}

/// The rows at hand are the first argument of what `invoke` calls.
fn is_invoked(call: &OpenCall, context: &Context<'_>) -> bool {
    let takes_rows = context.schema.function(&call.name).is_none_or(|function| function.parameters.contains(":("));
    call.stage == Some("invoke") && takes_rows
}

/// A function that the text makes or that the service keeps.
fn user_function(call: &OpenCall, before: &str, context: &Context<'_>) -> Option<(Vec<String>, String)> {
    if let Some(function) = context.schema.function(&call.name) {
        return Some((vec![format!("{}{}", call.name, function.parameters)], function.description.clone()));
    }
    let tree = parse(before);
    let is_it = |made: &LetStatement<'_>| made.name().is_some_and(|name| name.value() == call.name);
    let made = tree.elements().filter_map(LetStatement::cast).rfind(is_it)?;
    let declaration = made.node().text().split_once('=')?.1.trim_start();
    let declaration = declaration.strip_prefix("view").map_or(declaration, str::trim_start);
    let length = closing(declaration)?;
    Some((vec![format!("{}{}", call.name, &declaration[..=length])], "A function that this text makes".to_owned()))
}

fn help(labels: Vec<String>, doc: String, argument: usize) -> SignatureHelp {
    let signature = |label: String| SignatureText { parameters: parameters(&label), label, documentation: doc.clone() };
    let signatures: Vec<_> = labels.into_iter().map(signature).collect();
    let takes = |signature: &SignatureText| place_of(signature, argument).is_some();
    let active_signature = signatures.iter().position(takes).unwrap_or(0);
    let active_parameter = signatures.get(active_signature).and_then(|signature| place_of(signature, argument));
    SignatureHelp { signatures, active_signature, active_parameter }
}

/// The parameter of an argument. Those that may repeat do so together; what follows them is the last argument alone,
/// which nobody knows while more can come.
fn place_of(signature: &SignatureText, argument: usize) -> Option<usize> {
    let repeats = |span: &Span| {
        let text = &signature.label[span.clone()];
        text.contains('{') || text.contains("...")
    };
    let Some(start) = signature.parameters.iter().position(repeats) else {
        return (argument < signature.parameters.len()).then_some(argument);
    };
    let group = signature.parameters[start..].iter().take_while(|span| repeats(span)).count();
    Some(if argument < start { argument } else { start + (argument - start) % group })
}

/// The bytes of the parameters between the first parentheses of a label.
fn parameters(label: &str) -> Vec<Span> {
    let Some(open) = label.find('(') else { return Vec::new() };
    let Some(length) = closing(&label[open..]) else { return Vec::new() };
    let mut found = Vec::new();
    let mut start = open + 1;
    let mut depth = 0_usize;
    for (at, c) in label[..open + length].char_indices().skip_while(|(at, _)| *at <= open) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(start..open + length);
    found.retain_mut(|span| {
        let text = &label[span.clone()];
        span.start += text.len() - text.trim_start().len();
        span.end = span.start + text.trim().len();
        span.start < span.end
    });
    found
}

/// Where the bracket that begins a text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return (at > 0).then_some(at);
        }
    }
    None
}
