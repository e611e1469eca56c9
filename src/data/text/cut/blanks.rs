//! Rows whose cells stand between runs of spaces and tabs.

use super::quotes::closing;
use super::{BadQuote, Cutter, Span, line_length};

impl Cutter {
    /// Cuts a line at runs of spaces and tabs. Quotation marks hold together what is on one line.
    pub(super) fn blanks(&mut self, text: &[u8], up_to_tab: bool) -> usize {
        let end = line_length(text);
        let line = &text[..end];
        let tab = line.iter().rposition(|&byte| byte == b'\t').filter(|_| up_to_tab);
        let mut at = 0;
        loop {
            at += line[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            if at == end {
                return end;
            }
            let whole = tab.is_some_and(|tab| at > tab);
            at = self.word(line, at, whole);
        }
    }

    /// Takes the cell at `at` and answers where it ends; a `whole` one goes on to the end of the
    /// line unless it is quoted.
    fn word(&mut self, line: &[u8], at: usize, whole: bool) -> usize {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        if let Some(quote) = self.cut.quote.filter(|quote| line[at] == *quote) {
            let close = closing(&line[at..], quote, self.cut.escape).map(|close| at + close);
            match close {
                Some(close) if line.get(close + 1).is_none_or(is_blank) => {
                    self.unquote(line, at, close, quote);
                    return close + 1;
                }
                Some(_) => self.bad.get_or_insert((self.spans.len(), BadQuote::Followed)),
                None => self.bad.get_or_insert((self.spans.len(), BadQuote::Open)),
            };
        }
        let length = line[at..].iter().position(|byte| !whole && is_blank(byte));
        let end = length.map_or(line.len(), |length| at + length);
        self.push(at, end);
        end
    }

    /// Adds the cell between the marks at `open` and `close`.
    fn unquote(&mut self, line: &[u8], open: usize, close: usize, quote: u8) {
        let from = self.loose.len();
        let mut inner = line[open + 1..close].iter().copied().peekable();
        while let Some(byte) = inner.next() {
            let escaped = self.cut.escape && byte == b'\\' && inner.peek() == Some(&quote);
            if !escaped {
                self.loose.push(byte);
            }
            if byte == quote {
                inner.next_if_eq(&quote);
            }
        }
        let (at, from, to) = (open as u32, from as u32, self.loose.len() as u32);
        self.spans.push(Span { at, from, to, loose: true });
    }
}
