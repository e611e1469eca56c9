use crate::base::{RunRng, Stream};
use crate::train::engine::Batch;

/// Decides which rows each update sees. The order of an epoch follows from the seed and the
/// number of the epoch alone, so runs of equal seed see the same batches, and a run can go on
/// from nothing but its epoch and cursor.
#[derive(Debug)]
pub(in crate::train) struct Sampler {
    rng: RunRng,
    rows: usize,
    epoch: u64,
    cursor: usize,
    shuffle: bool,
    /// Order of the rows, and the epoch it belongs to. Drawn when first needed: training on the
    /// whole part never does.
    order: Option<(u64, Vec<usize>)>,
}

impl Sampler {
    /// The beginning of the first epoch over `rows` rows. Without `shuffle` they come as they
    /// stand in every epoch.
    pub(in crate::train) fn new(seed: u64, rows: usize, shuffle: bool) -> Self {
        Self { rng: RunRng::new(seed), rows, epoch: 0, cursor: 0, shuffle, order: None }
    }

    /// Goes to a place where a sampler of equal seed once stood. A cursor beyond the last row is
    /// the end of the pass.
    pub(in crate::train) fn seek(&mut self, epoch: u64, cursor: usize) {
        self.epoch = epoch;
        self.cursor = cursor.min(self.rows);
        self.take(0, false);
    }

    /// Before a batch of `size` rows: where `drop_last` leaves out what is left of the pass, the
    /// next pass begins. That happens when a batch size or `drop_last` changed within a pass.
    pub(in crate::train) fn begin(&mut self, size: usize, drop_last: bool) {
        if drop_last && self.cursor > 0 && self.rows - self.cursor < size {
            self.turn();
        }
    }

    /// Rows of the training part.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Complete passes.
    pub(in crate::train) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Rows of the current pass that were taken.
    pub(in crate::train) fn cursor(&self) -> usize {
        self.cursor
    }

    /// Passes with fraction.
    pub(super) fn progress(&self) -> f64 {
        self.epoch as f64 + self.cursor as f64 / self.rows.max(1) as f64
    }

    /// The next `size` rows, fewer at the end of a pass. A whole pass in one batch needs no
    /// order. They count as seen only after [`Sampler::take`], so that a failed update has not
    /// used them up.
    pub(in crate::train) fn batch(&mut self, size: usize) -> Batch<'_> {
        let end = self.end(size);
        if self.cursor == 0 && end == self.rows {
            return Batch::All;
        }
        let cursor = self.cursor;
        Batch::Rows(&self.order()[cursor..end])
    }

    /// Counts the rows of [`Sampler::batch`] as seen and says how many they were. With
    /// `drop_last` the pass ends where fewer rows than another `size` are left.
    pub(in crate::train) fn take(&mut self, size: usize, drop_last: bool) -> usize {
        let end = self.end(size);
        let taken = end - self.cursor;
        self.cursor = end;
        let left = self.rows - end;
        if left == 0 || (drop_last && left < size) {
            self.turn();
        }
        taken
    }

    /// The next pass begins.
    fn turn(&mut self) {
        self.cursor = 0;
        self.epoch += 1;
    }

    fn end(&self, size: usize) -> usize {
        self.cursor.saturating_add(size).min(self.rows)
    }

    fn order(&mut self) -> &[usize] {
        if self.order.as_ref().is_none_or(|(epoch, _)| *epoch != self.epoch) {
            let epoch = self.epoch;
            if !self.shuffle {
                let rows = self.rows;
                let order = self.order.get_or_insert_with(|| (epoch, (0..rows).collect()));
                order.0 = epoch;
                return &order.1;
            }
            // Streams are told apart by 32 bits: after four billion epochs the orders come again.
            let mut stream = self.rng.stream(Stream::Shuffle, self.epoch as u32);
            self.order = Some((self.epoch, stream.permutation(self.rows)));
        }
        self.order.as_ref().map_or(&[], |(_, order)| order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rows of the next batch, counted as seen.
    fn draw(sampler: &mut Sampler, size: usize) -> Vec<usize> {
        let rows = match sampler.batch(size) {
            Batch::All => (0..sampler.rows()).collect(),
            Batch::Rows(rows) => rows.to_vec(),
        };
        assert_eq!(sampler.take(size, false), rows.len());
        rows
    }

    proptest! {
        #[test]
        fn each_epoch_sees_every_row_once_whatever_the_sizes(
            seed: u64, rows in 1_usize..60, sizes in prop::collection::vec(1_usize..70, 1..40),
        ) {
            let mut sampler = Sampler::new(seed, rows, true);
            let mut seen = Vec::new();
            for size in sizes {
                let left = rows - sampler.cursor();
                let batch = draw(&mut sampler, size);
                prop_assert_eq!(batch.len(), size.min(left));
                seen.extend(batch);
                if sampler.cursor() == 0 {
                    seen.sort_unstable();
                    prop_assert_eq!(std::mem::take(&mut seen), (0..rows).collect::<Vec<_>>());
                }
            }
        }

        #[test]
        fn equal_seeds_give_equal_orders_and_a_place_can_be_found_again(
            seed: u64, rows in 2_usize..60, size in 1_usize..20, before in 0_usize..30,
        ) {
            let (mut one, mut two) = (Sampler::new(seed, rows, true), Sampler::new(seed, rows, true));
            for _ in 0..before {
                prop_assert_eq!(draw(&mut one, size), draw(&mut two, size));
            }
            let mut found = Sampler::new(seed, rows, true);
            found.seek(one.epoch(), one.cursor());
            for _ in 0..30 {
                prop_assert_eq!(draw(&mut one, size), draw(&mut found, size));
            }
        }
    }

    #[test]
    fn epochs_and_seeds_have_orders_of_their_own() {
        let pass = |seed: u64, epoch: u64| {
            let mut sampler = Sampler::new(seed, 1000, true);
            sampler.seek(epoch, 0);
            draw(&mut sampler, 999)
        };
        assert_ne!(pass(1, 0), pass(1, 1));
        assert_ne!(pass(1, 0), pass(2, 0));
    }

    #[test]
    fn a_whole_pass_in_one_batch_keeps_the_order_of_the_data() {
        let mut sampler = Sampler::new(3, 5, true);
        assert_eq!(sampler.batch(5), Batch::All);
        assert_eq!(sampler.batch(usize::MAX), Batch::All);
        sampler.take(1, false);
        assert!(matches!(sampler.batch(usize::MAX), Batch::Rows(rest) if rest.len() == 4));
        assert_eq!((sampler.take(usize::MAX, false), sampler.epoch(), sampler.cursor()), (4, 1, 0));
    }

    #[test]
    fn a_place_beyond_the_data_is_the_end_of_the_pass() {
        let mut sampler = Sampler::new(0, 5, true);
        sampler.seek(2, 99);
        assert_eq!((sampler.epoch(), sampler.cursor()), (3, 0));
    }

    #[test]
    fn progress_counts_passes_with_fraction() {
        let mut sampler = Sampler::new(0, 4, true);
        for expected in [0.25, 0.5, 0.75, 1.0, 1.25] {
            sampler.take(1, false);
            assert_eq!(sampler.progress(), expected);
        }
    }
}
