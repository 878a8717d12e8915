//! Colours of command lines and scripts in a record: the grammars that come with syntect, told in the classes that our
//! themes colour, so that every theme fits them.

use std::ops::Range;
use std::sync::LazyLock;

use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

use crate::kql::Class;

/// Read once, when the first record with a command line is opened.
static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_nonewlines);

/// The beginnings of scope names and their classes; the first that fits is taken.
const CLASSES: [(&str, Class); 22] = [
    ("comment", Class::Comment),
    ("punctuation.definition.comment", Class::Comment),
    ("punctuation.definition.string", Class::String),
    ("punctuation.definition.parameter", Class::Option),
    ("punctuation.definition.variable", Class::Variable),
    ("string", Class::String),
    ("constant.numeric", Class::Number),
    ("constant.character.escape", Class::Constant),
    ("constant", Class::Constant),
    ("keyword.operator", Class::ScalarOperator),
    ("keyword.command", Class::Function),
    ("keyword", Class::Keyword),
    ("storage", Class::Keyword),
    ("variable.parameter", Class::Option),
    ("variable.function", Class::Function),
    ("support.function", Class::Function),
    ("entity.name.function", Class::Function),
    ("entity.name.tag", Class::Type),
    ("variable", Class::Variable),
    ("support", Class::Type),
    ("punctuation.section", Class::Punctuation),
    ("punctuation", Class::Punctuation),
];

/// The classes of the parts of a command line or a script.
pub(super) fn colour(text: &str) -> Vec<(Range<usize>, Class)> {
    let Some(grammar) = grammar(text) else { return Vec::new() };
    let mut state = ParseState::new(grammar);
    let mut stack = ScopeStack::new();
    let mut spans: Vec<(Range<usize>, Class)> = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        // A grammar that gives up has coloured what stands before.
        let Ok(changes) = state.parse_line(line, &GRAMMARS) else { return spans };
        let mut at = 0;
        for (change_at, change) in changes {
            push(&mut spans, start + at..start + change_at, &stack);
            at = change_at;
            if stack.apply(&change).is_err() {
                return spans;
            }
        }
        push(&mut spans, start + at..start + line.len(), &stack);
        start += line.len() + 1;
    }
    spans
}

fn push(spans: &mut Vec<(Range<usize>, Class)>, span: Range<usize>, stack: &ScopeStack) {
    if span.is_empty() {
        return;
    }
    let Some(class) = class(stack) else { return };
    match spans.last_mut() {
        Some((last, it)) if *it == class && last.end == span.start => last.end = span.end,
        _ => spans.push((span, class)),
    }
}

/// The class of the innermost scope that has one.
fn class(stack: &ScopeStack) -> Option<Class> {
    stack.as_slice().iter().rev().find_map(|scope| {
        let name = scope.build_string();
        CLASSES.iter().find(|(start, _)| name.starts_with(start)).map(|(_, class)| *class)
    })
}

/// Commands of Windows' shell by its own grammar; PowerShell's options, texts, variables and pipes look as those of
/// other shells do.
fn grammar(text: &str) -> Option<&'static SyntaxReference> {
    let head = text.trim_start_matches(['"', ' ']).to_ascii_lowercase();
    let is_batch = head.starts_with("cmd") || head.contains("\\cmd.exe") || head.starts_with("@echo");
    GRAMMARS.find_syntax_by_name(if is_batch { "Batch File" } else { "Bourne Again Shell (bash)" })
}

#[cfg(test)]
mod tests {
    use super::colour;
    use crate::kql::Class;

    #[test]
    fn options_and_texts_of_a_command_line_have_classes() {
        let text = "powershell -nop -Command \"IEX $x\" | out-file 5";
        let classes: Vec<_> = colour(text).into_iter().map(|(span, class)| (text[span].trim(), class)).collect();
        assert!(classes.contains(&("powershell", Class::Function)), "{classes:?}");
        assert!(classes.iter().any(|it| it.1 == Class::Option && it.0.starts_with("-nop")), "{classes:?}");
        assert!(classes.contains(&("|", Class::ScalarOperator)), "{classes:?}");
        assert!(classes.iter().any(|it| it.1 == Class::String && it.0.contains("IEX")), "{classes:?}");
        assert!(colour("").is_empty());
    }
}
