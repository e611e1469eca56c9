//! A small reader of Rust source: which paths a file names, which functions it holds, which parts are tests.
//!
//! It reads tokens, not types. That is enough for the rules beside it, because every rule is about a
//! name that has to be written down somewhere: in a `use`, in a path, in an attribute or before a `!`.

use std::collections::BTreeMap;
use std::ops::Range;

/// What a token is, as far as the rules care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word: identifier or keyword.
    Word,
    /// A string, character or number; its text is dropped, so that no rule can match inside it.
    Literal,
    /// `::`, `->`, `=>` or one other character of punctuation.
    Mark,
}

/// One token and the line it stands on.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
}

/// A path that the source names, with aliases, `self` and `super` followed to where they point.
#[derive(Clone, Debug)]
pub struct Name {
    /// `["crate", "train", "spawn"]`, `["std", "fs", "*"]`; never empty.
    pub path: Vec<String>,
    pub line: usize,
    pub in_test: bool,
}

/// A function with a body.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub line: usize,
    /// From the line of `fn` to the line of the closing brace, both counted.
    pub num_lines: usize,
}

/// A name that a `use` or `mod` brings into a block.
struct Alias {
    name: String,
    target: Vec<String>,
    scope: Range<usize>,
}

/// One file, read.
pub struct Source {
    /// Relative to `src/`, with `/` between folders.
    pub path: String,
    pub text: String,
    pub tokens: Vec<Token>,
    /// Text and line of every comment.
    pub comments: Vec<(String, usize)>,
    pub names: Vec<Name>,
    /// Where each opening bracket closes.
    close: BTreeMap<usize, usize>,
    /// The tokens of inline modules, outermost first.
    modules: Vec<(String, Range<usize>)>,
    /// The tokens under `#[cfg(test)]`.
    tests: Vec<Range<usize>>,
    aliases: Vec<Alias>,
}

impl Source {
    /// Reads one file. `path` is relative to `src/`.
    pub fn new(path: &str, text: &str) -> Self {
        let (tokens, comments) = lex(text);
        let mut source = Self {
            path: path.to_owned(),
            text: text.to_owned(),
            close: brackets(&tokens),
            tokens,
            comments,
            names: Vec::new(),
            modules: Vec::new(),
            tests: Vec::new(),
            aliases: Vec::new(),
        };
        source.find_modules();
        source.find_tests();
        source.find_names();
        source
    }

    /// The first part of the path: `train` of `train/mod.rs`, `headless` of `headless.rs`.
    pub fn layer(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// The module that the file is: `["ui", "panels", "data"]`.
    pub fn module(&self) -> Vec<String> {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let mut parts: Vec<String> = stem.split('/').map(str::to_owned).collect();
        let is_folder_root = parts.last().is_some_and(|last| last == "mod");
        let is_crate_root = matches!(stem, "lib" | "main");
        if is_folder_root || is_crate_root {
            parts.pop();
        }
        parts
    }

    /// Whether the token stands under `#[cfg(test)]`.
    pub fn is_test(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }

    /// Says that the whole file is test code: its parent declares it under `#[cfg(test)]`.
    pub fn mark_as_test(&mut self) {
        self.tests.push(0..self.tokens.len());
        for name in &mut self.names {
            name.in_test = true;
        }
    }

    /// Modules in files of their own that this file declares under `#[cfg(test)]`.
    pub fn test_modules(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            if self.is_test(at) && self.word(at) == "mod" && self.mark(at + 2) == ";" {
                let mut module = self.module_at(at);
                module.push(self.word(at + 1).to_owned());
                found.push(module);
            }
        }
        found
    }

    /// The word at a token, or nothing.
    pub fn word(&self, at: usize) -> &str {
        self.text_of(at, Kind::Word)
    }

    /// The punctuation at a token, or nothing.
    pub fn mark(&self, at: usize) -> &str {
        self.text_of(at, Kind::Mark)
    }

