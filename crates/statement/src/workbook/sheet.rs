//! One sheet: a head that stays in sight, and rows of cells.

use qist_domain::money::Paise;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::WorkbookError;
use crate::analysis::Figure;

pub enum Cell {
    Text(String),
    Money(Paise),
    Count(u32),
    /// Hundredths of a percent.
    Percent(u32),
}

/// The longest text that a cell of the format holds.
const CELL_CHARACTERS_MAX: usize = 32_767;

impl Cell {
    pub fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    pub fn of(figure: Figure) -> Cell {
        match figure {
            Figure::Amount(amount) => Cell::Money(amount),
            Figure::Count(count) => Cell::Count(count),
            Figure::Percent(percent) => Cell::Percent(percent),
        }
    }
}

pub struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    money: Format,
}

impl<'a> Sheet<'a> {
    pub fn add(book: &'a mut Workbook, name: &str, header: &[&str]) -> Result<Sheet<'a>, WorkbookError> {
        let sheet = book.add_worksheet();
        let bold = Format::new().set_bold();
        sheet.set_name(name)?.set_freeze_panes(1, 1)?;
        for (column, text) in (0..).zip(header) {
            sheet.write_string_with_format(0, column, *text, &bold)?.set_column_width(column, 18)?;
        }
        Ok(Sheet { sheet, money: Format::new().set_num_format("#,##0.00") })
    }

    pub fn rows(self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Result<(), WorkbookError> {
        for (row, cells) in (1..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Text(text) if text.len() > CELL_CHARACTERS_MAX => {
                        let cut: String = text.chars().take(CELL_CHARACTERS_MAX / 4).collect();
                        self.sheet.write_string(row, column, cut)?;
                    }
                    Cell::Text(text) => {
                        self.sheet.write_string(row, column, text)?;
                    }
                    Cell::Money(amount) => {
                        self.sheet.write_number_with_format(row, column, shown(amount), &self.money)?;
                    }
                    Cell::Count(count) => {
                        self.sheet.write_number(row, column, count)?;
                    }
                    Cell::Percent(percent) => {
                        self.sheet.write_number_with_format(row, column, f64::from(percent) / 100.0, &self.money)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A spreadsheet knows no other number; up to 10^12 rupees it shows every paisa.
fn shown(amount: Paise) -> f64 {
    amount.get() as f64 / 100.0
}
