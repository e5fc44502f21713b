//! The page as a screen reader has it: the accessibility tree of the browser.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Person, Role, Scene};
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::Key;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Node {
    ignored: bool,
    role: Option<Content>,
    name: Option<Content>,
    properties: Vec<Property>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    value: Value,
}

#[derive(Clone, Debug, Deserialize)]
struct Property {
    name: String,
    value: Content,
}

impl Node {
    fn role(&self) -> &str {
        self.role.as_ref().and_then(|role| role.value.as_str()).unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.name.as_ref().and_then(|name| name.value.as_str()).unwrap_or_default().trim()
    }

    fn has(&self, property: &str) -> bool {
        self.properties.iter().any(|found| found.name == property && found.value.value != json!(false))
    }
}

async fn tree(person: &Person) -> Result<Vec<Node>> {
    let answer = person.browser().cdp("Accessibility.getFullAXTree", json!({})).await?;
    let mut nodes: Vec<Node> = serde_json::from_value(answer["nodes"].clone())?;
    nodes.retain(|node| !node.ignored);
    Ok(nodes)
}

/// That what can be reached has a name, and that all of `expected` is there: roles and names of CONTRACT.md.
async fn has(person: &Person, screen: &str, expected: &[(&str, &str)]) -> Result<()> {
    let nodes = tree(person).await?;
    let nameless: Vec<_> =
        nodes.iter().filter(|node| node.has("focusable") && node.name().is_empty()).collect();
    ensure!(nameless.is_empty(), "{screen} has things without a name: {nameless:#?}");
    let there: Vec<_> = nodes.iter().map(|node| (node.role(), node.name())).collect();
    ensure!(there.len() > 10, "{screen} has hardly anything: {there:?}");
    for wanted in expected {
        ensure!(there.contains(wanted), "{screen} has no {wanted:?}: {there:#?}");
    }
    for (role, name) in [("button", "Microphone"), ("button", "Camera")] {
        for node in nodes.iter().filter(|node| (node.role(), node.name()) == (role, name)) {
            ensure!(node.has("pressed"), "{name} does not say whether it is on: {node:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn everything_that_can_be_reached_has_a_name() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ben.enter(&scene.server(), "names").await?;
        ana.gets_ready(&scene.server(), "names").await?;
        has(
            &ana,
            "the lobby",
            &[
                ("RootWebArea", "Ojak"),
                ("form", "Join a call"),
                ("textbox", "Room"),
                ("textbox", "Your name"),
                ("group", "Preview"),
                ("button", "Microphone"),
                ("button", "Camera"),
                ("combobox", "Camera"),
                ("combobox", "Microphone"),
                ("meter", "Microphone level"),
                ("button", "Join"),
            ],
        )
        .await?;
        ana.join().await?;
        ana.meets("Ben").await?;
        has(
            &ana,
            "the call",
            &[
                ("toolbar", "Call controls"),
                ("button", "Microphone"),
                ("button", "Camera"),
                ("button", "Choose microphone"),
                ("button", "Choose camera"),
                ("button", "More"),
                ("button", "Leave"),
                ("figure", "Ana"),
                ("figure", "Ben"),
                ("status", ""),
            ],
        )
        .await?;
        for (chevron, kind) in [("Choose microphone", "Microphone"), ("Choose camera", "Camera")] {
            ana.click(chevron).await?;
            let dialog = format!("{kind} settings");
            ana.find(Role::Dialog, &dialog).await?;
            has(&ana, &dialog, &[("dialog", &dialog), ("combobox", kind)]).await?;
            ana.presses(Key::Escape).await?;
        }
        ana.click("More").await?;
        let items = ["Settings", "Picture in picture", "Full screen", "Invite", "Keyboard shortcuts"];
        has(&ana, "the menu", &items.map(|item| ("menuitem", item))).await?;
        ana.presses(Key::Escape).await?;
        for (key, dialog) in [(',', "Settings"), ('?', "Keyboard shortcuts")] {
            ana.presses_key(key).await?;
            ana.find(Role::Dialog, dialog).await?;
            has(&ana, dialog, &[("dialog", dialog)]).await?;
            ana.presses(Key::Escape).await?;
        }
        Ok(())
    })
    .await;
}
