//! Real browsers with invented cameras and microphones, each with a driver and a profile of its own.

use crate::lab::{self, Gate, Lab, Place};
use crate::process::{self, Process};
use crate::setup::{Kind, Permission, Setup, Theme, Trust, Viewport};
use crate::wait::until_within;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use thirtyfour::{Capabilities, WebDriver};

/// A browser with one empty page, its driver and its profile; all of it ended when dropped.
pub struct Browser {
    // In this order: the session is given up before its driver is killed, and that before its files go.
    driver: WebDriver,
    _gate: Option<Gate>,
    process: Process,
    _scratch: Scratch,
    kind: Kind,
}

impl Browser {
    /// Starts one in `place`. Logs go to `directory`, named after `who`.
    ///
    /// # Errors
    /// When the browser or its driver is missing, or does not start.
    pub async fn start(setup: &Setup, directory: &Path, who: &str, place: &Place) -> Result<Self> {
        let scratch = Scratch::new()?;
        let log = directory.join(format!("{who}.driver.log"));
        let mut command = match setup.kind {
            Kind::Chromium => place.command(process::find(&["chromedriver"])?),
            Kind::Firefox => place.command(process::find(&["geckodriver"])?),
        };
        match setup.kind {
            Kind::Chromium => command.args(["--port=0", "--log-level=WARNING"]),
            Kind::Firefox => command.args(["--port=0", "--log=info"]),
        };
        // Profiles go where they are removed even after a crash of the driver.
        command.env("TMPDIR", &scratch.0).env("MOZ_DISABLE_AUTO_SAFE_MODE", "1");
        command.env("FONTCONFIG_FILE", Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts.conf"));
        let mut capabilities = match setup.kind {
            Kind::Chromium => chromium(setup, place)?,
            Kind::Firefox => firefox(setup, place)?,
        };
        match (&setup.trust, setup.kind) {
            (Trust::Usual, _) => {}
            (Trust::Anybody, _) => capabilities["acceptInsecureCerts"] = true.into(),
            (Trust::Also(authority), Kind::Chromium) => {
                // Where it looks for what its user has added.
                command.env("HOME", &scratch.0);
                believe(authority, &scratch.0.join(".pki/nssdb"))?;
            }
            (Trust::Also(authority), Kind::Firefox) => {
                let profile = scratch.0.join("profile");
                believe(authority, &profile)?;
                capabilities["moz:firefoxOptions"]["args"] = json!(["-headless", "-profile", profile]);
            }
        }
        let mut process = Process::start(&mut command, &log)?;
        let port = until_within(Duration::from_secs(10), "the driver listens", async || {
            // chromedriver takes a port that is free over IPv6, and ends if somebody has it over IPv4.
            if process.exited()?.is_some() {
                process = Process::start(&mut command, &log)?;
            }
            let output = process.output();
            port_in(&output).with_context(|| format!("it has not named its port:\n{output}"))
        })
        .await?;
        let gate = match place {
            Place::Host => None,
            Place::Lab(namespace) => Some(Gate::open(namespace.clone(), port).await?),
        };
        let port = gate.as_ref().map_or(port, Gate::port);
        let driver = WebDriver::builder(format!("http://127.0.0.1:{port}"), object(capabilities))
            .request_timeout(Duration::from_secs(60))
            .await
            .with_context(|| format!("{:?} does not start:\n{}", setup.kind, process.output()))?;
        let browser = Self { driver, _gate: gate, process, _scratch: scratch, kind: setup.kind };
        browser.resize(Viewport::Desktop).await?;
        for source in &setup.preload {
            browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
        }
        Ok(browser)
    }

    /// The session.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Which browser it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Makes the page this large, exactly.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn resize(&self, viewport: Viewport) -> Result<()> {
        let (width, height) = viewport.size();
        match self.kind {
            Kind::Chromium => {
                let (scale, phone) = (viewport.scale(), viewport.is_phone());
                let metrics =
                    json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone });
                self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
                let touch = json!({ "enabled": phone, "maxTouchPoints": 5 });
                self.cdp("Emulation.setTouchEmulationEnabled", touch).await?;
            }
            Kind::Firefox => {
                let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
                let [x, y]: [u32; 2] = self.driver.execute(frame, []).await?.convert()?;
                self.driver.set_window_rect(0, 0, width + x, height + y).await?;
            }
        }
        Ok(())
    }

    /// Tells the page which theme the person prefers. Chromium only.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn prefer(&self, theme: Theme) -> Result<()> {
        let feature = json!({ "name": "prefers-color-scheme", "value": theme.name() });
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await?;
        Ok(())
    }

    /// What is to be seen now, as WebP. Chromium only.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn photograph_as_webp(&self) -> Result<Vec<u8>> {
        let picture = self.cdp("Page.captureScreenshot", json!({ "format": "webp", "quality": 82 })).await?;
        let picture = picture["data"].as_str().context("no picture")?;
        thirtyfour::support::base64_decode(picture).context("not a picture")
    }

    /// A command of the DevTools protocol. Chromium only.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        self.driver.cdp().send_raw(method, parameters).await.with_context(|| format!("{method} failed"))
    }

    /// What the browser has said of the page since last asked: errors, refused loads, `console.*`.
    /// Chromium only; Firefox writes the same into the log of its driver.
    ///
    /// # Errors
    /// When the session is gone.
    pub async fn console(&self) -> Result<Vec<String>> {
        if self.kind == Kind::Firefox {
            let said = self.process.output();
            return Ok(said.lines().filter(|line| line.contains("console.")).map(str::to_owned).collect());
        }
        let entries = self.driver.browser_log().await?;
        Ok(entries.into_iter().map(|entry| format!("{} {}", entry.level, entry.message)).collect())
    }

    /// Ends the browser as a crash would: nothing of the page runs any more.
    pub fn kill(&self) {
        self.process.kill_descendants();
    }

    /// Stops the browser where it is, as the lid of a laptop does. Its driver goes on.
    pub fn freeze(&self) {
        self.process.signal_descendants("STOP");
    }

    /// Bytes of memory that all its processes take together.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.process.memory_of_descendants()
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.process.signal_descendants("CONT");
    }

    /// Ends the session and the browser. Whoever is gone already, or does not end when asked, is ended on drop.
    pub async fn close(&self) {
        let _ = self.driver.clone().quit().await;
    }
}

