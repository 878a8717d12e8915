//! The workbench, driven by keys on a test screen: `tests/screens/<name>.keys` in, `<name>.txt` out
//! (`UPDATE_EXPECT=1` accepts what is shown).

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use tallyho::config::{Api, Config, ConnectionKind, Service};
use tallyho::result::RunStats;
use tallyho::run::{RunEvent, RunId, RunSummary};
use tallyho::tui::{Msg, Surroundings};

use crate::support_keys::{Player, options, screens};

macro_rules! screens {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*
        const SCREENS: &[&str] = &[$(stringify!($name)),*];
    };
}

screens! {
    first_start run_shows_rows wide_screen record_opens empty_text half_a_query unsupported_operator unknown_column
    no_rows truncated_result hostile_values history_after_restart resize_anytime small_screen help wrong_keys
    paste_is_cleaned cost_in_full every_type picker production switch_while_running quota_refused quota_dropped
    quota_now_anyway unauthorized forbidden cut_body cancelled unreachable proxy_page time_range_graph
    time_range_defender bad_query links device_code
    device_code_expired device_code_left schema token_expired completion completion_enter completion_wide
    history_search history_marks history_inspector history_reopen history_wide history_small
    completion_resized completion_hostile rename definition hover signature stages format fixes

    tabs tabs_narrow tabs_wide file_opened selection_runs
    paths

    follow_up follow_up_service log
    refactorings

    grid_sort grid_filter grid_search grid_columns grid_marks grid_cell_keys grid_times grid_wide grid_small grid_hostile
    grid_odd_results

    record_detail record_json record_beside record_small profile profile_sizes groups groups_sizes pivot difference
    difference_kept

    find replace find_small parameters indicators vim

    tables tables_wide library library_empty pack pack_wide pack_small pack_written library_open pack_quota pack_after_restart

    chart_time chart_series chart_wide chart_area chart_bar chart_column chart_pie chart_card chart_scatter chart_heat
    chart_properties chart_zone
    chart_zoom chart_impossible chart_hostile chart_alone chart_small chart_plain chart_make_series chart_log
    export
    palette palette_wide palette_small help_of_results themes
    run_sizes library_sizes export_sizes help_sizes
}

fn check(name: &str) {
    let script = fs::read_to_string(screens().join(format!("{name}.keys"))).unwrap();
    let size = script.lines().find_map(|it| it.strip_prefix("# size ")?.split_once('x')).unwrap_or(("80", "24"));
    let mut player = Player::of_script(name, size.0.parse().unwrap(), size.1.parse().unwrap());
    player.play(&script);
    let shown = player.record();
    let expected = screens().join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&expected, &shown).unwrap();
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    assert!(shown == wanted, "{name}: the screen is not as expected; it is\n{shown}\nand should be\n{wanted}");
}

