//! The workbench, driven by keys on a test screen.

use crate::support_keys::Player;

#[test]
fn first_start_teaches() {
    let mut player = Player::new(80, 24);
    let screen = player.screen();
    assert!(screen.contains("F5 runs the query at the cursor"), "{screen}");
}
