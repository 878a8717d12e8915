//! Where constructs break lines and how they align: called for each node when its last token is known, inner nodes
//! before outer ones.

use super::super::kind::SyntaxKind as K;
use super::sheet::{INDENT, Kid, NONE, Sheet, Spacing, Stage};

/// Units of a pipe, a list or a chain on one line beyond which it is broken.
const MAX_WIDTH: usize = 80;
/// The same of the columns of a `datatable`.
const MAX_SCHEMA_WIDTH: usize = 60;
/// Units of a value of a `datatable` of one column from which on each value has its line.
const MAX_VALUE_WIDTH: usize = 40;

/// True for nodes whose parts stand deeper than they do.
pub(super) fn indents(kind: K) -> bool {
    is_operator(kind) || (is_statement(kind) && kind != K::ExpressionStatement)
}

fn is_operator(kind: K) -> bool {
    (K::WhereOperator..=K::TopNestedOperator).contains(&kind)
}

fn is_statement(kind: K) -> bool {
    matches!(
        kind,
        K::LetStatement
            | K::SetStatement
            | K::AliasStatement
            | K::DeclareStatement
            | K::PatternStatement
            | K::RestrictStatement
            | K::ExpressionStatement
    )
}

/// True for parts of an operator that begin a line when the operator has several.
fn is_clause(kind: K, parent: K) -> bool {
    use K::{FacetOperator, FindOperator, JoinOperator, LookupOperator, MakeSeriesOperator, SearchOperator};
    match kind {
        K::ByClause => matches!(parent, K::SummarizeOperator | MakeSeriesOperator | K::TopHittersOperator),
        K::OnClause => matches!(parent, JoinOperator | LookupOperator | MakeSeriesOperator),
        K::WhereClause => matches!(parent, JoinOperator | LookupOperator),
        K::FromClause | K::InRangeClause => parent == MakeSeriesOperator,
        K::PropertyList => matches!(parent, K::RenderOperator | K::ParseKvOperator),
        K::DataScopeClause | K::InClause => matches!(parent, FindOperator | SearchOperator),
        K::ProjectClause | K::ProjectAwayClause => parent == FindOperator,
        K::FacetWith => parent == FacetOperator,
        K::ReduceWith => parent == K::ReduceOperator,
        K::AsClause => matches!(parent, K::MacroExpandOperator | K::CountOperator),
        _ => false,
    }
}

/// True for nodes with items between commas that may have a line each.
fn has_list(kind: K, parent: K) -> bool {
    let is_direct = is_operator(kind) && kind != K::MakeGraphOperator;
    is_direct || is_clause(kind, parent) || (kind == K::ByClause && is_operator(parent))
}

/// True for what has a condition of its own, which stands in no list.
fn has_condition(kind: K, parent: K) -> bool {
    match kind {
        K::WhereOperator | K::SearchOperator | K::GraphWhereNodesOperator | K::GraphWhereEdgesOperator => true,
        K::WhereClause => matches!(parent, K::FindOperator | K::JoinOperator | K::LookupOperator),
        _ => false,
    }
}

/// The rules of one node. The nodes that are still open are those around it.
pub(super) fn apply(sheet: &mut Sheet<'_>, node: Kid, kids: &[Kid]) {
    let parent = sheet.parent_kind();
    if kids.iter().any(|kid| kid.is(K::Bar)) {
        pipe(sheet, kids);
    }
    if has_list(node.kind, parent) {
        comma_list(sheet, kids);
    }
    if indents(node.kind) {
        clauses(sheet, node, kids);
    }
    match node.kind {
        K::ArgumentList if parent == K::CallExpr => arguments(sheet, node, kids),
        K::FunctionParameters | K::FunctionBody if parent == K::FunctionDeclaration => function_part(sheet, node, kids),
        K::LogicalExpr if has_condition(parent, sheet.grandparent_kind()) => chain(sheet, node, kids),
        K::IndexExpr => index(sheet, kids),
        K::DatatableExpr => datatable(sheet, node, kids),
        // The last expression of a function's body is no statement; those of `macro-expand` are.
        K::ExpressionStatement if parent == K::FunctionBody && sheet.grandparent_kind() != K::MacroExpandOperator => {}
        kind if is_statement(kind) => begin_statement(sheet, node),
        _ => {}
    }
}

/// A statement begins a line.
fn begin_statement(sheet: &mut Sheet<'_>, node: Kid) {
    if node.first > 0 {
        sheet.fix(node.first, Spacing::Line);
    }
}

