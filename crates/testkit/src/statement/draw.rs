//! Sets an account in a layout.

use qist_domain::day::Day;
use qist_domain::money::Paise;

use super::account::{Account, Entry, Looks};
use super::layout::{Column, Figures, Grouping, Layout, Sign};
use super::paper::{Face, Ink, Page, Paper};

const MARGIN: f32 = 40.0;

/// What is said about how a file was made.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub creator: &'static str,
    pub producer: &'static str,
}

impl Default for Made {
    fn default() -> Self {
        Made { creator: "Core Banking Reports", producer: "Report Server 11.4" }
    }
}

/// The statement of one account, or of several in one file.
#[must_use]
pub fn draw(accounts: &[Account], layout: &Layout) -> Vec<u8> {
    draw_with(accounts, layout, Made::default())
}

#[must_use]
pub fn draw_with(accounts: &[Account], layout: &Layout, made: Made) -> Vec<u8> {
    let (width, height) = if layout.landscape { (842.0, 595.0) } else { (595.0, 842.0) };
    let paper = Paper::new(width, height, layout.rotated, layout.word_by_word);
    let mut setter = Setter { paper, layout, y: 0.0, pages: 0 };
    for account in accounts {
        setter.account(account);
    }
    setter.paper.finish(made.creator, made.producer)
}

/// A file with text and no statement.
#[must_use]
pub fn letter(lines: &[&str]) -> Vec<u8> {
    let mut paper = Paper::new(595.0, 842.0, false, false);
    let page = paper.page();
    for (at, line) in (0u8..).zip(lines) {
        page.text(60.0, 780.0 - 14.0 * f32::from(at), line, &Ink { face: Face::Times, size: 11.0 });
    }
    paper.finish("Letters", "Letters")
}

/// A file with lines and no text.
#[must_use]
pub fn image_only() -> Vec<u8> {
    let mut paper = Paper::new(595.0, 842.0, false, false);
    paper.page().line(50.0, 50.0, 500.0, 700.0);
    paper.finish("Scanner", "Scanner")
}

struct Setter<'a> {
    paper: Paper,
    layout: &'a Layout,
    /// Where the next line stands.
    y: f32,
    pages: usize,
}

