//! A link as a QR code: one path of horizontal bars.

use crate::text::{Text, say};
use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules round the code, without which readers do not find it.
///
/// Source: ISO/IEC 18004, "Quiet zone".
const QUIET: i32 = 4;

/// Nothing for a link that is too long for any code.
pub(crate) fn qr(text: Text, link: &str) -> impl IntoView + use<> {
    // As much correction as there is room for comes by itself.
    QrCode::encode_text(link, QrCodeEcc::Low).ok().map(|code| {
        let (near, far) = ((-QUIET).to_string(), (code.size() + 2 * QUIET).to_string());
        let view_box = [&*near, &*near, &*far, &*far].join(" ");
        view! {
            <svg class="qr" viewBox=view_box role="img" aria-label=say(text, |words| words.menus.qr)>
                <path d=path(&code)></path>
            </svg>
        }
    })
}

/// The dark modules, each run of them in a row as one bar.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for row in 0..code.size() {
        let mut column = 0;
        while column < code.size() {
            let begin = column;
            while code.get_module(column, row) {
                column += 1;
            }
            if column > begin {
                let length = (column - begin).to_string();
                for part in
                    ["M", &begin.to_string(), " ", &row.to_string(), "h", &length, "v1h-", &length, "z"]
                {
                    path.push_str(part);
                }
            }
            column += 1;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bars of a path as (column, row, length).
    fn bars(path: &str) -> Vec<(usize, usize, usize)> {
        let bar = |bar: &str| -> Option<(usize, usize, usize)> {
            let (start, bar) = bar.split_once('h')?;
            let (column, row) = start.split_once(' ')?;
            Some((column.parse().ok()?, row.parse().ok()?, bar.split_once('v')?.0.parse().ok()?))
        };
        path.split_terminator('z').map(|text| bar(text.trim_start_matches('M')).unwrap()).collect()
    }

    #[test]
    fn what_a_camera_reads_is_the_link() {
        for link in [
            "https://ojak.example/seventh-evening",
            "https://ojak.example:8443/%EC%B9%A0%EC%84%9D-%EC%A0%80%EB%85%81",
            &["https://ojak.example/", &"%EC%B9%A0".repeat(64)].concat(),
        ] {
            let code = QrCode::encode_text(link, QrCodeEcc::Low).unwrap();
            let bars = bars(&path(&code));
            let (scale, quiet) = (4, QUIET as usize);
            let size = (code.size() as usize + 2 * quiet) * scale;
            let mut seen = rqrr::PreparedImage::prepare_from_greyscale(size, size, |x, y| {
                let is_dark = bars.iter().any(|&(column, row, length)| {
                    let (x, y) = (x / scale, y / scale);
                    y == row + quiet && (column + quiet..column + quiet + length).contains(&x)
                });
                if is_dark { 0 } else { 255 }
            });
            let read: Vec<_> = seen.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
            assert_eq!(read, [link]);
        }
    }
}