/// The `|` of one pipe begin lines together: when it spans lines, or is too wide for one.
fn pipe(sheet: &mut Sheet<'_>, kids: &[Kid]) {
    let is_part = |kid: &&Kid| !matches!(kid.kind, K::OpenParen | K::CloseParen | K::OpenBrace | K::CloseBrace);
    let (Some(first), Some(last)) = (kids.iter().find(is_part), kids.iter().rev().find(is_part)) else { return };
    let (first, last) = (first.first, last.last);
    let is_long = !sheet.is_broken_between(first, last) && sheet.width(first, last) > MAX_WIDTH;
    let range = (first + 1, last);
    for bar in kids.iter().filter(|kid| kid.is(K::Bar)).map(|kid| kid.first) {
        if is_long {
            sheet.fix(bar, Spacing::Line);
            continue;
        }
        sheet.wish(bar, Spacing::Line, range, bar);
        let next = sheet.pieces.get(bar + 1);
        if next.is_some_and(|next| next.is_broken && !next.is_commented) {
            sheet.wish(bar + 1, Spacing::JoinedSpace, range, bar);
        }
    }
    let before = first.checked_sub(1).map(|before| sheet.pieces[before].kind);
    if !is_long && sheet.stage == Stage::Fresh && matches!(before, Some(K::OpenParen | K::OpenBrace)) {
        sheet.wish(first, Spacing::Line, range, NONE);
    }
}

/// Items with commas between them begin lines together.
fn comma_list(sheet: &mut Sheet<'_>, kids: &[Kid]) {
    let is_comma = |kid: &Kid| kid.is(K::Comma);
    let Some(comma) = kids.iter().position(is_comma) else { return };
    let Some(before) = comma.checked_sub(1) else { return };
    let items: Vec<Kid> = std::iter::once(kids[before]).chain(elements(&kids[comma..])).collect();
    let (first, last) = (items[0].first, items.last().map_or(items[0].last, |item| item.last));
    let is_long = sheet.width(first, last) > MAX_WIDTH && !sheet.is_broken_between(first, last);
    for item in items {
        if is_long {
            sheet.fix(item.first, Spacing::Line);
        } else {
            sheet.wish(item.first, Spacing::Line, (first, last), item.first);
        }
    }
}

/// What follows each comma or opening bracket.
fn elements(kids: &[Kid]) -> impl Iterator<Item = Kid> {
    let opens = |kid: Kid| matches!(kid.kind, K::Comma | K::OpenParen | K::OpenBracket);
    let ends = |kid: Kid| matches!(kid.kind, K::Comma | K::CloseParen | K::CloseBracket);
    kids.windows(2).filter(move |pair| opens(pair[0]) && !ends(pair[1])).map(|pair| pair[1])
}

/// Clauses begin lines when their operator spans lines.
fn clauses(sheet: &mut Sheet<'_>, node: Kid, kids: &[Kid]) {
    for kid in &kids[1..] {
        let begins = match node.kind {
            K::SetStatement => kid.is(K::Equal),
            K::CountOperator => kid.is(K::AsKw),
            _ => is_clause(kid.kind, node.kind),
        };
        if begins {
            sheet.wish(kid.first, Spacing::Line, (node.first + 1, node.last), NONE);
        }
    }
}

/// A long chain of one logical operator that is a condition has a line for each operand.
fn chain(sheet: &mut Sheet<'_>, node: Kid, kids: &[Kid]) {
    let operators: Vec<usize> =
        kids.iter().filter(|kid| matches!(kid.kind, K::AndKw | K::OrKw)).map(|kid| kid.first).collect();
    let is_long = sheet.width(node.first, node.last) > MAX_WIDTH && !sheet.is_broken_between(node.first, node.last);
    if is_long && operators.len() > 1 {
        for operator in operators {
            sheet.fix(operator, Spacing::Line);
        }
    }
}

/// Nothing stands between a value and the bracket of its index.
fn index(sheet: &mut Sheet<'_>, kids: &[Kid]) {
    if let Some(bracket) = kids.iter().find(|kid| kid.is(K::OpenBracket)) {
        sheet.fix(bracket.first, Spacing::Tight);
    }
}

/// The brackets that a node has.
fn brackets(kids: &[Kid]) -> Option<(usize, usize)> {
    let open = kids.iter().find(|kid| matches!(kid.kind, K::OpenParen | K::OpenBracket | K::OpenBrace))?;
    let close = kids.last().filter(|kid| matches!(kid.kind, K::CloseParen | K::CloseBracket | K::CloseBrace))?;
    Some((open.first, close.first))
}

/// The arguments of a call: the opening bracket stays with the name; when they span lines each has its own, and the
/// closing bracket stands under the name.
fn arguments(sheet: &mut Sheet<'_>, node: Kid, kids: &[Kid]) {
    let name = sheet.frames.last().map_or(0, |call| call.first);
    let is_own_construct = matches!(sheet.pieces[name].kind, K::MaterializeKw | K::ToscalarKw | K::TotableKw);
    if is_own_construct {
        return;
    }
    let range = (node.first, node.last);
    if let Some((open, close)) = brackets(kids) {
        sheet.align(close, name, 0);
        sheet.wish(close, Spacing::Line, range, close);
        let piece = &sheet.pieces[open];
        if piece.is_broken && !piece.is_commented {
            sheet.wish(open, Spacing::JoinedTight, range, close);
        }
    }
    for argument in elements(kids) {
        sheet.align(argument.first, name, INDENT);
        sheet.wish(argument.first, Spacing::Line, range, argument.first);
    }
}