#[test]
fn every_script_is_played_and_every_screen_has_one() {
    let stems = |extension: &str| -> BTreeSet<String> {
        let files = fs::read_dir(screens()).unwrap().map(|it| it.unwrap().path());
        let wanted: Vec<PathBuf> = files.filter(|it| it.extension().is_some_and(|it| it == extension)).collect();
        wanted.iter().map(|it| it.file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    let played: BTreeSet<String> = SCREENS.iter().map(ToString::to_string).collect();
    assert_eq!(stems("keys"), played);
    assert_eq!(stems("txt"), played);
}

#[test]
fn every_screen_stands_beside_its_promise_in_the_readme() {
    let readme = fs::read_to_string(screens().join("../README.md")).unwrap();
    let table =
        readme.split("# What the workbench promises").nth(1).unwrap().split("\n`certificates/`").next().unwrap();
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    let is_named = |screen: &str| {
        named.iter().any(|it| it.strip_suffix('*').map_or(*it == screen, |start| screen.starts_with(start)))
    };
    let left: Vec<_> = SCREENS.iter().filter(|it| !is_named(it)).collect();
    assert!(left.is_empty(), "no promise names {left:?}");
    let begins = |start: &str| SCREENS.iter().any(|it| it.starts_with(start));
    let scripts = named.iter().filter(|it| it.ends_with('*') || it.contains('_') && !it.contains(['.', '/', '<']));
    let gone: Vec<_> = scripts.filter(|it| !it.starts_with('_') && !begins(it.trim_end_matches('*'))).collect();
    assert!(gone.is_empty(), "these scripts are no more: {gone:?}");
}

/// Ten thousand million pairs.
const ENDLESS: &str = "let old = range x from 1 to 100000 step 1 | extend k = 1; old | join kind=inner (old) on k | summarize count() by x";

#[test]
fn a_run_can_be_stopped_and_says_what_stopped() {
    let mut player = Player::new(80, 24);
    player.play(&format!("<C-a><Delete>{ENDLESS}<F5><wait:300>"));
    assert!(player.workbench.is_running(), "{}", player.screen());
    let screen = player.screen();
    assert!(screen.contains("running"), "{screen}");
    player.play("<Esc>");
    let screen = player.screen();
    assert!(screen.contains("stopping") || screen.contains("Stopped after"), "{screen}");
    player.idle();
    let screen = player.screen();
    assert!(screen.contains("Stopped after") && screen.contains("stopped"), "{screen}");
    assert!(player.text().contains("let old"), "the text is untouched");
    // The next run is not disturbed by the one before.
    let screen = player.run("print answer = 42");
    assert!(screen.contains("42") && screen.contains("done"), "{screen}");
}

#[test]
fn a_new_run_stops_the_old_one_and_only_its_rows_are_shown() {
    let mut player = Player::new(120, 34);
    player.play(&format!("<C-a><Delete>{ENDLESS}<F5><wait:200>"));
    let screen = player.run("print new = 1");
    assert!(screen.contains("new") && screen.contains("1 row"), "{screen}");
    let history = screen.lines().filter(|it| it.contains("let old") || it.contains("print new")).count();
    assert_eq!(history, 3, "both runs are in the history, the query in the editor:\n{screen}");
    assert!(screen.contains("stopped"), "{screen}");
}

#[test]
fn text_survives_a_kill_as_it_was_typed_with_the_cursor() {
    let mut player = Player::new(80, 24);
    player.play("<C-a><Delete>print  a = 1 \t // trailing blanks  <Enter><Enter>  \"日本\"<Left><Left><wait:idle>");
    let before = player.text();
    player.restart();
    assert_eq!(player.text(), before);
    player.play("X");
    assert!(player.text().ends_with("\"日X本\""), "{}", player.text());
}

#[test]
fn a_text_that_cannot_be_saved_is_said_kept_and_saved_later() {
    let mut player = Player::new(80, 24);
    player.play("<C-a><Delete>precious<wait:idle>");
    // A folder in the place of the file: no user, and no superuser, can write over it.
    let file = player.home.path().join("data/session.json");
    fs::remove_file(&file).unwrap();
    fs::create_dir_all(file.join("full")).unwrap();
    player.play(" words<wait:idle>");
    let screen = player.screen();
    assert!(screen.contains("The text is not saved"), "{screen}");
    assert_eq!(player.text(), "precious words");
    player.play("<C-q><wait:300>");
    assert!(!player.workbench.is_over(), "leaving asks again while the text is not safe");
    fs::remove_dir_all(&file).unwrap();
    player.play("!<wait:6500>");
    player.restart();
    assert_eq!(player.text(), "precious words!");
}

#[test]
fn undo_goes_back_word_by_word_and_redo_forth() {
    let mut player = Player::new(80, 24);
    player.play("<C-a><Delete>one two three");
    player.play("<C-z>");
    assert_eq!(player.text(), "one two");
    player.play("<C-z><C-z><C-y>");
    assert_eq!(player.text(), "one");
    player.play("<C-z><C-z><C-z>");
    assert_ne!(player.text(), "", "the text that was deleted comes back");
}

#[test]
fn comments_come_and_go_on_the_selected_lines() {
    let mut player = Player::new(80, 24);
    player.play("<C-a><Delete>");
    player.play("<paste:Processes\\n| where a\\n\\n| take 5><C-Home><S-Down><S-Down><C-/>");
    assert_eq!(player.text(), "// Processes\n// | where a\n\n| take 5");
    player.play("<C-z>");
    assert_eq!(player.text(), "Processes\n| where a\n\n| take 5");
}

#[test]
fn nothing_is_offered_in_a_comment_that_stands_alone() {
    let mut player = Player::new(80, 24);
    player.play("<C-a><Delete>// where le<wait:idle>");
    assert!(!player.workbench.is_offering(), "{}", player.screen());
    player.play("<Enter>Proc<wait:idle>");
    assert!(player.workbench.is_offering(), "{}", player.screen());
}

#[test]
fn a_megabyte_of_text_can_be_edited() {
    let mut player = Player::new(80, 24);
    let text = "Processes | where FileName == \"x\" // a line of some length to fill the room\n\n".repeat(13_000);
    player.play("<C-a><Delete>");
    player.workbench.take_and_draw(Msg::Paste(text.clone()));
    let started = std::time::Instant::now();
    player.play("abc");
    assert!(started.elapsed() < Duration::from_secs(5), "three keys took {:?}", started.elapsed());
    player.idle();
    assert_eq!(player.text().len(), text.len() + 3);
    player.restart();
    assert_eq!(player.text().len(), text.len() + 3);
}

#[test]
fn one_very_long_line_can_be_edited_and_gone_along() {
    let mut player = Player::new(80, 24);
    let line = format!("let hosts = dynamic([{}'last\t日本']);", "'ws-0001', ".repeat(15_000));
    player.play("<C-a><Delete>");
    player.workbench.take_and_draw(Msg::Paste(line.clone()));
    let started = std::time::Instant::now();
    player.play("<C-/>");
    assert!(player.text() == format!("// {line}"));
    player.play("<C-/><C-Left>Y");
    let behind_all = player.text().rfind('Y');
    assert!(behind_all > Some(line.len() - 20), "{behind_all:?}");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(20), "it took {took:?} in a debug build");
}

#[test]
fn what_is_pasted_into_a_list_or_a_question_may_be_long() {
    let mut player = Player::new(80, 24);
    let long = "evil.example \u{1b}[2J".repeat(60_000);
    let started = std::time::Instant::now();
    for keys in ["<F1>", "<F4>", "<F7>", "<A-O>", "<C-f>", "<C-r>", "<A-a>/", "<F6><F6>f"] {
        player.play(keys);
        player.workbench.take_and_draw(Msg::Paste(long.clone()));
        player.play("x<Left><Esc><Esc>");
    }
    let took = started.elapsed();
    assert!(took < Duration::from_mins(2), "it took {took:?} in a debug build");
    player.idle();
}

#[test]
fn a_grid_of_six_million_cells_scrolls_without_lag() {
    let mut player = Player::new(200, 60);
    let columns: Vec<_> = (1..60).map(|it| format!("c{it} = x * {it}")).collect();
    player.run(&format!("range x from 1 to 100000 step 1 | extend {}", columns.join(", ")));
    player.play("<F6><F6>");
    let started = std::time::Instant::now();
    for keys in ["<PageDown>", "<Right>", "<Down>", "G", "<End>", "<PageUp>", "<Home>", "g"] {
        player.play(&keys.repeat(10));
    }
    let each = started.elapsed() / 80;
    assert!(each < Duration::from_millis(60), "a key took {each:?} in a debug build");
    player.play("G<End>");
    let screen = player.screen();
    assert!(screen.contains("row 100,000 of 100,000 · col 60 of 60") && screen.contains("5,900,000"), "{screen}");
}

#[test]
fn old_rows_stay_until_new_ones_come_or_the_run_ends() {
    let mut player = Player::new(80, 24);
    player.run("Processes | project DeviceName, FileName");
    player.play(&format!("<C-a><Delete>{ENDLESS}<F5><wait:700>"));
    let screen = player.screen();
    assert!(screen.contains("splwow64.exe") && screen.contains("5 rows ─ of the run before"), "{screen}");
    player.play("<Esc>");
    player.idle();
    let screen = player.screen();
    assert!(!screen.contains("splwow64.exe") && screen.contains("No rows had come"), "{screen}");
    assert!(screen.contains("the run was stopped: its cost is not known"), "{screen}");
}

#[test]
fn a_run_tells_what_was_left_out_of_the_files_that_it_read() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("mixed");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("Good.csv"), "a,b\n1,2\n").unwrap();
    fs::write(data.join("Broken.ndjson"), "{\"a\":1}\n{\"a\":\n[]\n{\"a\":2}\n").unwrap();
    let mut player = Player::with_data(80, 24, &data);
    let screen = player.run("Good");
    assert!(screen.contains("1 row") && !screen.contains("Broken"), "other files are no concern:\n{screen}");
    let screen = player.run("Broken");
    assert!(screen.contains("2 rows ─ 2 notes ─"), "{screen}");
    assert!(screen.contains("Broken.ndjson:2: broken JSON; the line is left out (1 more: F9)"), "{screen}");
    player.play("<F6><F6><F10>");
    let screen = player.screen();
    assert!(screen.contains("note      Broken.ndjson:2") && screen.contains("Broken.ndjson:3: not a JSON"), "{screen}");
}

