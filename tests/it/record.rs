//! The open record over results that are large, hostile or strange.

use std::time::{Duration, Instant};

use tallyho::result::JsonTree;

use crate::support_keys::Player;

#[test]
fn every_path_of_a_tree_runs_as_it_is_written() {
    let json = r#"{"a": {"b c": [1, {"d\"e": "x"}]}, "where": true, "in": "{\"deep\": [7]}", "ünï": 5}"#;
    let tree = JsonTree::parse(json).unwrap();
    let mut player = Player::new(200, 60);
    let places: Vec<usize> = (1..tree.nodes().len()).filter(|it| tree.nodes()[*it].n_children == 0).collect();
    let columns: Vec<_> =
        places.iter().enumerate().map(|(at, it)| format!("c{at} = tostring({})", tree.accessor("F", *it))).collect();
    let literal = json.replace('\\', "\\\\").replace('"', "\\\"");
    player.run(&format!("print F = parse_json(\"{literal}\") | project {}", columns.join(", ")));
    player.play("<F6><F6><F10><Enter><wait:idle>");
    let screen = player.screen();
    for (at, place) in places.iter().enumerate() {
        let value = &tree.nodes()[*place].value;
        let line = screen.lines().find(|it| it.contains(&format!(" c{at}  string"))).unwrap_or_default();
        assert!(line.ends_with(value.as_str()), "{} is not {value}: {line}\n{screen}", columns[at]);
    }
}

#[test]
fn a_large_tree_opens_and_scrolls_without_lag() {
    let mut player = Player::new(80, 24);
    player.run(
        "range x from 1 to 20000 step 1 | summarize j = make_list(bag_pack(\"n\", x, \"s\", strcat(\"v\", x)), 50000)",
    );
    player.play("<F6><Enter><wait:idle>");
    let started = Instant::now();
    player.play("<Right><Down><Right><PageDown><PageDown>G<Up>g");
    let each = started.elapsed() / 8;
    assert!(each < Duration::from_millis(400), "a key took {each:?} in a debug build");
    player.play("/v15000<Enter>");
    let screen = player.screen();
    assert!(screen.contains("Match 1 of 1.") && screen.contains("v15000"), "{screen}");
}

#[test]
fn a_record_of_many_columns_and_of_hostile_values_stays_usable() {
    let mut player = Player::new(80, 24);
    let columns: Vec<_> = (0..2_000).map(|it| format!("c{it} = '10.0.0.{}'", it % 250)).collect();
    player.run(&format!("print {}", columns.join(", ")));
    player.play("<F6><Enter><wait:idle>G");
    let screen = player.screen();
    assert!(screen.contains("c1999") && screen.contains("IP address, private"), "{screen}");
    let hostile = "print x = '\\u001b[2J\\u202eexe', y = dynamic({\"\\u001b]0;t\\u0007\": \"\\u009b31m\"}), z = base64_encode_tostring('\\u001b[31mred\\u001b[0m and some more')";
    let mut player = Player::new(80, 24);
    player.run(hostile);
    player.play("<F6><Enter><wait:idle>ee<Down><Right><Down>e");
    let screen = player.screen();
    let odd: Vec<char> = screen.chars().filter(|it| it.is_control() && *it != '\n' || *it == '\u{202e}').collect();
    assert!(odd.is_empty(), "{odd:?}:\n{screen}");
    assert!(screen.contains("␛[2J"), "what was hidden is seen:\n{screen}");
}

#[test]
fn views_follow_the_rows_that_are_seen() {
    let mut player = Player::new(80, 24);
    player.run("range n from 1 to 1000 step 1 | extend k = iff(n % 4 == 0, 'four', 'other')");
    // Only the rows of one value are filtered in; then a profile counts these alone.
    player.play("<F6><Right>=<wait:idle>i<wait:idle>");
    let screen = player.screen();
    assert!(screen.contains("750 rows") && screen.contains("distinct    1"), "{screen}");
    player.play("<Esc>b<wait:idle>");
    let screen = player.screen();
    assert!(screen.contains("1 group of 750 rows"), "{screen}");
    // A row in a group opens the row of the answer that it is.
    player.play("<Right><Down><Down><Enter><wait:idle>");
    let screen = player.screen();
    assert!(screen.contains("row 2 of 750"), "{screen}");
    player.play("<Esc>");
    assert!(player.screen().contains("1 group of 750 rows"), "the record was opened from the groups");
}

#[test]
fn a_view_of_a_large_answer_can_be_left_before_it_is_counted() {
    let mut player = Player::new(80, 24);
    player.run("range n from 1 to 100000 step 1 | extend a = strcat('value ', n), b = n % 977");
    player.play("<F6><Right>i<Esc>b<Esc>Bb<Enter><Esc>i");
    player.idle();
    let screen = player.screen();
    assert!(screen.contains("distinct") && screen.contains("100,000"), "only the last question is answered:\n{screen}");
}