impl Setter<'_> {
    fn ink(&self) -> Ink {
        Ink { face: self.layout.face, size: self.layout.size }
    }

    fn account(&mut self, account: &Account) {
        self.head(account);
        self.table_head();
        if let Some(words) = self.layout.opening_row {
            let opening = account.opening;
            self.opening(words, account.from, opening);
        }
        let entries: Vec<&Entry> = if self.layout.newest_first {
            account.entries.iter().rev().collect()
        } else {
            account.entries.iter().collect()
        };
        for (serial, entry) in (1..).zip(entries) {
            self.entry(serial, entry);
        }
        self.foot(account);
    }

    fn head(&mut self, account: &Account) {
        let (layout, height, right) = (self.layout, self.paper.height, self.paper.width - 220.0);
        let ink = Ink { face: layout.face, size: layout.size };
        let page = self.paper.page();
        self.pages += 1;
        page.text(MARGIN, height - 40.0, account.bank, &Ink { face: Face::Bold, size: 14.0 });
        page.text(MARGIN, height - 56.0, "Statement of Account", &Ink { face: Face::Bold, size: 10.0 });
        let mut y = height - 76.0;
        page.text(MARGIN, y, &format!("MR. {}", account.holder), &ink);
        for line in &account.address {
            y -= layout.line_gap;
            page.text(MARGIN, y, line, &ink);
        }
        let days = |day: Day| day_text(day, "%d/%m/%Y");
        let mut facts = vec![
            ("Account No", account.number.clone()),
            ("IFSC Code", account.ifsc.to_owned()),
            ("MICR Code", account.micr.to_owned()),
            ("Branch", "MARKET ROAD".to_owned()),
            ("Period", format!("{} to {}", days(account.from), days(account.to))),
        ];
        if layout.summary {
            facts.push(("Opening Balance", grouped(account.opening, layout.grouping)));
            facts.push(("Closing Balance", grouped(account.closing(), layout.grouping)));
        }
        let mut beside = height - 76.0;
        for (label, value) in facts {
            page.text(right, beside, &format!("{label} :"), &ink);
            page.text(right + 80.0, beside, &value, &ink);
            beside -= layout.line_gap;
        }
        self.y = y.min(beside) - 24.0;
    }

    fn table_head(&mut self) {
        let (layout, y, right) = (self.layout, self.y, self.paper.width - MARGIN);
        let ink = Ink { face: Face::Bold, size: layout.size };
        let page = self.paper.last();
        let mut depth = 0.0_f32;
        for (column, head, left, edge) in layout.columns {
            for (at, line) in (0u8..).zip(head.split('\n')) {
                let down = layout.line_gap * f32::from(at);
                depth = depth.max(down);
                if is_figure(*column) {
                    page.text_to(*edge, y - down, line, &ink);
                } else {
                    page.text(*left, y - down, line, &ink);
                }
            }
        }
        let y = y - depth;
        if layout.ruled {
            page.line(MARGIN / 2.0, y - 4.0, right, y - 4.0);
        }
        self.y = y - layout.line_gap - layout.entry_gap - 3.0;
    }

    fn room(&mut self, lines: usize) {
        let needed = self.layout.line_gap * f32::from(u16::try_from(lines).unwrap());
        if self.y - needed < 50.0 {
            let (number, width) = (self.pages.to_string(), self.paper.width);
            let ink = self.ink();
            self.paper.last().text(width / 2.0 - 20.0, 25.0, &format!("Page {number}"), &ink);
            self.pages += 1;
            self.paper.page();
            self.y = self.paper.height - 60.0;
            if self.layout.head_on_every_page {
                self.table_head();
            }
        }
    }

    fn opening(&mut self, words: &str, from: Day, opening: Paise) {
        let (layout, y, ink) = (self.layout, self.y, self.ink());
        let balance = signed(opening, layout.grouping, layout.balance_sign);
        let page = self.paper.last();
        for (column, _, left, edge) in layout.columns {
            match column {
                Column::Date => page.text(*left, y, &day_text(from, layout.days), &ink),
                Column::Note => page.text(*left, y, words, &ink),
                Column::Balance => page.text_to(*edge, y, &balance, &ink),
                _ => {}
            }
        }
        self.y -= layout.line_gap + layout.entry_gap;
    }

    fn entry(&mut self, serial: usize, entry: &Entry) {
        let (layout, ink) = (self.layout, self.ink());
        let note = layout.columns.iter().find(|(column, ..)| *column == Column::Note);
        let Some((_, _, note_left, note_right)) = note else { return };
        let lines = wrapped(&entry.note, note_right - note_left, &ink);
        self.room(lines.len());
        let (top, gap) = (self.y, layout.line_gap);
        let count = f32::from(u16::try_from(lines.len()).unwrap());
        let figures_y = match layout.figures {
            Figures::First => top,
            Figures::Middle => top - gap * (count - 1.0) / 2.0,
            Figures::Last => top - gap * (count - 1.0),
        };
        let page = self.paper.last();
        for (at, line) in (0u8..).zip(&lines) {
            page.text(*note_left, top - gap * f32::from(at), line, &ink);
        }
        for (column, _, left, edge) in layout.columns {
            cell(page, layout, entry, serial, *column, (*left, *edge), figures_y);
        }
        self.y = top - gap * count - layout.entry_gap;
        if layout.ruled {
            let y = self.y + gap - 2.0 + layout.entry_gap / 2.0;
            let right = self.paper.width - MARGIN;
            self.paper.last().line(MARGIN / 2.0, y, right, y);
        }
    }

    fn foot(&mut self, account: &Account) {
        self.y -= 14.0;
        self.room(5);
        let (layout, y, ink) = (self.layout, self.y, self.ink());
        let totals = account.totals();
        let page = self.paper.last();
        if layout.totals {
            let text = |paise| grouped(paise, layout.grouping);
            let facts = [
                ("Opening Balance", text(account.opening)),
                ("Dr Count", totals.debits.to_string()),
                ("Cr Count", totals.credits.to_string()),
                ("Debits", text(totals.debit)),
                ("Credits", text(totals.credit)),
                ("Closing Bal", text(totals.closing)),
            ];
            page.text(MARGIN, y, "STATEMENT SUMMARY :-", &Ink { face: Face::Bold, size: layout.size });
            let mut x = MARGIN;
            for (label, value) in facts {
                page.text(x, y - layout.line_gap * 1.5, label, &ink);
                page.text(x, y - layout.line_gap * 2.7, &value, &ink);
                x += 84.0;
            }
        }
        let end = "*** END OF STATEMENT *** This is computer generated and needs no signature.";
        page.text(MARGIN, y - layout.line_gap * 4.5, end, &ink);
    }
}