#[test]
fn a_run_from_a_zoomed_editor_shows_its_rows() {
    let mut player = Player::new(80, 24);
    player.play("<F10>");
    assert!(!player.screen().contains("results"));
    let screen = player.run("print answer = 42");
    assert!(screen.contains("results ─ 1 row") && screen.contains("42"), "{screen}");
    // Where the rows are seen the zoom stays.
    player.play("<F6><F10><F5><wait:idle>");
    let screen = player.screen();
    assert!(screen.contains("results") && !screen.contains("query"), "{screen}");
}

#[test]
fn a_long_message_takes_two_lines() {
    let mut player = Player::new(40, 14);
    player.play("<C-a><Delete><C-c>");
    let screen = player.screen();
    assert!(screen.contains(" Nothing is selected and nothing runs.\n Ctrl+Q leaves."), "{screen}");
    player.play("x");
    assert!(player.screen().contains("─ cost"), "it goes with the next key:\n{}", player.screen());
}

#[test]
fn runs_on_other_connections_are_named_and_an_overlay_does_not_hide_the_docked_history() {
    let mut player = Player::new(80, 24);
    player.run("print here = 1");
    // Another workbench runs something.
    let mut other = tallyho::history::History::open(&player.home.path().join("data/history.sqlite")).unwrap();
    let (connection, text) = ("defender", "print there = 1");
    let start = tallyho::history::RunStart { started: 1, connection, text, ..Default::default() };
    other.append_start(&start).unwrap();
    player.play("<F8><wait:idle>");
    let screen = player.screen();
    assert_eq!(screen.matches("defender").count(), 1, "{screen}");
    player.play("/here is<C-w>");
    assert!(player.screen().contains("/ here\n"), "{}", player.screen());
    player.play("<C-w>there<wait:idle><Enter><wait:idle>");
    assert_eq!(player.text(), "print there = 1");
    player.resize(120, 34);
    assert!(player.screen().contains("history ─ 2 runs"), "{}", player.screen());
}

