//! `invoke FileProfile(SHA1, 1000)` where the connection itself knows files: what is known of each beside its row.

use super::Binder;
use super::comparison::boolean;
use super::convert::{convert, literal};
use super::expression::text_of;
use super::scope::Table;
use crate::kql::{
    CallExpr, ColumnSymbol, Expr, FunctionResult, FunctionSymbol, JoinKind, KnownFiles, Operator, Relation, Scalar,
    ScalarKind, ScalarOperator, ScalarType, Span, Value,
};

/// Tells whether there was anything to say.
const AVAILABILITY: &str = "ProfileAvailability";

/// The column that is looked up when the call names none.
const DEFAULT_COLUMN: &str = "SHA1";

/// Rows that the service looks up where nobody says how many.
const DEFAULT_LIMIT: i64 = 100;

impl Binder<'_> {
    /// Every row is looked up, which is said: which of them the service looks up where there are more than it may is open.
    pub(super) fn file_profile(
        &mut self,
        call: CallExpr<'_>,
        symbol: &FunctionSymbol,
        files: &KnownFiles,
        input: Table,
    ) -> Option<Table> {
        let FunctionResult::InputWith(more) = &symbol.result else { return None };
        let span = call.span();
        let key = self.looked_up_column(call, &input)?;
        let width = input.columns().len();
        let known = known_files(files, more, &span);
        let joined: Vec<ColumnSymbol> = input.columns().iter().chain(known.columns.iter()).cloned().collect();
        let mut columns = input.columns().to_vec();
        let mut values: Vec<Scalar> = (0..width).map(|index| column(index, joined[index].ty, &span)).collect();
        for (index, added) in more.iter().enumerate() {
            let found = column(width + 1 + index, added.ty, &span);
            let found = if added.name == AVAILABILITY { availability(found, key, width, &span) } else { found };
            match columns.iter().position(|own| own.name == added.name) {
                // What the row says itself stays, in the type of the profile.
                Some(own) => values[own] = convert(values[own].clone(), added.ty),
                None => values.push(found),
            }
            match columns.iter_mut().find(|own| own.name == added.name) {
                Some(own) => *own = added.clone(),
                None => columns.push(added.clone()),
            }
        }
        let (unknown, depth) = (input.unknown.clone(), input.depth + 2);
        let join = Operator::Join {
            left: Box::new(input.relation),
            right: Box::new(known),
            kind: JoinKind::LeftOuter,
            on: vec![(key, 0)],
        };
        let joined = Relation::new(join, joined, span.clone());
        self.table(Relation::new(Operator::Project { input: Box::new(joined), values }, columns, span), unknown, depth)
    }

    /// The place of the column with the hashes, named as it is or in quotes.
    fn looked_up_column(&mut self, call: CallExpr<'_>, input: &Table) -> Option<usize> {
        let mut arguments = call.arguments();
        let (name, span) = match arguments.next() {
            None => (DEFAULT_COLUMN.to_owned(), call.span()),
            Some(Expr::Name(name)) => (name.value().into_owned(), name.span()),
            Some(other) => {
                let value = self.constant(other)?;
                match text_of(&value) {
                    Some(text) => (text.to_owned(), value.span.clone()),
                    None => return self.refuse("FileProfile() of what is no column", value.span),
                }
            }
        };
        let limit = match arguments.next() {
            Some(limit) => match self.constant(limit)?.kind {
                ScalarKind::Literal(Value::Int(limit)) => i64::from(limit),
                ScalarKind::Literal(Value::Long(limit)) => limit,
                _ => return self.refuse("FileProfile() with a limit that is no number", limit.span()),
            },
            None => DEFAULT_LIMIT,
        };
        let message = format!("every row is looked up here; the service looks up {limit} at most");
        self.inform("TLY0021", call.span(), message);
        match input.columns().iter().position(|column| column.name == name) {
            Some(index) if input.columns()[index].ty == ScalarType::String => Some(index),
            Some(_) => self.refuse("FileProfile() of a column that is no text", span),
            None => self.error("SEM0100", span, format!("there is no column named '{name}'")),
        }
    }
}

fn column(index: usize, ty: ScalarType, span: &Span) -> Scalar {
    Scalar { kind: ScalarKind::Column(index), ty, span: span.clone() }
}

/// A row for each hash of each file, the hash in front.
fn known_files(files: &KnownFiles, more: &[ColumnSymbol], span: &Span) -> Relation {
    let by_hash =
        |hash: usize| files.0.iter().map(move |row| row.iter().skip(hash).take(1).chain(row).cloned().collect());
    let rows = by_hash(0).chain(by_hash(1)).collect();
    let columns: Vec<ColumnSymbol> =
        std::iter::once(ColumnSymbol::new("hash", ScalarType::String)).chain(more.iter().cloned()).collect();
    Relation::new(Operator::Datatable { rows }, columns, span.clone())
}

/// Empty without a hash, `Missing` for a hash that is not known.
fn availability(found: Scalar, key: usize, hash: usize, span: &Span) -> Scalar {
    let is_empty = |index: usize| {
        let operands = vec![column(index, ScalarType::String, span), text("", span)];
        boolean(ScalarOperator::Equal, operands, span.clone())
    };
    let iff = |condition: Scalar, then: Scalar, other: Scalar| Scalar {
        kind: ScalarKind::Call("iff", vec![condition, then, other]),
        ty: ScalarType::String,
        span: span.clone(),
    };
    iff(is_empty(key), text("", span), iff(is_empty(hash), text("Missing", span), found))
}

fn text(text: &str, span: &Span) -> Scalar {
    literal(Value::String(text.to_owned()), span.clone())
}
