//! Principal directions: where a cloud of points varies most.

use super::array::Matrix;
use super::rng::{RunRng, Stream};

/// Most columns whose covariances are computed one by one; the directions are then exact to
/// rounding.
const EXACT: usize = 48;
/// Vectors that go through the data at once.
const BLOCK: usize = 4;
/// Most vectors among which the directions of wide rows are looked for.
const MOST: usize = 48;
/// How far `A v` may be from `λ v`, as a share of the largest `λ`, for `v` to count as found.
const FOUND: f64 = 1e-6;

/// The directions in which some rows vary most.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// Mean of each column.
    pub mean: Vec<f64>,
    /// Unit vectors, orthogonal to each other, that of the largest variance first. The loading of
    /// largest magnitude is positive, as in scikit-learn's `PCA`.
    pub directions: Vec<Vec<f64>>,
    /// Shares of the whole variance along them; zeros where nothing varies.
    pub explained: Vec<f64>,
}

impl Principal {
    /// How far a row lies from the mean along a direction.
    ///
    /// # Panics
    /// When there is no such direction.
    #[must_use]
    pub fn along(&self, direction: usize, row: &[f32]) -> f64 {
        let offsets = row.iter().zip(&self.mean).map(|(&value, mean)| f64::from(value) - mean);
        offsets.zip(&self.directions[direction]).map(|(offset, loading)| offset * loading).sum()
    }
}

/// The `count` principal directions of `rows`, fewer where there are fewer columns. `None` of no
/// rows, of no columns, and of values that are not finite.
///
/// Of few columns all covariances are computed, and their eigenvectors by Jacobi's rotations. Of
/// more, a block Krylov method (Musco and Musco, 2015) finds the first directions without ever
/// writing covariances down; its start is fixed, so equal rows give equal directions.
#[must_use]
pub fn principal(rows: &Matrix, count: usize) -> Option<Principal> {
    let cols = rows.cols();
    let is_finite = rows.data().iter().all(|value| value.is_finite());
    if rows.rows() == 0 || cols == 0 || !is_finite {
        return None;
    }
    let mean = means(rows);
    let centred = Centred::new(rows, &mean);
    let (values, mut directions) = match cols <= EXACT {
        true => exact(&centred),
        false => krylov(&centred, count.min(cols)),
    };
    directions.truncate(count);
    directions.iter_mut().for_each(|direction| turn(direction));
    let whole = centred.whole_variance();
    let share = |&value: &f64| if whole > 0.0 { (value / whole).max(0.0) } else { 0.0 };
    let explained = values.iter().take(directions.len()).map(share).collect();
    Some(Principal { mean, directions, explained })
}

fn means(rows: &Matrix) -> Vec<f64> {
    let mut sums = vec![0.0; rows.cols()];
    for row in rows.data().chunks_exact(rows.cols()) {
        sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += f64::from(value));
    }
    sums.iter_mut().for_each(|sum| *sum /= rows.rows() as f64);
    sums
}

/// Turns a direction so that its largest loading is positive.
fn turn(direction: &mut [f64]) {
    let mut largest = 0.0_f64;
    for &loading in direction.iter() {
        if loading.abs() > largest.abs() {
            largest = loading;
        }
    }
    if largest < 0.0 {
        direction.iter_mut().for_each(|loading| *loading = -*loading);
    }
}

/// Rows with their mean at zero.
struct Centred {
    values: Vec<f32>,
    cols: usize,
    /// What sums of squares are divided by: scikit-learn takes rows − 1.
    divisor: f64,
}