/// The parameters or the body of a function: when they span lines each item has its own, and so has each bracket.
fn function_part(sheet: &mut Sheet<'_>, node: Kid, kids: &[Kid]) {
    let statement = statement_around(sheet);
    if let Some((open, close)) = brackets(kids) {
        stand_alone(sheet, open, close, statement);
    }
    let is_item = |kid: &&Kid| matches!(kid.kind, K::ParameterDeclaration) || is_statement(kid.kind);
    for item in kids.iter().filter(is_item) {
        sheet.align(item.first, statement, INDENT);
        sheet.wish(item.first, Spacing::Line, (node.first, node.last), item.first);
    }
}

/// The first token of the innermost statement that is open.
fn statement_around(sheet: &Sheet<'_>) -> usize {
    sheet.frames.iter().rev().find(|frame| is_statement(frame.kind)).map_or(0, |frame| frame.first)
}

/// Brackets that span lines have lines of their own, under the statement's first token.
fn stand_alone(sheet: &mut Sheet<'_>, open: usize, close: usize, statement: usize) {
    for bracket in [open, close] {
        sheet.align(bracket, statement, 0);
        sheet.wish(bracket, Spacing::Line, (open, close), bracket);
    }
}

/// A `datatable` that is no short line: its columns have a line each when they are many, its rows always.
fn datatable(sheet: &mut Sheet<'_>, node: Kid, kids: &[Kid]) {
    if !sheet.is_broken_between(node.first, node.last) && sheet.width(node.first, node.last) <= MAX_WIDTH {
        return;
    }
    let statement = statement_around(sheet);
    let mut columns = Vec::new();
    if let Some((open, close)) = part(kids, K::RowSchema, K::OpenParen, K::CloseParen) {
        columns = items(sheet, open, close);
        if sheet.is_broken_between(open, close) || sheet.width(open, close) > MAX_SCHEMA_WIDTH {
            stand_alone(sheet, open, close, statement);
            for column in &columns {
                sheet.align(column.0, statement, INDENT);
                sheet.fix(column.0, Spacing::Line);
            }
        }
    }
    let Some((open, close)) = part(kids, K::ValueList, K::OpenBracket, K::CloseBracket) else { return };
    stand_alone(sheet, open, close, statement);
    let values = items(sheet, open, close);
    let per_row = if columns.len() > 1 { columns.len() } else { values_per_row(sheet, &values) };
    for (index, value) in values.iter().enumerate() {
        if index % per_row == 0 {
            sheet.align(value.0, statement, INDENT);
            sheet.fix(value.0, Spacing::Line);
        } else {
            sheet.fix(value.0, Spacing::JoinedSpace);
        }
    }
}

/// The brackets of a part of a node, which may be a node of its own or not.
fn part(kids: &[Kid], kind: K, open: K, close: K) -> Option<(usize, usize)> {
    if let Some(part) = kids.iter().find(|kid| kid.is(kind)) {
        return Some((part.first, part.last));
    }
    let open = kids.iter().find(|kid| kid.is(open))?;
    let close = kids.iter().find(|kid| kid.is(close))?;
    Some((open.first, close.first))
}

/// First and last token of what stands between the commas of a pair of brackets.
fn items(sheet: &Sheet<'_>, open: usize, close: usize) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    let (mut depth, mut first) = (0_usize, open + 1);
    for index in open + 1..=close {
        let ends = match sheet.pieces[index].kind {
            K::OpenParen | K::OpenBracket | K::OpenBrace => {
                depth += 1;
                false
            }
            K::CloseParen | K::CloseBracket | K::CloseBrace if depth > 0 => {
                depth -= 1;
                false
            }
            K::Comma => depth == 0,
            _ => index == close,
        };
        if ends {
            if first < index {
                items.push((first, index - 1));
            }
            first = index + 1;
        }
    }
    items
}

/// How many values of a `datatable` of one column stand on a line: as many as there is room for.
fn values_per_row(sheet: &Sheet<'_>, values: &[(usize, usize)]) -> usize {
    if sheet.stage == Stage::Settled {
        let row = values.iter().skip(1).position(|value| sheet.pieces[value.0].is_broken);
        return row.map_or(values.len().max(1), |row| row + 1);
    }
    if values.iter().any(|value| sheet.width(value.0, value.1) >= MAX_VALUE_WIDTH) {
        return 1;
    }
    let fits = |per_row: &usize| {
        // The comma behind the last value of a row belongs to it.
        let end = |row: &[(usize, usize)]| {
            row.last().map_or(0, |value| value.1 + usize::from(sheet.pieces[value.1 + 1].kind == K::Comma))
        };
        values.chunks(*per_row).all(|row| sheet.width_with_gap(row[0].0, end(row)) <= MAX_WIDTH)
    };
    [10, 8, 6, 4].into_iter().find(fits).unwrap_or(1)
}