/// What Defender's documentation shows as statistics.
const DOCUMENTED_STATS: &str = r#"{
    "ExecutionTime": 4.621215,
    "resource_usage": {
        "cache": {
            "memory": { "hits": 773461, "misses": 4481, "total": 777942 },
            "disk": { "hits": 994, "misses": 197, "total": 1191 }
        },
        "cpu": { "user": "00:00:19.0468750", "kernel": "00:00:00.0156250", "total cpu": "00:00:19.0625000" },
        "memory": { "peak_per_node": 236822432 }
    },
    "dataset_statistics": [{ "table_row_count": 2, "table_size": 102 }]
}"#;

#[test]
fn the_cost_of_a_service_is_shown_with_bars_and_absent_is_not_zero() {
    let mut player = Player::new(120, 44);
    player.play("<C-a><Delete>print x = 1<F5>");
    // The service's answer takes the place of what the runner will say of this run.
    let stats = RunStats::from_wire(&serde_json::from_str(DOCUMENTED_STATS).unwrap());
    let summary = RunSummary { stats, ..RunSummary::default() };
    player.workbench.take_and_draw(Msg::Run(RunId(1), RunEvent::Finished(Box::new(summary))));
    player.idle();
    let screen = player.screen();
    for shown in [
        "engine 4.62 s",
        "19.1 s · user 19.0 s · kernel 15.6 ms",
        "peak 226 MiB",
        "███████████████████▉  99.4 % · hit 773,461 · miss 4,481",
        "████████████████▊     83.4 % · hit 994 · miss 197",
        "rows 2 · 102 B",
        "row groups – · pruned –",
    ] {
        assert!(screen.contains(shown), "'{shown}' is not on\n{screen}");
    }
}

