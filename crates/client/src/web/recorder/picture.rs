//! The stage on a canvas: people and screens where they lie on the page, names and all, but nothing mirrored.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CanvasRenderingContext2d, Document, DomRect, DomRectReadOnly, Element, HtmlCanvasElement,
    HtmlVideoElement, MediaStream,
};

/// Of the picture, in pixels.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
/// Who and what is on the stage: the people, the screens of the others, and the person's own.
const FIGURES: &str = ".tiles figure, .shares figure, .own-screen";
/// The one that fills the screen of the person, who sees nothing else then.
const ALONE: &str = "figure:fullscreen";
/// The parts of the stage; of a figure no more is seen than lies in its own.
const PARTS: &str = "figure:fullscreen, .tiles, .shares, .own-screen";
const BACKGROUND: &str = "#111214";
const SCRIM: &str = "rgb(15 16 19 / .74)";
const INK: &str = "#fff";

/// One of the stage, where it lies on the page.
struct Seen {
    figure: Element,
    bounds: DomRect,
    part: DomRect,
}

impl Seen {
    fn of(figure: Element) -> Option<Self> {
        let bounds = figure.get_bounding_client_rect();
        let part = figure.closest(PARTS).ok()??.get_bounding_client_rect();
        (bounds.width() >= 1.0 && bounds.height() >= 1.0).then_some(Self { figure, bounds, part })
    }

    fn area(&self) -> f64 {
        self.bounds.width() * self.bounds.height()
    }
}

/// What of the page goes where on the canvas: as large as possible, in the middle.
struct Scale {
    left: f64,
    top: f64,
    factor: f64,
}

impl Scale {
    /// That of a stage with so much on it.
    fn of(seen: &[Seen]) -> Self {
        let all = |side: fn(&DomRectReadOnly) -> f64| seen.iter().map(move |seen| side(&seen.part));
        let first = |side| all(side).fold(f64::MAX, f64::min);
        let last = |side| all(side).fold(f64::MIN, f64::max);
        let (left, top) = (first(DomRectReadOnly::left), first(DomRectReadOnly::top));
        let (across, down) = (last(DomRectReadOnly::right) - left, last(DomRectReadOnly::bottom) - top);
        let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
        let factor = (width / across.max(1.0)).min(height / down.max(1.0));
        Self {
            left: (width - across * factor) / 2.0 - left * factor,
            top: (height - down * factor) / 2.0 - top * factor,
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
    let mut seen = all_seen(document, ALONE);
    if seen.is_empty() {
        seen = all_seen(document, FIGURES);
    }
    let scale = Scale::of(&seen);
    // What lies over something else is small, and comes last.
    seen.sort_by(|a, b| b.area().total_cmp(&a.area()));
    for Seen { figure, bounds, part } in seen {
        pencil.save();
        let part = scale.place(&part);
        pencil.begin_path();
        pencil.rect(part.x, part.y, part.width, part.height);
        pencil.clip();
        let place = scale.place(&bounds);
        pencil.begin_path();
        let _ = pencil.round_rect_with_f64(place.x, place.y, place.width, place.height, 16.0);
        pencil.clip();
        paint_figure(pencil, &scale, place, &figure);
        pencil.restore();
    }
}

fn all_seen(document: &Document, figures: &str) -> Vec<Seen> {
    let Ok(figures) = document.query_selector_all(figures) else { return Vec::new() };
    let figures = (0..figures.length()).filter_map(|index| figures.item(index)?.dyn_into().ok());
    figures.filter_map(Seen::of).collect()
}

fn paint_figure(pencil: &CanvasRenderingContext2d, scale: &Scale, place: Place, figure: &Element) {
    let is_screen = figure.get_attribute("data-kind").as_deref() == Some("screen");
    let is_seen = is_screen || figure.get_attribute("data-camera").as_deref() == Some("on");
    pencil.set_fill_style_str(&background(figure));
    pencil.fill_rect(place.x, place.y, place.width, place.height);
    let video = figure.query_selector("video").ok().flatten().and_then(|video| video.dyn_into().ok());
    match video.filter(|video: &HtmlVideoElement| is_seen && video.video_width() > 0) {
        Some(video) => {
            // On a narrow stage a screen lies under its name.
            let place = scale.place(&video.get_bounding_client_rect());
            paint_video(pencil, place, &video, is_screen);
        }
        None => paint_initials(pencil, place, figure),
    }
    if let Some(name) = text_of(figure, ".tag-name") {
        paint_name(pencil, place, &name, is_screen);
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

fn paint_initials(pencil: &CanvasRenderingContext2d, place: Place, figure: &Element) {
    let Ok(Some(avatar)) = figure.query_selector(".avatar") else { return };
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

/// That of somebody in the corner below, that of a screen in the one above: there the page has it.
fn paint_name(pencil: &CanvasRenderingContext2d, place: Place, name: &str, is_screen: bool) {
    const HIGH: f64 = 28.0;
    const MARGIN: f64 = 10.0;
    pencil.set_font("500 15px system-ui, sans-serif");
    pencil.set_text_align("start");
    pencil.set_text_baseline("middle");
    let wide = pencil.measure_text(name).map(|measure| measure.width()).unwrap_or_default();
    let wide = wide.min((place.width - 4.0 * MARGIN).max(0.0));
    let down = if is_screen { MARGIN } else { place.height - MARGIN - HIGH };
    let (x, y) = (place.x + MARGIN, place.y + down);
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

fn text_of(figure: &Element, part: &str) -> Option<String> {
    let text = figure.query_selector(part).ok()??.text_content()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
