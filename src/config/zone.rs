//! The time of this place: its distance from UTC at any instant, from the system's files of time zones.

use std::path::{Path, PathBuf};

/// A file of a time zone is never longer.
const MAX_BYTES: u64 = 1 << 20;
/// Where systems keep their files.
const FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"];
/// A file of version 2 says the same twice; this is how long a header is.
const HEADER: usize = 44;

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    /// When the distance changes, in seconds since 1970, and the place of the new one in `offsets`.
    changes: Vec<(i64, usize)>,
    /// Seconds to add to UTC.
    offsets: Vec<i32>,
    /// Before the first change.
    first: usize,
}

impl Zone {
    /// The zone of that name, or what `TZ` or the system says for `None`. Reads a file.
    pub fn read(name: Option<&str>) -> Result<Self, String> {
        let of_process = std::env::var("TZ").ok().filter(|it| !it.is_empty());
        let wanted = name.map(str::to_owned).or(of_process).map(|it| it.trim_start_matches(':').to_owned());
        match wanted {
            Some(name) if matches!(name.as_str(), "UTC" | "Etc/UTC" | "GMT") => Ok(Self::utc(&name)),
            Some(name) => Self::named(&name),
            None => Self::of_system(),
        }
    }

    fn utc(name: &str) -> Self {
        Self { name: name.to_owned(), changes: Vec::new(), offsets: vec![0], first: 0 }
    }

    fn named(name: &str) -> Result<Self, String> {
        let unknown = || format!("this system has no time zone '{name}'");
        // A name must not lead out of the folder, except where the system itself names a file.
        let stays = !name.is_empty() && !name.split('/').any(|part| part.is_empty() || part.starts_with('.'));
        if !stays {
            return Err(unknown());
        }
        let files = FOLDERS.iter().map(|folder| Path::new(folder).join(name));
        files.into_iter().find_map(|file| Self::parse(name, &read_file(&file)?)).ok_or_else(unknown)
    }

    fn of_system() -> Result<Self, String> {
        let file = Path::new("/etc/localtime");
        let target = std::fs::read_link(file).unwrap_or_else(|_| PathBuf::from("local time"));
        let target = target.to_string_lossy().into_owned();
        let name = target.split_once("zoneinfo/").map_or("local time", |(_, name)| name);
        match read_file(file) {
            Some(bytes) => Self::parse(name, &bytes).ok_or_else(|| "/etc/localtime is not a time zone".to_owned()),
            // A system that says nothing lives in UTC.
            None if cfg!(unix) => Ok(Self::utc("UTC")),
            None => Err("the time of this place is not known on this system; set TZ".to_owned()),
        }
    }

    /// Reads the format TZif (RFC 8536); `None` when it is none.
    pub fn parse(name: &str, bytes: &[u8]) -> Option<Self> {
        let version = *bytes.get(4)?;
        if !bytes.starts_with(b"TZif") {
            return None;
        }
        // The second part has the instants that do not fit 32 bits.
        let (start, wide) = if version >= b'2' { (Counts::of(bytes, 0)?.len(4), true) } else { (0, false) };
        let counts = Counts::of(bytes, start)?;
        let size = if wide { 8 } else { 4 };
        if bytes.len() < start + counts.len(size) {
            return None;
        }
        let times = start + HEADER;
        let kinds = times + counts.times * size;
        let types = kinds + counts.times;
        let mut changes = Vec::with_capacity(counts.times);
        for idx in 0..counts.times {
            let at = times + idx * size;
            let seconds = if wide {
                i64::from_be_bytes(array(bytes, at)?)
            } else {
                i64::from(i32::from_be_bytes(array(bytes, at)?))
            };
            changes.push((seconds, usize::from(*bytes.get(kinds + idx)?)));
        }
        let mut offsets = Vec::with_capacity(counts.types);
        let mut first = 0;
        for idx in (0..counts.types).rev() {
            let at = types + idx * 6;
            offsets.push(i32::from_be_bytes(array(bytes, at)?));
            if *bytes.get(at + 4)? == 0 {
                first = idx;
            }
        }
        offsets.reverse();
        let sound = !offsets.is_empty() && changes.iter().all(|(_, kind)| *kind < offsets.len());
        let mut zone = sound.then(|| Self { name: name.to_owned(), changes, offsets, first })?;
        let footer = bytes.get(start + counts.len(size) + 1..).filter(|_| wide);
        let footer = footer.and_then(|it| std::str::from_utf8(it.split(|byte| *byte == b'\n').next()?).ok());
        zone.go_on(footer.unwrap_or_default());
        Some(zone)
    }

