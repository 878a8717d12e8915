//! Tables under construction: columns by official name, filled a row at a time.
//!
//! Text is interned in one pool for the whole lab, because most cells repeat: a cell is then four bytes.
//! A column name that the schema does not have is remembered as the table's fault and stops the generation.

use std::collections::HashMap;

use super::process::Process;
use crate::kql::{ScalarType, TableSymbol};

/// A text in the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Sym(u32);

/// Every text of the lab, once. The first is the empty text.
#[derive(Debug)]
pub(super) struct Pool {
    texts: Vec<Box<str>>,
    index: HashMap<Box<str>, u32>,
}

impl Pool {
    pub(super) fn new() -> Self {
        Self { texts: vec!["".into()], index: HashMap::from([("".into(), 0)]) }
    }

    pub(super) fn intern(&mut self, text: &str) -> Sym {
        if let Some(found) = self.index.get(text) {
            return Sym(*found);
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.into());
        self.index.insert(text.into(), number);
        Sym(number)
    }

    pub(super) fn text(&self, sym: Sym) -> &str {
        &self.texts[sym.0 as usize]
    }
}

/// What can be put into a cell.
#[derive(Debug, Clone)]
pub(super) enum Cell<'a> {
    Text(&'a str),
    Owned(String),
    Sym(Sym),
    Number(i64),
    Flag(bool),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}
impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}
impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Owned(text)
    }
}
impl From<Sym> for Cell<'_> {
    fn from(sym: Sym) -> Self {
        Self::Sym(sym)
    }
}
impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<u32> for Cell<'_> {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}
impl From<bool> for Cell<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// A number cell that holds nothing.
pub(super) const NULL: i64 = i64::MIN;

/// The cells of one column. Numbers hold int, long, bool (0 and 1) and datetime (ticks).
#[derive(Debug)]
pub(super) enum Cells {
    Text(Vec<Sym>),
    Number(Vec<i64>),
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) ty: ScalarType,
    pub(super) cells: Cells,
}

/// One table under construction.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: Vec<Column>,
    /// Column numbers in the order of their names.
    by_name: Vec<usize>,
    /// Where the fields of the initiating process go.
    initiating: Vec<(usize, ProcessField)>,
    /// The device of each row, for its ReportId; `NO_DEVICE` where a row has none.
    pub(super) devices: Vec<u32>,
    /// The first thing that was wrong: an unknown column, or a value of another type.
    pub(super) fault: Option<String>,
}

/// A row of a table that is not about one device.
pub(super) const NO_DEVICE: u32 = u32::MAX;

impl Table {
    /// An empty table with the columns of the official schema.
    pub(super) fn new(name: &'static str, symbol: &TableSymbol) -> Self {
        let columns: Vec<Column> = symbol
            .columns
            .iter()
            .map(|column| Column {
                name: column.name.clone(),
                ty: column.ty,
                cells: match column.ty {
                    ScalarType::String | ScalarType::Dynamic | ScalarType::Guid => Cells::Text(Vec::new()),
                    _ => Cells::Number(Vec::new()),
                },
            })
            .collect();
        let mut by_name: Vec<usize> = (0..columns.len()).collect();
        by_name.sort_by(|left, right| columns[*left].name.cmp(&columns[*right].name));
        let mut table = Self { name, columns, by_name, initiating: Vec::new(), devices: Vec::new(), fault: None };
        table.initiating =
            INITIATING.iter().filter_map(|(name, field)| Some((table.position(name)?, *field))).collect();
        table
    }

    pub(super) fn position(&self, column: &str) -> Option<usize> {
        let found = self.by_name.binary_search_by(|index| self.columns[*index].name.as_str().cmp(column)).ok()?;
        Some(self.by_name[found])
    }

    pub(super) fn len(&self) -> usize {
        self.devices.len()
    }

