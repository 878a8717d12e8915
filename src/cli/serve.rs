//! `tallyho serve`: both hunting APIs on this machine.

use super::{Failure, ServeArgs};

pub(super) fn serve(_args: &ServeArgs) -> Result<(), Failure> {
    Err(Failure::Usage("serve comes later in this change".to_owned()))
}
