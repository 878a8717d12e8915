//! Points of charts, made aside: rows may be many.

use super::Performer;
use crate::run::CancelHandle;
use crate::tui::app::App;
use crate::tui::chart::{Spec, build};
use crate::tui::msg::Msg;

impl Performer {
    /// Makes the points of the rows that are seen; what was being made before is given up.
    pub(super) fn plot(&mut self, id: u64, spec: Spec, app: &App) {
        if let Some(before) = self.plotting.take() {
            before.cancel();
        }
        let cancel = CancelHandle::new();
        self.plotting = Some(cancel.clone());
        self.sender.expect_one();
        // Rows are shared, not copied.
        let (set, rows, times) = (app.results.set.clone(), app.results.view_rows(), app.results.times().clone());
        let (sender, failed) = (self.sender.clone(), self.sender.clone());
        let make = move || {
            let mut places: Box<dyn Iterator<Item = usize>> = match &rows {
                Some(rows) => Box::new(rows.iter().map(|it| *it as usize)),
                None => Box::new(0..set.n_rows()),
            };
            let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                build(&set, &mut places, &spec, &times, &cancel)
            }));
            let outcome = match made {
                Ok(Some(outcome)) => outcome,
                Ok(None) => Err("The chart was given up.".to_owned()),
                Err(_) => Err("Internal error, please report it: making the chart stopped unexpectedly.".to_owned()),
            };
            sender.answer(Msg::Plotted { id, outcome: Box::new(outcome) });
        };
        if let Err(error) = std::thread::Builder::new().name("chart".to_owned()).spawn(make) {
            let outcome = Err(format!("Cannot start a thread: {error}."));
            failed.answer(Msg::Plotted { id, outcome: Box::new(outcome) });
        }
    }
}
