//! `dynamic(…)` as compact JSON text (`kql-semantics` §1.6).

use super::Binder;
use super::convert::literal;
use super::literal::decode;
use crate::kql::datetime_text::date_of_ticks;
use crate::kql::{
    DynamicLiteral, Expr, Scalar, ScalarType, Span, SyntaxKind, TICKS_PER_DAY, TICKS_PER_SECOND, Value, string_value,
};

impl Binder<'_> {
    pub(super) fn dynamic_literal(&mut self, expr: DynamicLiteral<'_>) -> Option<Scalar> {
        let Some(value) = expr.value() else {
            // An empty `dynamic()` is a syntax error already.
            return None;
        };
        let mut json = String::new();
        if self.is_official() {
            return Some(self.official_dynamic(expr, value));
        }
        self.json(value, &mut json)?;
        let value = if json == "null" { Value::Null(ScalarType::Dynamic) } else { Value::Dynamic(json) };
        Some(literal(value, expr.span()))
    }

    /// The library takes every value that the grammar takes, but no decimal.
    fn official_dynamic(&mut self, expr: DynamicLiteral<'_>, value: Expr<'_>) -> Scalar {
        let decimals = value.node().descendants().filter(|node| node.kind() == SyntaxKind::DecimalLiteral);
        for decimal in decimals {
            let message = "a decimal cannot stand in a dynamic literal";
            let _: Option<()> = self.error("KS215", decimal.span(), message);
        }
        let found = self.diagnostics.len();
        let mut json = String::new();
        let value = match self.json(value, &mut json) {
            Some(()) if json != "null" => Value::Dynamic(json),
            _ => Value::Null(ScalarType::Dynamic),
        };
        self.diagnostics.truncate(found);
        self.note_literal_shape(expr);
        literal(value, expr.span())
    }

    fn json(&mut self, expr: Expr<'_>, out: &mut String) -> Option<()> {
        self.deeper(expr.span(), |binder| binder.json_here(expr, out))
    }

    fn json_here(&mut self, expr: Expr<'_>, out: &mut String) -> Option<()> {
        match expr {
            Expr::Array(array) => {
                out.push('[');
                for (index, value) in array.values().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    self.json(value, out)?;
                }
                out.push(']');
            }
            Expr::Object(object) => {
                out.push('{');
                for (index, pair) in object.pairs().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    json_string(out, &self.json_key(pair.key()?)?);
                    out.push(':');
                    self.json(pair.value()?, out)?;
                }
                out.push('}');
            }
            Expr::Dynamic(inner) => self.json(inner.value()?, out)?,
            Expr::CompoundString(parts) => {
                let text: Option<String> = parts.tokens().map(|token| string_value(token.text())).collect();
                json_string(out, &text?);
            }
            Expr::Literal(value) => self.json_literal(value.kind(), value.text(), value.span(), out)?,
            Expr::Unary(sign) => {
                let negative = sign.operator()?.kind() == SyntaxKind::Minus;
                let operand = sign.operand()?;
                if negative {
                    out.push('-');
                }
                self.json(operand, out)?;
            }
            Expr::Name(name) if name.value() == "null" => out.push_str("null"),
            other => return self.no_json(other.span()),
        }
        Some(())
    }

    fn json_key(&mut self, key: Expr<'_>) -> Option<String> {
        match key {
            Expr::Name(name) => Some(name.value().into_owned()),
            Expr::Literal(text) => match string_value(text.text()) {
                Some(text) => Some(text.into_owned()),
                None => self.no_json(key.span()),
            },
            Expr::CompoundString(parts) => parts.tokens().map(|token| string_value(token.text())).collect(),
            other => self.no_json(other.span()),
        }
    }

    fn json_literal(&mut self, kind: SyntaxKind, text: &str, span: Span, out: &mut String) -> Option<()> {
        // Typed leaves that Kusto refuses: `bool(true)` where plain `true` is fine, and the null datetime.
        if kind == SyntaxKind::BoolLiteral && text.contains('(') {
            return self.no_json(span);
        }
        match decode(kind, text, self.settings.now) {
            Some(Value::Null(ScalarType::Datetime)) | None => return self.no_json(span),
            Some(Value::Null(_)) => out.push_str("null"),
            Some(Value::Bool(flag)) => out.push_str(if flag { "true" } else { "false" }),
            Some(Value::Int(number)) => out.push_str(&number.to_string()),
            Some(Value::Long(number)) => out.push_str(&number.to_string()),
            Some(Value::Real(number)) => out.push_str(&json_real(number)),
            Some(Value::Decimal(digits) | Value::Guid(digits) | Value::String(digits)) => json_string(out, &digits),
            Some(Value::Datetime(ticks)) => json_string(out, &datetime_text(ticks)),
            // Recorded: a timespan written in a dynamic literal is kept as its ticks.
            Some(Value::Timespan(ticks)) => out.push_str(&ticks.to_string()),
            Some(Value::Dynamic(json)) => out.push_str(&json),
        }
        Some(())
    }

    fn no_json<T>(&mut self, span: Span) -> Option<T> {
        self.error("SYN0002", span, "this cannot stand in a dynamic literal")
    }
}

fn json_real(number: f64) -> String {
    if number.is_nan() {
        "\"NaN\"".to_owned()
    } else if number.is_infinite() {
        (if number > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" }).to_owned()
    } else {
        format!("{number:?}")
    }
}

fn json_string(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// `2020-01-01T00:00:00.0000000Z`: a datetime inside a dynamic has seven digits always.
fn datetime_text(ticks: i64) -> String {
    let (year, month, day) = date_of_ticks(ticks);
    let time = ticks.rem_euclid(TICKS_PER_DAY);
    let (seconds, fraction) = (time / TICKS_PER_SECOND, time % TICKS_PER_SECOND);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:07}Z")
}
