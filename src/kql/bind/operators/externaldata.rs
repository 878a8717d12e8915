//! `externaldata`: the columns are declared, and the rows stand in files.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::bound::bare_place;
use crate::kql::{
    Expr, ExternalData, ExternalDataExpr, ExternalFile, ExternalFormat, Operator, Property, Relation, ScalarKind, Span,
    Value, string_value,
};

impl Binder<'_> {
    pub(in crate::kql::bind) fn externaldata(&mut self, expr: ExternalDataExpr<'_>) -> Option<Table> {
        let columns = self.declared_columns(expr.columns())?;
        if self.context.capabilities.is_none() {
            for value in expr.values() {
                let _ = self.constant(value);
            }
            // Where the rows come from is for the service to say.
            let operator = Operator::Opaque { construct: "externaldata", inputs: Vec::new() };
            return self.fresh(Relation::new(operator, columns, expr.span()));
        }
        if columns.is_empty() || expr.values().next().is_none() {
            return self.refuse("externaldata without a column or a file", expr.span());
        }
        let properties = self.external_properties(expr)?;
        let mut files = Vec::new();
        for value in expr.values() {
            files.push(self.external_file(value, properties.format)?);
        }
        let in_order =
            |file: &ExternalFile| !matches!(file.format, ExternalFormat::JsonLines | ExternalFormat::MultiJson);
        if properties.skips_first && !files.iter().all(in_order) {
            return self.refuse("externaldata with ignoreFirstRecord of JSON", expr.span());
        }
        let operator = Operator::ExternalData(ExternalData { files, skips_first: properties.skips_first });
        self.fresh(Relation::new(operator, columns, expr.span()))
    }

    fn external_properties(&mut self, expr: ExternalDataExpr<'_>) -> Option<Properties> {
        let mut found = Properties { format: None, skips_first: false };
        for property in expr.properties() {
            let name = property.name()?.value().into_owned();
            let value = text_of(property);
            match name.to_ascii_lowercase().as_str() {
                "format" => match ExternalFormat::from_name(&value) {
                    Some(format) => found.format = Some(format),
                    None => return self.refuse(&format!("externaldata of format {value}"), property.span()),
                },
                "ignorefirstrecord" => match value.to_ascii_lowercase().as_str() {
                    "true" => found.skips_first = true,
                    "false" => found.skips_first = false,
                    _ => return self.refuse(&format!("ignoreFirstRecord={value}"), property.span()),
                },
                _ => return self.refuse(&format!("externaldata with {name}"), property.span()),
            }
        }
        Some(found)
    }

    fn external_file(&mut self, value: Expr<'_>, format: Option<ExternalFormat>) -> Option<ExternalFile> {
        let span = value.span();
        let ScalarKind::Literal(Value::String(place)) = self.constant(value)?.kind else {
            return self.refuse("externaldata of a computed address", span);
        };
        let format = match format {
            Some(format) => format,
            None => self.format_by_extension(&place, span.clone())?,
        };
        Some(ExternalFile { place, format, span })
    }

    /// A file of an unknown kind is taken for CSV, as in Kusto.
    fn format_by_extension(&mut self, place: &str, span: Span) -> Option<ExternalFormat> {
        const NOT_READ: [&str; 8] = ["parquet", "avro", "apacheavro", "orc", "tsve", "w3clogfile", "sstream", "zip"];
        let name = bare_place(place).rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if NOT_READ.contains(&extension) {
            return self.refuse(&format!("externaldata of format {extension}"), span);
        }
        Some(ExternalFormat::from_name(extension).unwrap_or(ExternalFormat::Delimited(b',')))
    }
}

struct Properties {
    format: Option<ExternalFormat>,
    skips_first: bool,
}

/// The value of a property: a text without its quotes, or the word that stands there.
fn text_of(property: Property<'_>) -> String {
    let text = property.value_text();
    string_value(text).map_or_else(|| text.to_owned(), std::borrow::Cow::into_owned)
}
