//! `parse` and `parse-where`: what a pattern of texts and columns takes out of one text.

use arrow::array::StringBuilder;
use datafusion::common::Result;
use memchr::memmem::Finder;
use regex::{CaptureLocations, Regex, RegexBuilder};

use super::extract::Taker;
use crate::engine::error::EngineError;
use crate::kql::{ParseMode, ParseStep, ParseTemplate, ScalarType};

/// What a compiled pattern may take, in bytes.
const REGEX_SIZE_LIMIT: usize = 1 << 24;

/// A pattern made ready.
pub(super) struct Parser {
    mode: ParseMode,
    drops: bool,
    how: How,
    /// Where what lies between texts must not hold line ends; only for patterns in which it may.
    within_lines: Option<Compiled>,
    n_columns: usize,
}

enum How {
    /// Texts are searched for, one after the other.
    Search(Vec<Step>),
    Regex(Compiled),
}

enum Step {
    Text(Box<Finder<'static>>),
    Any,
    Column,
}

struct Compiled {
    regex: Regex,
    found: CaptureLocations,
}

impl Parser {
    pub(super) fn new(pattern: &ParseTemplate, types: &[ScalarType]) -> Result<Self> {
        let step = |step: &ParseStep| match step {
            ParseStep::Text(text) => Step::Text(Box::new(Finder::new(text).into_owned())),
            ParseStep::Any => Step::Any,
            ParseStep::Column(_) => Step::Column,
        };
        let how = if pattern.is_plain() {
            How::Search(pattern.steps.iter().map(step).collect())
        } else {
            How::Regex(Compiled::new(pattern, true)?)
        };
        let is_regex = pattern.mode == ParseMode::Regex;
        Ok(Self {
            mode: pattern.mode,
            drops: pattern.drops,
            how,
            within_lines: if is_regex { None } else { Some(Compiled::new(pattern, false)?) },
            n_columns: types.len(),
        })
    }

    /// The texts of the columns, as places in the text.
    fn find(&mut self, text: &str) -> Option<Vec<(usize, usize)>> {
        match &mut self.how {
            How::Search(steps) => search(steps, text),
            How::Regex(compiled) => compiled.find(text, self.n_columns),
        }
    }
}

impl Taker for Parser {
    fn take(&mut self, text: &str, columns: &mut [StringBuilder]) -> Result<bool> {
        let found = self.find(text);
        if let Some(within_lines) = &mut self.within_lines
            && text.contains('\n')
            && within_lines.find(text, self.n_columns) != found
        {
            let message = "parse met a text of several lines, and its pattern would have to reach over a line end: \
                           whether Kusto's does is not known; kind=regex with flags=s does"
                .to_owned();
            return Err(EngineError::Query { message, span: None }.into());
        }
        for (index, column) in columns.iter_mut().enumerate() {
            match &found {
                Some(places) => column.append_value(&text[places[index].0..places[index].1]),
                None => column.append_null(),
            }
        }
        Ok(found.is_some())
    }

    fn is_atomic(&self) -> bool {
        self.mode != ParseMode::Relaxed
    }

    fn drops(&self) -> bool {
        self.drops
    }

    /// `tolong()` reads hexadecimal digits too; `parse` does not.
    fn is_no_value(&self, text: &str, ty: ScalarType) -> bool {
        matches!(ty, ScalarType::Int | ScalarType::Long) && text.contains(['x', 'X'])
    }
}

impl Compiled {
    fn new(pattern: &ParseTemplate, across_lines: bool) -> Result<Self> {
        let text = pattern.regex(across_lines).map_err(EngineError::internal)?;
        let built = RegexBuilder::new(&text).octal(true).size_limit(REGEX_SIZE_LIMIT).build();
        let regex = built.map_err(|error| EngineError::Query { message: error.to_string(), span: None })?;
        let found = regex.capture_locations();
        Ok(Self { regex, found })
    }

    fn find(&mut self, text: &str, n_columns: usize) -> Option<Vec<(usize, usize)>> {
        self.regex.captures_read(&mut self.found, text)?;
        Some((1..=n_columns).map(|group| self.found.get(group).unwrap_or_default()).collect())
    }
}

/// Each text is looked for from where the one before ends: the earliest place leaves the most behind it, and is what a
/// value that takes as little as it can means. A pattern that ends with a text has to end where the whole text does.
fn search(steps: &[Step], text: &str) -> Option<Vec<(usize, usize)>> {
    let mut places = Vec::new();
    let mut at = 0;
    let mut open = None;
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Any => {}
            Step::Column => open = Some(at),
            Step::Text(finder) => {
                let needle = finder.needle();
                let found = if index + 1 == steps.len() {
                    let start = text.len().checked_sub(needle.len())?;
                    (start >= at && text.as_bytes().ends_with(needle)).then_some(start)?
                } else {
                    at + finder.find(&text.as_bytes()[at..])?
                };
                places.extend(open.take().map(|start| (start, found)));
                at = found + needle.len();
            }
        }
    }
    places.extend(open.map(|start| (start, text.len())));
    Some(places)
}