/// A folder for the profile, in the system's own place: a socket in it must not have a long path.
struct Scratch(PathBuf);

const SCRATCH: &str = "ojak-e2e-";

impl Scratch {
    fn new() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        static SWEEP: Once = Once::new();
        SWEEP.call_once(sweep);
        let (id, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("{SCRATCH}{id}-{count}"));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

/// Removes what tests have left that were killed.
fn sweep() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(SCRATCH)?.split('-').next());
        if owner.is_some_and(|id| !Path::new("/proc").join(id).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is swept by a later run.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// "ChromeDriver was started successfully on port 1234." and "Listening on 127.0.0.1:1234".
fn port_in(output: &str) -> Option<u16> {
    let rest = ["on port ", "Listening on 127.0.0.1:"]
        .into_iter()
        .find_map(|before| output.rsplit_once(before).filter(|(_, rest)| rest.contains('\n')))?
        .1;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok().filter(|port| *port != 0)
}

/// Puts `authority` among those that whoever keeps their keys in `folder` believes.
fn believe(authority: &Path, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let keys = format!("sql:{}", folder.display());
    for arguments in [
        &["-N", "--empty-password"][..],
        &["-A", "-n", "ojak", "-t", "C,,", "-a", "-i", &authority.display().to_string()],
    ] {
        process::finish(Command::new(process::find(&["certutil"])?).args(["-d", &keys]).args(arguments))?;
    }
    Ok(())
}

fn object(value: Value) -> Capabilities {
    match value {
        Value::Object(map) => map.into(),
        _ => Capabilities::new(),
    }
}

/// Pictures a second of the invented cameras, where it is not the browser's own choice (20 or 30): without hardware to
/// encode them, those take most of a small machine. In the lab gaps are measured, so there it is the browser's.
fn frame_rate(place: &Place) -> Option<u32> {
    matches!(place, Place::Host).then_some(10)
}

fn chromium(setup: &Setup, place: &Place) -> Result<Value> {
    let frame_rate = frame_rate(place).map(|rate| format!(",fps={rate}")).unwrap_or_default();
    let mut arguments = vec![
        "--headless".to_owned(),
        "--no-sandbox".into(),
        "--no-first-run".into(),
        "--window-size=1280,900".into(),
        "--autoplay-policy=no-user-gesture-required".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        // Candidates with the address itself: no multicast in a container.
        "--disable-features=WebRtcHideLocalIpsWithMdns".into(),
        format!("--use-fake-device-for-media-stream=device-count={}{frame_rate}", setup.cameras),
        format!("--accept-lang={}", setup.language.tag()),
    ];
    if matches!(place, Place::Lab(_)) {
        // The lab has no certificates.
        arguments.push(format!("--unsafely-treat-insecure-origin-as-secure={}", Lab::origin()));
    }
    let mut preferences = json!({ "intl.accept_languages": setup.language.tag() });
    let (yes, no, ask) = (1, 2, 3);
    let (microphone, camera) = match setup.permission {
        Permission::Granted => {
            arguments.push("--use-fake-ui-for-media-stream".into());
            (yes, yes)
        }
        Permission::Denied => (no, no),
        Permission::CameraDenied => (yes, no),
        Permission::Unasked => (ask, ask),
    };
    if setup.permission != Permission::Granted {
        preferences["profile.default_content_setting_values"] =
            json!({ "media_stream_mic": microphone, "media_stream_camera": camera });
    }
    if let Some(host) = setup.host {
        arguments.push(format!("--host-resolver-rules=MAP {host} 127.0.0.1"));
    }
    Ok(json!({
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "binary": process::find(&["chromium", "chromium-browser", "google-chrome"])?,
            "args": arguments,
            "prefs": preferences,
        },
    }))
}

