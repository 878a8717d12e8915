//! `array_iff(conditions, when_true, when_false)`

use crate::engine::functions::conversion::Leaf;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("array_iff", evaluate);

/// Element by element; a branch that is one value stands for every element, one that is too short ends in nulls.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (conditions, whens, elses) = (call.jsons(0), call.jsons(1), call.jsons(2));
    call.make_texts(|row, out| {
        let Some(conditions) = conditions.some(row).filter(|array| json::is_array(array)) else { return false };
        let (when, otherwise) = (Branch::of(whens.some(row)), Branch::of(elses.some(row)));
        let picked = json::elements(conditions).enumerate().map(|(place, condition)| match Leaf::of(condition) {
            Some(Leaf::Bool(holds)) => {
                if holds {
                    when.at(place)
                } else {
                    otherwise.at(place)
                }
            }
            Some(Leaf::Long(number)) => {
                if number == 0 {
                    otherwise.at(place)
                } else {
                    when.at(place)
                }
            }
            Some(Leaf::Real(number)) => {
                if number == 0.0 {
                    otherwise.at(place)
                } else {
                    when.at(place)
                }
            }
            Some(Leaf::String(_)) | None => None,
        });
        json::push_array(picked, out);
        true
    })
}

enum Branch<'a> {
    One(Option<&'a str>),
    Many(Vec<&'a str>),
}

impl<'a> Branch<'a> {
    fn of(value: Option<&'a str>) -> Self {
        match value {
            Some(array) if json::is_array(array) => Self::Many(json::elements(array).collect()),
            one => Self::One(one),
        }
    }

    fn at(&self, place: usize) -> Option<&'a str> {
        match self {
            Self::One(value) => *value,
            Self::Many(values) => values.get(place).copied(),
        }
    }
}
