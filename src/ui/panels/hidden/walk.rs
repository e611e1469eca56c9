//! The way from the data after one layer to those after the next.

use crate::base::Step;

/// Seconds from one layer to the next.
const LEG: f32 = 0.6;
/// Seconds that a walk through all layers rests at each of them.
const REST: f32 = 0.5;
/// So near to a layer, as a share of the way, the slider lets go there.
const NEAR: f32 = 0.06;

/// Where one stands between two stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// The stop that is left.
    pub from: usize,
    /// The stop that is led to.
    pub to: usize,
    /// How far, from 0 to 1.
    pub share: f32,
    /// Whether it is held there by the slider.
    is_held: bool,
}

/// A walk through the layers.
#[derive(Debug, Default)]
pub struct Walk {
    leg: Option<Leg>,
    is_playing: bool,
    /// Seconds since the last stop was reached.
    rested: f32,
    /// What leads to the next stop must not be older than this.
    begun: Step,
}

impl Walk {
    /// Where one stands, unless at a stop.
    #[must_use]
    pub fn leg(&self) -> Option<Leg> {
        self.leg
    }

    /// Whether it goes on to the last stop by itself.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.is_playing
    }

    /// The picture of the next stop must be of this step or a later one.
    #[must_use]
    pub fn begun(&self) -> Step {
        self.begun
    }

    /// Sets out from one stop to another, as the network was after so many updates.
    pub fn go(&mut self, from: usize, to: usize, begun: Step) {
        self.leg = (from != to).then_some(Leg { from, to, share: 0.0, is_held: false });
        (self.begun, self.rested) = (begun, 0.0);
    }

    /// Goes there by hand.
    pub fn choose(&mut self, from: usize, to: usize, begun: Step) {
        self.is_playing = false;
        self.go(from, to, begun);
    }

    /// Walks to the last of `count` stops, from the first one if `stop` is the last. Returns the
    /// stop from which it sets out.
    pub fn play(&mut self, stop: usize, count: usize) -> usize {
        (self.is_playing, self.leg, self.rested) = (true, None, 0.0);
        if stop + 1 < count { stop } else { 0 }
    }

    /// Stays at the next stop.
    pub fn pause(&mut self) {
        self.is_playing = false;
    }

    /// Holds a place between two stops. Returns the stop that is nearer.
    pub fn hold(&mut self, place: f32, begun: Step) -> usize {
        let (from, share) = (place.max(0.0).floor(), place.max(0.0).fract());
        let from = from as usize;
        (self.is_playing, self.begun) = (false, begun);
        self.leg = (share > 0.0).then_some(Leg { from, to: from + 1, share, is_held: true });
        from + usize::from(share >= 0.5)
    }

    /// The slider lets go: near to a stop it is there.
    pub fn let_go(&mut self) {
        if self.leg.is_some_and(|leg| leg.is_held && !(NEAR..=1.0 - NEAR).contains(&leg.share)) {
            self.leg = None;
        }
    }

    /// Where the slider stands.
    #[must_use]
    pub fn place(&self, stop: usize) -> f32 {
        let between = |leg: Leg| leg.from as f32 + (leg.to as f32 - leg.from as f32) * leg.share;
        self.leg.map_or(stop as f32, between)
    }

    /// The stops between which one stands, or will soon.
    #[must_use]
    pub fn ends(&self, stop: usize, count: usize) -> [usize; 2] {
        match self.leg {
            Some(leg) => [leg.from, leg.to],
            None if self.is_playing && stop + 1 < count => [stop, stop + 1],
            None => [stop, stop],
        }
    }

    /// Goes on for so many seconds, if both ends of the way `are_known`; in no time where nothing
    /// `moves`. Returns the next stop where it sets out to one.
    pub fn advance(
        &mut self,
        seconds: f32,
        (stop, count): (usize, usize),
        are_known: bool,
        moves: bool,
    ) -> Option<usize> {
        match &mut self.leg {
            Some(leg) if leg.is_held || !are_known => None,
            Some(leg) => {
                leg.share += if moves { seconds / LEG } else { 1.0 };
                if leg.share >= 1.0 {
                    (self.leg, self.rested) = (None, 0.0);
                }
                None
            }
            None if !self.is_playing => None,
            None if stop + 1 >= count => {
                self.is_playing = false;
                None
            }
            None => {
                self.rested += seconds;
                (self.rested >= REST && are_known).then_some(stop + 1)
            }
        }
    }

    /// Whether something moves by itself.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.is_playing || self.leg.is_some_and(|leg| !leg.is_held)
    }
}

/// A share of the way, slow at both ends.
#[must_use]
pub fn eased(share: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: f32 = 1.0 / 60.0;

    #[test]
    fn a_leg_takes_its_time_and_ends_at_the_stop() {
        let mut walk = Walk::default();
        walk.choose(1, 2, Step(7));
        assert_eq!((walk.begun(), walk.ends(2, 4), walk.place(2)), (Step(7), [1, 2], 1.0));
        assert_eq!(walk.advance(FRAME, (2, 4), false, true), None);
        assert_eq!(walk.place(2), 1.0, "it waits for what it does not know");
        let frames = (1..).find(|_| {
            walk.advance(FRAME, (2, 4), true, true);
            walk.leg().is_none()
        });
        assert_eq!(frames, Some(36), "0.6 seconds");
        assert_eq!((walk.place(2), walk.moves()), (2.0, false));
    }

    #[test]
    fn without_motion_one_is_there_at_once() {
        let mut walk = Walk::default();
        walk.choose(0, 3, Step(0));
        walk.advance(FRAME, (3, 4), true, false);
        assert_eq!(walk.leg(), None);
        walk.choose(2, 2, Step(0));
        assert_eq!(walk.leg(), None, "nowhere to go");
    }

    #[test]
    fn a_walk_leads_through_all_stops_and_ends_at_the_last() {
        let (mut walk, count) = (Walk::default(), 4);
        let mut stop = walk.play(3, count);
        assert_eq!(stop, 0, "from the last one it begins anew");
        let mut seen = vec![stop];
        for _ in 0..400 {
            if let Some(next) = walk.advance(FRAME, (stop, count), true, true) {
                walk.go(stop, next, Step(0));
                stop = next;
                seen.push(stop);
            }
        }
        assert_eq!((seen, walk.is_playing(), walk.moves()), (vec![0, 1, 2, 3], false, false));
    }

    #[test]
    fn the_slider_holds_a_place_and_lets_go_at_a_stop() {
        let mut walk = Walk::default();
        assert_eq!(walk.hold(1.25, Step(0)), 1);
        assert_eq!((walk.ends(1, 4), walk.place(1)), ([1, 2], 1.25));
        walk.advance(1.0, (1, 4), true, true);
        walk.let_go();
        assert_eq!((walk.place(1), walk.moves()), (1.25, false), "held");
        assert_eq!(walk.hold(1.97, Step(0)), 2);
        walk.let_go();
        assert_eq!((walk.leg(), walk.place(2)), (None, 2.0));
        assert_eq!(walk.hold(3.0, Step(0)), 3);
        assert_eq!(walk.leg(), None);
    }

    #[test]
    fn the_way_begins_and_ends_slowly() {
        assert_eq!([0.0, 0.5, 1.0, 1.5].map(eased), [0.0, 0.5, 1.0, 1.0]);
        assert!(eased(0.1) < 0.05 && eased(0.9) > 0.95);
    }
}
