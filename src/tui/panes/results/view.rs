//! What the pane shows of an answer: its rows in a grid, or another look at them. A view has a file of its own with its
//! state, `act` and `draw`, and a section of keys; leaving it goes back to the grid.

use super::chart::Chart;
use super::difference::DifferenceView;
use super::groups::GroupsView;
use super::pivot::PivotView;
use super::profile::ProfileView;
use crate::tui::action::Action;
use crate::tui::keymap::Section;
use crate::tui::study::{Finding, Study};

/// A look at the answer.
#[derive(Debug, Default)]
pub(in crate::tui) enum View {
    #[default]
    Grid,
    /// The pack of queries in `App::pack`, whatever the answer is.
    Pack,

    Chart(Box<Chart>),

    // Looking into the rows.
    Profile(Box<ProfileView>),
    Groups(Box<GroupsView>),
    Pivot(Box<PivotView>),
    Difference(Box<DifferenceView>),
}

/// A question that a view has asked a worker.
#[derive(Debug, Default)]
pub(in crate::tui) struct Inquiry {
    /// The newest question, and how many rows were seen when it was asked.
    asked: Option<(u64, usize)>,
    answered: bool,
}

impl Inquiry {
    /// True when there is something to ask: nothing was asked, or other rows have come since.
    fn is_due(&self, n_rows: usize) -> bool {
        self.asked.is_none_or(|(_, asked)| asked != n_rows)
    }

    /// The question has changed.
    pub(super) fn again(&mut self) {
        *self = Self::default();
    }

    /// Nothing has come yet.
    pub(super) fn is_waiting(&self) -> bool {
        !self.answered
    }
}

impl View {
    /// The section of the key table that is asked while the view has the focus.
    pub(in crate::tui) fn section(&self) -> Section {
        match self {
            Self::Grid => Section::Results,
            Self::Pack => Section::Pack,
            Self::Profile(_) => Section::Profile,
            Self::Groups(_) => Section::Groups,
            Self::Pivot(_) => Section::Pivot,
            Self::Difference(_) => Section::Difference,

            Self::Chart(_) => Section::Chart,
        }
    }

    pub(in crate::tui) fn is_grid(&self) -> bool {
        matches!(self, Self::Grid)
    }

    /// What the rule over it says.
    pub(super) fn title(&self) -> &'static str {
        match self {
            Self::Grid => "results",
            Self::Pack => "pack",
            Self::Profile(_) => "profile",
            Self::Groups(_) => "groups",
            Self::Pivot(_) => "pivot",
            Self::Difference(_) => "difference",

            Self::Chart(it) => it.spec.kind.name(),
        }
    }

    /// Takes an action that needs nothing but the view. True when it was one.
    pub(in crate::tui) fn act(&mut self, action: Action) {
        match self {
            // A chart is asked with the rows that it is of.
            Self::Grid | Self::Pack | Self::Chart(_) => {}
            Self::Profile(it) => it.act(action),
            Self::Groups(it) => it.act(action),
            Self::Pivot(it) => it.act(action),
            Self::Difference(it) => it.act(action),
        }
    }

    fn inquiry(&mut self) -> Option<(&mut Inquiry, Study)> {
        match self {
            Self::Grid | Self::Pack | Self::Chart(_) => None,
            Self::Profile(it) => Some(it.inquiry()),
            Self::Groups(it) => Some(it.inquiry()),
            Self::Pivot(it) => Some(it.inquiry()),
            Self::Difference(it) => Some(it.inquiry()),
        }
    }

    /// What a worker is to be asked now, under that number.
    pub(in crate::tui) fn next_study(&mut self, id: u64, n_rows: usize) -> Option<Study> {
        let (inquiry, study) = self.inquiry()?;
        if !inquiry.is_due(n_rows) {
            return None;
        }
        inquiry.asked = Some((id, n_rows));
        Some(study)
    }

    /// A worker has answered. False for the answer to an older question.
    pub(in crate::tui) fn learned(&mut self, id: u64, found: Finding) -> bool {
        let Some((inquiry, _)) = self.inquiry() else { return false };
        if inquiry.asked.is_none_or(|(asked, _)| asked != id) {
            return false;
        }
        inquiry.answered = true;
        match (self, found) {
            (Self::Profile(it), Finding::Profile(found)) => it.found = Some(*found),
            (Self::Groups(it), Finding::Groups(found)) => it.learned(found),
            (Self::Pivot(it), Finding::Pivot(found)) => it.found = Some(*found),
            (Self::Difference(it), Finding::Difference { keys, found }) => it.learned(keys, *found),
            _ => return false,
        }
        true
    }
}
