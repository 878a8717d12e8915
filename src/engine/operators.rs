//! The tabular operators, one file each: a bound operator and its planned input become a plan.

mod count;
mod datatable;
mod distinct;
mod extract;
mod join;
mod materialize;
mod mv_expand;
mod parse;
mod parse_kv;
mod print;
mod project;
mod range;
mod sort;
mod summarize;
mod table;
mod take;
mod top;
mod union;
mod where_;

pub(in crate::engine) use count::count;
pub(in crate::engine) use datatable::datatable;
pub(in crate::engine) use distinct::distinct;
pub(in crate::engine) use extract::extract;
pub(in crate::engine) use join::join;
pub(in crate::engine) use materialize::materialize;
pub(in crate::engine) use mv_expand::mv_expand;
pub(in crate::engine) use print::print;
pub(in crate::engine) use project::project;
pub(in crate::engine) use range::range;
pub(in crate::engine) use sort::sort;
pub(in crate::engine) use summarize::summarize;
pub(in crate::engine) use table::table;
pub(in crate::engine) use take::take;
pub(in crate::engine) use top::top;
pub(in crate::engine) use union::union;
pub(in crate::engine) use where_::where_;
