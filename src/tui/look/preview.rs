//! A theme on one page, for the command line: a query, a few rows, and every colour by its meaning.

use std::fmt::Write as _;

use ratatui::style::{Color, Modifier, Style};

use super::Look;
use crate::config::{ANSI_NAMES, Scope};
use crate::kql::highlight;
use crate::text;

/// Shows classes of every kind.
const QUERY: &str = "// What did Word start?
let since = ago(7d);
DeviceProcessEvents
| where Timestamp > since and InitiatingProcessFileName =~ \"winword.exe\"
| summarize Runs = count(), Devices = dcount(DeviceName) by FileName
| where Runs >= 3 and isnotempty(FileName)
| top 5 by Runs desc";

/// Columns of the page.
const WIDTH: usize = 76;

/// The page, with the sequences that colour it, or as bare text.
pub fn preview(look: &Look, colours: bool) -> String {
    let page = Page { look, colours, out: String::new() };
    page.drawn()
}

struct Page<'a> {
    look: &'a Look,
    colours: bool,
    out: String,
}

impl Page<'_> {
    fn drawn(mut self) -> String {
        let (rule, focus) = (self.look.scope(Scope::Border), self.look.scope(Scope::BorderFocus));
        let (plain, dim) = (self.look.text(), self.look.dim());
        self.line(&[
            ("━".to_owned(), focus),
            ("▌query".to_owned(), self.look.accent()),
            (" ".to_owned(), plain),
            ("━".repeat(67), focus),
        ]);
        for (number, line) in QUERY.lines().enumerate() {
            let mut pieces = vec![(format!(" {}  ", number + 1), self.look.scope(Scope::Gutter))];
            let mut at = 0;
            for (span, class) in highlight(line) {
                pieces.push((line[at..span.start].to_owned(), plain));
                pieces.push((line[span.clone()].to_owned(), self.look.class(class)));
                at = span.end;
            }
            pieces.push((line[at..].to_owned(), plain));
            self.line(&pieces);
        }
        self.line(&[("─ results ".to_owned(), dim), ("─".repeat(WIDTH - 10), rule)]);
        self.line(&[("    FileName            Runs  Devices  Note".to_owned(), self.look.scope(Scope::GridHeader))]);
        let (row, cell) = (self.look.scope(Scope::GridRow), self.look.scope(Scope::GridCell));
        self.line(&[
            (" 1  ".to_owned(), self.look.scope(Scope::Gutter)),
            ("powershell.exe       412        9  ".to_owned(), plain),
            ("–".to_owned(), self.look.scope(Scope::GridNull)),
        ]);
        self.line(&[
            (" 2  cmd.exe           ".to_owned(), plain.patch(row)),
            ("  1,204 ".to_owned(), plain.patch(row).patch(cell)),
            (format!("      31  {:38}", "the row and the cell under the cursor"), plain.patch(row)),
        ]);
        self.line(&[
            (" 3  ".to_owned(), self.look.scope(Scope::Gutter)),
            ("selected text".to_owned(), plain.patch(self.look.scope(Scope::Selection))),
            ("      7        2  ████████████▌".to_owned(), self.look.scope(Scope::Bar)),
        ]);
        self.line(&[("─".repeat(WIDTH), rule)]);
        for (scope, name, meaning) in Scope::ALL {
            self.line(&[(format!(" {name:13}"), plain.patch(self.look.scope(scope))), (format!(" {meaning}"), dim)]);
        }
        self.out
    }

    /// One line on the theme's ground, filled to the page's width.
    fn line(&mut self, pieces: &[(String, Style)]) {
        let mut width = 0;
        for (words, style) in pieces {
            width += text::width(words);
            self.piece(words, *style);
        }
        self.piece(&" ".repeat(WIDTH.saturating_sub(width)), Style::default());
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.push('\n');
    }

    fn piece(&mut self, words: &str, style: Style) {
        if words.is_empty() {
        } else if self.colours {
            let _ = write!(self.out, "{}{words}\u{1b}[0m", sgr(self.look.ground().patch(style)));
        } else {
            self.out.push_str(words);
        }
    }
}

/// The sequence that makes what follows look so.
fn sgr(style: Style) -> String {
    let mut codes = vec!["0".to_owned()];
    for (modifier, code) in [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
    ] {
        if style.add_modifier.contains(modifier) {
            codes.push(code.to_owned());
        }
    }
    codes.extend(style.fg.and_then(|it| colour_code(it, 0)));
    codes.extend(style.bg.and_then(|it| colour_code(it, 10)));
    format!("\u{1b}[{}m", codes.join(";"))
}

/// The code of a colour in front, or with 10 more of the ground.
fn colour_code(color: Color, more: u8) -> Option<String> {
    Some(match color {
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", 38 + more),
        Color::Indexed(index) => format!("{};5;{index}", 38 + more),
        Color::Reset => format!("{}", 39 + more),
        named => {
            let place = (0..ANSI_NAMES.len() as u8).find(|it| super::ansi(*it) == named)?;
            format!("{}", if place < 8 { 30 + place } else { 82 + place } + more)
        }
    })
}
