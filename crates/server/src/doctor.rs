//! `ojak doctor URL`: looks at a server from the outside, as a browser would, and says in plain words what is wrong.
//!
//! What was found is a [`Finding`], and what that means to somebody who hosts is decided in `finding` alone, which looks
//! at nothing itself. The rest looks and decides nothing: `site` finds the page, `socket` has two meet, and `turn` relays
//! between them.

mod address;
mod finding;
mod http;
mod reach;
mod site;
mod socket;
mod talker;
mod tls;
mod turn;

pub use address::{Address, BadAddress};
pub use finding::{Level, Words};

use finding::{Finding, Socket};
use site::Site;
use std::time::Duration;
use tokio::time::timeout;

/// Nothing is waited for longer.
const STEP: Duration = Duration::from_secs(5);
/// All of it takes no longer.
const WHOLE: Duration = Duration::from_secs(30);

/// Takes what was found.
type Tell<'a> = &'a mut (dyn FnMut(Finding) + Send);

/// Looks at the server whose page is at `address`, and tells what it finds as soon as it has. Must be called inside a
/// tokio runtime.
pub async fn examine(address: Address, mut tell: impl FnMut(Words) + Send) {
    let mut tell = |finding: Finding| tell(finding.words());
    if timeout(WHOLE, look(address, &mut tell)).await.is_err() {
        tell(Finding::TookTooLong(WHOLE));
    }
}

async fn look(address: Address, tell: Tell<'_>) {
    let Some(site) = Box::pin(Site::find(address, tell)).await else { return };
    match Box::pin(socket::meet(&site)).await {
        Ok(told) => {
            tell(Socket::Works { url: site.address.socket(), after: told.after }.into());
            Box::pin(turn::look(&site, &told, tell)).await;
        }
        Err(socket) => tell(socket.into()),
    }
}
