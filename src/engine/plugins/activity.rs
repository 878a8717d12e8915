//! `activity_counts_metrics`, `sliding_window_counts` and `active_users_count`: who was active when.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use datafusion::common::{HashMap, Result, exec_err};

use super::Whole;
use crate::engine::nodes::Check;
use crate::kql::Activity;

/// Steps of time that one row may take part in, and that a timeline may have.
const MAX_STEPS: i64 = 1 << 20;

#[derive(Debug)]
pub(super) struct Counts {
    pub(super) activity: Activity,
}

/// The rows of one combination of dimensions.
#[derive(Debug, Default)]
struct Group {
    /// A row that has the dimensions.
    row: u32,
    /// Time and identity.
    acts: Vec<(i64, u32)>,
}

/// A row of the output.
struct Counted {
    time: i64,
    row: u32,
    counts: Vec<i64>,
}

impl Whole for Counts {
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>> {
        let input = &inputs[0];
        let n_constants = self.activity.n_constants();
        let dimensions = &input.columns()[2 + n_constants..];
        let mut counted = Vec::new();
        if input.num_rows() > 0 {
            let constants = &input.columns()[2..2 + n_constants];
            let mut values = Vec::with_capacity(n_constants);
            for constant in constants {
                let constant = constant.as_primitive::<Int64Type>();
                if constant.is_null(0) {
                    return exec_err!("a bound of the timeline is null");
                }
                values.push(constant.value(0));
            }
            for mut group in groups(input.column(0), input.column(1), dimensions)? {
                group.acts.sort_unstable();
                match self.activity {
                    Activity::Counts => counts(&group, &values, &mut counted, check)?,
                    Activity::SlidingWindow => sliding_window(&group, &values, &mut counted, check)?,
                    Activity::ActiveUsers => active_users(&group, &values, &mut counted, check)?,
                }
            }
        }
        let rows = UInt32Array::from_iter_values(counted.iter().map(|it| it.row));
        let mut columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from_iter_values(counted.iter().map(|it| it.time)))];
        for dimension in dimensions {
            columns.push(take(dimension, &rows, None)?);
        }
        for place in 0..self.activity.n_counts() {
            columns.push(Arc::new(Int64Array::from_iter_values(counted.iter().map(|it| it.counts[place]))));
        }
        Ok(columns)
    }
}

/// Rows by their dimensions, identities as numbers; a row without a time is left out.
fn groups(identities: &ArrayRef, times: &ArrayRef, dimensions: &[ArrayRef]) -> Result<Vec<Group>> {
    let identities = numbered(std::slice::from_ref(identities))?;
    let combinations = numbered(dimensions)?;
    let times = times.as_primitive::<Int64Type>();
    let mut groups: Vec<Group> = Vec::new();
    for (row, identity) in identities.into_iter().enumerate() {
        let place = combinations.get(row).copied().unwrap_or(0) as usize;
        if place >= groups.len() {
            groups.resize_with(place + 1, || Group { row: row as u32, acts: Vec::new() });
        }
        if times.is_valid(row) {
            groups[place].acts.push((times.value(row), identity));
        }
    }
    Ok(groups)
}

/// Equal rows have equal numbers, given in order of appearance; none for no columns.
pub(super) fn numbered(columns: &[ArrayRef]) -> Result<Vec<u32>> {
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    let rows = RowConverter::new(fields)?.convert_columns(columns)?;
    let mut numbers: HashMap<Box<[u8]>, u32> = HashMap::new();
    let mut out = Vec::with_capacity(rows.num_rows());
    for row in &rows {
        let next = numbers.len() as u32;
        let number = match numbers.get(row.as_ref()) {
            Some(number) => *number,
            None => *numbers.entry(row.as_ref().into()).or_insert(next),
        };
        out.push(number);
    }
    Ok(out)
}

/// The time from which steps are counted must be one of their bounds: what Kusto does else is not known.
fn whole_steps(plugin: &str, start: i64, step: i64) -> Result<()> {
    if step <= 0 {
        return exec_err!("the step of {plugin}() is not greater than zero");
    }
    if start.rem_euclid(step) != 0 {
        return exec_err!("{plugin}() from a start that is no multiple of its step is not run yet");
    }
    Ok(())
}

