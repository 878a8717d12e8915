//! What an editor can ask, each from the language's own doors.

#![expect(clippy::unnecessary_wraps, reason = "every request is answered by a function of one form")]

use lsp_server::ErrorCode;
use lsp_types::{
    CodeActionParams, CompletionParams, DocumentFormattingParams, DocumentRangeFormattingParams, GotoDefinitionParams,
    HoverParams, ReferenceParams, RenameParams, SignatureHelpParams, TextDocumentIdentifier,
    TextDocumentPositionParams,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Server;
use super::document::Document;
use crate::kql::{self, CompletionKind, Context, Diagnostic, RefactoringKind, Severity, Span, TextEdit};

/// What fixes are, in the protocol's words.
const FIX: &str = "quickfix";

/// Why a request has no result.
type Refusal = (ErrorCode, String);

/// What is offered, as the protocol writes it.
pub(super) fn capabilities() -> Value {
    json!({
        "positionEncoding": "utf-16",
        "textDocumentSync": {"openClose": true, "change": 2},
        "completionProvider": {"triggerCharacters": [" ", ".", "|", "$"]},
        "hoverProvider": true,
        "signatureHelpProvider": {"triggerCharacters": ["(", ","]},
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "renameProvider": {"prepareProvider": true},
        "documentFormattingProvider": true,
        "documentRangeFormattingProvider": true,
        "codeActionProvider": {"codeActionKinds": [FIX, "refactor.extract", "refactor.inline", "refactor.rewrite"]},
    })
}

pub(super) fn answer(server: &Server, method: &str, params: Value) -> Result<Value, Refusal> {
    match method {
        "textDocument/completion" => server.at::<CompletionParams>(params, |it| &it.text_document_position, completion),
        "textDocument/hover" => server.at::<HoverParams>(params, |it| &it.text_document_position_params, hover),
        "textDocument/signatureHelp" => {
            server.at::<SignatureHelpParams>(params, |it| &it.text_document_position_params, signature_help)
        }
        "textDocument/definition" => {
            server.at::<GotoDefinitionParams>(params, |it| &it.text_document_position_params, definition)
        }
        "textDocument/references" => server.at::<ReferenceParams>(params, |it| &it.text_document_position, references),
        "textDocument/documentHighlight" => {
            server.at::<lsp_types::DocumentHighlightParams>(params, |it| &it.text_document_position_params, highlights)
        }
        "textDocument/prepareRename" => server.at::<TextDocumentPositionParams>(params, |it| it, prepare_rename),
        "textDocument/rename" => server.at::<RenameParams>(params, |it| &it.text_document_position, rename),
        "textDocument/formatting" => format(server, params),
        "textDocument/rangeFormatting" => format_range(server, params),
        "textDocument/codeAction" => code_actions(server, params),
        _ => Err((ErrorCode::MethodNotFound, format!("tallyho does not answer '{method}'"))),
    }
}

/// A place in a query that something is asked about.
struct Place<'a, P> {
    document: &'a Document,
    address: &'a str,
    /// The query in the document.
    start: usize,
    text: &'a str,
    /// In the query.
    offset: usize,
    context: &'a Context<'a>,
    params: &'a P,
}

