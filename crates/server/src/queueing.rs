//! Taking turns: those who come and go do so one by one, so that those who stay do not wait behind a crowd.
//!
//! A worker runs what is ready in the order in which it became so. Of ten thousand connections that arrive or are
//! ended in one moment each takes a tenth of a millisecond, and a message from one page to another would wait for
//! all of them. With turns it waits for one.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::Semaphore;

thread_local! {
    static TURN: Arc<Semaphore> = Arc::new(Semaphore::new(1));
}

/// Does the first part of `future`, up to where it waits for something, when nobody else of this worker is doing
/// theirs; from there on it is free.
pub(crate) async fn in_turn<F: Future>(future: F) -> F::Output {
    // An error would mean that turns are over, which they never are.
    let turn = TURN.with(Arc::clone).acquire_owned().await;
    let mut future = pin!(future);
    let first = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
    // The next one comes behind everything that is ready by now.
    actix_rt::spawn(async move { drop(turn) });
    match first {
        Poll::Ready(output) => output,
        Poll::Pending => future.await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;
    use tokio::task::{LocalSet, spawn_local};

    #[tokio::test]
    async fn who_is_ready_waits_for_one_of_a_crowd_and_not_for_all() {
        let came = Rc::new(Cell::new(0));
        let crowd = |came: &Rc<Cell<usize>>| {
            let came = Rc::clone(came);
            in_turn(async move { came.set(came.get() + 1) })
        };
        let local = LocalSet::new();
        local
            .run_until(async {
                let tasks: Vec<_> = (0..1000).map(|_| spawn_local(crowd(&came))).collect();
                let came_before = Rc::clone(&came);
                let bystander = spawn_local(async move {
                    for _ in 0..10 {
                        let before = came_before.get();
                        // Behind all that is ready, there and back.
                        spawn_local(async {}).await.unwrap();
                        let between = came_before.get() - before;
                        assert!(between <= 4, "{between} came in between");
                    }
                });
                bystander.await.unwrap();
                assert!(came.get() < 100, "{} came before the bystander was done", came.get());
                for task in tasks {
                    task.await.unwrap();
                }
                assert_eq!(came.get(), 1000);
            })
            .await;
    }

    #[tokio::test]
    async fn who_waits_for_something_lets_the_next_one_in() {
        LocalSet::new()
            .run_until(async {
                let waits = spawn_local(in_turn(std::future::pending::<()>()));
                assert_eq!(spawn_local(in_turn(async { 7 })).await.unwrap(), 7);
                waits.abort();
                assert_eq!(in_turn(async { 8 }).await, 8);
            })
            .await;
    }
}
