//! Plan nodes that DataFusion lacks, and the planner that knows them.

mod branches;
mod first_per_key;
mod keep_order;
mod own;
mod planner;
mod restarting;
mod stoppable;

pub(in crate::engine) use branches::ForgetBranchConstants;
pub(in crate::engine) use first_per_key::FirstPerKey;
pub(in crate::engine) use keep_order::KeepOrder;
pub(in crate::engine) use own::{Check, Feed, OwnNode, OwnOperator, Work, WorkContext};
pub(in crate::engine) use planner::physical_planner;
pub(in crate::engine) use restarting::Restarting;
pub(in crate::engine) use stoppable::{behind_stoppable, stoppable};