impl Centred {
    fn new(rows: &Matrix, mean: &[f64]) -> Self {
        let mut values = Vec::with_capacity(rows.data().len());
        for row in rows.data().chunks_exact(rows.cols()) {
            values.extend(row.iter().zip(mean).map(|(&x, mean)| (f64::from(x) - mean) as f32));
        }
        let divisor = rows.rows().saturating_sub(1).max(1) as f64;
        Self { values, cols: rows.cols(), divisor }
    }

    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.cols)
    }

    /// The sum of the variances of all columns.
    fn whole_variance(&self) -> f64 {
        let squares = self.values.iter().map(|&value| f64::from(value) * f64::from(value));
        squares.sum::<f64>() / self.divisor
    }

    fn covariances(&self) -> Vec<Vec<f64>> {
        let mut sums = vec![vec![0.0; self.cols]; self.cols];
        for row in self.rows() {
            for (line, &a) in sums.iter_mut().zip(row) {
                line.iter_mut().zip(row).for_each(|(sum, &b)| *sum += f64::from(a) * f64::from(b));
            }
        }
        sums.iter_mut().flatten().for_each(|sum| *sum /= self.divisor);
        sums
    }

    /// The products of the covariances with some vectors, in one pass over the rows. Within a few
    /// rows sums are single, over all of them double.
    fn times(&self, vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let single = |vector: &Vec<f64>| vector.iter().map(|&value| value as f32).collect();
        let thin: Vec<Vec<f32>> = vectors.iter().map(single).collect();
        let mut sums = vec![vec![0.0_f64; self.cols]; vectors.len()];
        let mut few = vec![vec![0.0_f32; self.cols]; vectors.len()];
        for rows in self.values.chunks(64 * self.cols) {
            few.iter_mut().for_each(|sums| sums.fill(0.0));
            for row in rows.chunks_exact(self.cols) {
                for (vector, sums) in thin.iter().zip(&mut few) {
                    let along = dot(row, vector);
                    sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += along * value);
                }
            }
            for (sum, &value) in sums.iter_mut().flatten().zip(few.iter().flatten()) {
                *sum += f64::from(value);
            }
        }
        sums.iter_mut().flatten().for_each(|sum| *sum /= self.divisor);
        sums
    }
}

/// In eight sums beside each other, which a processor adds at once.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.iter().zip(b) {
        for place in 0..8 {
            sums[place] += a[place] * b[place];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

fn exact(centred: &Centred) -> (Vec<f64>, Vec<Vec<f64>>) {
    eigen(centred.covariances())
}

/// Eigenvalues of a symmetric matrix, the largest first, and unit eigenvectors, by Jacobi's
/// rotations (Golub and Van Loan, "Matrix Computations", algorithm 8.5.3).
fn eigen(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = matrix.len();
    let mut vectors = vec![vec![0.0; size]; size];
    (0..size).for_each(|place| vectors[place][place] = 1.0);
    let norm: f64 = matrix.iter().flatten().map(|value| value * value).sum();
    for _ in 0..40 {
        let off = |(line, values): (usize, &Vec<f64>)| {
            values[line + 1..].iter().map(|value| value * value).sum::<f64>()
        };
        if matrix.iter().enumerate().map(off).sum::<f64>() <= norm * 1e-30 {
            break;
        }
        for p in 0..size {
            (p + 1..size).for_each(|q| rotate(&mut matrix, &mut vectors, p, q));
        }
    }
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| matrix[b][b].total_cmp(&matrix[a][a]));
    let values = order.iter().map(|&place| matrix[place][place]).collect();
    (values, order.into_iter().map(|place| vectors[place].clone()).collect())
}

/// Makes the value at `(p, q)` zero. `vectors` holds an eigenvector in each line.
fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    let off = matrix[p][q];
    if off == 0.0 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * off);
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    for line in matrix.iter_mut() {
        (line[p], line[q]) = (cosine * line[p] - sine * line[q], sine * line[p] + cosine * line[q]);
    }
    for lines in [matrix, vectors] {
        let [a, b] = lines.get_disjoint_mut([p, q]).expect("two different lines of the matrix");
        for (a, b) in a.iter_mut().zip(b) {
            (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
        }
    }
}

