//! Two people who have met, and what must be true of them whatever happens.

use crate::flow::{Link, Moment};
use crate::page::Person;
use crate::wait::{until, until_within};
use anyhow::{Context, Result, ensure};
use futures_util::future::try_join;
use std::rc::Rc;
use std::time::Duration;

/// Two people who have met.
pub struct Couple {
    /// Who was there first.
    pub ana: Rc<Person>,
    /// Who came.
    pub ben: Rc<Person>,
    /// Ana, as Ben's page has her.
    pub ana_id: String,
    /// Ben, as Ana's page has him.
    pub ben_id: String,
}

/// One of the two.
#[derive(Clone, Copy)]
pub struct Half<'a> {
    /// Them.
    pub person: &'a Person,
    /// Their id.
    pub id: &'a str,
    /// The id of the other one.
    pub other: &'a str,
}

/// Who somebody is to the other, and by which connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Bond {
    links: Vec<Link>,
    farewells: usize,
}

impl Couple {
    /// Both, Ana first.
    #[must_use]
    pub fn halves(&self) -> [Half<'_>; 2] {
        [
            Half { person: &self.ana, id: &self.ana_id, other: &self.ben_id },
            Half { person: &self.ben, id: &self.ben_id, other: &self.ana_id },
        ]
    }

    /// From now on only new gaps count.
    ///
    /// # Errors
    /// When a page is gone.
    pub async fn mark(&self) -> Result<Moment> {
        try_join(self.ana.mark(), self.ben.mark()).await?;
        Ok(Moment::now())
    }

    /// The longest gap in what either receives since the mark.
    ///
    /// # Errors
    /// When a page is gone.
    pub async fn longest_gap(&self) -> Result<Duration> {
        let (ana, ben) = try_join(self.ana.flow(&self.ben_id), self.ben.flow(&self.ana_id)).await?;
        Ok(ana.longest().max(ben.longest()))
    }

    /// Waits until media of each arrives at the other; says when the last gap was over, if there was any.
    ///
    /// # Errors
    /// When it does not within `deadline`.
    pub async fn receive_each_other(&self, deadline: Duration) -> Result<Option<Moment>> {
        let (ana, ben) = try_join(
            self.ana.receives_within(deadline, &self.ben_id),
            self.ben.receives_within(deadline, &self.ana_id),
        )
        .await?;
        let ends = [ana, ben].into_iter().flat_map(|flow| flow.courses().map(|course| course.over()));
        Ok(ends.flatten().reduce(Moment::later))
    }

    /// Waits until each sees and hears the other, as a person does: by pixels and by loudness.
    ///
    /// # Errors
    /// When they do not.
    pub async fn see_and_hear_each_other(&self) -> Result<()> {
        try_join(self.ana.sees_and_hears(&self.ben_id), self.ben.sees_and_hears(&self.ana_id)).await?;
        Ok(())
    }

    /// By which connections they are together, and how often somebody was said to have gone.
    ///
    /// # Errors
    /// When a page is gone.
    pub async fn bonds(&self) -> Result<[Bond; 2]> {
        let (ana, ben) = try_join(self.halves()[0].bond(), self.halves()[1].bond()).await?;
        Ok([ana, ben])
    }

    /// Fails unless the same connections carry on, with the same ICE credentials, and nobody was said to have gone.
    ///
    /// # Errors
    /// When something changed.
    pub async fn nothing_changed_since(&self, before: &[Bond; 2]) -> Result<()> {
        let now = self.bonds().await?;
        for (before, now) in before.iter().zip(&now) {
            let calm = |bond: &Bond| {
                let links = bond.links.iter().map(|link| (link.index, link.restarts, link.peer.clone()));
                (links.collect::<Vec<_>>(), bond.farewells)
            };
            ensure!(calm(before) == calm(now), "not as before: {before:?} then {now:?}");
        }
        self.are_the_same_people().await
    }

