//! One row with all its fields: their types, JSON as a tree, what hides in texts, what values are. On a wide screen it
//! stands beside the grid, else in its place.

mod draw;
mod facts;
mod items;

use ratatui::layout::Rect;

use self::items::{Items, Opened, Place, key};
use crate::kql::string_literal;
use crate::result::{JsonKind, JsonTree, ResultSet, condition};
use crate::tui::action::Action;

pub(in crate::tui) use draw::draw;
pub(in crate::tui) use facts::{Colours, Facts};

/// The open record.
#[derive(Debug, Default)]
pub(in crate::tui) struct Record {
    /// The row among those that are seen.
    pub(in crate::tui) row: usize,
    facts: Facts,
    /// A worker was asked about this row of the answer.
    asked: Option<(usize, u64)>,
    open: Opened,
    items: Items,
    /// The item under the cursor, by its place in the list.
    item: usize,
    top: usize,
    page: usize,
    /// What the lines were made for: changes make them again.
    made_for: Option<(usize, u16)>,
    search: String,
    /// What was opened last is to be brought into view.
    reveal: bool,
}

impl Record {
    pub(in crate::tui) fn new(row: usize) -> Self {
        Self { row, ..Self::default() }
    }

    pub(in crate::tui) fn show(&mut self, row: usize) {
        self.row = row;
    }

    /// True when a worker has to look at this row of the answer; it is asked once, under that number.
    pub(in crate::tui) fn next_study(&mut self, row: usize, id: u64) -> bool {
        let is_new = self.asked.is_none_or(|(asked, _)| asked != row);
        if is_new {
            self.asked = Some((row, id));
        }
        is_new
    }

    fn is_awaited(&self, id: u64) -> bool {
        self.asked.is_some_and(|(_, asked)| asked == id)
    }

    /// A worker has looked at a row. False when it is another one by now.
    pub(in crate::tui) fn learned(&mut self, id: u64, facts: Facts) -> bool {
        if !self.is_awaited(id) {
            return false;
        }
        self.facts = facts;
        self.made_for = None;
        true
    }

    pub(in crate::tui) fn coloured(&mut self, id: u64, colours: Colours) -> bool {
        if !self.is_awaited(id) || self.facts.row != colours.row || self.facts.is_quick {
            return false;
        }
        self.facts.colour(colours);
        self.made_for = None;
        true
    }

    fn place(&self) -> Option<Place> {
        self.items.places.get(self.item).copied()
    }

    fn tree(&self, col: usize) -> Option<&JsonTree> {
        self.facts.fields.get(col)?.tree.as_ref()
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        let page = self.page.max(2) - 1;
        let last = self.items.places.len().saturating_sub(1);
        match action {
            Action::Up if self.first_line() < self.top => self.top -= 1,
            Action::Up => self.item = self.item.saturating_sub(1),
            // A value that is longer than the page is scrolled through before the next one.
            Action::Down if self.last_line() >= self.top + self.page => self.top += 1,
            Action::Down => self.item = (self.item + 1).min(last),
            Action::PageUp => self.turn(-(page as isize)),
            Action::PageDown => self.turn(page as isize),
            Action::First => (self.item, self.top) = (0, 0),
            Action::Last => self.item = last,
            Action::Right => self.set_open(true),
            Action::Left => self.close(),
            Action::Open => {
                let is_open = self.place().is_some_and(|it| self.open.contains(&key(&self.facts, it)));
                self.set_open(!is_open);
            }
            Action::OpenAll => self.open_all(),
            _ => {}
        }
    }

    fn first_line(&self) -> usize {
        self.items.lines.partition_point(|it| it.item < self.item)
    }

    fn last_line(&self) -> usize {
        self.items.lines.partition_point(|it| it.item <= self.item).saturating_sub(1)
    }

    /// The last line of what is in the item under the cursor.
    fn last_line_inside(&self) -> usize {
        let Some(place) = self.place() else { return self.last_line() };
        let is_inside = |it: &Place| match (place, *it) {
            (Place::Node(col, node), Place::Node(of, at)) => {
                of == col && self.tree(col).is_some_and(|tree| (node..tree.end(node)).contains(&at))
            }
            (Place::Field(col), it) => it.col() == col,
            _ => *it == place,
        };
        let n_inside = self.items.places[self.item..].iter().take_while(|it| is_inside(it)).count();
        self.items.lines.partition_point(|it| it.item < self.item + n_inside).saturating_sub(1)
    }

    /// Moves the view by lines, and the cursor with it.
    fn turn(&mut self, by: isize) {
        let end = self.items.lines.len().saturating_sub(1);
        let line = self.first_line().max(self.top).saturating_add_signed(by).min(end);
        self.top = self.top.saturating_add_signed(by);
        self.item = self.items.lines.get(line).map_or(self.item, |it| it.item);
    }

    /// True when a place has something to open: values inside, or lines that are folded.
    fn set_open(&mut self, open: bool) {
        let Some(place) = self.place() else { return };
        let key = key(&self.facts, place);
        if open {
            self.open.insert(key);
            self.reveal = true;
        } else {
            self.open.remove(&key);
        }
        self.made_for = None;
    }