#[test]
fn on_a_service_our_analysis_only_advises() {
    let home = tempfile::tempdir().unwrap();
    let mut options = options(home.path(), home.path());
    // Port 9 of this machine discards; nothing listens there.
    let kind = ConnectionKind::Service(Box::new(Service::at(Api::Defender, "http://127.0.0.1:9")));
    options.connections[0].kind = kind;
    let mut player = Player::with_options(80, 24, options, home);
    let screen = player.screen();
    assert!(screen.contains("tallyho  files · 127.0.0.1:9 "), "where queries go:\n{screen}");
    assert!(screen.contains("'files' sends queries to 127.0.0.1:9."), "{screen}");
    player.play("<C-a><Delete>DeviceEvents | scan with (step a: true;)<wait:idle>");
    let screen = player.screen();
    assert!(!screen.contains("does not run"), "what our engine lacks is no fault there:\n{screen}");
    player.play("<C-a><Delete>NoSuchTable | take 1<wait:idle>");
    let screen = player.screen();
    assert!(screen.contains("1! NoSuchTable") && !screen.contains('✗'), "advice, not an error:\n{screen}");
    player.play("<F5>");
    player.idle();
    let screen = player.screen();
    assert!(!screen.contains("The query was not run"), "it was sent:\n{screen}");
    assert!(screen.contains("127.0.0.1:9") && screen.matches("The query is untouched").count() == 1, "{screen}");
}

#[test]
fn while_a_service_is_silent_nothing_old_is_taken_for_its_answer() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", silent.local_addr().unwrap());
    let home = tempfile::tempdir().unwrap();
    let mut options = options(home.path(), home.path());
    options.connections[0].kind = ConnectionKind::Service(Box::new(Service::at(Api::Defender, base_url)));
    let mut player = Player::with_options(80, 24, options, home);
    player.play("<C-a><Delete>print x = 1<F5><wait:700>");
    let screen = player.screen();
    assert!(screen.contains("Running. The rows come here; Esc stops it."), "{screen}");
    player.play("<Esc>");
    player.idle();
    let screen = player.screen();
    assert!(screen.contains("Stopped after") && !screen.contains("Running"), "{screen}");
    player.play("<F5><wait:700>");
    let screen = player.screen();
    assert!(screen.contains("Running.") && !screen.contains("Stopped after"), "{screen}");
    player.play("<Esc>");
    player.idle();
}

#[test]
fn the_help_shows_every_key_of_the_key_file() {
    let file: toml::Table = toml::from_str(include_str!("../../assets/keys.toml")).unwrap();
    let mut player = Player::new(120, 900);
    player.play("<A-h>");
    let screen = player.screen();
    let mut n_lines = 0;
    for (section, actions) in &file {
        for (action, keys) in actions.as_table().unwrap() {
            let keys: Vec<_> = keys.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
            let line = format!("  {}  ", keys.join("  "));
            assert!(screen.contains(&line), "[{section}] {action}: '{line}' is not on\n{screen}");
            n_lines += 1;
        }
    }
    // Behind the keys stands what the engine runs, from the list that says it.
    let support = tallyho::kql::support_table(&tallyho::engine::Engine::capabilities());
    for it in &support {
        assert!(screen.contains(&format!("  {}  ", it.kind)), "{screen}");
        assert!(screen.contains(&format!("  {} of {}", it.n_run, it.n_all)), "{screen}");
        for name in &it.refused {
            assert!(screen.contains(name), "{name} is not on\n{screen}");
        }
    }
    n_lines += support.len();
    assert_eq!(screen.lines().filter(|it| it.starts_with("  ") && !it.starts_with("   ")).count(), n_lines, "{screen}");
}