    /// How many ICE restarts there were since `before`, on both sides, and how many connections were made.
    ///
    /// # Errors
    /// When a page is gone.
    pub async fn changes_since(&self, before: &[Bond; 2]) -> Result<usize> {
        let count = |bonds: &[Bond; 2]| {
            let links = bonds.iter().flat_map(|bond| &bond.links);
            links.map(|link| 1 + link.restarts as usize).sum::<usize>()
        };
        Ok(count(&self.bonds().await?) - count(before))
    }

    /// Fails unless each has exactly one tile of the other, with the same id as ever.
    ///
    /// # Errors
    /// When it is not so in time.
    pub async fn are_the_same_people(&self) -> Result<()> {
        for half in self.halves() {
            until(&format!("{} has one tile, of the same person", half.person.who()), async || {
                let mut tiles = half.person.tiles().await?;
                tiles.retain(|tile| tile.peer != "self");
                ensure!(tiles.len() == 1 && tiles[0].peer == half.other, "{tiles:?}, not {}", half.other);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// Fails if either was ever said to have gone since `before`.
    ///
    /// # Errors
    /// When they were.
    pub async fn nobody_was_said_to_have_gone_since(&self, before: &[Bond; 2]) -> Result<()> {
        let now = self.bonds().await?;
        for (before, now) in before.iter().zip(&now) {
            ensure!(before.farewells == now.farewells, "somebody was said to have gone");
        }
        Ok(())
    }

    /// Waits until the server knows both again under their old ids, and each knows that; says since when.
    ///
    /// # Errors
    /// When it does not within `deadline`.
    pub async fn are_seated_since(&self, start: Moment, deadline: Duration) -> Result<Moment> {
        let [ana, ben] = self.halves();
        let (ana, ben) =
            try_join(ana.is_seated_since(start, deadline), ben.is_seated_since(start, deadline)).await?;
        Ok(ana.later(ben))
    }
}

impl Bond {
    /// How often somebody was said to have gone.
    #[must_use]
    pub fn farewells(&self) -> usize {
        self.farewells
    }
}

impl Half<'_> {
    /// Their side of it.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn bond(&self) -> Result<Bond> {
        let count = "return __e2e.said.filter((text) => / left| lost the connection/.test(text)).length";
        Ok(Bond { links: self.person.links().await?, farewells: self.person.evaluate(count, []).await? })
    }

    /// Waits until the server knows them under their old id, over a socket that was opened after `start`, and they
    /// know the other one to be there; says since when.
    ///
    /// # Errors
    /// When it does not within `deadline`.
    pub async fn is_seated_since(&self, start: Moment, deadline: Duration) -> Result<Moment> {
        until_within(deadline, &format!("{} has their seat again", self.person.who()), async || {
            let sockets = self.person.sockets().await?;
            let socket = sockets.last().context("there is no socket")?;
            ensure!(socket.closed.is_none(), "the last socket is closed; {} were made", sockets.len());
            let (mut seated, mut together) = (None, false);
            for heard in &socket.heard {
                let concerns = heard.peer.as_deref() == Some(self.other);
                let before = together;
                match heard.kind.as_str() {
                    "joined" => {
                        let you = heard.you.as_deref();
                        ensure!(you == Some(self.id), "they are {you:?} now, and were {}", self.id);
                        let peers = heard.peers.as_deref().unwrap_or_default();
                        together = peers.iter().any(|(peer, away)| peer == self.other && !away);
                    }
                    "peer_joined" | "peer_back" if concerns => together = true,
                    "peer_away" | "peer_left" if concerns => together = false,
                    _ => {}
                }
                if together && !before {
                    seated = Some(heard.time);
                }
            }
            let seated =
                seated.filter(|_| together).with_context(|| format!("the server said {:?}", socket.heard))?;
            ensure!(socket.made > start || seated > start, "only an old socket");
            Ok(seated)
        })
        .await
    }
}
