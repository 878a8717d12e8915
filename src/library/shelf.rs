//! A folder of the library: its queries, and what is wrong with its files.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::hunt::{self, Fault, Hunt};
use super::{sentinel, walk};
use crate::text;

/// Files larger than this are no queries.
const MAX_BYTES: u64 = 8 << 20;
/// Files of one folder that are read; nobody looks through more.
const MAX_FILES: usize = 20_000;

/// What a folder holds, in the order of names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    /// The folder, or the one file that was named.
    pub root: PathBuf,
    pub hunts: Vec<Hunt>,
    pub faults: Vec<Fault>,
    /// There is no such folder.
    pub is_missing: bool,
}

impl Shelf {
    /// Reads a folder with all that is below it, or a single file. Nothing is run. Blocks.
    pub fn read(root: &Path) -> Self {
        let mut shelf = Self { root: root.to_owned(), ..Self::default() };
        if !root.exists() {
            shelf.is_missing = true;
            return shelf;
        }
        let mut unread = Vec::new();
        let mut named = walk::files(root, &mut |path, why| unread.push((path.to_owned(), why)));
        for (path, why) in unread {
            shelf.fault(&path, format!("it cannot be read: {why}"));
        }
        named.retain(|it| it.is_asked || form(&it.path).is_some());
        if named.len() > MAX_FILES {
            shelf.fault(root, format!("of {} files the first {MAX_FILES} are read", named.len()));
            named.truncate(MAX_FILES);
        }
        for file in named {
            shelf.take(&file.path);
        }
        shelf.tell_twins();
        shelf
    }

    fn take(&mut self, path: &Path) {
        let text = match read(path) {
            Ok(text) => text,
            Err(why) => return self.fault(path, why),
        };
        let below = path.strip_prefix(&self.root).ok().filter(|it| !it.as_os_str().is_empty());
        let below = below.map_or_else(|| PathBuf::from(path.file_name().unwrap_or_default()), Path::to_path_buf);
        if form(path) == Some(Form::Yaml) {
            let described = sentinel::of_yaml(&text, path, &below);
            self.hunts.extend(described.hunts);
            self.faults.extend(described.faults);
            return;
        }
        let hunts = hunt::of_text(&text, path, &below);
        if hunts.is_empty() {
            self.fault(path, "no query is in it".to_owned());
        }
        self.hunts.extend(hunts);
    }

    fn fault(&mut self, path: &Path, message: String) {
        self.faults.push(Fault { path: path.to_owned(), line: 1, column: 1, message, is_fatal: true });
    }

    /// Queries of one id: somebody has copied a file and not changed it all.
    fn tell_twins(&mut self) {
        let mut first: HashMap<String, PathBuf> = HashMap::new();
        let mut faults = Vec::new();
        for hunt in &self.hunts {
            let Some(id) = &hunt.id else { continue };
            if let Some(other) = first.get(&id.to_lowercase()) {
                let message = format!("it has the same id as {}", other.display());
                faults.push(Fault { path: hunt.path.clone(), line: 1, column: 1, message, is_fatal: false });
            } else {
                first.insert(id.to_lowercase(), hunt.below.clone());
            }
        }
        self.faults.extend(faults);
    }
}

#[derive(PartialEq, Eq)]
enum Form {
    Text,
    Yaml,
}

/// What a file of that name holds; notes and licences lie in such folders too.
fn form(path: &Path) -> Option<Form> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "kql" | "csl" => Some(Form::Text),
        "yaml" | "yml" => Some(Form::Yaml),
        _ => None,
    }
}

fn read(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| format!("it cannot be read: {error}"))?;
    if !size.is_file() {
        return Err("it is no file".to_owned());
    }
    if size.len() > MAX_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_BYTES >> 20));
    }
    let bytes = fs::read(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let is_utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    if !is_utf16 && bytes.contains(&0) {
        return Err("it is no text: it holds the byte 0x00".to_owned());
    }
    text::decode(bytes).map_err(|why| format!("it is not text in UTF-8: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_with_all_that_is_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        write("b/one.kql", b"// Beacons, T1071\n// tactics: command and control\nT | take 1\n");
        write("b/two.kql", b"// first\nT | take 1\n\n// only words\n\nU | take 2\n");
        write("a.yaml", b"id: X\nname: A\nquery: T\n");
        write("c.yml", b"id: x\nname: C\nquery: T\n");
        write("notes.txt", b"no query | at all");
        write("bad.kql", b"\xff\xfe\x00");
        write("zero.kql", b"a\0b");
        write("words.kql", b"// nothing yet\n");
        let shelf = Shelf::read(folder.path());
        let names: Vec<_> = shelf.hunts.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["A", "one", "two: first", "two (2)", "C"]);
        assert_eq!(shelf.hunts[1].techniques, ["T1071"]);
        assert_eq!(shelf.hunts[1].tactics, ["CommandAndControl"]);
        assert_eq!(shelf.hunts[3].line, 6);
        assert_eq!(shelf.hunts[1].below, Path::new("b/one.kql"));
        let faults: Vec<_> = shelf.faults.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults[0].contains("starts as UTF-16LE") && faults[1].contains("no query is in it"), "{faults:?}");
        assert!(faults[2].contains("0x00") && faults[3].contains("the same id as a.yaml"), "{faults:?}");
        assert!(Shelf::read(&folder.path().join("nowhere")).is_missing);
    }
}
