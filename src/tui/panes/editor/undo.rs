//! Undo by what the user did: a typed word, a paste, a loaded query is one step, whatever the text area made of it.

/// What kind of change it was; changes of one kind that follow each other can become one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Typing,
    Deleting,
    /// Always a step of its own.
    Whole,
}

#[derive(Debug, Clone, Copy)]
struct Group {
    change: Change,
    /// Edits of the text area.
    n_edits: usize,
    /// Where the cursor was behind it, to see whether the next change continues it.
    end: (usize, usize),
}

/// The steps that were done and those that were undone.
#[derive(Debug, Default)]
pub(super) struct UndoGroups {
    done: Vec<Group>,
    undone: Vec<Group>,
}

impl UndoGroups {
    /// Notes a change of so many edits that began with the cursor at `start` and left it at `end`.
    pub(super) fn note(&mut self, change: Change, n_edits: usize, start: (usize, usize), end: (usize, usize)) {
        if n_edits == 0 {
            return;
        }
        self.undone.clear();
        match self.done.last_mut() {
            Some(last)
                if change != Change::Whole && last.change == change && last.end == start && last.n_edits < 64 =>
            {
                last.n_edits += n_edits;
                last.end = end;
            }
            _ => self.done.push(Group { change, n_edits, end }),
        }
    }

    /// Ends the step: what follows is a new one.
    pub(super) fn close(&mut self) {
        if let Some(last) = self.done.last_mut() {
            last.change = Change::Whole;
        }
    }

    /// Edits to take back.
    pub(super) fn undo(&mut self) -> usize {
        let Some(group) = self.done.pop() else { return 0 };
        self.undone.push(group);
        group.n_edits
    }

    /// Edits to make again.
    pub(super) fn redo(&mut self) -> usize {
        let Some(mut group) = self.undone.pop() else { return 0 };
        group.change = Change::Whole;
        self.done.push(group);
        group.n_edits
    }
}
