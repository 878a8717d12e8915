//! What a query asks its caller for: the parameters that it declares, and values for them.

use super::ast::{Query, Statement};
use super::bind::literal_of_text;
use super::edit::{TextEdit, apply_edits};
use super::grammar::parse;
use super::scalar::ScalarType;

/// A parameter of `declare query_parameters`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredParameter {
    pub name: String,
    /// As the query writes it.
    pub type_name: String,
    /// The value that it has when none is given, as the query writes it.
    pub default: Option<String>,
}

/// The parameters that a query declares, in text order, each name once.
pub fn declared_parameters(text: &str) -> Vec<DeclaredParameter> {
    let mut declared: Vec<DeclaredParameter> = Vec::new();
    each_declaration(text, |name, type_name, default, _| {
        if !declared.iter().any(|it| it.name == name) {
            declared.push(DeclaredParameter { name, type_name, default });
        }
    });
    declared
}

/// The query with values written as the defaults of its parameters, for services that take no values beside the query.
/// A value that is none of its type is left out, so that the service says what is missing.
pub fn with_parameters(text: &str, values: &[(String, String)]) -> String {
    let mut edits: Vec<TextEdit> = Vec::new();
    each_declaration(text, |name, type_name, _, place| {
        let given = values.iter().rev().find(|it| it.0 == name);
        let literal = given.and_then(|it| parameter_literal(&type_name, &it.1).ok());
        if let Some(literal) = literal {
            edits.push(TextEdit { span: place, text: format!(" = {literal}") });
        }
    });
    apply_edits(text, &edits)
}

/// A value of a parameter as a literal of its type; or why it is none.
pub fn parameter_literal(type_name: &str, value: &str) -> Result<String, String> {
    let Some(ty) = ScalarType::from_name(type_name) else { return Err(format!("there is no type '{type_name}'")) };
    let form = match ty {
        ScalarType::Bool => "true or false",
        ScalarType::Int | ScalarType::Long => "a whole number such as 5",
        ScalarType::Real | ScalarType::Decimal => "a number such as 1.5",
        ScalarType::Datetime => "a time such as 2025-03-05 or 2025-03-05T08:00:00Z",
        ScalarType::Timespan => "a length of time such as 2d, 12h or 00:30:00",
        ScalarType::Guid => "a GUID",
        ScalarType::Dynamic => "JSON such as [\"a\", \"b\"]",
        _ => "a value",
    };
    literal_of_text(value, ty).ok_or_else(|| format!("{form} is needed here"))
}

/// Calls with name, type, default and the place from the type to the end of the declaration.
fn each_declaration(text: &str, mut each: impl FnMut(String, String, Option<String>, std::ops::Range<usize>)) {
    if !text.contains("query_parameters") {
        return;
    }
    let tree = parse(text);
    for statement in Query::of(&tree).statements() {
        let Statement::Declare(statement) = statement else { continue };
        for parameter in statement.parameters() {
            let (Some(name), Some(ty)) = (parameter.name(), parameter.type_name()) else { continue };
            let default = parameter.default().map(|it| it.node().text().to_owned());
            let place = ty.span().end..parameter.span().end;
            each(name.value().into_owned(), ty.text().to_owned(), default, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "declare query_parameters(n:long = 5, who:string, t : datetime);\nT | where a > n";

    fn given(values: &[(&str, &str)]) -> Vec<(String, String)> {
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_a_query_declares_is_listed() {
        let declared = declared_parameters(QUERY);
        let words: Vec<String> =
            declared.iter().map(|it| format!("{}:{}:{:?}", it.name, it.type_name, it.default)).collect();
        assert_eq!(words, ["n:long:Some(\"5\")", "who:string:None", "t:datetime:None"]);
        assert_eq!(declared_parameters("T | where query_parameters == 1"), []);
    }

    #[test]
    fn values_become_defaults_that_are_literals_of_their_type() {
        let values = given(&[("n", "7"), ("who", "x\"); T //"), ("t", "2025-03-05"), ("z", "1")]);
        assert_eq!(
            with_parameters(QUERY, &values),
            "declare query_parameters(n:long = 7, who:string = \"x\\\"); T //\", t : datetime = datetime(2025-03-05));\n\
             T | where a > n"
        );
        assert_eq!(with_parameters(QUERY, &[]), QUERY);
        let wrong = with_parameters(QUERY, &given(&[("n", "7); T | where (1"), ("t", "now()")]));
        assert_eq!(wrong, QUERY, "what is no literal is not written");
    }

    #[test]
    fn a_value_is_one_of_its_type() {
        for (ty, value, literal) in [
            ("long", " 5 ", "5"),
            ("long", "-5", "-5"),
            ("string", "'quoted'", "\"quoted\""),
            ("string", "bare words", "\"bare words\""),
            ("timespan", "2d", "2d"),
            ("timespan", "00:30:00", "timespan(00:30:00)"),
            ("bool", "true", "true"),
            ("dynamic", "[1, 2]", "dynamic([1, 2])"),
        ] {
            assert_eq!(parameter_literal(ty, value).as_deref(), Ok(literal), "{ty} {value}");
        }
        assert_eq!(parameter_literal("long", "five").unwrap_err(), "a whole number such as 5 is needed here");
        assert!(parameter_literal("datetime", "").is_err());
        assert!(parameter_literal("table", "T").is_err());
    }
}
