//! What outlives the process: the state folder, and in it the key that passes are signed with. Nobody but its owner
//! reads what is in there.

use crate::pass::PassKey;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

const KEY_FILE: &str = "resume.key";

/// Why a key is not kept.
#[derive(Debug, Error)]
pub enum NotKept {
    /// Neither the command line nor the environment names a folder.
    #[error("there is no folder for it, and no home folder either")]
    NoFolder,
    /// The folder or the file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Somebody else wrote the file, or it is damaged.
    #[error("{} is not {} bytes long; remove it, and another is made", .0.display(), PassKey::BYTES)]
    NotAKey(PathBuf),
}

/// Where state goes unless the command line says so: systemd's folder, that of the XDG base directories, or the
/// same below the home folder.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    folder_of(|name| std::env::var_os(name).map(PathBuf::from), std::env::home_dir())
}

fn folder_of(variable: impl Fn(&str) -> Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    // A list, if the unit has several; relative paths are to be ignored (XDG Base Directory Specification).
    let systemd = variable("STATE_DIRECTORY").and_then(|list| std::env::split_paths(&list).next());
    let xdg = variable("XDG_STATE_HOME").filter(|path| path.is_absolute()).map(|path| path.join("ojak"));
    let home = || home.map(|path| path.join(".local/state/ojak")).filter(|path| path.is_absolute());
    systemd.filter(|path| path.is_absolute()).or(xdg).or_else(home)
}

impl PassKey {
    /// The key in `folder`; the first to ask makes both, for nobody else to read.
    ///
    /// # Errors
    /// [`NotKept`].
    pub fn kept_in(folder: &Path) -> Result<Self, NotKept> {
        let bytes = kept(folder, KEY_FILE, || {
            let mut key = vec![0; Self::BYTES];
            random(&mut key).map(|()| key)
        })?;
        let bytes = bytes.try_into().map_err(|_| NotKept::NotAKey(folder.join(KEY_FILE)))?;
        Ok(Self::from_bytes(bytes))
    }
}

/// What the file `name` in `folder` holds; the first to ask makes it.
pub(crate) fn kept<C: AsRef<[u8]>>(
    folder: &Path,
    name: &str,
    make: impl FnOnce() -> io::Result<C>,
) -> Result<Vec<u8>, NotKept> {
    let path = folder.join(name);
    match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make_folder(folder).map_err(failed(folder))?;
            make()
                .and_then(|content| place_first(folder, name, content.as_ref()))
                .and_then(|()| fs::read(&path))
        }
        read => read,
    }
    .map_err(failed(&path))
}

/// Puts `content` into the file `name` in `folder`, in place of what is there.
pub(crate) fn replace(folder: &Path, name: &str, content: &[u8]) -> Result<(), NotKept> {
    let path = folder.join(name);
    with_draft(folder, name, content, |draft| fs::rename(draft, &path)).map_err(failed(&path))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> NotKept {
    let path = path.to_owned();
    move |source| NotKept::Io { path, source }
}

fn random(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|error| io::Error::other(error.to_string()))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Of two servers that start together the first wins, since a link does not replace what is there.
fn place_first(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let path = folder.join(name);
    with_draft(folder, name, content, |draft| match fs::hard_link(draft, &path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => fs::rename(draft, &path), // no links there
        _ => Ok(()),
    })
}

/// Nobody ever sees half a file: it is written under another name.
fn with_draft(
    folder: &Path,
    name: &str,
    content: &[u8],
    place: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let mut number = [0; 8];
    random(&mut number)?;
    let draft = folder.join(format!("{name}.{:016x}", u64::from_ne_bytes(number)));
    let made = write_new(&draft, content).and_then(|()| place(&draft));
    // Renamed, it is gone already.
    let _ = fs::remove_file(&draft);
    made
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("ojak-state-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner_only() {
        let folder = Folder::new("once");
        let inner = folder.0.join("a/b");
        PassKey::kept_in(&inner).unwrap();
        let first = fs::read(inner.join(KEY_FILE)).unwrap();
        PassKey::kept_in(&inner).unwrap();
        assert_eq!(fs::read(inner.join(KEY_FILE)).unwrap(), first);
        assert!(first.len() == PassKey::BYTES && first.iter().any(|byte| *byte != 0));
        assert_eq!(fs::read_dir(&inner).unwrap().count(), 1, "no drafts stay");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&inner.join(KEY_FILE)), mode(&inner)), (0o600, 0o700));
        }
    }

    #[test]
    fn those_who_start_together_have_the_same_key() {
        let folder = Folder::new("together");
        make_folder(&folder.0).unwrap();
        let keys: Vec<_> = std::thread::scope(|scope| {
            let start = || {
                let mut key = [0; PassKey::BYTES];
                random(&mut key).unwrap();
                place_first(&folder.0, KEY_FILE, &key).unwrap();
                fs::read(folder.0.join(KEY_FILE)).unwrap()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn what_cannot_be_is_said_with_its_path() {
        let folder = Folder::new("errors");
        make_folder(&folder.0).unwrap();
        fs::write(folder.0.join(KEY_FILE), "short").unwrap();
        let error = PassKey::kept_in(&folder.0).unwrap_err().to_string();
        assert!(error.contains(KEY_FILE) && error.contains("32 bytes"), "{error}");
        let below_a_file = folder.0.join(KEY_FILE).join("folder");
        let error = PassKey::kept_in(&below_a_file).unwrap_err().to_string();
        assert!(error.contains(below_a_file.to_str().unwrap()), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn systemd_comes_before_xdg_and_that_before_the_home_folder() {
        let folder = |set: &[(&str, &str)], home: Option<&str>| {
            let variable = |name: &str| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| PathBuf::from(value))
            };
            folder_of(variable, home.map(PathBuf::from)).map(|path| path.to_str().unwrap().to_owned())
        };
        let (systemd, xdg) = (("STATE_DIRECTORY", "/var/lib/ojak:/var/lib/b"), ("XDG_STATE_HOME", "/x"));
        assert_eq!(folder(&[systemd, xdg], Some("/h")).as_deref(), Some("/var/lib/ojak"));
        assert_eq!(folder(&[xdg], Some("/h")).as_deref(), Some("/x/ojak"));
        assert_eq!(folder(&[("XDG_STATE_HOME", "x")], Some("/h")).as_deref(), Some("/h/.local/state/ojak"));
        assert_eq!(folder(&[], None), None);
    }
}
