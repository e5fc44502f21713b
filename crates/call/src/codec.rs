//! Which way of encoding pictures is preferred.

use crate::figures::Codec;

/// What a way of encoding costs this machine, as `MediaCapabilities` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// It does not make the machine hot: there is hardware for it.
    Efficient,
    /// It does, or the browser does not say.
    Other,
}

/// Those that there is hardware for, best first: what is smaller looks better on a slow way.
const EFFICIENT: [Codec; 5] = [Codec::Vp9, Codec::Av1, Codec::H264, Codec::Vp8, Codec::H265];
/// The rest, what is cheapest to compute first: a laptop that is hot sends worse pictures than a larger codec does.
const OTHER: [Codec; 5] = [Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1, Codec::H265];

/// The place of `codec` among the others that this machine has: a smaller number is better. What is no codec for
/// pictures comes last: repeats and redundancy keep their order.
#[must_use]
pub fn rank(codec: Option<Codec>, cost: Cost) -> usize {
    let Some(codec) = codec else { return usize::MAX };
    let place = |order: [Codec; 5]| order.iter().position(|&other| other == codec);
    match cost {
        Cost::Efficient => place(EFFICIENT).unwrap_or(usize::MAX),
        Cost::Other => place(OTHER).map_or(usize::MAX, |place| EFFICIENT.len() + place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(have: &[(Option<Codec>, Cost)]) -> Vec<Option<Codec>> {
        let mut have = have.to_vec();
        have.sort_by_key(|&(codec, cost)| rank(codec, cost));
        have.into_iter().map(|(codec, _)| codec).collect()
    }

    #[test]
    fn what_there_is_hardware_for_comes_first_and_then_what_is_cheap() {
        use Codec::{Av1, H264, H265, Vp8, Vp9};
        use Cost::{Efficient, Other};
        for (have, expected) in [
            (
                &[(Some(Vp8), Other), (None, Other), (Some(Av1), Other), (Some(Vp9), Other)][..],
                &[Some(Vp8), Some(Vp9), Some(Av1), None][..],
            ),
            (
                &[(Some(Vp8), Other), (Some(H264), Efficient), (Some(Vp9), Other)],
                &[Some(H264), Some(Vp8), Some(Vp9)],
            ),
            (
                &[(Some(H264), Efficient), (Some(Av1), Efficient), (Some(Vp9), Efficient)],
                &[Some(Vp9), Some(Av1), Some(H264)],
            ),
            (
                &[
                    (Some(Vp8), Efficient),
                    (Some(H264), Efficient),
                    (Some(Av1), Efficient),
                    (Some(Vp9), Efficient),
                ],
                &[Some(Vp9), Some(Av1), Some(H264), Some(Vp8)],
            ),
            (
                &[(Some(H265), Other), (Some(Av1), Other), (Some(H264), Other), (Some(Vp9), Other)],
                &[Some(Vp9), Some(H264), Some(Av1), Some(H265)],
            ),
            // The worst that there is hardware for comes before the best that there is none for.
            (&[(Some(Vp8), Other), (Some(H265), Efficient)], &[Some(H265), Some(Vp8)]),
            (&[(None, Efficient), (Some(Av1), Other)], &[Some(Av1), None]),
            (&[], &[]),
        ] {
            assert_eq!(order(have), expected);
        }
    }

    #[test]
    fn profiles_and_what_repairs_keep_the_order_of_the_browser() {
        let have = [("rtx", None), ("VP9, 0", Some(Codec::Vp9)), ("red", None), ("VP9, 2", Some(Codec::Vp9))];
        let mut sorted = have.to_vec();
        sorted.sort_by_key(|&(_, codec)| rank(codec, Cost::Other));
        let names: Vec<_> = sorted.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["VP9, 0", "VP9, 2", "rtx", "red"]);
    }
}