#[test]
fn a_folder_that_is_not_there_is_said_and_tried_again() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("later");
    let mut player = Player::with_data(80, 24, &folder);
    let screen = player.screen();
    assert!(screen.contains("not open"), "{screen}");
    player.play("<C-a><Delete>print x = 1");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("T.csv"), "a,b\n1,2\n").unwrap();
    player.play("<F5><wait:idle>");
    let screen = player.screen();
    assert!(screen.contains("done") && screen.contains("1 row"), "{screen}");
}

#[test]
fn a_terminal_without_unicode_gets_none() {
    let home = tempfile::tempdir().unwrap();
    let mut options = options(home.path(), &screens().join("data"));
    options.around.ascii = true;
    let mut player = Player::with_options(120, 34, options, home);
    for keys in ["<C-a><Delete>Hostile<F5><wait:idle>", "<F6><F6>", "<Enter>", "<Esc><F8>", "<A-h>"] {
        player.play(keys);
        let screen = player.screen();
        assert!(screen.is_ascii(), "{screen}");
    }
    player.play("<Esc><F6>");
    let screen = player.screen();
    assert!(screen.contains("=#"), "the focus is seen:\n{screen}");
}

#[test]
fn no_sequence_of_keys_and_sizes_brings_it_down() {
    for seed in [0x2545_F491_4F6C_DD1D, 22_222, 777] {
        play_at_random(seed);
    }
}

fn play_at_random(mut seed: u64) {
    const KEYS: &str = "F1 F6 S-F6 F8 F9 F10 Esc Enter Up Down Left Right PageUp PageDown Home End Tab S-Left S-Down \
        C-Home C-End C-Up C-Down C-a C-z C-y C-x C-v C-w C-k C-/ Backspace Delete F4 F7 A-i A-r A-l A-o g G / y ? j x F5 C-S-End A-d C-Delete";
    const SIZES: &[(u16, u16)] =
        &[(80, 24), (200, 60), (40, 10), (1, 1), (0, 5), (5, 0), (3, 3), (120, 4), (29, 14), (110, 30)];
    let keys: Vec<_> = KEYS.split_whitespace().collect();
    let mut player = Player::new(80, 24);
    player.play(
        "<C-a><Delete><paste:Hostile\\n\\nrange x from 1 to 500 step 1 | extend y = tostring(x)\\n\\t日本 é👩‍💻\\n>",
    );
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for step in 0..2_000 {
        if random(12) == 0 {
            let (columns, rows) = SIZES[random(SIZES.len())];
            player.resize(columns, rows);
        }
        player.play(&format!("<{}>", keys[random(keys.len())]));
        if step % 50 == 0 {
            player.play("<wait:5>");
        }
    }
    player.resize(80, 24);
    player.idle();
    assert!(player.screen().contains("tallyho"));
}

const PRODUCTION: &str = "default_connection = \"contoso\"
    [connections.contoso]
    kind = \"graph\"
    base_url = \"http://127.0.0.1:9\"
    production = true
    [connections.test]
    kind = \"graph\"
    base_url = \"http://127.0.0.1:9\"";

