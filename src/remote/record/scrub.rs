//! Recordings without the people, machines and tenant they are about: the same value becomes the same replacement in
//! all files, so that queries still find their answers and joins still join.
//!
//! Values are known by the column that they stand in ([`columns`]) and by their form ([`text`]). What a column has made
//! known is then looked for as a whole word in every other text, command lines and queries included. Which replacement
//! a value gets depends on a key that is made for one run and kept nowhere.
//!
//! The keys of objects, the names of columns, numbers and the order of things stay as they are, so that the scrubbed
//! folder replays. A name in free text that no column and no form gives away stays too: nothing can know it.

mod columns;
mod json;
mod names;
mod text;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::facts::{About, FORMAT, Facts};
use super::{create_new, private_folder};
use names::Names;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScrubReport {
    pub n_exchanges: usize,
    /// Kind of value, and how many different ones were replaced.
    pub replaced: Vec<(&'static str, usize)>,
    /// What is left and should be looked at by a person, a sentence each.
    pub left: Vec<String>,
}

/// Reads the exchanges of one folder and writes them scrubbed into another, where nothing is overwritten. Files that
/// are no exchanges are not copied.
pub fn scrub(from: &Path, to: &Path) -> io::Result<ScrubReport> {
    let mut stems = stems(from)?;
    stems.sort();
    let mut names = Names::new();
    // First everything that columns make known, then the rewriting, which uses all of it.
    for (stem, facts) in &stems {
        learn(stem, facts, &mut names)?;
    }
    private_folder(to)?;
    let mut n_kept_keys = 0;
    for (stem, facts) in &stems {
        let name = stem.file_name().unwrap_or_default();
        let body = fs::read(stem.with_added_extension("body"))?;
        let body = rewrite_body(&body, &mut names, &mut n_kept_keys);
        create_new(&to.join(name).with_added_extension("body"))?.write_all(&body)?;
        let facts = rewrite_facts(facts, body.len() as u64, &mut names);
        super::write_facts(&to.join(name), &facts)?;
    }
    Ok(report(stems.len(), n_kept_keys, &names))
}

/// The exchanges of a folder: the paths of their files without endings.
fn stems(folder: &Path) -> io::Result<Vec<(PathBuf, StemFacts)>> {
    let mut stems = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "json")
            && let Some(facts) = super::replay::read_facts(&path)
        {
            stems.push((path.with_extension(""), StemFacts(facts)));
        }
    }
    if stems.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "there is no recorded exchange there"));
    }
    Ok(stems)
}

/// Facts that are sorted by the path beside them.
struct StemFacts(Facts);

impl PartialEq for StemFacts {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for StemFacts {}

impl PartialOrd for StemFacts {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StemFacts {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

/// Collects what columns and forms give away.
fn learn(stem: &Path, facts: &StemFacts, names: &mut Names) -> io::Result<()> {
    let body = fs::read(stem.with_added_extension("body"))?;
    rewrite_body(&body, names, &mut 0);
    text::of_query(&facts.0.about.query, names);
    Ok(())
}

/// JSON keeps its shape; anything else is a text.
fn rewrite_body(body: &[u8], names: &mut Names, n_kept_keys: &mut usize) -> Vec<u8> {
    match json::kind_of(body) {
        json::Kind::Whole | json::Kind::Cut => json::rewrite(body, names, n_kept_keys),
        json::Kind::Other => text::of_text(&String::from_utf8_lossy(body), names).into_bytes(),
    }
}

fn rewrite_facts(facts: &StemFacts, bytes: u64, names: &mut Names) -> Facts {
    let mut facts = facts.0.clone();
    facts.format = FORMAT;
    "scrubbed".clone_into(&mut facts.connection);
    facts.base_url = text::of_address(&facts.base_url, names);
    facts.about = About {
        query: text::of_query(&facts.about.query, names),
        time_range: facts.about.time_range,
        parameters: facts.about.parameters.into_iter().map(|(key, it)| (key, text::of_query(&it, names))).collect(),
    };
    facts.request.path = text::of_text(&facts.request.path, names);
    rewrite_request(&mut facts.request.body, names);
    for (_, value) in &mut facts.answer.headers {
        *value = text::of_text(value, names);
    }
    facts.answer.bytes = bytes;
    facts
}

/// The request's body, where the texts of `Query` and `csl` are queries.
fn rewrite_request(value: &mut Value, names: &mut Names) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(query) if ["query", "csl"].iter().any(|it| key.eq_ignore_ascii_case(it)) => {
                        *query = text::of_query(query, names);
                    }
                    other => rewrite_request(other, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| rewrite_request(it, names)),
        Value::String(text) => *text = text::of_text(text, names),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn report(n_exchanges: usize, n_kept_keys: usize, names: &Names) -> ScrubReport {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for class in names.classes() {
        *counts.entry(class.name()).or_default() += 1;
    }
    let mut left = vec![
        "Names of people, machines and organisations in free text (command lines, subjects, titles) and in \
         encoded text (base64) stay where no column or form gives them away: look through the files before they leave your hands."
            .to_owned(),
    ];
    if names.n_short() > 0 {
        left.push(format!(
            "{} names are so short or plain that they were replaced in their own columns only.",
            names.n_short()
        ));
    }
    if n_kept_keys > 0 {
        left.push(format!(
            "{n_kept_keys} names of columns or keys hold a value that is replaced elsewhere; keys stay."
        ));
    }
    ScrubReport { n_exchanges, replaced: counts.into_iter().collect(), left }
}