    /// Whether a string, a character or a number stands there.
    pub fn is_literal(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Literal)
    }

    /// Calls of macros, as token positions of their names.
    pub fn macros(&self) -> Vec<usize> {
        let calls = |at: &usize| {
            !self.word(*at).is_empty()
                && self.mark(at + 1) == "!"
                && matches!(self.mark(at + 2), "(" | "[" | "{")
        };
        (0..self.tokens.len()).filter(calls).collect()
    }

    /// Names that a `derive` attribute lists, as token positions.
    pub fn derives(&self) -> Vec<usize> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            if self.word(at) == "derive" && self.mark(at + 1) == "(" {
                let end = self.closing(at + 1);
                found.extend((at + 2..end).filter(|&inner| !self.word(inner).is_empty()));
            }
        }
        found
    }

    /// Every function with a body.
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let name = self.word(at + 1);
            if self.word(at) != "fn" || name.is_empty() {
                continue;
            }
            let end = self.item_end(at);
            if self.mark(end) == "}" {
                let line = self.tokens[at].line;
                found.push(Function {
                    name: name.to_owned(),
                    line,
                    num_lines: self.tokens[end].line - line + 1,
                });
            }
        }
        found
    }

    /// Whether the word at a token can be part of a path, and so is followed by more of it.
    fn is_name(&self, at: usize) -> bool {
        let word = self.word(at);
        !word.is_empty() && !BEFORE_A_PATH.contains(&word)
    }

    fn text_of(&self, at: usize, kind: Kind) -> &str {
        match self.tokens.get(at) {
            Some(token) if token.kind == kind => &token.text,
            _ => "",
        }
    }

    fn closing(&self, open: usize) -> usize {
        self.close.get(&open).copied().unwrap_or(self.tokens.len())
    }

    /// The last token of the item that begins at `at`: its `;`, or the `}` of its first block.
    fn item_end(&self, at: usize) -> usize {
        let mut i = at;
        while i < self.tokens.len() {
            match self.mark(i) {
                ";" => return i,
                "{" => return self.closing(i),
                "(" | "[" => i = self.closing(i),
                // The end of the surrounding block: the item was an expression or a field.
                "}" | ")" | "]" => return i,
                _ => {}
            }
            i += 1;
        }
        self.tokens.len()
    }

    /// The tokens of the innermost `{…}` around `at`.
    fn block_around(&self, at: usize) -> Range<usize> {
        self.close
            .iter()
            .filter(|&(&open, &close)| self.mark(open) == "{" && open < at && at < close)
            .map(|(&open, &close)| open..close)
            .min_by_key(Range::len)
            .unwrap_or(0..self.tokens.len())
    }

    fn find_modules(&mut self) {
        for at in 0..self.tokens.len() {
            if self.word(at) != "mod" || self.word(at + 1).is_empty() {
                continue;
            }
            let name = self.word(at + 1).to_owned();
            if self.mark(at + 2) == "{" {
                self.modules.push((name.clone(), at + 2..self.closing(at + 2)));
            }
            let target = Vec::from(["self".to_owned(), name.clone()]);
            let scope = self.block_around(at);
            self.aliases.push(Alias { name, target, scope });
        }
    }

    fn module_at(&self, at: usize) -> Vec<String> {
        let mut module = self.module();
        let inner = self
            .modules
            .iter()
            .filter(|(_, range)| range.contains(&at))
            .map(|(name, _)| name.clone());
        module.extend(inner);
        module
    }

    fn find_tests(&mut self) {
        for at in 0..self.tokens.len() {
            let is_inner = self.mark(at + 1) == "!";
            let open = if is_inner { at + 2 } else { at + 1 };
            if self.mark(at) != "#" || self.mark(open) != "[" || !self.is_cfg_test(open) {
                continue;
            }
            let mut item = self.closing(open) + 1;
            let range = if is_inner {
                self.block_around(at)
            } else {
                while self.mark(item) == "#" && self.mark(item + 1) == "[" {
                    item = self.closing(item + 1) + 1;
                }
                at..self.item_end(item) + 1
            };
            self.tests.push(range);
        }
    }

    /// `[cfg(test)]` and `[cfg(all(test, …))]`; what may also be compiled without tests is no test.
    fn is_cfg_test(&self, open: usize) -> bool {
        let words: Vec<&str> =
            (open + 1..self.closing(open)).map(|at| self.tokens[at].text.as_str()).collect();
        words.starts_with(&["cfg", "(", "test", ")"])
            || words.starts_with(&["cfg", "(", "all", "(", "test"])
    }

    fn find_names(&mut self) {
        // Aliases first: a `use` counts in its whole block, also above itself.
        let mut found: Vec<(Vec<String>, usize)> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            // `use<'a>` in a return type captures lifetimes and imports nothing.
            let imports = self.word(at) == "use" && self.mark(at + 1) != "<";
            if imports {
                let scope = self.block_around(at);
                let mut leaves = Vec::new();
                at = self.use_tree(at + 1, &[], &mut leaves);
                for leaf in leaves {
                    if let Some(name) = leaf.name {
                        let (target, scope) = (leaf.path.clone(), scope.clone());
                        self.aliases.push(Alias { name, target, scope });
                    }
                    found.push((leaf.path, leaf.at));
                }
            } else {
                if let Some(path) = self.path_at(at) {
                    found.push((path, at));
                }
                at += 1;
            }
        }
        self.names = found
            .into_iter()
            .map(|(path, at)| Name {
                path: self.resolve(path, at),
                line: self.tokens[at].line,
                in_test: self.is_test(at),
            })
            .filter(|name| !name.path.is_empty())
            .collect();
    }

    /// Reads one branch of a `use`, adds its leaves, and returns the token after it.
    fn use_tree(&self, mut at: usize, prefix: &[String], leaves: &mut Vec<Leaf>) -> usize {
        let mut path = prefix.to_vec();
        if self.mark(at) == "::" {
            // An empty first part stands for "surely an external crate".
            path.push(String::new());
            at += 1;
        }
        loop {
            let is_group = self.mark(at) == "{";
            if is_group {
                let end = self.closing(at);
                at += 1;
                while at < end {
                    at = self.use_tree(at, &path, leaves);
                    if self.mark(at) == "," {
                        at += 1;
                    }
                }
                return end + 1;
            }
            let part = self.tokens.get(at).map_or("", |token| token.text.as_str());
            if part.is_empty() || part == ";" || part == "," {
                return at + 1;
            }
            let is_self_leaf = part == "self" && !path.is_empty();
            if !is_self_leaf {
                path.push(part.to_owned());
            }
            if self.mark(at + 1) == "::" {
                at += 2;
                continue;
            }
            let renamed = self.word(at + 1) == "as";
            let name = if renamed {
                self.word(at + 2)
            } else if part == "*" {
                "_"
            } else {
                path.last().map_or("_", String::as_str)
            };
            let name = (name != "_").then(|| name.to_owned());
            leaves.push(Leaf { path, name, at });
            return if renamed { at + 3 } else { at + 1 };
        }
    }

    /// The path that begins at this token outside of a `use`, if one does and has two parts or more.
    fn path_at(&self, at: usize) -> Option<Vec<String>> {
        if self.word(at) == "extern" && self.word(at + 1) == "crate" {
            return Some(Vec::from([String::new(), self.word(at + 2).to_owned()]));
        }
        if self.mark(at) == "<" {
            return self.qualified_path_at(at);
        }
        let before = at.checked_sub(1);
        let is_word = !self.word(at).is_empty();
        let is_method = before.is_some_and(|b| self.mark(b) == ".");
        if !is_word || is_method {
            return None;
        }
        let mut path = Vec::new();
        if before.is_some_and(|b| self.mark(b) == "::") {
            let continues = at >= 2 && (self.is_name(at - 2) || self.mark(at - 2) == ">");
            if continues {
                return None;
            }
            path.push(String::new());
        }
        self.collect(at, &mut path);
        (path.len() > 1).then_some(path)
    }

    /// `<Tensor<2> as Trait>::random`: the type's path, then what follows the `>`.
    fn qualified_path_at(&self, at: usize) -> Option<Vec<String>> {
        let follows_name = at > 0 && (self.mark(at - 1) == "::" || self.is_name(at - 1));
        let end = self.angle_end(at)?;
        if follows_name || self.mark(end + 1) != "::" || self.word(at + 1).is_empty() {
            return None;
        }
        let mut path = Vec::new();
        self.collect(at + 1, &mut path);
        self.collect(end + 2, &mut path);
        Some(path)
    }

    /// Adds the parts of a path from its first word on, stepping over `::<…>`.
    fn collect(&self, mut at: usize, path: &mut Vec<String>) {
        loop {
            path.push(self.word(at).to_owned());
            at += 1;
            while self.mark(at) == "::" && self.mark(at + 1) == "<" {
                match self.angle_end(at + 1) {
                    Some(end) => at = end + 1,
                    None => return,
                }
            }
            if self.mark(at) != "::" || self.word(at + 1).is_empty() {
                return;
            }
            at += 1;
        }
    }

    /// Where a `<` closes; `None` when it was a comparison after all.
    fn angle_end(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut at = open;
        while at < self.tokens.len() {
            match self.mark(at) {
                "<" => depth += 1,
                ">" => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                "(" | "[" | "{" => at = self.closing(at),
                ";" | ")" | "]" | "}" => return None,
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// Follows aliases, `self` and `super` until the path begins with `crate` or an external name.
    fn resolve(&self, mut path: Vec<String>, at: usize) -> Vec<String> {
        // Each turn follows one alias; the bound ends a chain that runs in a circle.
        for _ in 0..8 {
            let (first, rest) = match path.split_first() {
                Some((first, rest)) => (first.clone(), rest.to_vec()),
                None => return path,
            };
            match first.as_str() {
                "" => return rest,
                // The binary sees the library under the name of the package.
                "crate" | "descent" => return joined(&["crate".to_owned()], &rest),
                "self" | "super" => {
                    let mut module = self.module_at(at);
                    let num_up = path.iter().take_while(|part| *part == "super").count();
                    let from = if first == "self" { 1 } else { num_up };
                    module.truncate(module.len().saturating_sub(num_up));
                    module.insert(0, "crate".to_owned());
                    return joined(&module, &path[from..]);
                }
                name => match self.alias(name, at) {
                    Some(target) if target != &path[..1] => path = joined(target, &rest),
                    _ => return path,
                },
            }
        }
        path
    }

    /// What a name means at a token: the innermost `use` or `mod` that is visible there.
    fn alias(&self, name: &str, at: usize) -> Option<&[String]> {
        self.aliases
            .iter()
            .filter(|alias| alias.name == name && alias.scope.contains(&at))
            .min_by_key(|alias| alias.scope.len())
            .map(|alias| alias.target.as_slice())
    }
}

/// One name that a `use` imports.
struct Leaf {
    path: Vec<String>,
    /// The name it gets here; none for a glob and for `as _`.
    name: Option<String>,
    at: usize,
}

fn joined(head: &[String], tail: &[String]) -> Vec<String> {
    [head, tail].concat()
}

/// Keywords after which a new path may begin; after any other word, `::` and `<` go on with an old one.
const BEFORE_A_PATH: &[&str] = &[
    "as", "break", "const", "dyn", "else", "for", "if", "impl", "in", "let", "match", "move",
    "mut", "ref", "return", "use", "where", "while",
];

/// Pairs up brackets. What never closes is left out and counts as open to the end of the file.
fn brackets(tokens: &[Token]) -> BTreeMap<usize, usize> {
    let mut open = Vec::new();
    let mut close = BTreeMap::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" | "{" => open.push(at),
            ")" | "]" | "}" => {
                if let Some(start) = open.pop() {
                    close.insert(start, at);
                }
            }
            _ => {}
        }
    }
    close
}

/// Splits source into tokens and comments.
fn lex(text: &str) -> (Vec<Token>, Vec<(String, usize)>) {
    let mut lexer = Lexer {
        chars: text.chars().collect(),
        at: 0,
        line: 1,
        tokens: Vec::new(),
        comments: Vec::new(),
    };
    while let Some(next) = lexer.peek(0) {
        lexer.token(next);
    }
    (lexer.tokens, lexer.comments)
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
    comments: Vec<(String, usize)>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek(0)?;
        self.at += 1;
        if next == '\n' {
            self.line += 1;
        }
        Some(next)
    }

    fn push(&mut self, kind: Kind, text: &str, line: usize) {
        let text = text.to_owned();
        self.tokens.push(Token { kind, text, line });
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(next) = self.peek(0).filter(|&c| keep(c)) {
            taken.push(next);
            self.bump();
        }
        taken
    }

    fn token(&mut self, next: char) {
        let line = self.line;
        match (next, self.peek(1)) {
            (c, _) if c.is_whitespace() => {
                self.bump();
            }
            ('/', Some('/')) => {
                let comment = self.take_while(|c| c != '\n');
                self.comments.push((comment, line));
            }
            ('/', Some('*')) => self.block_comment(),
            ('"', _) => self.string(),
            ('\'', _) => self.char_or_lifetime(),
            (c, _) if c.is_ascii_digit() => {
                self.take_while(is_word_char);
                self.push(Kind::Literal, "", line);
            }
            (c, _) if is_word_char(c) => self.word(),
            (':', Some(':')) | ('-' | '=', Some('>')) => {
                let mark: String = [self.bump(), self.bump()].into_iter().flatten().collect();
                self.push(Kind::Mark, &mark, line);
            }
            (c, _) => {
                self.bump();
                self.push(Kind::Mark, c.encode_utf8(&mut [0; 4]), line);
            }
        }
    }

    /// Block comments nest. Each line is kept apart, so that a finding has its own line number.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        let mut text = String::new();
        let mut line = self.line;
        while let Some(next) = self.peek(0) {
            match (next, self.peek(1)) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                ('\n', _) => {
                    self.comments.push((std::mem::take(&mut text), line));
                    line = self.line + 1;
                }
                _ => {}
            }
            let is_edge = matches!((next, self.peek(1)), ('/', Some('*')) | ('*', Some('/')));
            text.extend(self.bump());
            if is_edge {
                text.extend(self.bump());
            }
            if depth == 0 {
                break;
            }
        }
        self.comments.push((text, line));
    }

    fn string(&mut self) {
        let line = self.line;
        self.bump();
        while let Some(next) = self.bump() {
            match next {
                '\\' => {
                    self.bump();
                }
                '"' => break,
                _ => {}
            }
        }
        self.push(Kind::Literal, "", line);
    }

    /// `r"…"`, `r#"…"#`: ends at a quote with as many hashes as it began with.
    fn raw_string(&mut self) {
        let line = self.line;
        let num_hashes = self.take_while(|c| c == '#').len();
        self.bump();
        while let Some(next) = self.bump() {
            let closes = next == '"' && (0..num_hashes).all(|i| self.peek(i) == Some('#'));
            if closes {
                self.at += num_hashes;
                break;
            }
        }
        self.push(Kind::Literal, "", line);
    }

    /// `'a'` and `'\n'` are characters; `'a` alone is a lifetime, which no rule needs.
    fn char_or_lifetime(&mut self) {
        let line = self.line;
        let is_lifetime = self.peek(1).is_some_and(is_word_char) && self.peek(2) != Some('\'');
        self.bump();
        if is_lifetime {
            self.take_while(is_word_char);
            return;
        }
        while let Some(next) = self.bump() {
            match next {
                '\\' => {
                    self.bump();
                }
                '\'' => break,
                _ => {}
            }
        }
        self.push(Kind::Literal, "", line);
    }

    fn word(&mut self) {
        let line = self.line;
        let word = self.take_while(is_word_char);
        let hashes = self.chars[self.at..].iter().take_while(|&&c| c == '#');
        let is_raw_string = self.peek(hashes.count()) == Some('"');
        match (word.as_str(), self.peek(0)) {
            ("r" | "br" | "cr", Some('"' | '#')) if is_raw_string => self.raw_string(),
            ("r", Some('#')) => {
                self.bump();
                let raw = self.take_while(is_word_char);
                self.push(Kind::Word, &raw, line);
            }
            ("b" | "c", Some('"')) => self.string(),
            ("b", Some('\'')) => self.char_or_lifetime(),
            _ => self.push(Kind::Word, &word, line),
        }
    }
}

fn is_word_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