fn firefox(setup: &Setup, place: &Place) -> Result<Value> {
    let (yes, no, ask) = (1, 2, 0);
    let (microphone, camera) = match setup.permission {
        Permission::Granted => (yes, yes),
        Permission::Denied => (no, no),
        Permission::CameraDenied => (yes, no),
        Permission::Unasked => (ask, ask),
    };
    let insecure = match place {
        Place::Host => String::new(),
        Place::Lab(_) => lab::SERVER.to_string(),
    };
    Ok(json!({
        "browserName": "firefox",
        "moz:firefoxOptions": {
            "binary": process::find(&["firefox", "firefox-esr"])?,
            "args": ["-headless"],
            "prefs": {
                "media.navigator.streams.fake": true,
                "media.navigator.video.default_fps": frame_rate(place).unwrap_or(30),
                // No processes for pages that nobody will open.
                "dom.ipc.processPrelaunch.enabled": false,
                // Otherwise a question appears that nobody answers. Not when the answer is no: this pref is yes.
                "media.navigator.permission.disabled": setup.permission == Permission::Granted,
                "permissions.default.microphone": microphone,
                "permissions.default.camera": camera,
                "media.peerconnection.ice.loopback": matches!(place, Place::Host),
                "media.autoplay.default": 0,
                "media.gmp-manager.updateEnabled": false,
                "intl.accept_languages": setup.language.tag(),
                "devtools.console.stdout.content": true,
                "browser.shell.checkDefaultBrowser": false,
                "datareporting.policy.dataSubmissionEnabled": false,
                "app.update.disabledForTesting": true,
                // As people have it, and geckodriver does not: a lost network is said to the page.
                "network.manage-offline-status": true,
                // The lab has no certificates.
                "dom.securecontext.allowlist": insecure,
            },
        },
    }))
}