const fn is_figure(column: Column) -> bool {
    matches!(column, Column::Debit | Column::Credit | Column::Amount | Column::Balance)
}

/// Draws one cell of an entry, except for the narration.
fn cell(
    page: &mut Page,
    layout: &Layout,
    entry: &Entry,
    serial: usize,
    column: Column,
    (left, edge): (f32, f32),
    y: f32,
) {
    let ink = Ink { face: layout.face, size: layout.size };
    let amount = |paise: Paise| match layout.amount_sign {
        Sign::None => grouped(paise, layout.grouping),
        sign => signed(if entry.credit { paise } else { paise.negated() }, layout.grouping, sign),
    };
    let days = || day_text(entry.day, layout.days);
    match column {
        Column::Note => {}
        Column::Branch => page.text(left, y, "2041", &ink),
        Column::Serial => page.text(left, y, &serial.to_string(), &ink),
        Column::Date | Column::ValueDate => page.text(left, y, &days(), &ink),
        Column::Reference => page.text(left, y, entry.reference.as_deref().unwrap_or(layout.empty), &ink),
        Column::Kind => page.text(left, y, if entry.credit { "CR" } else { "DR" }, &ink),
        Column::Balance => {
            page.text_to(edge, y, &signed(entry.balance, layout.grouping, layout.balance_sign), &ink);
        }
        Column::Debit | Column::Credit if entry.credit != (column == Column::Credit) => {
            page.text_to(edge, y, layout.empty, &ink);
        }
        Column::Debit | Column::Credit | Column::Amount => match entry.looks {
            Looks::Clean => page.text_to(edge, y, &amount(entry.amount), &ink),
            Looks::OtherFont => {
                let face = if layout.face == Face::Courier { Face::Helvetica } else { Face::Courier };
                page.text_to(edge, y, &amount(entry.amount), &Ink { face, size: layout.size });
            }
            Looks::Over(hidden) => {
                page.text_to(edge, y, &amount(hidden), &ink);
                page.cover(left, y - 2.0, edge - left, layout.size + 2.0);
                page.text_to(edge, y, &amount(entry.amount), &ink);
            }
        },
    }
}

/// Breaks between words, and within one that is wider than the column.
fn wrapped(text: &str, width: f32, ink: &Ink) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().unwrap();
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if ink.face.width(&longer, ink.size) <= width {
            *line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for character in word.chars() {
            let line = lines.last_mut().unwrap();
            if ink.face.width(&format!("{line}{character}"), ink.size) <= width {
                line.push(character);
            } else {
                lines.push(character.to_string());
            }
        }
    }
    lines
}

fn day_text(day: Day, format: &str) -> String {
    let text = day.to_string();
    let (year, month, date) = (&text[..4], &text[5..7], &text[8..]);
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = names[month.parse::<usize>().unwrap() - 1];
    let plain = date.trim_start_matches('0');
    let parts = [("%-d", plain), ("%d", date), ("%m", month), ("%b", name), ("%Y", year), ("%y", &year[2..])];
    parts.iter().fold(format.to_owned(), |text, (mark, part)| text.replace(mark, part))
}

fn grouped(paise: Paise, grouping: Grouping) -> String {
    let (abs, sign) = (paise.get().unsigned_abs(), if paise < Paise::ZERO { "-" } else { "" });
    let whole = (abs / 100).to_string();
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        let comma = match grouping {
            Grouping::None => false,
            Grouping::Western => left.is_multiple_of(3),
            Grouping::Lakh => left == 3 || (left > 3 && left % 2 == 1),
        };
        if at > 0 && comma {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{sign}{out}.{:02}", abs % 100)
}

fn signed(paise: Paise, grouping: Grouping, sign: Sign) -> String {
    let kind = if paise < Paise::ZERO { "Dr" } else { "Cr" };
    let plain = grouped(Paise::new(paise.get().abs()), grouping);
    match sign {
        Sign::None | Sign::Minus => grouped(paise, grouping),
        Sign::Suffix => format!("{plain} {kind}"),
        Sign::Bracket => format!("{plain}({kind})"),
    }
}
