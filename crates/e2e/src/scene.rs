//! One test: a server, some people, and what is kept of them.

use crate::browser::Browser;
use crate::couple::Couple;
use crate::lab::{Lab, Place};
use crate::page::Person;
use crate::process;
use crate::server::Server;
use crate::setup::Setup;
use anyhow::{Context, Result};
use futures_util::FutureExt;
use futures_util::future::{join_all, try_join, try_join_all};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A server and the people who use it; what they see at the end is kept in `target/e2e/<test>/`.
pub struct Scene {
    server: RefCell<Option<Rc<Server>>>,
    people: RefCell<Vec<Rc<Person>>>,
    directory: PathBuf,
    // Last, so that its networks go when nobody is in them any more.
    lab: Option<Lab>,
}

impl Scene {
    /// Plays `act` with a server that was started with `flags`.
    ///
    /// Whether it succeeds or not, a picture and the console of each person are kept, and every program
    /// that was started is ended.
    ///
    /// # Panics
    /// When `act` fails or panics: that is how a test fails.
    pub async fn play(flags: &[&str], act: impl AsyncFnOnce(&Self) -> Result<()>) {
        // libtest calls the thread of a test as the test.
        let name = std::thread::current().name().unwrap_or("unnamed").replace("::", ".");
        if let Err(error) = Self::act(&name, None, flags, act).await {
            panic!("{error:#}");
        }
    }

    /// Plays `act` with a server of which everything is [overheard](crate::Wiretap).
    ///
    /// # Panics
    /// When `act` fails or panics.
    pub async fn play_overheard(act: impl AsyncFnOnce(&Self) -> Result<()>) {
        Self::play(&[], async |scene| {
            let server = scene.server.take().and_then(Rc::into_inner);
            let mut server = server.context("a server that nobody uses yet")?;
            server.overhear()?;
            scene.server.replace(Some(Rc::new(server)));
            act(scene).await
        })
        .await;
    }

    /// Plays `act` in a [`Lab`] of its own: everybody who comes is at a [`Site`](crate::lab::Site) of their own.
    ///
    /// # Errors
    /// When the lab or the server cannot be had, and what `act` fails with.
    pub async fn play_in_lab<T>(
        name: &str,
        flags: &[&str],
        act: impl AsyncFnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        let stun = Lab::ice_server();
        let mut flags = flags.to_vec();
        flags.extend(["--ice-server", &stun]);
        Self::act(name, Some(Lab::new()?), &flags, act).await
    }

    /// Plays `act` in a [`Lab`] whose people are told of no STUN and TURN servers but those that `flags` start.
    ///
    /// # Errors
    /// When the lab or the server cannot be had, and what `act` fails with.
    pub async fn play_relayed<T>(
        name: &str,
        flags: &[&str],
        act: impl AsyncFnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        Self::act(name, Some(Lab::new()?), flags, act).await
    }

    /// Plays `act` outside the lab, and fails without a panic.
    ///
    /// # Errors
    /// When the server cannot be had, and what `act` fails with.
    pub async fn play_alone<T>(
        name: &str,
        flags: &[&str],
        act: impl AsyncFnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        Self::act(name, None, flags, act).await
    }

    async fn act<T>(
        name: &str,
        lab: Option<Lab>,
        flags: &[&str],
        act: impl AsyncFnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        let directory = directory(name)?;
        let place = lab.as_ref().map_or(Place::Host, Lab::server);
        let server = Server::start(&directory, flags, &place).await?;
        let server = RefCell::new(Some(Rc::new(server)));
        let scene = Self { server, people: RefCell::default(), directory, lab };
        let outcome = AssertUnwindSafe(act(&scene)).catch_unwind().await;
        scene.keep().await;
        match outcome {
            Ok(outcome) => outcome.with_context(|| format!("see {}", scene.directory.display())),
            Err(panic) => resume_unwind(panic),
        }
    }

    /// The server.
    ///
    /// # Panics
    /// When it was ended.
    #[must_use]
    pub fn server(&self) -> Rc<Server> {
        self.server.borrow().clone().expect("the server was ended")
    }

    /// Ends the server without a farewell, as a crash would.
    pub fn kill_server(&self) {
        self.server.take();
    }

    /// Where things of this test are kept.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Somebody with a browser of their own.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn person(&self, who: &str, setup: impl Into<Setup>) -> Result<Rc<Person>> {
        let setup = setup.into();
        let site = self.lab.as_ref().map(Lab::site).transpose()?;
        let place = site.as_ref().map_or(Place::Host, |site| site.place());
        let browser = Browser::start(&setup, &self.directory, who, &place)
            .await
            .with_context(|| format!("no {:?} for {who}", setup.kind))?;
        let person = Rc::new(Person::new(who, browser, setup.language, site));
        self.people.borrow_mut().push(Rc::clone(&person));
        Ok(person)
    }

    /// Several, their browsers started together.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn people<const N: usize>(
        &self,
        setups: [(&str, impl Into<Setup>); N],
    ) -> Result<[Rc<Person>; N]> {
        let people = try_join_all(setups.map(|(who, setup)| self.person(who, setup))).await?;
        people.try_into().ok().context("as many as were asked for")
    }

    /// Two people in one call: the first was there, the second came.
    ///
    /// # Errors
    /// When they do not meet.
    pub async fn couple(&self, first: impl Into<Setup>, second: impl Into<Setup>) -> Result<Couple> {
        let [ana, ben] = self.people([("Ana", first.into()), ("Ben", second.into())]).await?;
        let (server, room) = (self.server(), "seventh-evening");
        // Ben gets ready meanwhile, and comes when Ana is there.
        try_join(ana.enter(&server, room), ben.gets_ready(&server, room)).await?;
        ben.join().await?;
        ben.is_in_call().await?;
        let ben_id = ana.meets("Ben").await?;
        let ana_id = ben.meets("Ana").await?;
        Ok(Couple { ana, ben, ana_id, ben_id })
    }

    /// Keeps a picture of what `person` sees now, under this name.
    ///
    /// # Errors
    /// When there is no page, or it cannot be written.
    pub async fn photograph(&self, person: &Person, name: &str) -> Result<()> {
        let picture = person.browser().driver().screenshot_as_png().await?;
        Ok(std::fs::write(self.directory.join(format!("{name}.png")), picture)?)
    }

    /// Keeps what there is, and ends everybody's browser. Somebody may have closed theirs.
    async fn keep(&self) {
        let people = self.people.take();
        join_all(people.iter().map(async |person| {
            // One that is stopped answers nothing.
            person.browser().thaw();
            let _ = self.photograph(person, person.who()).await;
            if let Ok(console) = person.browser().console().await {
                let path = self.directory.join(format!("{}.console.txt", person.who()));
                let _ = std::fs::write(path, console.join("\n"));
            }
            if let Ok(account) = person.account().await {
                let _ = std::fs::write(self.directory.join(format!("{}.seen.json", person.who())), account);
            }
            person.browser().close().await;
        }))
        .await;
    }
}

/// An empty folder of this name.
fn directory(name: &str) -> Result<PathBuf> {
    let path = process::artefacts().join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path).with_context(|| format!("cannot empty {}", path.display()))?;
    }
    std::fs::create_dir_all(&path)?;
    Ok(path.canonicalize()?)
}
