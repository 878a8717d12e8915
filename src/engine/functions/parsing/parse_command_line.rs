//! `parse_command_line(text, "windows")`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("parse_command_line", evaluate);

/// The arguments as a Windows program receives them; null for an empty command line.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, parsers) = (call.strings(0), call.strings(1));
    if !parsers.get(0).eq_ignore_ascii_case("windows") {
        return Err(call.error("the only parser is 'windows'"));
    }
    call.make_texts(|row, out| {
        let text = texts.get(row);
        if text.trim().is_empty() {
            return false;
        }
        let arguments = arguments(text);
        json::push_strings(arguments.iter().map(String::as_str), out);
        true
    })
}

/// Blanks part arguments outside quotes. Backslashes are themselves except before a quote, where two stand for one
/// and an odd one makes the quote a character.
fn arguments(text: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            ' ' | '\t' if !quoted => arguments.extend(current.take()),
            '\\' => {
                let mut slashes = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    slashes += 1;
                }
                let argument = current.get_or_insert_default();
                let before_quote = rest.peek() == Some(&'"');
                argument.extend(std::iter::repeat_n('\\', if before_quote { slashes / 2 } else { slashes }));
                if before_quote && slashes % 2 == 1 {
                    argument.extend(rest.next());
                }
            }
            '"' => {
                let argument = current.get_or_insert_default();
                if quoted && rest.next_if_eq(&'"').is_some() {
                    argument.push('"');
                } else {
                    quoted = !quoted;
                }
            }
            _ => current.get_or_insert_default().push(character),
        }
    }
    arguments.extend(current);
    arguments
}
