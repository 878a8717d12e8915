//! JSON paths: `$.a['b'][0]`.

use crate::engine::functions::Step;
use crate::engine::functions::json;

/// The steps behind `$`; `None` when the text is no such path.
pub(in crate::engine::functions) fn parse(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix('.') {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Step::Key(name.get(..end).filter(|key| !key.is_empty() && *key != "*")?.to_owned()));
            rest = &name[end..];
        } else {
            let (step, after) = rest.strip_prefix('[')?.split_once(']')?;
            let quoted = step.strip_prefix(['\'', '"']).and_then(|step| step.strip_suffix(['\'', '"']));
            steps.push(match quoted {
                Some(key) => Step::Key(key.to_owned()),
                None => Step::Index(step.parse().ok()?),
            });
            rest = after;
        }
    }
    (!steps.is_empty()).then_some(steps)
}

/// What the steps lead to.
pub(in crate::engine::functions) fn descend<'a>(text: &'a str, steps: &[Step]) -> Option<&'a str> {
    steps.iter().try_fold(text, |value, step| match step {
        Step::Key(key) => json::member(value, key),
        Step::Index(index) => json::element(value, *index),
    })
}
