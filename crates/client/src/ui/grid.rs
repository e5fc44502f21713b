//! How many columns show a number of people largest, and how many people can be shown at once.

/// What there is room for, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Area {
    /// Whether this is a phone held upright, or as narrow; stage.css has the same, of the stage with its edges.
    pub(crate) const fn is_narrow(self) -> bool {
        self.width < 496
    }
}

/// Columns and rows of tiles of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) columns: u32,
    pub(crate) rows: u32,
}

/// Space between tiles, in CSS pixels; `--gap` in tokens.css, and a little less on phones.
const GAP: f64 = 12.0;
/// The widest and the narrowest a tile may be for its height; stage.css has the same.
const WIDEST: f64 = 16.0 / 9.0;
const NARROWEST: f64 = 4.0 / 3.0;
/// Smaller, and a face is not to be known.
const WIDTH_MIN: f64 = 120.0;
const HEIGHT_MIN: f64 = 90.0;
/// More faces than that are a crowd.
const PEOPLE_MAX: u32 = 9;

impl Grid {
    /// That which makes `count` tiles largest.
    pub(crate) fn largest(count: u32, area: Area) -> Self {
        let mut best = Self { columns: 1, rows: count.max(1) };
        let mut best_area = best.tile_area(area);
        for columns in 2..=count {
            let grid = Self { columns, rows: count.div_ceil(columns) };
            let tile_area = grid.tile_area(area);
            if tile_area > best_area {
                (best, best_area) = (grid, tile_area);
            }
        }
        best
    }

    /// That for a phone held upright: two beside each other, where there are more than two.
    pub(crate) fn narrow(count: u32) -> Self {
        let columns = if count > 2 { 2 } else { 1 };
        Self { columns, rows: count.div_ceil(columns).max(1) }
    }

    /// How many of `count` people fit on one page.
    pub(crate) fn capacity(count: u32, area: Area) -> u32 {
        let most = count.clamp(1, PEOPLE_MAX);
        // Before the first measurement.
        if area == Area::default() {
            return most;
        }
        let fits = |count: &u32| {
            let grid = if area.is_narrow() { Self::narrow(*count) } else { Self::largest(*count, area) };
            let (width, height) = grid.share(area);
            width.min(height * WIDEST) >= WIDTH_MIN && height >= HEIGHT_MIN
        };
        (1..=most).rev().find(fits).unwrap_or(1)
    }

    /// What is left for one tile.
    fn share(self, area: Area) -> (f64, f64) {
        let share = |length: i32, parts: u32| {
            ((f64::from(length) - GAP * (f64::from(parts) - 1.0)) / f64::from(parts)).max(0.0)
        };
        (share(area.width, self.columns), share(area.height, self.rows))
    }

    /// How large a tile is, with its aspect held between the two.
    fn tile_area(self, area: Area) -> f64 {
        let (width, height) = self.share(area);
        width.min(height * WIDEST) * height.min(width / NARROWEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn largest(count: u32, width: i32, height: i32) -> (u32, u32) {
        let Grid { columns, rows } = Grid::largest(count, Area { width, height });
        (columns, rows)
    }

    #[test]
    fn a_wide_window_has_more_columns_than_rows() {
        assert_eq!(largest(3, 1248, 640), (2, 2));
        assert_eq!(largest(4, 1248, 640), (2, 2));
        assert_eq!(largest(5, 1248, 640), (3, 2));
        assert_eq!(largest(8, 1248, 640), (3, 3));
    }

    #[test]
    fn a_tall_window_stacks_and_a_flat_one_lines_up() {
        assert_eq!(largest(3, 400, 1000), (1, 3));
        assert_eq!(largest(4, 2000, 300), (4, 1));
    }

    #[test]
    fn nine_fit_on_a_page_and_fewer_where_tiles_would_be_too_small() {
        for (count, width, height, expected) in [
            (5, 1248, 640, 5),
            (9, 1248, 640, 9),
            (10, 1248, 640, 9),
            (9, 366, 660, 9),
            (9, 296, 420, 8),
            (9, 820, 230, 9),
            (9, 500, 150, 3),
            (5, 80, 60, 1),
            (12, 0, 0, 9),
        ] {
            let capacity = Grid::capacity(count, Area { width, height });
            assert_eq!(capacity, expected, "{count} in {width} × {height}");
        }
    }

    #[test]
    fn everybody_has_a_place() {
        for count in 0..=9 {
            for (width, height) in [(0, 0), (300, 900), (1248, 640), (3000, 200)] {
                let Grid { columns, rows } = Grid::largest(count, Area { width, height });
                assert!(columns * rows >= count, "{count} in {width} × {height}");
            }
            let Grid { columns, rows } = Grid::narrow(count);
            assert!(columns * rows >= count, "{count} on a phone");
        }
    }
}
