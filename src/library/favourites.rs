//! Queries that the user wants on top: a file of their keys, shared by all copies of Tallyho.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::private_file::write_private;

/// Reads the keys; a file that is not there has none.
pub fn load_favourites(path: &Path) -> Result<BTreeSet<String>, String> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| format!("{} is damaged: {error}", path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

/// Makes a query a favourite or no longer one, and returns all that are. Another copy may have changed the file: it is
/// read again. A damaged one is kept beside the new one.
pub fn set_favourite(path: &Path, key: &str, wanted: bool) -> Result<BTreeSet<String>, String> {
    let mut keys = match load_favourites(path) {
        Ok(keys) => keys,
        Err(_) => {
            let _ = fs::rename(path, path.with_extension("damaged.json"));
            BTreeSet::new()
        }
    };
    if wanted {
        keys.insert(key.to_owned());
    } else {
        keys.remove(key);
    }
    let text = serde_json::to_string_pretty(&keys).map_err(|error| error.to_string())?;
    write_private(path, &text, true).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn favourites_are_kept_and_a_damaged_file_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/favourites.json");
        assert_eq!(load_favourites(&path), Ok(BTreeSet::new()));
        set_favourite(&path, "/a.kql", true).unwrap();
        set_favourite(&path, "/b.kql#2", true).unwrap();
        let left = set_favourite(&path, "/a.kql", false).unwrap();
        assert_eq!(left.iter().collect::<Vec<_>>(), ["/b.kql#2"]);
        assert_eq!(load_favourites(&path), Ok(left));
        fs::write(&path, "[").unwrap();
        assert!(load_favourites(&path).unwrap_err().contains("is damaged"));
        set_favourite(&path, "/c.kql", true).unwrap();
        assert_eq!(fs::read_to_string(path.with_extension("damaged.json")).unwrap(), "[");
    }
}