    /// Adds the changes of the years behind the last one of the file, which its last line describes in the form of the
    /// variable TZ (`CET-1CEST,M3.5.0,M10.5.0/3`). Other forms of it end with the last known distance.
    fn go_on(&mut self, rule: &str) {
        let Some((from_summer, to_summer, winter, summer)) = parse_rule(rule) else { return };
        let base = self.offsets.len();
        self.offsets.extend([winter, summer]);
        let last = self.changes.last().map_or(i64::MIN, |it| it.0);
        for year in 1970..2100 {
            let mut both =
                [(to_summer.at(year) - i64::from(winter), base + 1), (from_summer.at(year) - i64::from(summer), base)];
            both.sort_unstable();
            self.changes.extend(both.into_iter().filter(|it| it.0 > last));
        }
    }

    /// Seconds to add to UTC at an instant in seconds since 1970.
    pub fn offset_at(&self, seconds: i64) -> i32 {
        let behind = self.changes.partition_point(|it| it.0 <= seconds);
        let kind = behind.checked_sub(1).map_or(self.first, |it| self.changes[it].1);
        self.offsets.get(kind).copied().unwrap_or(0)
    }

    /// As the system calls it: `Europe/Berlin`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn read_file(file: &Path) -> Option<Vec<u8>> {
    let size = std::fs::metadata(file).ok()?.len();
    if size > MAX_BYTES { None } else { std::fs::read(file).ok() }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

/// How much of everything a part of the file has.
struct Counts {
    is_ut: usize,
    is_standard: usize,
    leaps: usize,
    times: usize,
    types: usize,
    letters: usize,
}

impl Counts {
    fn of(bytes: &[u8], start: usize) -> Option<Self> {
        let count = |idx: usize| {
            let count = u32::from_be_bytes(array(bytes, start + 20 + idx * 4)?) as usize;
            (count <= bytes.len()).then_some(count)
        };
        Some(Self {
            is_ut: count(0)?,
            is_standard: count(1)?,
            leaps: count(2)?,
            times: count(3)?,
            types: count(4)?,
            letters: count(5)?,
        })
    }

    /// Bytes of the part with its header, when an instant takes so many.
    fn len(&self, size: usize) -> usize {
        let Self { is_ut, is_standard, leaps, times, types, letters } = self;
        HEADER + times * (size + 1) + types * 6 + letters + leaps * (size + 4) + is_standard + is_ut
    }
}

/// A day of a month and a time of day at which the clocks change: the n-th of a weekday, 5 for the last one.
#[derive(Clone, Copy)]
struct Change {
    month: i64,
    week: i64,
    weekday: i64,
    seconds: i64,
}

impl Change {
    fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('/').unwrap_or((text, "2"));
        let mut numbers = day.strip_prefix('M')?.split('.').map(|it| it.parse::<i64>().ok());
        let change = Self {
            month: numbers.next()??,
            week: numbers.next()??,
            weekday: numbers.next()??,
            seconds: i64::from(parse_offset(time)?),
        };
        let sound =
            (1..=12).contains(&change.month) && (1..=5).contains(&change.week) && (0..7).contains(&change.weekday);
        sound.then_some(change)
    }

    /// The instant in that year in seconds since 1970, by the clock on the wall.
    fn at(self, year: i64) -> i64 {
        let first = days_before(year, self.month);
        // 1 January 1970 was a Thursday.
        let weekday = (first + 4).rem_euclid(7);
        let mut day = first + (self.weekday - weekday).rem_euclid(7) + (self.week - 1) * 7;
        let next = if self.month == 12 { days_before(year + 1, 1) } else { days_before(year, self.month + 1) };
        while day >= next {
            day -= 7;
        }
        day * 86_400 + self.seconds
    }
}

