//! `ojak doctor`, asked from another network than that of the server: only from there it is seen what a firewall keeps
//! out. What it finds without one is tested in `crates/server/tests/it/doctor/`.

use crate::lab::{Access, Lab, SERVER};
use crate::process;
use crate::server::{Server, binary};
use anyhow::{Context, Result, ensure};

/// A fault, and what is said of it.
struct Fault {
    title: &'static str,
    /// Of the server's firewall.
    rules: &'static [&'static str],
    /// Of the server.
    flags: &'static [&'static str],
    /// How whoever asks gets out.
    access: Access,
    /// What is wrong, and how that is put.
    found: &'static [(&'static str, &'static str)],
}

const NONE: Fault =
    Fault { title: "no fault at all", rules: &[], flags: &[], access: Access::PortRestricted, found: &[] };

const SILENT: &str = "does not answer over";
const REFUSED: &str = "nothing listens at";

const FAULTS: [Fault; 9] = [
    NONE,
    Fault { title: "none, and a NAT that takes another port each time", access: Access::Symmetric, ..NONE },
    Fault {
        title: "a firewall drops what is relayed",
        rules: &["--protocol udp --dport 49152:65535 --jump DROP"],
        found: &[("relayed", "does not come through")],
        ..NONE
    },
    Fault {
        title: "a firewall refuses what is relayed",
        rules: &["--protocol udp --dport 49152:65535 --jump REJECT"],
        found: &[("relayed", "nobody is at 11.0.0.10")],
        ..NONE
    },
    Fault {
        title: "a firewall drops UDP",
        rules: &["--protocol udp --jump DROP"],
        found: &[("STUN", SILENT), ("TURN (UDP)", SILENT), ("relayed", "does not come through")],
        ..NONE
    },
    Fault {
        title: "a firewall knows nothing but HTTPS",
        rules: &["--protocol udp --dport 3478 --jump DROP", "--protocol tcp --dport 3478 --jump DROP"],
        found: &[("STUN", SILENT), ("TURN (UDP)", SILENT), ("TURN (TCP)", SILENT)],
        ..NONE
    },
    Fault {
        title: "the public address is that of nobody",
        flags: &["--turn-public-ip", "11.0.0.99"],
        found: &[
            ("STUN", "11.0.0.99:3478"),
            ("TURN (UDP)", "11.0.0.99:3478"),
            ("TURN (TCP)", "11.0.0.99:3478"),
            ("relayed", "11.0.0.99"),
        ],
        ..NONE
    },
    Fault {
        title: "the public address is a private one",
        flags: &["--turn-public-ip", "10.9.9.9"],
        found: &[
            ("STUN", "10.9.9.9:3478"),
            ("TURN (UDP)", "10.9.9.9:3478"),
            ("TURN (TCP)", "10.9.9.9:3478"),
            ("relayed", "10.9.9.9, a private address that the internet does not"),
        ],
        ..NONE
    },
    Fault {
        title: "the network of whoever asks lets nothing out but HTTPS",
        access: Access::WebOnly,
        found: &[
            ("STUN", REFUSED),
            ("TURN (UDP)", REFUSED),
            ("TURN (TCP)", REFUSED),
            ("relayed", "nobody is at 11.0.0.10"),
        ],
        ..NONE
    },
];

/// Each is found, called by its name, and nothing else is.
///
/// # Errors
/// When it is not.
pub async fn each_fault_is_found_from_outside() -> Result<()> {
    let folder = process::artefacts().join("diagnosis");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let lab = Lab::new()?;
    let site = lab.site()?;
    for fault in &FAULTS {
        let flags = [&["--https", "0.0.0.0:443", "--turn", "0.0.0.0:3478"], fault.flags].concat();
        let server = Server::start(&folder, &flags, &lab.server()).await?;
        lab.shield(fault.rules)?;
        site.has(fault.access)?;
        let asked =
            site.place().command(binary()?).args(["doctor", &format!("https://{SERVER}")]).output()?;
        fault.is_found_in(&String::from_utf8(asked.stdout)?, asked.status.code()).context(fault.title)?;
        lab.shield(&[])?;
        server.terminate().await?;
    }
    Ok(())
}

impl Fault {
    fn is_found_in(&self, said: &str, code: Option<i32>) -> Result<()> {
        let subjects = |level: &str| -> Vec<(String, String)> {
            let lines = said.lines().filter_map(|line| line.strip_prefix(level)?.split_at_checked(13));
            lines.map(|(subject, found)| (subject.trim().to_owned(), found.trim().to_owned())).collect()
        };
        let faults = subjects("FAIL  ");
        let fits = faults.len() == self.found.len()
            && faults
                .iter()
                .zip(self.found)
                .all(|((subject, found), (expected, about))| subject == expected && found.contains(about));
        ensure!(fits, "{:?} was expected: {said}", self.found);
        // The server has made its certificate itself.
        let warned: Vec<_> = subjects("warn  ").into_iter().map(|(subject, _)| subject).collect();
        ensure!(warned == ["certificate"], "{said}");
        ensure!(code == Some(i32::from(!self.found.is_empty())), "{code:?}: {said}");
        Ok(())
    }
}
