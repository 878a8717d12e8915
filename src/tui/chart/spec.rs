//! Which chart, and of which columns.

use crate::kql::ScalarType;
use crate::result::{Cell, Column, ResultSet};

/// Rows that are looked at to see what a dynamic column holds.
const SAMPLE: usize = 50;

/// The charts there are. Each is called as `render` calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Kind {
    Time,
    Line,
    Area,
    Scatter,
    Bar,
    Column,
    Pie,
    Card,
    Heat,
}

impl Kind {
    /// All of them, in the order in which one goes through them, with their names.
    pub(in crate::tui) const ALL: [(Self, &'static str); 9] = [
        (Self::Time, "timechart"),
        (Self::Line, "linechart"),
        (Self::Area, "areachart"),
        (Self::Scatter, "scatterchart"),
        (Self::Column, "columnchart"),
        (Self::Bar, "barchart"),
        (Self::Pie, "piechart"),
        (Self::Heat, "heat map"),
        (Self::Card, "card"),
    ];

    pub(in crate::tui) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Its name as a sentence begins with it.
    pub(super) fn sentence_start(self) -> String {
        let name = self.name();
        if name.starts_with(['a', 'e', 'i', 'o', 'u']) { format!("An {name}") } else { format!("A {name}") }
    }

    /// True when the horizontal axis is one of numbers or times, so that a part of it can be looked at.
    pub(in crate::tui) fn is_continuous(self) -> bool {
        matches!(self, Self::Time | Self::Line | Self::Area | Self::Scatter | Self::Heat)
    }
}

impl Kind {
    /// True when values are heights over an axis: only these have logarithms, panels and marked points.
    pub(in crate::tui) fn is_drawn_in_lines(self) -> bool {
        matches!(self, Self::Time | Self::Line | Self::Area | Self::Scatter)
    }
}

/// How several series share the place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tui) enum Stacking {
    #[default]
    Beside,
    Stacked,
    /// As shares of one hundred per cent.
    Full,
}

/// A chart of some columns.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Spec {
    pub(in crate::tui) kind: Kind,
    pub(in crate::tui) stacking: Stacking,
    /// The column along the horizontal axis; `None` counts the rows one by one, and in a card there is none.
    pub(in crate::tui) x: Option<usize>,
    /// The columns whose values are drawn. None of them: rows are counted.
    pub(in crate::tui) y: Vec<usize>,
    /// The columns whose values together name a series.
    pub(in crate::tui) series: Vec<usize>,
    /// Columns of 0, 1 and -1 that mark points.
    pub(in crate::tui) anomalies: Vec<usize>,
    pub(in crate::tui) title: Option<String>,
    pub(in crate::tui) x_title: Option<String>,
    pub(in crate::tui) y_title: Option<String>,
    pub(in crate::tui) legend: bool,
    pub(in crate::tui) log_y: bool,
    pub(in crate::tui) y_min: Option<f64>,
    pub(in crate::tui) y_max: Option<f64>,
    /// Each point adds to those before it.
    pub(in crate::tui) accumulate: bool,
    /// A panel for each value column, each with an axis of its own.
    pub(in crate::tui) panels: bool,
    /// What was asked for that a terminal does not do, in words.
    pub(in crate::tui) remarks: Vec<String>,
}

/// What a column can stand for in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Role {
    Time,
    Amount,
    /// Text and what else names things.
    Name,
    /// A list of times in each cell, as `make-series` has it.
    Times,
    /// A list of numbers in each cell.
    Amounts,
}

impl Spec {
    /// A chart of that kind of these columns, with nothing said beside.
    pub(in crate::tui) fn plain(kind: Kind) -> Self {
        Self {
            kind,
            stacking: Stacking::default(),
            x: None,
            y: Vec::new(),
            series: Vec::new(),
            anomalies: Vec::new(),
            title: None,
            x_title: None,
            y_title: None,
            legend: true,
            log_y: false,
            y_min: None,
            y_max: None,
            accumulate: false,
            panels: false,
            remarks: Vec::new(),
        }
    }