    /// Closes what is open; what is closed already goes to what it is in.
    fn close(&mut self) {
        let Some(place) = self.place() else { return };
        if self.open.remove(&key(&self.facts, place)) {
            self.made_for = None;
            return;
        }
        let parent = match place {
            Place::Node(col, node) => match self.tree(col).and_then(|it| it.parent(node)) {
                Some(0) | None => Place::Field(col),
                Some(parent) => Place::Node(col, parent),
            },
            Place::Hidden(col, _) => Place::Field(col),
            Place::Field(_) => return,
        };
        self.go_to(parent);
    }

    fn go_to(&mut self, place: Place) {
        if let Some(at) = self.items.places.iter().position(|it| *it == place) {
            self.item = at;
        }
    }

    /// Opens everything in the field under the cursor, or closes it again.
    fn open_all(&mut self) {
        let Some(place) = self.place() else { return };
        let col = place.col();
        let whole = (col, String::new());
        self.made_for = None;
        if self.open.contains(&whole) {
            self.open.retain(|(it, _)| *it != col);
            self.go_to(Place::Field(col));
            return;
        }
        let paths = self.tree(col).map_or_else(Vec::new, |tree| {
            let inner = (0..tree.nodes().len()).filter(|at| tree.nodes()[*at].n_children > 0);
            inner.take(10_000).map(|at| (col, tree.accessor("", at))).collect()
        });
        self.open.extend(paths);
        self.reveal = true;
        self.open.insert(whole);
    }

    /// Lines that are not seen below the view.
    pub(in crate::tui) fn n_below(&self) -> usize {
        self.items.lines.len().saturating_sub(self.top + self.page)
    }

    /// Makes what is shown of a row of the answer.
    pub(in crate::tui) fn arrange(&mut self, set: &ResultSet, row: usize, area: Rect) {
        if self.facts.row != row || self.facts.fields.len() != set.columns().len() {
            self.facts = Facts::quick(set, row);
            self.made_for = None;
        }
        if self.made_for != Some((row, area.width)) {
            let before = self.place();
            self.items = items::items(set, &self.facts, &self.open, area.width);
            self.made_for = Some((row, area.width));
            // The cursor stays on what it was on, as far as it is still there.
            match before {
                Some(place) if self.items.places.contains(&place) => self.go_to(place),
                Some(place) => self.go_to(Place::Field(place.col())),
                None => {}
            }
        }
        self.item = self.item.min(self.items.places.len().saturating_sub(1));
        self.page = usize::from(area.height).max(1);
        let (first, last) = (self.first_line(), self.last_line());
        if last < self.top || first >= self.top + self.page {
            self.top = first.min((last + 1).saturating_sub(self.page).max(first.min(self.top)));
            self.top = if first < self.top { first } else { self.top };
        } else if last - first < self.page {
            self.top = self.top.min(first).max((last + 1).saturating_sub(self.page));
        }
        if std::mem::take(&mut self.reveal) {
            self.top = self.top.max((self.last_line_inside() + 1).saturating_sub(self.page)).min(first);
        }
        self.top = self.top.min(self.items.lines.len().saturating_sub(self.page));
    }

    /// The exact value under the cursor, and what it is called.
    pub(in crate::tui) fn value(&self, set: &ResultSet) -> Option<(String, String)> {
        let place = self.place()?;
        let col = place.col();
        let name = set.columns().get(col)?.name.clone();
        match place {
            Place::Field(_) => Some((set.cell(self.facts.row, col).text().into_owned(), name)),
            Place::Hidden(_, at) => {
                let hidden = self.facts.fields.get(col)?.decoded.get(at)?;
                Some((hidden.original.clone(), format!("what was decoded in {name}")))
            }
            Place::Node(_, node) => {
                let tree = self.tree(col)?;
                Some((tree.text(node)?, self.path()?))
            }
        }
    }

    /// The expression of KQL that reaches what is under the cursor.
    pub(in crate::tui) fn path(&self) -> Option<String> {
        let place = self.place()?;
        let field = self.facts.fields.get(place.col())?;
        match place {
            Place::Node(_, node) => Some(field.tree.as_ref()?.accessor(&field.root, node)),
            Place::Field(_) | Place::Hidden(..) => Some(field.root.clone()),
        }
    }

