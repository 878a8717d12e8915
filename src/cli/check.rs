//! `tallyho check`: what is wrong with queries, without running them.

mod batch;

use super::{CheckArgs, Failure};

pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    if args.batch {
        return batch::run();
    }
    Err(Failure::Usage("name files or folders to check, or give --batch".to_owned()))
}
