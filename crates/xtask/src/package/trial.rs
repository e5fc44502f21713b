//! The package in the hands of whoever hosts Ojak: installed, set up, reloaded, upgraded, removed, and purged.
//!
//! On a machine where systemd runs the service as the unit says, so that a sandbox which `ojak` cannot live in is found
//! here. Every step says what it saw.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::VERSION;
use crate::{machine::Machine, shell::say};

/// What is installed, and for whom.
const FILES: &[&str] = &[
    "755 root:root /usr/bin/ojak",
    "644 root:root /usr/lib/systemd/system/ojak.service",
    "644 root:root /usr/lib/sysusers.d/ojak.conf",
    "644 root:root /etc/default/ojak",
    "644 root:root /usr/share/man/man1/ojak.1.gz",
    "644 root:root /usr/share/bash-completion/completions/ojak",
    "644 root:root /usr/share/zsh/vendor-completions/_ojak",
    "644 root:root /usr/share/fish/vendor_completions.d/ojak.fish",
    "644 root:root /usr/share/doc/ojak/copyright",
    "644 root:root /usr/share/doc/ojak/changelog.gz",
    "700 ojak:ojak /var/lib/ojak",
    "600 ojak:ojak /var/lib/ojak/resume.key",
    "600 ojak:ojak /var/lib/ojak/lan-ca.pem",
];

/// What a service may do, as the kernel has it: `CAP_NET_BIND_SERVICE` and nothing else, and only ordinary system calls.
const CONFINED: &str = "\
CapPrm:\t0000000000000400
CapEff:\t0000000000000400
CapBnd:\t0000000000000400
NoNewPrivs:\t1
Seccomp:\t2";

/// Tenths of what `systemd-analyze security` calls exposure, which is 96 for a service that nobody has confined.
const EXPOSURE_MAX: u32 = 20;

const HERE: &str = "http://127.0.0.1:8080";

/// An address on a network, which the certificate of the first start is for, and one that comes later.
const LAN: [&str; 2] = ["192.168.7.2", "192.168.8.2"];

/// What a host may write into `/etc/default/ojak`.
const SETTINGS: &str =
    "OJAK_HTTPS=0.0.0.0:443\\nOJAK_TLS_CERT=/etc/ojak/own.pem\\nOJAK_TLS_KEY=/etc/ojak/own.pem\\n";

/// What comes after [`VERSION`].
pub(super) fn next_version() -> String {
    format!("{VERSION}+next")
}

/// Tries the package `name` in `folder`, and there `next`, the one to upgrade to.
///
/// # Errors
/// At the first thing that is not as it should be.
pub(super) fn run(folder: &Path, name: &str, next: &str) -> Result<()> {
    let machine = Machine::boot(folder, &folder.join("machine.log")).context("no machine to try it on")?;
    let trial = Trial(machine);
    trial.install(name)?;
    trial.is_confined()?;
    trial.serves()?;
    trial.completes()?;
    trial.reloads()?;
    trial.is_set_up()?;
    trial.keeps_its_state_when_upgraded(next)?;
    trial.leaves()
}

struct Trial(Machine);

impl Trial {
    fn run(&self, script: &str) -> Result<String> {
        self.0.run(script)
    }

    fn install(&self, name: &str) -> Result<()> {
        self.run("ip link add lan type veth peer name rest; ip link set rest up; ip link set lan up")?;
        self.run(&format!("ip address add {}/24 dev lan", LAN[0]))?;
        self.run(&format!("dpkg --install /package/{name}"))?;
        self.is("systemctl is-enabled ojak; systemctl is-active ojak", "enabled\nactive")?;
        self.get(&format!("{HERE}/readyz"))?;
        let paths: Vec<&str> = FILES.iter().filter_map(|file| file.split(' ').nth(2)).collect();
        self.is(&format!("stat --format='%a %U:%G %n' {}", paths.join(" ")), &FILES.join("\n"))?;
        let version = self.run("ojak --version")?;
        say(&format!("installed: {version} is enabled and runs, {} files are at their places", FILES.len()));
        Ok(())
    }

    fn is_confined(&self) -> Result<()> {
        self.is("systemd-analyze verify --man=no ojak.service 2>&1", "")?;
        let exposure = self.run(&format!(
            "systemd-analyze security --no-pager --threshold={EXPOSURE_MAX} ojak.service | tail --lines=1"
        ))?;
        let pid = self.pid()?;
        self.is(&format!("stat --format=%U /proc/{pid}"), "ojak")?;
        self.is(&format!("grep -E '^(Cap(Prm|Eff|Bnd)|NoNewPrivs|Seccomp):' /proc/{pid}/status"), CONFINED)?;
        // By root, who may write wherever it is possible at all.
        let as_it_sees = format!("nsenter --target={pid} --mount --");
        for folder in ["/etc", "/usr/bin", "/var", "/var/lib", "/opt"] {
            self.fails(&format!("{as_it_sees} touch {folder}/written"), "Read-only file system")?;
        }
        self.run(&format!("{as_it_sees} touch /var/lib/ojak/written; rm /var/lib/ojak/written"))?;
        say(exposure.trim_start_matches(['→', ' ']));
        say("confined: user ojak, CAP_NET_BIND_SERVICE, filtered system calls, writes to /var/lib/ojak only");
        Ok(())
    }

