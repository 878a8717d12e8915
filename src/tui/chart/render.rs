//! What `render` says, as a chart of the columns that came.

use super::spec::{Kind, Role, Spec, Stacking, columns_text, roles};
use crate::kql::Render;
use crate::result::ResultSet;

/// The kinds of `render` that are drawn: its word, the chart, how series share the place.
const DRAWN: [(&str, Kind, Stacking); 10] = [
    ("timechart", Kind::Time, Stacking::Beside),
    ("anomalychart", Kind::Time, Stacking::Beside),
    ("linechart", Kind::Line, Stacking::Beside),
    ("areachart", Kind::Area, Stacking::Beside),
    ("stackedareachart", Kind::Area, Stacking::Stacked),
    ("scatterchart", Kind::Scatter, Stacking::Beside),
    ("barchart", Kind::Bar, Stacking::Beside),
    ("columnchart", Kind::Column, Stacking::Beside),
    ("piechart", Kind::Pie, Stacking::Beside),
    ("card", Kind::Card, Stacking::Beside),
];

impl Spec {
    /// The chart that a query asks for. `None` where it asks for a table, or for nothing that is a chart; an error says
    /// in words why it cannot be drawn.
    pub(in crate::tui) fn of_render(render: &Render, set: &ResultSet) -> Option<Result<Self, String>> {
        let word = render.chart.as_str();
        if word.is_empty() || word.eq_ignore_ascii_case("table") || word.eq_ignore_ascii_case("list") {
            return None;
        }
        let Some((_, kind, stacking)) = DRAWN.iter().find(|it| it.0.eq_ignore_ascii_case(word)) else {
            return Some(Err(format!("tallyho does not draw '{word}'. The rows are below; v draws them another way.")));
        };
        if set.n_rows() == 0 {
            return None;
        }
        Some(Self::asked(*kind, *stacking, render, set))
    }

    fn asked(kind: Kind, stacking: Stacking, render: &Render, set: &ResultSet) -> Result<Self, String> {
        let mut spec = Self::plain(kind);
        spec.stacking = stacking;
        spec.take_properties(render, set)?;
        let roles = roles(set);
        let named: Vec<usize> = spec.y.iter().chain(&spec.series).copied().collect();
        let free = |col: &usize| !named.contains(col);
        if spec.x.is_none() && kind != Kind::Card {
            let suits = |col: &usize| match kind {
                Kind::Time | Kind::Heat => matches!(roles[*col], Role::Time | Role::Times),
                Kind::Line | Kind::Area | Kind::Scatter => !matches!(roles[*col], Role::Name | Role::Amounts),
                _ => true,
            };
            spec.x = (0..roles.len()).filter(free).find(suits);
            if spec.x.is_none() {
                let what = if kind == Kind::Time { "a datetime column" } else { "a datetime or numeric column" };
                let wants = format!("{} needs {what} for its horizontal axis.", kind.sentence_start());
                return Err(format!("{wants} {}", columns_text(set)));
            }
        }
        let lists = spec.x.is_some_and(|it| roles[it] == Role::Times);
        let wanted = if lists { Role::Amounts } else { Role::Amount };
        let others = |role: Role, but: &[usize], spec: &Self| -> Vec<usize> {
            (0..roles.len()).filter(|it| roles[*it] == role && Some(*it) != spec.x && !but.contains(it)).collect()
        };
        if spec.y.is_empty() {
            let taken: Vec<usize> = spec.series.iter().chain(&spec.anomalies).copied().collect();
            spec.y = others(wanted, &taken, &spec);
        }
        if spec.y.is_empty() {
            return Err(format!("{} needs a column of numbers to draw. {}", kind.sentence_start(), columns_text(set)));
        }
        spec.leave_out(render);
        if kind == Kind::Pie && spec.y.len() > 1 {
            let first = &set.columns()[spec.y[0]].name;
            spec.remarks.push(format!("a pie has one column of values: {first}"));
            spec.y.truncate(1);
        }
        if spec.series.is_empty() && !matches!(kind, Kind::Card | Kind::Pie) {
            spec.series = others(Role::Name, &spec.y, &spec);
        }
        Ok(spec)
    }