    /// The chart that fits a result of which nothing was said.
    pub(in crate::tui) fn guess(set: &ResultSet) -> Result<Self, String> {
        let roles = roles(set);
        let has = |role: Role| roles.contains(&role);
        let kind = match () {
            () if set.n_rows() == 0 => return Err("There are no rows to draw.".to_owned()),
            () if has(Role::Times) || has(Role::Time) => Kind::Time,
            () if set.n_rows() == 1 && has(Role::Amount) => Kind::Card,
            () if has(Role::Name) => Kind::Bar,
            () if roles.iter().filter(|it| **it == Role::Amount).count() > 1 => Kind::Line,
            () => Kind::Column,
        };
        Self::of_kind(kind, set)
    }

    /// A chart of that kind of the columns that suit it; in words why there is none.
    pub(in crate::tui) fn of_kind(kind: Kind, set: &ResultSet) -> Result<Self, String> {
        let roles = roles(set);
        let mut spec = Self::plain(kind);
        let of = |role: Role| roles.iter().position(|it| *it == role);
        let all = |role: Role| -> Vec<usize> { (0..roles.len()).filter(|it| roles[*it] == role).collect() };
        let (amounts, names) = (all(Role::Amount), all(Role::Name));
        // Rows of events are counted: their numbers are ids and ports. Rows that were summarised have few names.
        let counts = names.len() > 2 || amounts.is_empty();
        match kind {
            Kind::Card => {
                spec.y = amounts;
                if spec.y.is_empty() {
                    return Err(format!("A card shows numbers, and no column has any. {}", columns_text(set)));
                }
            }
            Kind::Time | Kind::Heat | Kind::Line | Kind::Area | Kind::Scatter => {
                let lists = of(Role::Times);
                let first = lists.or(of(Role::Time));
                let needs_time = matches!(kind, Kind::Time | Kind::Heat);
                spec.x = first.or_else(|| amounts.first().copied().filter(|_| !needs_time));
                let Some(x) = spec.x else {
                    let what = if needs_time { "a datetime column" } else { "a datetime or numeric column" };
                    let wants = format!("{} needs {what} for its horizontal axis.", kind.sentence_start());
                    return Err(format!("{wants} {}", columns_text(set)));
                };
                spec.y = match lists {
                    Some(_) => all(Role::Amounts),
                    None if counts && roles[x] == Role::Time => Vec::new(),
                    None => amounts.into_iter().filter(|it| *it != x).collect(),
                };
                // Of many names the one that splits the rows best is chosen: few values, but more than one.
                spec.series = if names.len() > 2 { best_split(set, &names).into_iter().collect() } else { names };
            }
            Kind::Bar | Kind::Column | Kind::Pie => {
                spec.x = match counts {
                    true if names.len() > 2 => best_split(set, &names).or(Some(0)),
                    _ => names.first().copied().or((!roles.is_empty()).then_some(0)),
                };
                let x = spec.x.ok_or("A chart needs columns, and this result has none.")?;
                spec.y = if counts { Vec::new() } else { amounts.into_iter().filter(|it| *it != x).collect() };
                if kind == Kind::Pie {
                    spec.y.truncate(1);
                } else if !counts {
                    spec.series = names.into_iter().filter(|it| *it != x).collect();
                }
            }
        }
        Ok(spec)
    }

    /// The next column along the horizontal axis, of those that suit the kind.
    pub(in crate::tui) fn next_x(&mut self, set: &ResultSet) {
        let roles = roles(set);
        let suits = |col: &usize| match self.kind {
            Kind::Time | Kind::Heat => matches!(roles[*col], Role::Time | Role::Times),
            kind if kind.is_continuous() => !matches!(roles[*col], Role::Name | Role::Amounts),
            _ => matches!(roles[*col], Role::Name | Role::Amount | Role::Time),
        };
        let choices: Vec<_> = (0..roles.len()).filter(suits).collect();
        self.x = after(&choices, self.x).or(self.x);
        self.series.retain(|it| Some(*it) != self.x);
        self.y.retain(|it| Some(*it) != self.x);
    }

    /// The next value: the number of rows, then each column of numbers, then all of them.
    pub(in crate::tui) fn next_y(&mut self, set: &ResultSet) {
        let roles = roles(set);
        let lists = self.x.is_some_and(|it| roles[it] == Role::Times);
        let wanted = if lists { Role::Amounts } else { Role::Amount };
        let suits = |col: &usize| roles[*col] == wanted && Some(*col) != self.x;
        let choices: Vec<_> = (0..roles.len()).filter(suits).collect();
        let takes_all = choices.len() > 1 && self.kind != Kind::Pie && self.kind != Kind::Heat;
        let never_counts = lists || self.kind == Kind::Card;
        self.y = match self.y.as_slice() {
            [] => choices.first().copied().into_iter().collect(),
            [one] if choices.last() != Some(one) => after(&choices, Some(*one)).into_iter().collect(),
            [_] if takes_all => choices,
            _ if never_counts => choices.first().copied().into_iter().collect(),
            _ => Vec::new(),
        };
    }

