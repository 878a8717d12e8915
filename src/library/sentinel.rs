//! Hunting queries and analytics rules as Sentinel's repositories hold them: YAML with name, description, tactics,
//! techniques and the query. What is wrong is said with its line, and what is right is still taken.

use std::path::Path;

use saphyr::{MarkedYaml, Scalar, YamlData};

use super::hunt::{Fault, Hunt, line_of_query};
use super::yaml::{Offsets, documents, placed};
use super::{Lines, tactic};

/// What a file described, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Described {
    pub(super) hunts: Vec<Hunt>,
    pub(super) faults: Vec<Fault>,
}

/// Reads the descriptions of a file: one in each document, or a list of them in one.
pub(super) fn of_yaml(text: &str, path: &Path, below: &Path) -> Described {
    let mut reader = Reader {
        text,
        path,
        below,
        lines: Lines::of(text),
        offsets: Offsets::of(text),
        described: Described::default(),
    };
    let documents = match documents(text, &reader.offsets) {
        Ok(documents) => documents,
        Err((at, why)) => {
            reader.fault_at(at, why, true);
            return reader.described;
        }
    };
    if documents.is_empty() {
        reader.fault_at(0, "the file is empty", true);
    }
    for document in &documents {
        match &document.data {
            YamlData::Sequence(items) => items.iter().for_each(|item| reader.description(item)),
            _ => reader.description(document),
        }
    }
    let described = &mut reader.described;
    if described.hunts.len() > 1 {
        described.hunts.iter_mut().enumerate().for_each(|(nth, hunt)| hunt.nth = Some(nth));
    }
    reader.described
}

struct Reader<'t> {
    text: &'t str,
    path: &'t Path,
    below: &'t Path,
    lines: Lines<'t>,
    offsets: Offsets,
    described: Described,
}

impl Reader<'_> {
    fn description(&mut self, node: &MarkedYaml<'_>) {
        let YamlData::Mapping(_) = &node.data else {
            return self.fault(
                node,
                "a description of a query is expected here: name, description, tactics, query",
                true,
            );
        };
        let mut hunt = Hunt { below: self.below.to_owned(), path: self.path.to_owned(), ..Hunt::default() };
        hunt.name = self.one(node, "name").unwrap_or_else(|| {
            self.fault(node, "it has no 'name'; the file's is taken", false);
            self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
        });
        hunt.description = self.one(node, "description").map(|it| unquoted(&it)).unwrap_or_default();
        hunt.id = self.one(node, "id");
        hunt.tactics = self.words(node, &["tactics"], |word| {
            tactic::tactic(word).map(str::to_owned).ok_or_else(|| format!("'{word}' is no tactic of ATT&CK"))
        });
        hunt.techniques = self.words(node, &["relevantTechniques", "techniques"], |word| {
            tactic::technique(word).ok_or_else(|| format!("'{word}' is no technique: it is written T1059 or T1059.001"))
        });
        hunt.tables = self.tables(node);
        let Some(query) = member(node, "query") else {
            return self.fault(node, "it has no 'query'", true);
        };
        let YamlData::Value(Scalar::String(written)) = &query.data else {
            return self.fault(query, "the 'query' is no text", true);
        };
        if written.trim().is_empty() {
            return self.fault(query, "the 'query' is empty", true);
        }
        let placed = placed(written, self.text, self.offsets.span(query));
        hunt.line = line_of_query(&placed, &self.lines);
        written.trim_end().clone_into(&mut hunt.query);
        self.described.hunts.push(hunt);
    }

    /// The text of a member; one that is a number or a date is taken as it is written.
    fn one(&mut self, node: &MarkedYaml<'_>, name: &str) -> Option<String> {
        let value = member(node, name)?;
        match &value.data {
            YamlData::Value(Scalar::Null) => None,
            YamlData::Value(Scalar::String(text)) => Some(text.trim().to_owned()).filter(|it| !it.is_empty()),
            YamlData::Value(_) => self.text.get(self.offsets.span(value)).map(|it| it.trim().to_owned()),
            _ => {
                self.fault(value, &format!("the '{name}' is no text"), false);
                None
            }
        }
    }

    /// The words of a list, or a single one; those that are none are told.
    fn words(
        &mut self,
        node: &MarkedYaml<'_>,
        names: &[&str],
        known: impl Fn(&str) -> Result<String, String>,
    ) -> Vec<String> {
        let Some((name, value)) = names.iter().find_map(|name| Some((*name, member(node, name)?))) else {
            return Vec::new();
        };
        let items: Vec<&MarkedYaml<'_>> = match &value.data {
            YamlData::Sequence(items) => items.iter().collect(),
            YamlData::Value(Scalar::Null) => Vec::new(),
            YamlData::Value(_) => vec![value],
            _ => {
                self.fault(value, &format!("'{name}' is no list"), false);
                Vec::new()
            }
        };
        let mut words = Vec::new();
        for item in items {
            let YamlData::Value(Scalar::String(word)) = &item.data else {
                self.fault(item, &format!("'{name}' holds something that is no word"), false);
                continue;
            };
            match known(word) {
                Ok(word) if words.contains(&word) => {}
                Ok(word) => words.push(word),
                Err(why) => self.fault(item, &why, false),
            }
        }
        words
    }

    /// The tables of `requiredDataConnectors`.
    fn tables(&self, node: &MarkedYaml<'_>) -> Vec<String> {
        let mut tables = Vec::new();
        let Some(YamlData::Sequence(connectors)) = member(node, "requiredDataConnectors").map(|it| &it.data) else {
            return tables;
        };
        for connector in connectors {
            let Some(YamlData::Sequence(types)) = member(connector, "dataTypes").map(|it| &it.data) else { continue };
            for it in types {
                if let YamlData::Value(Scalar::String(name)) = &it.data
                    && !tables.iter().any(|known| known == name)
                {
                    tables.push(name.to_string());
                }
            }
        }
        tables
    }

    fn fault(&mut self, node: &MarkedYaml<'_>, message: &str, is_fatal: bool) {
        self.fault_at(self.offsets.span(node).start, message, is_fatal);
    }

    fn fault_at(&mut self, at: usize, message: impl Into<String>, is_fatal: bool) {
        let (line, column) = self.lines.place(at);
        self.described.faults.push(Fault {
            path: self.path.to_owned(),
            line,
            column,
            message: message.into(),
            is_fatal,
        });
    }
}