    /// Adds a row in which every cell is empty.
    pub(super) fn add_row(&mut self, device: u32) -> usize {
        for column in &mut self.columns {
            match &mut column.cells {
                Cells::Text(cells) => cells.push(Sym::default()),
                Cells::Number(cells) => cells.push(NULL),
            }
        }
        self.devices.push(device);
        self.devices.len() - 1
    }

    /// The number in a cell; `NULL` when the column is missing or holds text.
    pub(super) fn number(&self, column: &str, row: usize) -> i64 {
        match self.position(column).map(|it| &self.columns[it].cells) {
            Some(Cells::Number(cells)) => cells[row],
            _ => NULL,
        }
    }

    /// The text in a cell; the empty text when the column is missing or holds numbers.
    pub(super) fn sym(&self, column: &str, row: usize) -> Sym {
        match self.position(column).map(|it| &self.columns[it].cells) {
            Some(Cells::Text(cells)) => cells[row],
            _ => Sym::default(),
        }
    }

    fn fail(&mut self, message: String) {
        self.fault.get_or_insert(message);
    }
}

/// A row that is being filled.
pub(super) struct Row<'a> {
    pub(super) table: &'a mut Table,
    pub(super) pool: &'a mut Pool,
    pub(super) index: usize,
}

impl Row<'_> {
    /// Fills one cell by the column's official name.
    pub(super) fn set<'c>(&mut self, column: &str, value: impl Into<Cell<'c>>) -> &mut Self {
        match self.table.position(column) {
            Some(position) => self.set_at(position, value.into()),
            None => self.table.fail(format!("there is no column {column}")),
        }
        self
    }

    /// The number that a cell of this row holds.
    pub(super) fn number(&self, column: &str) -> i64 {
        self.table.number(column, self.index)
    }

    fn set_at(&mut self, position: usize, value: Cell<'_>) {
        let column = &mut self.table.columns[position];
        match (&mut column.cells, value) {
            (Cells::Text(cells), Cell::Text(text)) => cells[self.index] = self.pool.intern(text),
            (Cells::Text(cells), Cell::Owned(text)) => cells[self.index] = self.pool.intern(&text),
            (Cells::Text(cells), Cell::Sym(sym)) => cells[self.index] = sym,
            (Cells::Number(cells), Cell::Number(number)) if column.ty != ScalarType::Bool => {
                cells[self.index] = number;
            }
            (Cells::Number(cells), Cell::Flag(flag)) if column.ty == ScalarType::Bool => {
                cells[self.index] = i64::from(flag);
            }
            (_, value) => {
                let message = format!("{} is {}, which {value:?} is not", column.name, column.ty);
                self.table.fail(message);
            }
        }
    }

    /// Fills the columns of the initiating process that this table has.
    pub(super) fn initiated_by(&mut self, process: &Process, parent: Option<&Process>) -> &mut Self {
        for number in 0..self.table.initiating.len() {
            let (position, field) = self.table.initiating[number];
            if let Some(cell) = field.of(process, parent) {
                self.set_at(position, cell);
            }
        }
        self
    }
}

/// A fact about a process that tables repeat for the initiating one.
#[derive(Debug, Clone, Copy)]
enum ProcessField {
    Sha1,
    Sha256,
    Md5,
    FileName,
    FileSize,
    Company,
    Product,
    Version,
    Internal,
    Original,
    Description,
    Id,
    CommandLine,
    Created,
    FolderPath,
    ParentId,
    ParentFileName,
    ParentCreated,
    AccountDomain,
    AccountName,
    AccountSid,
    AccountUpn,
    AccountObjectId,
    LogonId,
    Integrity,
    Elevation,
    Signer,
    Signature,
    Session,
    Remote,
    RemoteIp,
    RemoteDevice,
}

