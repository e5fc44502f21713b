//! Installs what is missing, at pinned versions, and reuses what is there.

use std::fs::{self, File};

use anyhow::{Context, Result};

use crate::{
    apt::{self, Package},
    package,
    shell::{command, output, run, say, step},
    tools,
};

/// What a command may need of the machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// To build the page.
    Page,
    /// To run tests in browsers, to see Korean and the pictures of a code in their screenshots, and to look for
    /// barriers.
    Browsers,
    /// To give each browser a network of its own, and take it away.
    Lab,
    /// To run the examples, which tests do.
    Examples,
    /// To try what may stand in front of ours, or beside it, and what it asks.
    Servers,
    /// To check formatting, lints and licences.
    Lints,
    /// To feed parsers with what nobody would send.
    Fuzz,
    /// To make a package, and to try it on another machine than this.
    Package,
}

const NODE: &[Package] =
    &[Package { name: "nodejs", files: &["node"] }, Package { name: "npm", files: &["npm"] }];

const BROWSERS: &[Package] = &[
    Package { name: "chromium", files: &["chromium"] },
    Package { name: "chromium-driver", files: &["chromedriver"] },
    Package { name: "firefox-esr", files: &["firefox-esr", "firefox"] },
    // To look into what was recorded.
    Package { name: "ffmpeg", files: &["ffprobe"] },
    Package { name: "fonts-inter", files: &["/usr/share/fonts/opentype/inter/Inter-Regular.otf"] },
    Package { name: "fonts-noto-cjk", files: &["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"] },
    Package { name: "fonts-noto-color-emoji", files: &["/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"] },
];

const LAB: &[Package] = &[
    Package { name: "iproute2", files: &["ip", "/usr/sbin/ip"] },
    Package { name: "iptables", files: &["iptables", "/usr/sbin/iptables"] },
    Package { name: "util-linux", files: &["nsenter"] },
    // Browsers keep the authorities that somebody has installed in files of its own.
    Package { name: "libnss3-tools", files: &["certutil"] },
];

/// `python3` may be another than Debian's, which is the one that gets the package.
const EXAMPLES: &[Package] = &[Package {
    name: "python3-websockets",
    files: &["/usr/lib/python3/dist-packages/websockets/__init__.py"],
}];

const SERVERS: &[Package] = &[
    Package { name: "coturn", files: &["turnserver"] },
    Package { name: "haproxy", files: &["haproxy", "/usr/sbin/haproxy"] },
    Package { name: "nginx", files: &["nginx", "/usr/sbin/nginx"] },
    Package { name: "pebble", files: &["pebble"] },
];

const PACKAGE: &[Package] = &[
    // `ring` is C and assembly in part.
    Package { name: "musl-tools", files: &["musl-gcc"] },
    Package { name: "binutils", files: &["readelf"] },
    Package { name: "debootstrap", files: &["debootstrap", "/usr/sbin/debootstrap"] },
    Package { name: "systemd-container", files: &["systemd-nspawn"] },
    Package { name: "util-linux", files: &["nsenter"] },
];

/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn install(parts: &[Part]) -> Result<()> {
    let _alone = wait_for_other_set_ups()?;
    let servers: Vec<_> = SERVERS.iter().filter(|server| !server.is_there()).collect();
    apt::install(parts.iter().flat_map(|part| part.packages()).flatten())?;
    // Debian starts them at once, on ports that are ours or anybody's.
    servers.into_iter().filter(|server| server.is_there()).try_for_each(|server| apt::stop(server.name))?;
    parts.iter().try_for_each(|part| part.install())?;
    // Kept until here: the tools share crates, and an interrupted set-up goes on where it was.
    let _ = fs::remove_dir_all(tools::build_dir());
    Ok(())
}

impl Part {
    fn packages(self) -> [&'static [Package]; 2] {
        match self {
            Self::Page
                if !(tools::has("wasm-opt", tools::WASM_OPT) && tools::has("esbuild", tools::ESBUILD)) =>
            {
                [NODE, &[]]
            }
            Self::Browsers if !tools::has_npm("axe-core", tools::AXE) => [BROWSERS, NODE],
            Self::Browsers => [BROWSERS, &[]],
            Self::Lab => [LAB, &[]],
            Self::Examples => [EXAMPLES, &[]],
            Self::Servers => [SERVERS, &[]],
            Self::Package => [PACKAGE, &[]],
            Self::Page | Self::Lints | Self::Fuzz => [&[], &[]],
        }
    }