    fn serves(&self) -> Result<()> {
        let page = self.get(&format!("{HERE}/"))?;
        let module = page.split('"').find(|text| text.starts_with('/') && text.ends_with("_bg.wasm"));
        let module = module.context("the page is not inside")?;
        let kind = "--output /dev/null --write-out '%{size_download} bytes, %{content_type}'";
        let module = self.get(&format!("{kind} {HERE}{module}"))?;
        if !module.ends_with(" application/wasm") {
            bail!("what the page runs is {module}");
        }
        self.get(&format!("--cacert /var/lib/ojak/lan-ca.pem https://{}:8443/readyz", LAN[0]))?;
        say(&format!("serves: the page, what it runs ({module}), and https on the LAN by its own authority"));
        Ok(())
    }

    /// As bash does when somebody presses Tab.
    fn completes(&self) -> Result<()> {
        let press_tab =
            "COMP_WORDS=(ojak --turn-pub); COMP_CWORD=1; _ojak ojak --turn-pub ojak; echo ${COMPREPLY[@]}";
        let completions = "/usr/share/bash-completion/completions/ojak";
        self.is(&format!("bash -c 'source {completions}; {press_tab}'"), "--turn-public-ip")?;
        self.run("gzip --test /usr/share/man/man1/ojak.1.gz")?;
        say("bash completes --turn-pub to --turn-public-ip");
        Ok(())
    }

    /// Told to, the service looks at once whether its certificate is still right, and not within the half minute that it
    /// would let pass by itself.
    fn reloads(&self) -> Result<()> {
        let pid = self.pid()?;
        self.run(&format!("ip address add {}/24 dev lan; systemctl reload ojak", LAN[1]))?;
        self.get(&format!(
            "--retry-max-time 3 --cacert /var/lib/ojak/lan-ca.pem https://{}:8443/readyz",
            LAN[1]
        ))?;
        self.is("systemctl show --property MainPID --value ojak", &pid)?;
        say("reloaded: a new address is in its certificate at once, and the process is the same");
        Ok(())
    }

    /// A certificate of one's own, on a port of which only root disposes; then the next one.
    fn is_set_up(&self) -> Result<()> {
        self.run("mkdir /etc/ojak")?;
        self.certify("first")?;
        self.run(&format!("printf '{SETTINGS}' >> /etc/default/ojak; systemctl restart ojak"))?;
        self.get("--cacert /etc/ojak/first.pem https://localhost/readyz")?;
        self.certify("second")?;
        self.run("systemctl reload ojak")?;
        self.get("--cacert /etc/ojak/second.pem https://localhost/readyz")?;
        self.fails("curl --silent --cacert /etc/ojak/first.pem https://localhost/readyz", "exit status: 60")?;
        say(
            "set up by /etc/default/ojak: serves on port 443, with a certificate of one's own, and with the next one",
        );
        Ok(())
    }

    fn keeps_its_state_when_upgraded(&self, next: &str) -> Result<()> {
        let (before, pid) = (self.state()?, self.pid()?);
        self.run(&format!("dpkg --install /package/{next}"))?;
        self.get("--cacert /etc/ojak/second.pem https://localhost/readyz")?;
        self.is("dpkg-query --show --showformat='${Version}' ojak", &next_version())?;
        self.is("systemctl is-active ojak", "active")?;
        if self.pid()? == pid {
            bail!("upgraded, it was not started anew");
        }
        if self.state()? != before {
            bail!("upgraded, it has another state: before\n{before}\nafter\n{}", self.state()?);
        }
        say(&format!(
            "upgraded to {}: started anew, what it is told and {} files of state are the same",
            next_version(),
            before.lines().count()
        ));
        Ok(())
    }

    fn leaves(&self) -> Result<()> {
        let before = self.state()?;
        self.run("dpkg --remove ojak; test ! -e /usr/bin/ojak; test -e /etc/default/ojak")?;
        self.fails("curl --silent https://localhost/readyz", "exit status: 7")?;
        if self.state()? != before {
            bail!("removed, it has another state");
        }
        self.run("dpkg --purge ojak; test ! -e /var/lib/ojak; test ! -e /etc/default/ojak")?;
        self.is("find / -xdev -name '*ojak*' -not -path '/proc/*' -not -path '/var/log/*'", "/etc/ojak")?;
        say("removed, it leaves its state and what it is told; purged, no file");
        Ok(())
    }

    /// A key and a certificate for it, in one file that the service may read, and in another what clients believe.
    fn certify(&self, name: &str) -> Result<()> {
        self.run(&format!(
            "cd /etc/ojak; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 30 \
             -subj /CN={name} -addext subjectAltName=DNS:localhost -keyout key.pem -out {name}.pem; \
             cat {name}.pem key.pem > new.pem; chown ojak: new.pem; chmod 400 new.pem; mv new.pem own.pem; rm key.pem"
        ))?;
        Ok(())
    }

    /// What is kept, file by file.
    fn state(&self) -> Result<String> {
        self.run("cd /var/lib/ojak; sha256sum *")
    }

    fn pid(&self) -> Result<String> {
        self.run("systemctl show --property MainPID --value ojak")
    }

    /// What is got from the service, which may just be about to come.
    fn get(&self, what: &str) -> Result<String> {
        self.run(&format!(
            "curl --silent --show-error --fail --retry 20 --retry-delay 1 --retry-all-errors {what}"
        ))
    }

    fn is(&self, script: &str, expected: &str) -> Result<()> {
        let seen = self.run(script)?;
        if seen != expected {
            bail!("there, `{script}` prints\n{seen}\nand not\n{expected}");
        }
        Ok(())
    }

    fn fails(&self, script: &str, why: &str) -> Result<()> {
        match self.run(script) {
            Ok(printed) => bail!("there, `{script}` does not fail: {printed}"),
            Err(error) if error.to_string().contains(why) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
