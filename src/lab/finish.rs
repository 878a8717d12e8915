//! The last steps over complete tables: the order of rows, and the report numbers that depend on it.

use super::rng::Rng;
use super::rows::{Cells, NO_DEVICE, Table};
use super::world::World;

/// Gives every row of a device its ReportId: one counter a device over all tables, in the order of time, with gaps for
/// the reports that hunting does not show.
pub(super) fn number_reports(world: &mut World) {
    let mut reports: Vec<(u32, i64, usize, usize)> = Vec::new();
    for (number, table) in world.tables.iter().enumerate() {
        for (row, device) in table.devices.iter().enumerate() {
            if *device != NO_DEVICE {
                reports.push((*device, table.number("Timestamp", row), number, row));
            }
        }
    }
    reports.sort_unstable();
    let mut current = NO_DEVICE;
    let mut counter = 0;
    let mut rng = Rng::stream("reports", "");
    for (device, _, table, row) in reports {
        if device != current {
            current = device;
            rng = Rng::stream(&world.org.devices[device as usize].short, "reports");
            counter = rng.range(1_000, 4_000);
        }
        counter += rng.range(1, 4);
        let table = &mut world.tables[table];
        if let Some(position) = table.position("ReportId")
            && let Cells::Number(cells) = &mut table.columns[position].cells
        {
            cells[row] = counter;
        }
    }
}

/// The rows of a table in the order of time; rows of one instant stay in the order in which they were made.
pub(super) fn order(table: &Table) -> Vec<usize> {
    let mut order: Vec<(i64, usize)> = (0..table.len()).map(|row| (table.number("Timestamp", row), row)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, row)| row).collect()
}
