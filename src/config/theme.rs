//! Theme files: the colours of the interface by meaning, and the TextMate theme that colours the query text.

mod colour;
mod file;
mod shelf;

use std::collections::BTreeMap;

use thiserror::Error;

pub use self::colour::{ANSI_NAMES, Colour, StyleSpec};
pub use self::shelf::{ThemeEntry, ThemeOrigin};

/// What a colour is for. The names in files are these in lower case with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everything that has no meaning of its own; its background is the screen's.
    Text,
    /// Units, hints, nulls.
    Dim,
    /// Focus, and what is chosen.
    Accent,
    Selection,
    Border,
    BorderFocus,
    Error,
    Warning,
    Success,
    Info,
    Gutter,
    GridHeader,
    GridNull,
    /// The cell under the cursor of the grid, when the grid is focused.
    GridCell,
    /// The row under the cursor of the grid.
    GridRow,
    /// The filled part of a bar.
    Bar,
    /// The title while a connection in production is open: never to be taken for a test tenant.
    Production,
}

impl Scope {
    /// Each scope with its name in theme files and its meaning.
    pub const ALL: [(Self, &'static str, &'static str); 17] = [
        (Self::Text, "text", "everything else; its background is the screen's"),
        (Self::Dim, "dim", "units, hints, what is absent"),
        (Self::Accent, "accent", "focus and what is chosen"),
        (Self::Selection, "selection", "selected text"),
        (Self::Border, "border", "rules between panes"),
        (Self::BorderFocus, "border-focus", "the rule of the focused pane"),
        (Self::Error, "error", "what went wrong"),
        (Self::Warning, "warning", "what needs attention: refusals, cut results"),
        (Self::Success, "success", "what went well"),
        (Self::Info, "info", "what is under way"),
        (Self::Gutter, "gutter", "line and row numbers"),
        (Self::GridHeader, "grid-header", "column names"),
        (Self::GridNull, "grid-null", "cells without a value"),
        (Self::GridCell, "grid-cell", "the cell under the cursor"),
        (Self::GridRow, "grid-row", "the row under the cursor"),
        (Self::Bar, "bar", "the filled part of a bar"),
        (Self::Production, "production", "the title while a connection in production is open"),
    ];
}

/// One theme, read, with everything that it inherits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    pub name: String,
    /// What it says of itself, in a line.
    pub about: String,
    pub ui: BTreeMap<Scope, StyleSpec>,
    /// The TextMate theme (`.tmTheme`) that colours the query.
    pub tm_theme: Option<String>,
    /// Colours by the name of the highlight class, over those of the TextMate theme.
    pub syntax: BTreeMap<String, StyleSpec>,
}

impl Theme {
    /// True for a theme that is nothing but a `.tmTheme`: the interface takes its colours from there.
    pub fn is_only_text_mate(&self) -> bool {
        self.ui.is_empty() && self.tm_theme.is_some()
    }
}

/// Why a theme cannot be used at all. Mistakes in single lines are no reason.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ThemeError {
    #[error("there is no theme '{name}'; there are {known}")]
    Unknown { name: String, known: String },
    #[error("theme '{name}': {message}")]
    Broken { name: String, message: String },
}
