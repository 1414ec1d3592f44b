//! Many jobs over all cores.

use crate::exit::{Exit, Failure};
use rayon::prelude::*;

/// Does every job on `threads` threads (as many as there are cores, or as `RAYON_NUM_THREADS` says, if `None`). The
/// results stand in the order of the jobs, so nothing depends on the number of threads.
pub(crate) fn map<T: Sync, R: Send>(
    threads: Option<u16>,
    jobs: &[T],
    work: impl Fn(&T) -> R + Sync + Send,
) -> Result<Vec<R>, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from));
    let pool = pool
        .build()
        .map_err(|error| Failure::new(Exit::Internal, format!("error: no threads to work on: {error}")))?;
    Ok(pool.install(|| jobs.par_iter().map(&work).collect()))
}

/// How many threads [`map`] uses if it is not told.
pub(crate) fn cores() -> usize {
    rayon::current_num_threads()
}