impl<P> Place<'_, P> {
    /// A span of the query as a range of the document.
    fn range(&self, span: &Span) -> lsp_types::Range {
        self.document.range(&(span.start + self.start..span.end + self.start))
    }

    fn edits(&self, edits: &[TextEdit]) -> Vec<Value> {
        edits.iter().map(|it| json!({"range": self.range(&it.span), "newText": it.text})).collect()
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, Refusal> {
    serde_json::from_value(params).map_err(|it| (ErrorCode::InvalidParams, it.to_string()))
}

impl Server {
    fn document(&self, id: &TextDocumentIdentifier) -> Result<(&str, &Document), Refusal> {
        let found = self.documents.get_key_value(id.uri.as_str());
        let found = found.map(|(address, document)| (address.as_str(), document));
        found.ok_or_else(|| (ErrorCode::InvalidParams, format!("{} is not open", id.uri.as_str())))
    }

    /// Answers a request about a place.
    fn at<P: DeserializeOwned>(
        &self,
        params: Value,
        place: impl FnOnce(&P) -> &TextDocumentPositionParams,
        answer: impl FnOnce(&Place<'_, P>) -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        let params: P = read(params)?;
        let at = place(&params);
        let (address, document) = self.document(&at.text_document)?;
        let offset = document.offset(at.position);
        let query = document.query_at(offset);
        let (start, offset) = (query.start, offset - query.start);
        let text = &document.text()[query];
        self.known.with(|context| answer(&Place { document, address, start, text, offset, context, params: &params }))
    }
}

fn completion(at: &Place<'_, CompletionParams>) -> Result<Value, Refusal> {
    let found = kql::complete(at.text, at.offset, at.context);
    let range = at.range(&found.edit);
    let items = found.items.iter().enumerate().map(|(order, item)| {
        json!({
            "label": item.label,
            "kind": completion_kind(item.kind),
            "detail": item.detail,
            "documentation": item.documentation,
            // The order is ours; an editor that sorts by name would undo it.
            "sortText": format!("{order:06}"),
            "filterText": item.label,
            "insertTextFormat": 2,
            "textEdit": {"range": range, "newText": snippet(&item.insert, item.cursor)},
        })
    });
    Ok(json!({"isIncomplete": false, "items": items.collect::<Vec<_>>()}))
}

/// The text with the place of the cursor in it, as editors write it.
fn snippet(insert: &str, cursor: usize) -> String {
    let escaped = |it: &str| it.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
    match insert.get(cursor..).filter(|it| !it.is_empty()) {
        Some(behind) => format!("{}$0{}", escaped(&insert[..cursor]), escaped(behind)),
        None => escaped(insert),
    }
}

/// The protocol's number for what comes nearest.
fn completion_kind(kind: CompletionKind) -> u8 {
    match kind {
        CompletionKind::Function
        | CompletionKind::LocalFunction
        | CompletionKind::ServiceFunction
        | CompletionKind::Aggregate
        | CompletionKind::Plugin => 3,
        CompletionKind::Column => 5,
        CompletionKind::Variable | CompletionKind::Parameter => 6,
        CompletionKind::Table => 7,
        CompletionKind::Option => 10,
        CompletionKind::Value => 12,
        CompletionKind::Operator | CompletionKind::Keyword => 14,
        CompletionKind::Chart => 20,
        CompletionKind::ScalarOperator => 24,
        CompletionKind::Type => 25,
    }
}

fn hover(at: &Place<'_, HoverParams>) -> Result<Value, Refusal> {
    let Some(found) = kql::hover(at.text, at.offset, at.context) else { return Ok(Value::Null) };
    let lines: Vec<_> = found.lines.iter().map(|it| escaped(it)).collect();
    // A longer fence than any in the text, so that the text cannot end it.
    let longest = found.title.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let value = format!("{fence}kusto\n{}\n{fence}\n\n{}", found.title, lines.join("  \n"));
    Ok(json!({"contents": {"kind": "markdown", "value": value}, "range": at.range(&found.span)}))
}

/// Text of a schema is no markup: a service must not be able to show a link or a picture.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '!' | '|' | '~') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

fn signature_help(at: &Place<'_, SignatureHelpParams>) -> Result<Value, Refusal> {
    let Some(found) = kql::signature_help(at.text, at.offset, at.context) else { return Ok(Value::Null) };
    let signatures = found.signatures.iter().map(|it| {
        let units = |offset: usize| it.label[..it.label.floor_char_boundary(offset)].encode_utf16().count();
        let parameters = it.parameters.iter().map(|span| json!({"label": [units(span.start), units(span.end)]}));
        let parameters: Vec<_> = parameters.collect();
        json!({"label": it.label, "documentation": it.documentation, "parameters": parameters})
    });
    Ok(json!({
        "signatures": signatures.collect::<Vec<_>>(),
        "activeSignature": found.active_signature,
        // A number behind the last one marks none.
        "activeParameter": found.active_parameter.unwrap_or(usize::from(u16::MAX)),
    }))
}

fn definition(at: &Place<'_, GotoDefinitionParams>) -> Result<Value, Refusal> {
    let found = kql::definition(at.text, at.offset, at.context);
    Ok(found.map_or(Value::Null, |span| json!({"uri": at.address, "range": at.range(&span)})))
}

fn references(at: &Place<'_, ReferenceParams>) -> Result<Value, Refusal> {
    let definition = kql::definition(at.text, at.offset, at.context);
    let hides = |span: &Span| !at.params.context.include_declaration && definition.as_ref() == Some(span);
    let spans = kql::references(at.text, at.offset, at.context).into_iter().filter(|it| !hides(it));
    Ok(spans.map(|it| json!({"uri": at.address, "range": at.range(&it)})).collect::<Vec<_>>().into())
}

fn highlights(at: &Place<'_, lsp_types::DocumentHighlightParams>) -> Result<Value, Refusal> {
    let spans = kql::references(at.text, at.offset, at.context);
    Ok(spans.iter().map(|it| json!({"range": at.range(it)})).collect::<Vec<_>>().into())
}

fn prepare_rename(at: &Place<'_, TextDocumentPositionParams>) -> Result<Value, Refusal> {
    let found = kql::renamable(at.text, at.offset, at.context);
    Ok(found.map_or(Value::Null, |(span, name)| json!({"range": at.range(&span), "placeholder": name})))
}

fn rename(at: &Place<'_, RenameParams>) -> Result<Value, Refusal> {
    let edits = kql::rename(at.text, at.offset, &at.params.new_name, at.context);
    let edits = edits.map_err(|why| (ErrorCode::RequestFailed, why))?;
    Ok(json!({"changes": {at.address: at.edits(&edits)}}))
}

fn format(server: &Server, params: Value) -> Result<Value, Refusal> {
    let params: DocumentFormattingParams = read(params)?;
    let (_, document) = server.document(&params.text_document)?;
    Ok(laid_out(document, document.queries()))
}

fn format_range(server: &Server, params: Value) -> Result<Value, Refusal> {
    let params: DocumentRangeFormattingParams = read(params)?;
    let (_, document) = server.document(&params.text_document)?;
    let span = document.span(params.range);
    // A query is laid out as a whole: part of one has no layout of its own.
    let touched = document.queries().into_iter().filter(|it| it.start <= span.end && span.start <= it.end);
    Ok(laid_out(document, touched.collect()))
}

/// The edits that lay out queries; those that are laid out already have none.
fn laid_out(document: &Document, queries: Vec<Span>) -> Value {
    let edits = queries.into_iter().filter_map(|query| {
        let text = &document.text()[query.clone()];
        let laid_out = kql::format(text);
        (laid_out != text).then(|| json!({"range": document.range(&query), "newText": laid_out}))
    });
    edits.collect::<Vec<_>>().into()
}

fn code_actions(server: &Server, params: Value) -> Result<Value, Refusal> {
    let params: CodeActionParams = read(params)?;
    let (address, document) = server.document(&params.text_document)?;
    let span = document.span(params.range);
    let query = document.query_at(span.start);
    let text = &document.text()[query.clone()];
    let place = span.start - query.start..span.end.clamp(span.start, query.end.max(span.start)) - query.start;
    // An editor may ask for one sort of change alone; `refactor` means all that begin with it.
    let only = params.context.only;
    let is_wanted = |kind: &str| {
        let covers = |it: &str| kind.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        only.as_ref().is_none_or(|it| it.iter().any(|it| covers(it.as_str())))
    };
    let (fixes, others) = server
        .known
        .with(|context| (kql::fixes(text, &place, context), kql::refactorings(text, place.clone(), context)));
    let fixes = fixes.iter().map(|it| (it, FIX));
    let offered = fixes.chain(others.iter().map(|it| (&it.fix, refactoring_kind(it.kind))));
    let action = |(fix, kind): (&kql::Fix, &str)| {
        let range = |it: &Span| document.range(&(it.start + query.start..it.end + query.start));
        let edits = fix.edits.iter().map(|it| json!({"range": range(&it.span), "newText": it.text}));
        json!({"title": fix.title, "kind": kind, "edit": {"changes": {address: edits.collect::<Vec<_>>()}}})
    };
    Ok(offered.filter(|(_, kind)| is_wanted(kind)).map(action).collect::<Vec<_>>().into())
}

/// The protocol's word for a change that leaves the answer as it is.
fn refactoring_kind(kind: RefactoringKind) -> &'static str {
    match kind {
        RefactoringKind::Extract => "refactor.extract",
        RefactoringKind::Inline => "refactor.inline",
        RefactoringKind::Rewrite => "refactor.rewrite",
    }
}

/// What is wrong with a document, in text order.
pub(super) fn diagnostics(server: &Server, document: &Document) -> Vec<Value> {
    server.known.with(|context| {
        let queries = document.queries();
        let found = queries.into_iter().flat_map(|query| {
            let found = findings(&document.text()[query.clone()], context);
            let is_told = |it: &Diagnostic| !(server.known.only_advises() && it.severity == Severity::Refusal);
            let found = found.into_iter().filter(is_told);
            let found = found.map(|it| diagnostic(document, query.start, &it));
            found.collect::<Vec<_>>()
        });
        found.collect()
    })
}

/// Mistakes and advice.
fn findings(query: &str, context: &Context<'_>) -> Vec<Diagnostic> {
    let inspection = kql::inspect(query, context);
    let advice = kql::lint_inspection(&inspection, context);
    inspection.analysis.diagnostics.into_iter().chain(advice).collect()
}

fn diagnostic(document: &Document, start: usize, finding: &Diagnostic) -> Value {
    let severity = match finding.severity {
        Severity::Error => 1,
        Severity::Refusal | Severity::Warning => 2,
        Severity::Information => 3,
    };
    let hint = finding.hint.as_ref().map_or_else(String::new, |it| format!(". {it}"));
    json!({
        "range": document.range(&(finding.span.start + start..finding.span.end + start)),
        "severity": severity,
        "code": finding.code,
        "source": "tallyho",
        "message": format!("{}{hint}", finding.message),
    })
}
