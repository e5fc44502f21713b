//! Addresses in what people write.

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// An address of `http` or `https`, as it was written.
    Link(&'a str),
}

/// Cuts a message into text and addresses. Put together they are the message again.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = next_address(rest) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter: char| letter.is_whitespace() || is_border(letter)).unwrap_or(from.len());
        let address = without_tail(from.split_at(end).0);
        let (address, behind) = from.split_at(address.len());
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        // A scheme and nothing behind it leads nowhere.
        let has_host =
            address.split_once("://").is_some_and(|(_, host)| host.starts_with(char::is_alphanumeric));
        pieces.push(if has_host { Piece::Link(address) } else { Piece::Text(address) });
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// Where the next scheme begins that a page may be linked with, at the beginning of a word.
fn next_address(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let starts = ["http://", "https://"].into_iter().flat_map(|scheme| {
        let lower = &lower;
        lower.match_indices(scheme).map(|(at, _)| at).filter(move |&at| {
            lower
                .get(..at)
                .is_some_and(|before| !before.ends_with(|letter: char| letter.is_ascii_alphanumeric()))
        })
    });
    starts.min()
}

/// What no address has in it.
fn is_border(letter: char) -> bool {
    matches!(letter, '<' | '>' | '"' | '“' | '”' | '‘' | '’' | '「' | '」' | '《' | '》' | '`')
        // Marks that turn the direction of text would show another address than the one that is followed.
        || matches!(letter, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The full stop behind an address ends the sentence, and a bracket closes one that was opened before it.
fn without_tail(address: &str) -> &str {
    let mut address = address;
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '…', '。', '、']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if inner.matches('(').count() <= inner.matches(')').count() => inner,
            _ => shorter,
        };
        if shorter == address {
            return address;
        }
        address = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<&str> {
        let links = pieces(text).into_iter().filter_map(|piece| match piece {
            Piece::Link(address) => Some(address),
            Piece::Text(_) => None,
        });
        links.collect()
    }

    #[test]
    fn addresses_of_the_web_are_links_and_nothing_else_is() {
        for (text, expected) in [
            ("see https://ojak.example/den.", vec!["https://ojak.example/den"]),
            ("(https://ojak.example/a_(b))", vec!["https://ojak.example/a_(b)"]),
            ("HTTP://OJAK.example 다리", vec!["HTTP://OJAK.example"]),
            ("주소는 https://ojak.example/다리예요", vec!["https://ojak.example/다리예요"]),
            ("http://a.example,http://b.example", vec!["http://a.example,http://b.example"]),
            (
                "https://a.example\nhttps://b.example?x=1&y=2#z",
                vec!["https://a.example", "https://b.example?x=1&y=2#z"],
            ),
            ("<https://a.example>", vec!["https://a.example"]),
            ("javascript:alert(1) data:text/html,x file:///etc ftp://a", vec![]),
            ("xhttps://a.example", vec![]),
            ("https:// http://", vec![]),
            ("https://a.example/\u{202E}gpj.exe", vec!["https://a.example/"]),
            ("\"https://a.example\"", vec!["https://a.example"]),
        ] {
            assert_eq!(links(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_of_a_message_is_lost_by_cutting_it() {
        for text in
            ["", "plain", "https://a.example", "a https://a.example. b", "https://", "İ https://a.example İ"]
        {
            let whole: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Link(text) => text,
                })
                .collect();
            assert_eq!(whole, text);
        }
    }
}