    /// The name of the column under the cursor.
    pub(in crate::tui) fn column<'a>(&self, set: &'a ResultSet) -> Option<&'a str> {
        set.columns().get(self.place()?.col()).map(|it| it.name.as_str())
    }

    /// A condition that the value under the cursor fulfils, or that all others do.
    pub(in crate::tui) fn condition(&self, set: &ResultSet, wanted: bool) -> Option<String> {
        let place = self.place()?;
        let Place::Node(col, node) = place else {
            let column = set.columns().get(place.col())?;
            return Some(condition(column, set.cell(self.facts.row, place.col()), wanted));
        };
        let path = self.path()?;
        let node = &self.tree(col)?.nodes()[node];
        let (equal, not) = if wanted { ("==", "") } else { ("!=", "not") };
        Some(match node.kind {
            JsonKind::Bool => format!("tobool({path}) {equal} {}", node.value),
            JsonKind::Number if node.value.parse::<i64>().is_ok() => format!("tolong({path}) {equal} {}", node.value),
            JsonKind::Number if node.value.contains(['.', 'e', 'E']) => {
                format!("toreal({path}) {equal} real({})", node.value)
            }
            // A whole number that no long holds is compared as it is written.
            JsonKind::String | JsonKind::Number => {
                format!("tostring({path}) {equal} {}", string_literal(&node.value))
            }
            JsonKind::Null => format!("is{not}null({path})"),
            JsonKind::Object | JsonKind::Array if wanted => format!("isnotnull({path})"),
            JsonKind::Object | JsonKind::Array => format!("isnull({path})"),
        })
    }

    /// The row as JSON.
    pub(in crate::tui) fn json(&self, set: &ResultSet) -> String {
        let cells = set.columns().iter().enumerate().map(|(col, column)| {
            let name = serde_json::to_string(&column.name).unwrap_or_default();
            format!("  {name}: {}", set.cell_json(self.facts.row, col))
        });
        format!("{{\n{}\n}}", cells.collect::<Vec<_>>().join(",\n"))
    }

    /// The row with a line for each column.
    pub(in crate::tui) fn text(&self, set: &ResultSet) -> String {
        let fields = set.columns().iter().enumerate();
        let lines = fields.map(|(col, column)| format!("{}\t{}", column.name, set.cell(self.facts.row, col).text()));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Looks for a text in names and values, also in what is closed, from the cursor on: opens what it is in. Says how
    /// many there are and which this is.
    pub(in crate::tui) fn find(
        &mut self,
        set: &ResultSet,
        words: Option<&str>,
        forward: bool,
    ) -> Option<(usize, usize)> {
        if let Some(words) = words {
            words.to_lowercase().clone_into(&mut self.search);
        }
        if self.search.is_empty() {
            return None;
        }
        let found: Vec<Place> = self.all_places().filter(|it| self.matches(set, *it)).collect();
        let order = |it: &Place| match *it {
            Place::Field(col) => (col, 0, 0),
            Place::Hidden(col, at) => (col, 1, at),
            Place::Node(col, node) => (col, 2, node),
        };
        let here = self.place().map(|it| order(&it));
        let at = if forward {
            found.iter().position(|it| here.is_none_or(|here| order(it) > here)).unwrap_or(0)
        } else {
            found
                .iter()
                .rposition(|it| here.is_none_or(|here| order(it) < here))
                .unwrap_or(found.len().saturating_sub(1))
        };
        let place = *found.get(at)?;
        self.uncover(place);
        self.items = items::items(set, &self.facts, &self.open, self.made_for.map_or(80, |it| it.1));
        self.go_to(place);
        Some((at + 1, found.len()))
    }

    /// True when a tree does not hold all values of its text.
    pub(in crate::tui) fn is_cut(&self) -> bool {
        self.facts.fields.iter().any(|it| it.tree.as_ref().is_some_and(|it| it.is_cut))
    }

    fn all_places(&self) -> impl Iterator<Item = Place> {
        self.facts.fields.iter().enumerate().flat_map(|(col, field)| {
            let hidden = (0..field.decoded.len()).map(move |at| Place::Hidden(col, at));
            let nodes = field.tree.as_ref().map_or(1, |it| it.nodes().len());
            std::iter::once(Place::Field(col)).chain(hidden).chain((1..nodes).map(move |it| Place::Node(col, it)))
        })
    }

    fn matches(&self, set: &ResultSet, place: Place) -> bool {
        let has = |text: &str| text.to_lowercase().contains(&self.search);
        let Some(field) = self.facts.fields.get(place.col()) else { return false };
        match place {
            // What is in a tree is found there.
            Place::Field(col) => {
                set.columns().get(col).is_some_and(|it| has(&it.name)) || field.tree.is_none() && has(&field.text)
            }
            Place::Hidden(_, at) => field.decoded.get(at).is_some_and(|it| has(&it.text)),
            Place::Node(_, node) => field.tree.as_ref().is_some_and(|tree| {
                let node = &tree.nodes()[node];
                let named = matches!(&node.step, crate::result::JsonStep::Name(it) if has(it));
                // A text that is JSON is found by what is in it.
                named
                    || node.n_children == 0
                        && !matches!(node.kind, JsonKind::Object | JsonKind::Array)
                        && has(&node.value)
            }),
        }
    }

    /// Opens everything that a place is in.
    fn uncover(&mut self, place: Place) {
        let Place::Node(col, node) = place else { return };
        self.open.insert((col, String::new()));
        let mut at = node;
        while let Some(parent) = self.tree(col).and_then(|it| it.parent(at)) {
            let opened = key(&self.facts, Place::Node(col, parent));
            self.open.insert(opened);
            at = parent;
        }
    }
}