/// The first `count` eigenvalues and eigenvectors of the covariances, from the space that a block
/// of fixed vectors spans with its products.
fn krylov(centred: &Centred, count: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut space = Space::default();
    let mut block = space.fresh(start(centred.cols));
    loop {
        let products = centred.times(&block);
        space.images.extend(products.iter().cloned());
        space.basis.append(&mut block);
        let found = space.directions(count);
        let is_found = found.vectors.len() == count && found.error <= FOUND;
        if is_found || space.basis.len() + BLOCK > MOST.max(count + BLOCK) {
            return (found.values, found.vectors);
        }
        block = space.fresh(products);
        if block.is_empty() {
            return (found.values, found.vectors);
        }
    }
}

fn start(cols: usize) -> Vec<Vec<f64>> {
    let rng = RunRng::new(0);
    let vector = |place| {
        let mut stream = rng.stream(Stream::Sample, place as u32);
        (0..cols).map(|_| stream.normal()).collect()
    };
    (0..BLOCK).map(vector).collect()
}

/// Orthonormal vectors, and what the covariances make of each.
#[derive(Default)]
struct Space {
    basis: Vec<Vec<f64>>,
    images: Vec<Vec<f64>>,
}

/// The best directions within a space.
struct Found {
    values: Vec<f64>,
    vectors: Vec<Vec<f64>>,
    /// Largest distance of `A v` from `λ v`, as a share of the largest `λ`.
    error: f64,
}

impl Space {
    /// What of `vectors` lies outside of the space, orthonormal.
    fn fresh(&self, vectors: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        let mut fresh: Vec<Vec<f64>> = Vec::with_capacity(vectors.len());
        for mut vector in vectors {
            let before = inner(&vector, &vector).sqrt();
            // Twice is enough (Kahan and Parlett): the first time leaves what rounding did.
            for other in [&self.basis, &fresh, &self.basis, &fresh].into_iter().flatten() {
                let along = inner(&vector, other);
                vector.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
            }
            let norm = inner(&vector, &vector).sqrt();
            if norm > before * 1e-6 {
                vector.iter_mut().for_each(|value| *value /= norm);
                fresh.push(vector);
            }
        }
        fresh
    }

    /// By Rayleigh and Ritz: the eigenvectors of the covariances as the space sees them.
    fn directions(&self, count: usize) -> Found {
        let (basis, images) = (&self.basis, &self.images);
        let seen = |a: usize, b: usize| {
            f64::midpoint(inner(&basis[a], &images[b]), inner(&basis[b], &images[a]))
        };
        let line = |a| (0..basis.len()).map(|b| seen(a, b)).collect();
        let seen: Vec<Vec<f64>> = (0..basis.len()).map(line).collect();
        let (mut values, mut weights) = eigen(seen);
        values.truncate(count);
        weights.truncate(count);
        let vectors: Vec<_> = weights.iter().map(|weights| mixed(&self.basis, weights)).collect();
        let largest = values.first().copied().unwrap_or_default().max(f64::MIN_POSITIVE);
        let error = |((weights, vector), value): ((&Vec<f64>, &Vec<f64>), &f64)| {
            let image = mixed(&self.images, weights);
            let apart = image.iter().zip(vector).map(|(a, v)| (a - value * v).powi(2));
            apart.sum::<f64>().sqrt() / largest
        };
        let error = weights.iter().zip(&vectors).zip(&values).map(error).fold(0.0, f64::max);
        Found { values, vectors, error }
    }
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A weighted sum of vectors.
fn mixed(vectors: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; vectors.first().map_or(0, Vec::len)];
    for (vector, weight) in vectors.iter().zip(weights) {
        sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += weight * value);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cloud() -> impl Strategy<Value = Matrix> {
        (1_usize..30, 1_usize..70).prop_flat_map(|(rows, cols)| {
            let values = prop::collection::vec(-100.0_f32..100.0, rows * cols);
            values.prop_map(move |values| Matrix::new(rows, cols, values).expect("fits"))
        })
    }

