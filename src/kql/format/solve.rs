//! Which wishes come true.
//!
//! A wish holds when a line begins in its range, and a wish that comes true may begin one in the range of another. So
//! they are gone through until nothing more comes true; lines are only ever added, and so it ends.

use super::sheet::{Sheet, Spacing, Wish};

/// What stands before each token.
pub(super) fn solve(sheet: &Sheet<'_>) -> Vec<Spacing> {
    let pieces = &sheet.pieces;
    let valid = |(index, wish): &(usize, &Wish)| *index >= pieces[wish.piece].first_wish;
    let wishes: Vec<&Wish> = sheet.wishes.iter().enumerate().filter(valid).map(|(_, wish)| wish).collect();
    let begins = |piece: &super::sheet::Piece| piece.is_broken || piece.spacing == Some(Spacing::Line);
    let mut lines: Vec<bool> = pieces.iter().map(begins).collect();
    let mut sums = sums_of(&lines);
    let mut open: Vec<&Wish> = wishes.clone();
    loop {
        let n_open = open.len();
        open.retain(|wish| {
            let holds = !lines[wish.piece] && wish.spacing == Spacing::Line && is_true(wish, &lines, &sums);
            lines[wish.piece] |= holds;
            !lines[wish.piece]
        });
        sums = sums_of(&lines);
        if open.len() == n_open {
            break;
        }
    }
    let mut chosen: Vec<Option<Spacing>> = pieces.iter().map(|piece| piece.spacing).collect();
    for wish in wishes {
        if is_true(wish, &lines, &sums) {
            chosen[wish.piece] = Some(wish.spacing);
        } else if chosen[wish.piece].is_none() {
            chosen[wish.piece] = Some(Spacing::AsIs);
        }
    }
    chosen.into_iter().map(|spacing| spacing.unwrap_or(Spacing::Space)).collect()
}

/// How many lines begin before each token.
fn sums_of(lines: &[bool]) -> Vec<usize> {
    let mut sums = Vec::with_capacity(lines.len() + 1);
    let mut sum = 0;
    sums.push(0);
    for begins in lines {
        sum += usize::from(*begins);
        sums.push(sum);
    }
    sums
}

fn is_true(wish: &Wish, lines: &[bool], sums: &[usize]) -> bool {
    let (first, last) = wish.range;
    if first > last {
        return false;
    }
    // The sums may lag behind the lines by what has come true since; that is found in the next round.
    let excepted = (first..=last).contains(&wish.except) && lines[wish.except];
    sums[last + 1].saturating_sub(sums[first]) > usize::from(excepted)
}