/// The value of a key, in any case.
fn member<'n, 'i>(node: &'n MarkedYaml<'i>, name: &str) -> Option<&'n MarkedYaml<'i>> {
    let YamlData::Mapping(pairs) = &node.data else { return None };
    pairs.iter().find_map(|(key, value)| match &key.data {
        YamlData::Value(Scalar::String(it)) if it.eq_ignore_ascii_case(name) => Some(value),
        _ => None,
    })
}

/// Many descriptions stand in quotes inside a block.
fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    inner.or_else(|| text.strip_prefix('"')?.strip_suffix('"')).unwrap_or(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Described {
        of_yaml(text, Path::new("/pack/a.yaml"), Path::new("a.yaml"))
    }

    const WHOLE: &str = "id: 1f2e\nname: Rare parent\ndescription: |\n  'Parents that\n  are rare.'\nrequiredDataConnectors:\n  - connectorId: MTP\n    dataTypes:\n      - DeviceProcessEvents\ntactics:\n  - Execution\n  - lateral movement\nrelevantTechniques: [t1059.001, T1021]\nquery: |\n\n  DeviceProcessEvents\n  | take 5\n";

    #[test]
    fn a_description_is_read_in_full() {
        let described = read(WHOLE);
        assert_eq!(described.faults, []);
        let hunt = &described.hunts[0];
        assert_eq!((hunt.name.as_str(), hunt.id.as_deref(), hunt.line), ("Rare parent", Some("1f2e"), 16));
        assert_eq!(hunt.description, "Parents that\nare rare.");
        assert_eq!(hunt.tactics, ["Execution", "LateralMovement"]);
        assert_eq!(hunt.techniques, ["T1059.001", "T1021"]);
        assert_eq!(hunt.tables, ["DeviceProcessEvents"]);
        assert_eq!(hunt.query, "\nDeviceProcessEvents\n| take 5");
    }

    #[test]
    fn every_fault_has_its_place_and_what_is_right_is_taken() {
        for (text, n_hunts, place, said) in [
            ("", 0, (1, 1), "the file is empty"),
            ("just text", 0, (1, 1), "a description of a query is expected here"),
            ("name: a\nquery: |\n\tT\n x: [", 0, (2, 8), "this is no YAML"),
            ("name: a\ntactics: [Execution]\n", 0, (1, 1), "it has no 'query'"),
            ("name: a\nquery: [1]\n", 0, (2, 8), "the 'query' is no text"),
            ("name: a\nquery: '  '\n", 0, (2, 8), "the 'query' is empty"),
            ("query: T\n", 1, (1, 1), "it has no 'name'"),
            ("name: a\ntactics:\n  - Execution\n  - Ececution\nquery: T\n", 1, (4, 5), "'Ececution' is no tactic"),
            ("name: a\nrelevantTechniques:\n- T1\nquery: T\n", 1, (3, 3), "'T1' is no technique"),
            ("name: a\ntactics: {a: b}\nquery: T\n", 1, (2, 10), "'tactics' is no list"),
            ("name: [a]\nquery: T\n", 1, (1, 7), "the 'name' is no text"),
        ] {
            let described = read(text);
            assert_eq!(described.hunts.len(), n_hunts, "{text}");
            let fault = described.faults.first().unwrap_or_else(|| panic!("{text:?} has no fault"));
            assert!(fault.message.contains(said), "{text:?}: {}", fault.message);
            assert_eq!((fault.line, fault.column), place, "{text:?}: {}", fault.message);
        }
    }

    #[test]
    fn a_file_that_nests_without_end_is_a_fault() {
        let mapping: String = (0..5_000).map(|it| format!("{}a:\n", " ".repeat(it))).collect();
        for text in [mapping, "- ".repeat(50_000), "? ".repeat(50_000), "[".repeat(100_000)] {
            let described = read(&text);
            assert!(described.hunts.is_empty() && described.faults.len() == 1, "{:?}", described.faults);
        }
    }

    #[test]
    fn several_descriptions_stand_in_documents_or_a_list() {
        for text in ["name: a\nquery: T\n---\nname: b\nquery: U\n", "- {name: a, query: T}\n- {name: b, query: U}\n"] {
            let names: Vec<_> = read(text).hunts.into_iter().map(|it| (it.name, it.nth)).collect();
            assert_eq!(names, [("a".to_owned(), Some(0)), ("b".to_owned(), Some(1))]);
        }
    }
}
