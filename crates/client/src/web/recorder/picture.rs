//! The stage on a canvas: the tiles where they lie on the page, names and all, but nothing mirrored.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CanvasRenderingContext2d, Document, DomRect, Element, HtmlCanvasElement, HtmlVideoElement, MediaStream,
};

/// Of the picture, in pixels.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
/// The stage and what is seen on it.
const STAGE: &str = ".tiles";
const TILES: &str = ".tiles figure";
const BACKGROUND: &str = "#111214";
const SCRIM: &str = "rgb(15 16 19 / .74)";
const INK: &str = "#fff";

/// What of the page goes where on the canvas: as large as possible, in the middle.
struct Scale {
    left: f64,
    top: f64,
    factor: f64,
}

impl Scale {
    fn of(stage: &DomRect) -> Self {
        let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
        let factor = (width / stage.width().max(1.0)).min(height / stage.height().max(1.0));
        Self {
            left: (width - stage.width() * factor) / 2.0 - stage.x() * factor,
            top: (height - stage.height() * factor) / 2.0 - stage.y() * factor,
            factor,
        }
    }

    fn place(&self, of: &DomRect) -> Place {
        Place {
            x: self.left + of.x() * self.factor,
            y: self.top + of.y() * self.factor,
            width: of.width() * self.factor,
            height: of.height() * self.factor,
        }
    }
}

/// On the canvas, in its pixels.
#[derive(Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// A canvas, and the page that is painted on it.
pub(super) struct Picture {
    document: Document,
    canvas: HtmlCanvasElement,
    pencil: CanvasRenderingContext2d,
}

impl Picture {
    /// # Errors
    /// Where there is no canvas to paint on.
    pub(super) fn new(document: Document) -> Result<Self, JsValue> {
        let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
        canvas.set_width(WIDTH);
        canvas.set_height(HEIGHT);
        let pencil = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
        Ok(Self { document, canvas, pencil })
    }

    /// What is painted, as a stream.
    pub(super) fn stream(&self) -> Result<MediaStream, JsValue> {
        self.canvas.capture_stream()
    }

    /// Paints the stage as it is now.
    pub(super) fn paint(&self) {
        paint(&self.document, &self.pencil);
    }
}

fn paint(document: &Document, pencil: &CanvasRenderingContext2d) {
    pencil.set_fill_style_str(BACKGROUND);
    pencil.fill_rect(0.0, 0.0, WIDTH.into(), HEIGHT.into());
    let Ok(Some(stage)) = document.query_selector(STAGE) else { return };
    let scale = Scale::of(&stage.get_bounding_client_rect());
    let Ok(tiles) = document.query_selector_all(TILES) else { return };
    let tiles = (0..tiles.length()).filter_map(|index| tiles.item(index)?.dyn_into::<Element>().ok());
    // What lies over something else is small, and comes last.
    let mut tiles: Vec<_> = tiles.map(|tile| (scale.place(&tile.get_bounding_client_rect()), tile)).collect();
    tiles.retain(|(place, _)| place.width >= 1.0 && place.height >= 1.0);
    tiles.sort_by(|(a, _), (b, _)| (b.width * b.height).total_cmp(&(a.width * a.height)));
    for (place, tile) in tiles {
        pencil.save();
        pencil.begin_path();
        let _ = pencil.round_rect_with_f64(place.x, place.y, place.width, place.height, 16.0);
        pencil.clip();
        paint_tile(pencil, place, &tile);
        pencil.restore();
    }
}

fn paint_tile(pencil: &CanvasRenderingContext2d, place: Place, tile: &Element) {
    let is_screen = tile.get_attribute("data-kind").as_deref() == Some("screen");
    let is_seen = is_screen || tile.get_attribute("data-camera").as_deref() == Some("on");
    pencil.set_fill_style_str(&background(tile));
    pencil.fill_rect(place.x, place.y, place.width, place.height);
    let video = tile.query_selector("video").ok().flatten().and_then(|video| video.dyn_into().ok());
    match video.filter(|video: &HtmlVideoElement| is_seen && video.video_width() > 0) {
        Some(video) => paint_video(pencil, place, &video, is_screen),
        None => paint_initials(pencil, place, tile),
    }
    if let Some(name) = text_of(tile, ".tag-name") {
        paint_name(pencil, place, &name);
    }
}

/// A person fills their tile; of a screen everything is to be seen.
fn paint_video(pencil: &CanvasRenderingContext2d, place: Place, video: &HtmlVideoElement, is_screen: bool) {
    let (width, height) = (f64::from(video.video_width()), f64::from(video.video_height()));
    let (across, down) = (place.width / width, place.height / height);
    let factor = if is_screen { across.min(down) } else { across.max(down) };
    let (width, height) = (width * factor, height * factor);
    let (x, y) = (place.x + (place.width - width) / 2.0, place.y + (place.height - height) / 2.0);
    // Fails for a video that has lost its picture meanwhile.
    let _ = pencil.draw_image_with_html_video_element_and_dw_and_dh(video, x, y, width, height);
}

fn paint_initials(pencil: &CanvasRenderingContext2d, place: Place, tile: &Element) {
    let Ok(Some(avatar)) = tile.query_selector(".avatar") else { return };
    let radius = place.width.min(place.height) * 0.19;
    let (x, y) = (place.x + place.width / 2.0, place.y + place.height / 2.0);
    pencil.set_fill_style_str(&background(&avatar));
    pencil.begin_path();
    let _ = pencil.arc(x, y, radius, 0.0, std::f64::consts::TAU);
    pencil.fill();
    pencil.set_fill_style_str(INK);
    pencil.set_font(&["600 ", &(radius * 0.75).round().to_string(), "px system-ui, sans-serif"].concat());
    pencil.set_text_align("center");
    pencil.set_text_baseline("middle");
    let _ = pencil.fill_text(avatar.text_content().unwrap_or_default().trim(), x, y);
}

fn paint_name(pencil: &CanvasRenderingContext2d, place: Place, name: &str) {
    const HIGH: f64 = 28.0;
    const MARGIN: f64 = 10.0;
    pencil.set_font("500 15px system-ui, sans-serif");
    pencil.set_text_align("start");
    pencil.set_text_baseline("middle");
    let wide = pencil.measure_text(name).map(|measure| measure.width()).unwrap_or_default();
    let wide = wide.min((place.width - 4.0 * MARGIN).max(0.0));
    let (x, y) = (place.x + MARGIN, place.y + place.height - MARGIN - HIGH);
    pencil.set_fill_style_str(SCRIM);
    pencil.begin_path();
    let _ = pencil.round_rect_with_f64(x, y, wide + 2.0 * MARGIN, HIGH, 8.0);
    pencil.fill();
    pencil.set_fill_style_str(INK);
    let _ = pencil.fill_text_with_max_width(name, x + MARGIN, y + HIGH / 2.0, wide);
}

fn background(element: &Element) -> String {
    let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok().flatten());
    style.and_then(|style| style.get_property_value("background-color").ok()).unwrap_or_default()
}

fn text_of(tile: &Element, part: &str) -> Option<String> {
    let text = tile.query_selector(part).ok()??.text_content()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