#[test]
fn production_is_told_by_a_colour_of_its_own_and_by_a_word_where_there_are_few_colours_or_none() {
    use ratatui::style::{Color, Modifier};
    for (no_color, truecolor) in [(true, false), (false, false), (false, true)] {
        for columns in [40, 80, 200] {
            let home = tempfile::tempdir().unwrap();
            let mut options = options(home.path(), &screens().join("data"));
            options.connections = Config::parse(PRODUCTION).unwrap().connections;
            options.start = "contoso".to_owned();
            options.around =
                Surroundings { no_color, truecolor, light: false, ascii: false, blocks: false, squiggles: false };
            let mut player = Player::with_options(columns, 24, options, home);
            let title = |player: &mut Player| {
                let buffer = player.workbench.terminal().backend().buffer();
                let cells = &buffer.content[..usize::from(columns)];
                let word: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
                let coloured =
                    cells.iter().filter(|it| it.bg != Color::Reset && it.bg != buffer.content[200].bg).count();
                let reversed = cells.iter().filter(|it| it.modifier.contains(Modifier::REVERSED)).count();
                (word, coloured, reversed)
            };
            let (word, coloured, reversed) = title(&mut player);
            assert!(word.contains(if columns < 60 { " PROD " } else { " PRODUCTION " }), "{word}");
            assert!(word.contains("contoso"), "{word}");
            assert_eq!(if no_color { reversed } else { coloured }, usize::from(columns), "the whole line: {word}");
            player.play("<F4>test<Enter><wait:idle>");
            let (word, coloured, reversed) = title(&mut player);
            assert!(!word.contains("PROD"), "{word}");
            assert_eq!((coloured, reversed), (0, 0), "{word}");
        }
    }
}

#[test]
fn a_time_range_and_the_very_text_are_sent_whatever_the_editor_holds_by_then() {
    let answers = fs::read_to_string(screens().join("quota_refused.http")).unwrap();
    let config = "default_connection = \"graph\"\n[connections.graph]\nkind = \"graph\"\nbase_url = \"{stub}\"";
    let mut player = Player::with_service(80, 24, config, Some(&answers));
    player.play("<C-a><Delete>DeviceEvents | take 1<F7><Down><Enter><F5><until:waiting for quota>");
    player.play("<F7><Home><Enter><C-a><Delete>other words<skip:38s><wait:idle>");
    let asked = player.service.as_ref().unwrap().asked();
    assert_eq!(asked.len(), 2);
    for request in asked {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["Query"], "DeviceEvents | take 1");
        assert_eq!(body["Timespan"], "P1D");
    }
    assert_eq!(player.text(), "other words");
}

#[test]
fn two_queries_wait_in_order_and_what_changes_over_drops_them() {
    let refusal = "429\nRetry-After: 37\n\n{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"too many\"}}";
    let config = "default_connection = \"a\"
        [connections.a]\nkind = \"defender\"\nbase_url = \"{stub}\"
        [connections.b]\nkind = \"defender\"\nbase_url = \"http://127.0.0.1:9\"";
    let mut player = Player::with_service(80, 24, config, Some(refusal));
    player.play("<C-a><Delete>first<F5><until:waiting for quota><C-a><Delete>second<F5><until:1 more behind it>");
    player.play("<F4>b<Enter>");
    assert!(player.screen().contains("2 queries wait for quota on 'a'"), "{}", player.screen());
    player.play("<Esc><Esc>");
    assert!(player.screen().contains("1 more waits"), "{}", player.screen());
    player.play("<F4>b<Enter><Enter><until:Queries go to 'b'><wait:idle><F8>");
    let screen = player.screen();
    assert_eq!(screen.matches("dropped while").count(), 2, "both are in the history:\n{screen}");
    assert_eq!(player.service.as_ref().unwrap().asked().len(), 1, "the second was never sent");
    assert_eq!(player.text(), "second");
}

#[test]
fn rows_of_an_answer_that_breaks_off_are_kept_and_marked() {
    let answer = fs::read_to_string(screens().join("cut_body.http")).unwrap().replace("{1 rows}", "{20000 rows}");
    let config = fs::read_to_string(screens().join("cut_body.toml")).unwrap();
    let mut player = Player::with_service(100, 24, &config, Some(&answer));
    let screen = player.run("DeviceEvents | take 20000");
    assert!(screen.contains("rows ─ not all: the answer of 127.0.0.1"), "{screen}");
    assert!(screen.contains("     1  hf-ws-041       7,412"), "the rows that came are there:\n{screen}");
    assert!(screen.contains("are not the whole answer."), "{screen}");
    assert_eq!(player.text(), "DeviceEvents | take 20000");
}