const INITIATING: [(&str, ProcessField); 32] = [
    ("InitiatingProcessSHA1", ProcessField::Sha1),
    ("InitiatingProcessSHA256", ProcessField::Sha256),
    ("InitiatingProcessMD5", ProcessField::Md5),
    ("InitiatingProcessFileName", ProcessField::FileName),
    ("InitiatingProcessFileSize", ProcessField::FileSize),
    ("InitiatingProcessVersionInfoCompanyName", ProcessField::Company),
    ("InitiatingProcessVersionInfoProductName", ProcessField::Product),
    ("InitiatingProcessVersionInfoProductVersion", ProcessField::Version),
    ("InitiatingProcessVersionInfoInternalFileName", ProcessField::Internal),
    ("InitiatingProcessVersionInfoOriginalFileName", ProcessField::Original),
    ("InitiatingProcessVersionInfoFileDescription", ProcessField::Description),
    ("InitiatingProcessId", ProcessField::Id),
    ("InitiatingProcessCommandLine", ProcessField::CommandLine),
    ("InitiatingProcessCreationTime", ProcessField::Created),
    ("InitiatingProcessFolderPath", ProcessField::FolderPath),
    ("InitiatingProcessParentId", ProcessField::ParentId),
    ("InitiatingProcessParentFileName", ProcessField::ParentFileName),
    ("InitiatingProcessParentCreationTime", ProcessField::ParentCreated),
    ("InitiatingProcessAccountDomain", ProcessField::AccountDomain),
    ("InitiatingProcessAccountName", ProcessField::AccountName),
    ("InitiatingProcessAccountSid", ProcessField::AccountSid),
    ("InitiatingProcessAccountUpn", ProcessField::AccountUpn),
    ("InitiatingProcessAccountObjectId", ProcessField::AccountObjectId),
    ("InitiatingProcessLogonId", ProcessField::LogonId),
    ("InitiatingProcessIntegrityLevel", ProcessField::Integrity),
    ("InitiatingProcessTokenElevation", ProcessField::Elevation),
    ("InitiatingProcessSignerType", ProcessField::Signer),
    ("InitiatingProcessSignatureStatus", ProcessField::Signature),
    ("InitiatingProcessSessionId", ProcessField::Session),
    ("IsInitiatingProcessRemoteSession", ProcessField::Remote),
    ("InitiatingProcessRemoteSessionIP", ProcessField::RemoteIp),
    ("InitiatingProcessRemoteSessionDeviceName", ProcessField::RemoteDevice),
];

impl ProcessField {
    fn of<'c>(self, process: &Process, parent: Option<&Process>) -> Option<Cell<'c>> {
        let image = &process.image;
        Some(match self {
            Self::Sha1 => image.sha1.into(),
            Self::Sha256 => image.sha256.into(),
            Self::Md5 => image.md5.into(),
            Self::FileName => image.file.into(),
            Self::FileSize => image.size.into(),
            Self::Company => image.company.into(),
            Self::Product => image.product.into(),
            Self::Version => image.version.into(),
            Self::Internal => image.internal.into(),
            Self::Original => image.original.into(),
            Self::Description => image.description.into(),
            Self::Id => process.pid.into(),
            Self::CommandLine => process.command.into(),
            Self::Created => process.created.into(),
            Self::FolderPath => process.path_lower.into(),
            Self::ParentId => parent?.pid.into(),
            Self::ParentFileName => parent?.image.file.into(),
            Self::ParentCreated => parent?.created.into(),
            Self::AccountDomain => process.account.domain.into(),
            Self::AccountName => process.account.name.into(),
            Self::AccountSid => process.account.sid.into(),
            Self::AccountUpn => process.account.upn.into(),
            Self::AccountObjectId => process.account.object_id.into(),
            Self::LogonId => process.logon_id.into(),
            Self::Integrity => process.integrity.into(),
            Self::Elevation => process.elevation.into(),
            Self::Signer => image.signer.into(),
            Self::Signature => image.signature.into(),
            Self::Session => process.session.into(),
            Self::Remote => process.remote.is_some().into(),
            Self::RemoteIp => process.remote?.0.into(),
            Self::RemoteDevice => process.remote?.1.into(),
        })
    }
}