    proptest! {
        #[test]
        fn directions_are_orthonormal_with_their_largest_loading_positive(rows in cloud()) {
            let found = principal(&rows, 3).expect("finite");
            prop_assert_eq!(found.directions.len(), 3.min(rows.cols()));
            for (place, a) in found.directions.iter().enumerate() {
                let largest = a.iter().copied().fold(0.0, f64::max);
                prop_assert!(a.iter().all(|loading| loading.abs() <= largest + 1e-12));
                for (other, b) in found.directions.iter().enumerate() {
                    let expected = if place == other { 1.0 } else { 0.0 };
                    prop_assert!((inner(a, b) - expected).abs() < 1e-9);
                }
            }
        }

        #[test]
        fn shares_fall_and_add_up_to_at_most_one(rows in cloud()) {
            let found = principal(&rows, 4).expect("finite");
            let sum: f64 = found.explained.iter().sum();
            prop_assert!(sum <= 1.0 + 1e-6 && found.explained.iter().all(|&share| share >= 0.0));
            prop_assert!(found.explained.is_sorted_by(|a, b| *a >= b - 1e-9));
            if rows.rows() > 1 && rows.cols() <= 4 {
                prop_assert!((sum - 1.0).abs() < 1e-6, "nothing is left out");
            }
        }

        #[test]
        fn all_directions_together_give_the_rows_back(rows in cloud()) {
            prop_assume!(rows.cols() <= EXACT);
            let found = principal(&rows, rows.cols()).expect("finite");
            for row in rows.data().chunks_exact(rows.cols()) {
                for (col, &value) in row.iter().enumerate() {
                    let steps = found.directions.iter().enumerate();
                    let steps = steps.map(|(place, v)| found.along(place, row) * v[col]);
                    let again = found.mean[col] + steps.sum::<f64>();
                    prop_assert!((again - f64::from(value)).abs() < 1e-8);
                }
            }
        }

        #[test]
        fn no_other_direction_explains_more(rows in cloud(), seed: u64) {
            prop_assume!(rows.rows() > 1);
            let found = principal(&rows, 1).expect("finite");
            let mut stream = RunRng::new(seed).stream(Stream::Sample, 0);
            let mut other: Vec<f64> = (0..rows.cols()).map(|_| stream.normal()).collect();
            let norm = inner(&other, &other).sqrt();
            other.iter_mut().for_each(|loading| *loading /= norm);
            let other = Principal { directions: vec![other], ..found.clone() };
            let spread = |of: &Principal| {
                rows.data().chunks_exact(rows.cols()).map(|row| of.along(0, row).powi(2)).sum::<f64>()
            };
            prop_assert!(spread(&other) <= spread(&found) * (1.0 + 1e-6) + 1e-9);
        }
    }

    #[test]
    fn few_rows_of_many_columns_are_decomposed_whole() {
        let values = (0..3 * 100).map(|place| (place * place % 83) as f32).collect();
        let rows = Matrix::new(3, 100, values).expect("fits");
        let found = principal(&rows, 2).expect("finite");
        // Three points lie in a plane.
        assert!((found.explained.iter().sum::<f64>() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_does_not_vary_has_directions_and_explains_nothing() {
        for cols in [2, 100] {
            let rows = Matrix::new(3, cols, vec![7.0; 3 * cols]).expect("fits");
            let found = principal(&rows, 2).expect("finite");
            assert_eq!((found.directions.len(), found.explained), (2, vec![0.0, 0.0]));
        }
        assert!(principal(&Matrix::zeros(0, 2), 2).is_none());
        assert!(principal(&Matrix::zeros(2, 0), 2).is_none());
        let broken = Matrix::new(1, 2, vec![0.0, f32::NAN]).expect("fits");
        assert!(principal(&broken, 2).is_none());
    }
}