    fn install(self) -> Result<()> {
        match self {
            Self::Page => {
                rust_target("wasm32-unknown-unknown")?;
                cargo_tool("trunk", "trunk", tools::TRUNK, Dependencies::Locked)?;
                let version = tools::wasm_bindgen()?;
                // Its lock file names a version of a crate that some registries do not serve.
                cargo_tool("wasm-bindgen", "wasm-bindgen-cli", &version, Dependencies::Newest)?;
                if !tools::is_built("wasm_split_cli_support", tools::WASM_SPLIT) {
                    build_tool(
                        "wasm_split_cli_support",
                        tools::WASM_SPLIT,
                        Dependencies::Locked,
                        &["--features", "build-binary"],
                    )?;
                }
                wasm_opt()?;
                esbuild()
            }
            Self::Browsers => {
                cargo_tool("geckodriver", "geckodriver", tools::GECKODRIVER, Dependencies::Locked)?;
                axe()
            }
            Self::Lab | Self::Examples | Self::Servers => Ok(()),
            Self::Fuzz => {
                rust_nightly()?;
                cargo_tool("cargo-fuzz", "cargo-fuzz", tools::CARGO_FUZZ, Dependencies::Locked)
            }
            Self::Package => {
                rust_target(package::target()?)?;
                cargo_tool("cargo-deb", "cargo-deb", tools::CARGO_DEB, Dependencies::Locked)
            }
            Self::Lints => {
                rust_component("rustfmt", "rustfmt")?;
                rust_component("cargo-clippy", "clippy")?;
                cargo_tool("cargo-deny", "cargo-deny", tools::CARGO_DENY, Dependencies::Locked)
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dependencies {
    Locked,
    Newest,
}

/// Two set-ups at once would build the same tools twice, or npm into one folder. The lock goes with the file.
fn wait_for_other_set_ups() -> Result<File> {
    let dir = tools::dir();
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let lock = File::create(dir.join(".lock"))?;
    if lock.try_lock().is_err() {
        say("waiting for another ./x to finish its set-up");
        lock.lock()?;
    }
    Ok(lock)
}

fn rust_target(target: &str) -> Result<()> {
    let libraries = output(&mut command(&format!("rustc --print target-libdir --target {target}")));
    if libraries.is_some_and(|dir| fs::exists(dir.trim()).unwrap_or(false)) {
        return Ok(());
    }
    step(&format!("adding the Rust target {target}"), || {
        run(&mut command(&format!("rustup target add {target}")))
    })
}

fn rust_nightly() -> Result<()> {
    if output(&mut command("rustc +nightly --version")).is_some() {
        return Ok(());
    }
    step("adding nightly Rust", || run(&mut command("rustup toolchain install nightly --profile minimal")))
}

fn rust_component(program: &str, component: &str) -> Result<()> {
    if output(&mut command(&format!("{program} --version"))).is_some() {
        return Ok(());
    }
    step(&format!("adding {component}"), || run(&mut command(&format!("rustup component add {component}"))))
}

fn cargo_tool(program: &str, package: &str, version: &str, dependencies: Dependencies) -> Result<()> {
    if tools::has(program, version) {
        return Ok(());
    }
    build_tool(package, version, dependencies, &[])
}

/// Builds a tool from crates.io.
///
/// Not as optimised as its own release profile may ask for: a person waits for the tool to be built, and
/// hardly for the tool.
fn build_tool(package: &str, version: &str, dependencies: Dependencies, flags: &[&str]) -> Result<()> {
    step(&format!("building {package} {version}, once, which takes some minutes"), || {
        let mut install = command("cargo install --root");
        install.arg(tools::dir()).arg(format!("{package}@{version}")).args(flags);
        if dependencies == Dependencies::Locked {
            install.arg("--locked");
        }
        install.env("CARGO_TARGET_DIR", tools::build_dir()).envs([
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
            ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
        ]);
        run(&mut install)
    })
}

/// Debian's own is too old to know what rustc emits.
fn wasm_opt() -> Result<()> {
    if tools::has("wasm-opt", tools::WASM_OPT) {
        return Ok(());
    }
    step(&format!("installing wasm-opt {}", tools::WASM_OPT), || npm_install(tools::BINARYEN))
}

fn esbuild() -> Result<()> {
    if tools::has("esbuild", tools::ESBUILD) {
        return Ok(());
    }
    step(&format!("installing esbuild {}", tools::ESBUILD), || {
        npm_install(&format!("esbuild@{}", tools::ESBUILD))
    })
}

fn axe() -> Result<()> {
    if tools::has_npm("axe-core", tools::AXE) {
        return Ok(());
    }
    step(&format!("installing axe-core {}", tools::AXE), || npm_install(&format!("axe-core@{}", tools::AXE)))
}

fn npm_install(package: &str) -> Result<()> {
    let mut npm = command("npm install --silent --no-fund --no-audit --prefix");
    run(npm.arg(tools::npm_dir()).arg(package))
}