    /// The next column that tells series apart, or none.
    pub(in crate::tui) fn next_series(&mut self, set: &ResultSet) {
        let roles = roles(set);
        let suits = |col: &usize| roles[*col] == Role::Name && Some(*col) != self.x;
        let choices: Vec<_> = (0..roles.len()).filter(suits).collect();
        let last = self.series.last().copied();
        self.series = match last {
            None => choices.first().copied().into_iter().collect(),
            Some(it) if choices.last() == Some(&it) => Vec::new(),
            some => after(&choices, some).into_iter().collect(),
        };
    }

    /// What is drawn, in words: `count_ by DeviceName`.
    pub(in crate::tui) fn words(&self, columns: &[Column]) -> String {
        let name = |col: &usize| columns.get(*col).map_or("?", |it| it.name.as_str());
        let names = |cols: &[usize]| cols.iter().map(name).collect::<Vec<_>>().join(", ");
        let values = match self.y.as_slice() {
            [] => "rows".to_owned(),
            [_, _, _, ..] => format!("{} columns", self.y.len()),
            some => names(some),
        };
        let over = self.x.as_ref().map_or_else(String::new, |it| format!(" over {}", name(it)));
        let by = if self.series.is_empty() { String::new() } else { format!(" by {}", names(&self.series)) };
        format!("{values}{over}{by}")
    }
}

/// The one after this in a list, from the start again.
fn after(choices: &[usize], one: Option<usize>) -> Option<usize> {
    let at = one.and_then(|one| choices.iter().position(|it| *it == one)).map_or(0, |it| it + 1);
    choices.get(at).or(choices.first()).copied()
}

/// What each column can stand for.
pub(in crate::tui) fn roles(set: &ResultSet) -> Vec<Role> {
    let role = |(col, column): (usize, &Column)| match column.ty {
        ScalarType::Datetime => Role::Time,
        ScalarType::Int | ScalarType::Long | ScalarType::Real | ScalarType::Decimal | ScalarType::Timespan => {
            Role::Amount
        }
        ScalarType::Dynamic | ScalarType::Unknown => list_role(set, col).unwrap_or(Role::Name),
        _ => Role::Name,
    };
    set.columns().iter().enumerate().map(role).collect()
}

/// What the first cell that says something holds.
fn list_role(set: &ResultSet, col: usize) -> Option<Role> {
    (0..set.n_rows().min(SAMPLE)).find_map(|row| {
        let Cell::Dynamic(json) = set.cell(row, col) else { return None };
        let first = json.trim_start().strip_prefix('[')?.trim_start();
        let first = first.trim_start_matches("null").trim_start_matches([',', ' ']);
        match first.as_bytes().first()? {
            b'"' => {
                let text = first[1..].split('"').next()?;
                crate::result::parse_iso_datetime(text).map(|_| Role::Times)
            }
            b'-' | b'0'..=b'9' => Some(Role::Amounts),
            _ => None,
        }
    })
}

/// The column of names with the fewest values of those that have at least two, by a sample.
fn best_split(set: &ResultSet, names: &[usize]) -> Option<usize> {
    let step = (set.n_rows() / 200).max(1);
    let n_values = |col: &usize| {
        let values = (0..set.n_rows()).step_by(step).map(|row| set.cell(row, *col).text().into_owned());
        values.collect::<std::collections::HashSet<_>>().len()
    };
    names.iter().map(|it| (n_values(it), *it)).filter(|it| (2..=40).contains(&it.0)).min().map(|it| it.1)
}

/// `The columns are A string, B long.`
pub(super) fn columns_text(set: &ResultSet) -> String {
    const SHOWN: usize = 8;
    let columns = set.columns();
    let named: Vec<_> = columns.iter().take(SHOWN).map(|it| format!("{} {}", it.name, it.ty)).collect();
    let more = if columns.len() > SHOWN { format!(" and {} more", columns.len() - SHOWN) } else { String::new() };
    format!("The columns are {}{more}.", named.join(", "))
}
