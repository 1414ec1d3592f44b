//! Lines, headings and aligned tables.

use super::Style;

/// A page in the making.
pub(in crate::render) struct Page {
    text: String,
    style: Style,
}

/// What a mark says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Mood {
    Good,
    Bad,
    Unsure,
}

impl Page {
    pub(in crate::render) fn new(style: Style) -> Page {
        Page { text: String::new(), style }
    }

    pub(in crate::render) fn finish(self) -> String {
        self.text
    }

    pub(in crate::render) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A section's name, after an empty line.
    pub(in crate::render) fn heading(&mut self, name: &str) {
        self.heading_with(name, "");
    }

    /// A section's name with its most important sentence beside it.
    pub(in crate::render) fn heading_with(&mut self, name: &str, rest: &str) {
        let name = self.strong(&name.to_uppercase());
        self.text.push('\n');
        self.line(&format!("{name}  {rest}"));
    }

    /// A line across the page that names what follows.
    pub(in crate::render) fn rule(&mut self, name: &str) {
        let rest = "─".repeat(WIDTH.saturating_sub(width(name) + 4));
        self.text.push('\n');
        self.line(&self.faint(&format!("── {name} {rest}")));
    }

    /// Text broken between words at the page's width, with `indent` before each line.
    pub(in crate::render) fn wrapped(&mut self, indent: &str, text: &str) {
        let mut line = indent.to_string();
        for word in text.split_whitespace() {
            if width(&line) + 1 + width(word) > WIDTH && line.len() > indent.len() {
                self.line(&line);
                line = indent.to_string();
            }
            if line.len() > indent.len() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
    }

    /// The same with `lead` before the first line, and as much room before the others.
    pub(in crate::render) fn hanging(&mut self, lead: &str, text: &str) {
        let room = " ".repeat(width(lead));
        let from = self.text.len();
        self.wrapped(&room, text);
        self.text.replace_range(from..from + room.len(), lead);
    }

    /// Rows with aligned columns: those named in `left` to the left, the others to the right, two spaces between.
    pub(in crate::render) fn table(&mut self, indent: &str, left: &[usize], rows: &[Vec<String>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest =
            |column: usize| rows.iter().filter_map(|r| r.get(column)).map(|c| width(c)).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(widest).collect();
        for row in rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let gap = " ".repeat(widths[column] - width(cell));
                let between = if column > 0 { "  " } else { indent };
                let cell =
                    if left.contains(&column) { format!("{cell}{gap}") } else { format!("{gap}{cell}") };
                line.push_str(between);
                line.push_str(&cell);
            }
            self.line(&line);
        }
    }

    pub(in crate::render) fn strong(&self, text: &str) -> String {
        self.painted("1", text)
    }

    pub(in crate::render) fn faint(&self, text: &str) -> String {
        self.painted("2", text)
    }

    pub(in crate::render) fn mood(&self, mood: Mood, text: &str) -> String {
        let code = match mood {
            Mood::Good => "32",
            Mood::Bad => "31",
            Mood::Unsure => "33",
        };
        self.painted(code, text)
    }

    /// The same word by word, so that it can be [`wrapped`](Page::wrapped).
    pub(in crate::render) fn mood_words(&self, mood: Mood, text: &str) -> String {
        text.split(' ').map(|word| self.mood(mood, word)).collect::<Vec<_>>().join(" ")
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.style.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }
}

/// How many columns a text takes; colours take none.
pub(in crate::render) fn width(text: &str) -> usize {
    let (mut columns, mut hidden) = (0, false);
    for character in text.chars() {
        match (hidden, character) {
            (false, '\u{1b}') => hidden = true,
            (false, _) => columns += 1,
            (true, 'm') => hidden = false,
            (true, _) => {}
        }
    }
    columns
}

/// A bar of `share` of `columns`, in eighths of a column.
pub(in crate::render) fn bar(share: f64, columns: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * columns as f64 * 8.0 + 0.5) as usize;
    let mut text = "█".repeat(eighths / 8);
    text.push_str(["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]);
    text
}

/// Amounts as blocks of eight heights; nothing for none, and the lowest block for however little.
pub(in crate::render) fn blocks(amounts: &[u64]) -> String {
    let largest = amounts.iter().copied().max().unwrap_or(0).max(1);
    let block = |amount: &u64| match amount {
        0 => ' ',
        some => BLOCKS[(u128::from(*some) * 7).div_ceil(u128::from(largest)) as usize],
    };
    amounts.iter().map(block).collect()
}

/// No line is wider.
pub(in crate::render) const WIDTH: usize = 100;
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