/// Days from 1 January 1970 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5;
    cycle * 146_097 + year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year - 719_468
}

/// The changes from and to summer, and the distances in winter and summer.
fn parse_rule(rule: &str) -> Option<(Change, Change, i32, i32)> {
    let mut parts = rule.split(',');
    let (winter, rest) = parse_name_and_offset(parts.next()?)?;
    let summer = parse_name_and_offset(rest).map_or(winter + 3600, |(offset, _)| offset);
    if rest.is_empty() {
        return None;
    }
    let (to, from) = (Change::parse(parts.next()?)?, Change::parse(parts.next()?)?);
    Some((from, to, winter, summer))
}

/// `CET-1CEST` is the distance that `CET-1` means, and `CEST`. The signs are the other way round in such rules.
fn parse_name_and_offset(text: &str) -> Option<(i32, &str)> {
    let behind = if let Some(quoted) = text.strip_prefix('<') {
        quoted.split_once('>')?.1
    } else {
        text.trim_start_matches(|it: char| it.is_ascii_alphabetic())
    };
    let end = behind.find(|it: char| !it.is_ascii_digit() && !matches!(it, '+' | '-' | ':')).unwrap_or(behind.len());
    Some((-parse_offset(&behind[..end])?, &behind[end..]))
}

/// `[+-]h[:mm[:ss]]` in seconds.
fn parse_offset(text: &str) -> Option<i32> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.trim_start_matches('+')), |it| (-1, it));
    let mut seconds = 0;
    for (idx, part) in digits.split(':').enumerate() {
        seconds += part.parse::<i32>().ok().filter(|it| it.abs() < 200)? * [3600, 60, 1].get(idx)?;
    }
    Some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of version 2 with one change at 1,000 s and a rule for the years behind it.
    fn file(rule: &str) -> Vec<u8> {
        let header = |times: u32| {
            let mut out = b"TZif2".to_vec();
            out.extend([0; 15]);
            for count in [0, 0, 0, times, 2, 4] {
                out.extend(u32::to_be_bytes(count));
            }
            out
        };
        let types = [[0, 0, 0x0E, 0x10, 0, 0], [0, 0, 0x1C, 0x20, 1, 0]].concat();
        let first = [header(0), types.clone(), b"CET\0".to_vec()].concat();
        let second = [header(1), 1_000_i64.to_be_bytes().to_vec(), vec![1], types, b"CET\0".to_vec()].concat();
        [first, second, format!("\n{rule}\n").into_bytes()].concat()
    }

    #[test]
    fn a_file_says_when_the_clocks_change() {
        let zone = Zone::parse("x", &file("")).unwrap();
        assert_eq!([zone.offset_at(0), zone.offset_at(999), zone.offset_at(1_000)], [3600, 3600, 7200]);
        let zone = Zone::parse("x", &file("CET-1CEST,M3.5.0,M10.5.0/3")).unwrap();
        // 2025-03-30 01:00Z and 2025-10-26 01:00Z.
        let offsets = [1_743_296_399, 1_743_296_400, 1_761_440_399, 1_761_440_400].map(|it| zone.offset_at(it));
        assert_eq!(offsets, [3600, 7200, 7200, 3600]);
        let zone = Zone::parse("x", &file("<-03>3")).unwrap();
        assert_eq!(zone.offset_at(1_743_296_400), 7200, "a rule without a summer adds nothing");
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        let whole = file("CET-1CEST,M3.5.0,M10.5.0/3");
        for len in 0..whole.len() - 30 {
            assert!(Zone::parse("x", &whole[..len]).is_none(), "{len}");
        }
        assert!(Zone::parse("x", b"PNG").is_none());
        assert!(Zone::read(Some("../../etc/passwd")).is_err());
        assert!(Zone::read(Some("Nowhere/Town")).unwrap_err().contains("Nowhere/Town"));
    }
}
