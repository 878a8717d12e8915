//! What was compiled once and is used for every batch: patterns, needles, lists.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Distinct texts that are remembered; a pattern that comes from a column starts afresh past it.
const CAPACITY: usize = 256;

type Entries = HashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>;

/// Values built from a text, one for each text and type.
#[derive(Default)]
pub(super) struct Memo {
    entries: Mutex<Entries>,
}

impl Memo {
    /// What `build` makes of the text, from memory when it was built before.
    pub(super) fn get<T: Send + Sync + 'static>(&self, text: &str, build: impl FnOnce(&str) -> T) -> Arc<T> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (TypeId::of::<T>(), text.to_owned());
        if let Some(found) = entries.get(&key).and_then(|entry| Arc::clone(entry).downcast::<T>().ok()) {
            return found;
        }
        if entries.len() >= CAPACITY {
            entries.clear();
        }
        let built = Arc::new(build(text));
        let entry: Arc<T> = Arc::clone(&built);
        entries.insert(key, entry);
        built
    }
}
