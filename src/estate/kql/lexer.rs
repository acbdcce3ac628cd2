//! Text to tokens. Knows the shapes of words, numbers, strings and marks, and nothing of what
//! they mean.

mod literal;

use super::error::QueryError;

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Lexeme {
    /// A word: a name, an operator, a function.
    Word(String),
    /// A string literal, unescaped.
    Text(String),
    /// A whole number.
    Long(i64),
    /// A number with a point or exponent.
    Real(f64),
    /// A duration such as `2h`, in ticks of 100 ns.
    Span(i64),
    /// `type(...)` around something that is no expression, such as `datetime(2024-01-01)`.
    Typed(String, String),
    /// An operator or bracket.
    Mark(&'static str),
    /// A negated word operator: the `contains` of `!contains`.
    Not(String),
    /// The end of the text.
    End,
}

/// A token and the bytes it came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) lexeme: Lexeme,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Longest first, so that `==` is not read as `=` twice.
const MARKS: &[&str] = &[
    "==", "=~", "!=", "!~", "<=", ">=", "<>", "..", "=>", "(", ")", "[", "]", "{", "}", "|", ",",
    ";", ".", ":", "=", "<", ">", "+", "-", "*", "/", "%", "~", "$", "@", "?",
];

/// Words after which a bracket holds a literal, not an expression.
const TYPED: &[&str] = &[
    "datetime", "date", "timespan", "time", "guid", "dynamic", "int", "long", "real", "double",
    "decimal", "bool", "boolean",
];

pub(crate) fn tokens(query: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { text: query, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blank();
        let start = lexer.at;
        let lexeme = lexer.next().map_err(|error| error.at(start))?;
        let done = lexeme == Lexeme::End;
        tokens.push(Token { lexeme, start, end: lexer.at });
        if done {
            return Ok(tokens);
        }
    }
}

struct Lexer<'q> {
    text: &'q str,
    at: usize,
}

impl<'q> Lexer<'q> {
    fn rest(&self) -> &'q str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find(['\n', '\r']).unwrap_or(trimmed.len());
        }
    }

    fn next(&mut self) -> Result<Lexeme, QueryError> {
        let Some(first) = self.peek() else {
            return Ok(Lexeme::End);
        };
        if let Some((prefix, quote, verbatim)) = string_start(self.rest()) {
            self.at += prefix;
            return self.string(quote, verbatim).map(Lexeme::Text);
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if is_word_start(first)
            || (first == '$' && self.rest().chars().nth(1).is_some_and(is_word_start))
        {
            return self.word();
        }
        if first == '!' && self.rest().chars().nth(1).is_some_and(char::is_alphabetic) {
            self.at += 1;
            let word = self.take_word();
            return Ok(Lexeme::Not(word.to_owned() + self.tilde(word)));
        }
        let mark = MARKS.iter().find(|mark| self.rest().starts_with(**mark));
        let Some(mark) = mark else {
            return Err(QueryError::syntax(&first.to_string(), "an operator, a name or a literal"));
        };
        self.at += mark.len();
        Ok(Lexeme::Mark(mark))
    }

    fn take_word(&mut self) -> &'q str {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(is_word_start(c) || c.is_ascii_digit() || c == '$'))
            .unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    /// The `~` of `in~` and `!in~`, which belongs to the word.
    fn tilde(&mut self, word: &str) -> &'static str {
        let joined = word == "in" && self.rest().starts_with('~');
        self.at += usize::from(joined);
        if joined { "~" } else { "" }
    }

    fn word(&mut self) -> Result<Lexeme, QueryError> {
        let word = self.take_word();
        if TYPED.contains(&word) && self.rest().trim_start().starts_with('(') {
            let raw = self.bracketed()?;
            return Ok(Lexeme::Typed(word.to_owned(), raw.trim().to_owned()));
        }
        Ok(Lexeme::Word(word.to_owned() + self.tilde(word)))
    }

    /// Everything inside the brackets that come next.
    fn bracketed(&mut self) -> Result<&'q str, QueryError> {
        self.skip_blank();
        let start = self.at + 1;
        let mut depth = 0_usize;
        while let Some(next) = self.peek() {
            if let Some((prefix, quote, verbatim)) = string_start(self.rest()) {
                self.at += prefix;
                self.string(quote, verbatim)?;
                continue;
            }
            match next {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let end = self.at;
            self.at += next.len_utf8();
            if depth == 0 {
                return Ok(self.text.get(start..end).unwrap_or(""));
            }
        }
        Err(QueryError::syntax("<EOF>", "')'").at(self.text.len()))
    }
}

pub(crate) fn is_word_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// Bytes before the quote, the quote, and whether backslashes are plain characters.
fn string_start(rest: &str) -> Option<(usize, char, bool)> {
    let mut verbatim = false;
    for (at, c) in rest.char_indices().take(3) {
        match c {
            '\'' | '"' => return Some((at, c, verbatim)),
            'h' | 'H' if at == 0 => {}
            '@' if !verbatim => verbatim = true,
            _ => return None,
        }
    }
    None
}