fn counts(group: &Group, constants: &[i64], out: &mut Vec<Counted>, check: &mut Check) -> Result<()> {
    let [start, end, step] = *constants else { return exec_err!("three constants are wanted") };
    whole_steps("activity_counts_metrics", start, step)?;
    let mut ever: HashSet<u32> = HashSet::new();
    let acts = group.acts.iter().filter(|(time, _)| (start..=end).contains(time)).copied().collect::<Vec<_>>();
    for acts in acts.chunk_by(|(left, _), (right, _)| left.div_euclid(step) == right.div_euclid(step)) {
        let mut here: HashSet<u32> = HashSet::new();
        let before = ever.len();
        for (_, identity) in acts {
            check.step()?;
            here.insert(*identity);
            ever.insert(*identity);
        }
        let counts = vec![acts.len() as i64, here.len() as i64, (ever.len() - before) as i64, ever.len() as i64];
        out.push(Counted { time: acts[0].0.div_euclid(step) * step, row: group.row, counts });
    }
    Ok(())
}

fn sliding_window(group: &Group, constants: &[i64], out: &mut Vec<Counted>, check: &mut Check) -> Result<()> {
    let [start, end, look_back, step] = *constants else { return exec_err!("four constants are wanted") };
    whole_steps("sliding_window_counts", start, step)?;
    // Documented: what is no multiple of the step is rounded down to one.
    let look_back = look_back.max(0) / step * step;
    let n_steps = end.saturating_sub(start) / step;
    if look_back / step > MAX_STEPS || n_steps > MAX_STEPS {
        return exec_err!("sliding_window_counts() over more than {MAX_STEPS} steps");
    }
    // How often each identity acted in each step.
    let mut steps: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
    for (time, identity) in group.acts.iter().filter(|(time, _)| *time <= end) {
        steps.entry(time.div_euclid(step) * step).or_default().push(*identity);
    }
    let mut inside: HashMap<u32, i64> = HashMap::new();
    let mut count = 0_i64;
    let (mut entered, mut left) = (steps.iter().peekable(), steps.iter().peekable());
    for number in 0..=n_steps.max(-1) {
        let time = start + number * step;
        while let Some((_, identities)) = entered.next_if(|(from, _)| **from <= time) {
            for identity in identities {
                check.step()?;
                *inside.entry(*identity).or_default() += 1;
                count += 1;
            }
        }
        while let Some((_, identities)) = left.next_if(|(from, _)| **from <= time.saturating_sub(look_back)) {
            for identity in identities {
                check.step()?;
                count -= 1;
                if let Some(times) = inside.get_mut(identity) {
                    *times -= 1;
                    if *times == 0 {
                        inside.remove(identity);
                    }
                }
            }
        }
        check.step()?;
        if count > 0 {
            out.push(Counted { time, row: group.row, counts: vec![count, inside.len() as i64] });
        }
    }
    Ok(())
}

/// Identities that were there in enough periods up to one of their acts, by the step that the act is in. The window ends
/// with the act and does not hold its own beginning.
fn active_users(group: &Group, constants: &[i64], out: &mut Vec<Counted>, check: &mut Check) -> Result<()> {
    let [start, end, look_back, period, n_periods, step] = *constants else {
        return exec_err!("six constants are wanted");
    };
    if step <= 0 || period <= 0 || look_back < 0 {
        return exec_err!("the spans of active_users_count() are not greater than zero");
    }
    let mut times: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    for (time, identity) in &group.acts {
        if time.rem_euclid(period) != 0 {
            return exec_err!("active_users_count() over times between two bounds of periods is not run yet");
        }
        times.entry(*identity).or_default().push(*time);
    }
    let mut active: BTreeMap<i64, HashSet<u32>> = BTreeMap::new();
    for (identity, mut times) in times {
        times.dedup();
        let mut first = 0;
        for (place, time) in times.iter().enumerate() {
            check.step()?;
            while times[first] <= time.saturating_sub(look_back) && first < place {
                first += 1;
            }
            if (start..=end).contains(time) && (place - first + 1) as i64 >= n_periods {
                active.entry(start + (time - start).div_euclid(step) * step).or_default().insert(identity);
            }
        }
    }
    let rows = active.into_iter().map(|(time, who)| Counted { time, row: group.row, counts: vec![who.len() as i64] });
    out.extend(rows);
    Ok(())
}