    fn take_properties(&mut self, render: &Render, set: &ResultSet) -> Result<(), String> {
        for (name, value) in &render.properties {
            let says = |word: &str| value.eq_ignore_ascii_case(word);
            match name.to_ascii_lowercase().as_str() {
                "title" => self.title = given(value),
                "xtitle" => self.x_title = given(value),
                "ytitle" => self.y_title = given(value),
                "xcolumn" => self.x = columns(value, set)?.first().copied(),
                "ycolumns" => self.y = columns(value, set)?,
                "series" => self.series = columns(value, set)?,
                "anomalycolumns" => self.anomalies = columns(value, set)?,
                "legend" => self.legend = !says("hidden"),
                "xaxis" if says("log") => self.remarks.push("a logarithmic horizontal axis is not drawn".to_owned()),
                "xaxis" => {}
                "yaxis" => self.log_y = says("log"),
                "ymin" => self.y_min = number(value),
                "ymax" => self.y_max = number(value),
                "accumulate" => self.accumulate = says("true") || says("1"),
                "kind" if says("stacked") => self.stacking = Stacking::Stacked,
                "kind" if says("stacked100") => self.stacking = Stacking::Full,
                "kind" if says("unstacked") => self.stacking = Stacking::Beside,
                "kind" if says("map") => return Err("tallyho does not draw maps. The rows are in the grid.".to_owned()),
                "kind" if says("default") || value.trim().is_empty() => {}
                "kind" => self.remarks.push(format!("kind={value} is not drawn")),
                "ysplit" => {
                    self.panels = says("panels") || says("axes");
                    if says("axes") {
                        self.remarks.push("several axes are drawn as panels".to_owned());
                    }
                }
                "visualization" | "isquerysorted" => {}
                _ if !is_said(value) => {}
                _ => self.remarks.push(format!("'{name}' is not drawn")),
            }
        }
        Ok(())
    }
}

impl Spec {
    /// Takes out what was asked for and is not drawn on a chart of this kind, and says so.
    fn leave_out(&mut self, render: &Render) {
        let a_chart = self.kind.sentence_start().to_lowercase();
        let mut say = |words: String| self.remarks.push(words);
        if !self.kind.is_drawn_in_lines() {
            if std::mem::take(&mut self.log_y) {
                say(format!("{a_chart} has no logarithmic axis"));
            }
            if std::mem::take(&mut self.panels) {
                say(format!("{a_chart} is not split into panels"));
            }
            if !std::mem::take(&mut self.anomalies).is_empty() {
                say(format!("{a_chart} marks no anomalies"));
            }
        }
        let has_heights = self.kind.is_drawn_in_lines() || matches!(self.kind, Kind::Bar | Kind::Column);
        let is_cut = self.y_min.is_some() || self.y_max.is_some();
        if is_cut && !(has_heights && (self.kind.is_drawn_in_lines() || self.stacking == Stacking::Beside)) {
            (self.y_min, self.y_max) = (None, None);
            let what =
                if has_heights { "stacks begin at zero and end at their sum" } else { "there is no axis to cut" };
            say(format!("ymin and ymax are not drawn: {what}"));
        }
        if self.stacking != Stacking::Beside && !matches!(self.kind, Kind::Area | Kind::Bar | Kind::Column) {
            self.stacking = Stacking::Beside;
            say(format!("{a_chart} is not stacked"));
        }
        if self.panels && self.stacking != Stacking::Beside {
            self.stacking = Stacking::Beside;
            say("what stands in panels is not stacked".to_owned());
        }
        if self.accumulate && self.kind == Kind::Card {
            self.accumulate = false;
            say("a card adds nothing up".to_owned());
        }
        if render.chart.eq_ignore_ascii_case("anomalychart") && self.anomalies.is_empty() {
            say("no points are marked: anomalycolumns names none".to_owned());
        }
    }
}

fn given(value: &str) -> Option<String> {
    (!value.trim().is_empty()).then(|| value.trim().to_owned())
}

/// Services tell every property, also those that were not given.
fn is_said(value: &str) -> bool {
    !["", "nan", "none", "null", "default", "false"].contains(&value.trim().to_ascii_lowercase().as_str())
}

/// `NaN` is how services say that nothing was said.
fn number(value: &str) -> Option<f64> {
    value.trim().parse::<f64>().ok().filter(|it| it.is_finite())
}

/// Columns by a list of their names, as `render` and the services write it.
fn columns(value: &str, set: &ResultSet) -> Result<Vec<usize>, String> {
    let names = value.split(',').map(|it| it.trim().trim_matches(|it| matches!(it, '[' | ']' | '"' | '\'')));
    let find = |name: &str| {
        let columns = set.columns();
        let exact = columns.iter().position(|it| it.name == name);
        let found = exact.or_else(|| columns.iter().position(|it| it.name.eq_ignore_ascii_case(name)));
        found.ok_or_else(|| format!("The chart names the column '{name}', which did not come. {}", columns_text(set)))
    };
    names.filter(|it| !it.is_empty()).map(find).collect()
}
