//! What Node sees: reading threads that speak the messages of `src/front/messages.ts`.

use std::sync::Arc;
use std::thread::JoinHandle;

use napi::bindgen_prelude::{AsyncTask, Function, Uint8Array};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi::{Env, Error, Result, Status, Task};
use napi_derive::napi;

use crate::pool::{Command, ReadingThread, Setup};
use crate::read::fingerprints::Fingerprints;

/// Of this addon; it must be that of the program that loads it.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The records of a batch, for all threads that read it.
#[napi]
pub struct Copies(Arc<Fingerprints>);

#[napi]
impl Copies {
    /// It never takes more memory than this, but 64 KiB.
    #[napi(constructor)]
    pub fn new(most_bytes: f64) -> Copies {
        Copies(Arc::new(Fingerprints::new(most_bytes as u64)))
    }
    /// Forgets all, and is as large as so many stored bytes may need from now on.
    #[napi]
    pub fn begin(&self, stored_bytes: f64) {
        self.0.begin(stored_bytes as u64);
    }
    /// False: some records found no place.
    #[napi(getter)]
    pub fn complete(&self) -> bool {
        self.0.complete()
    }
}

/// A thread that reads objects; see `Setup`, `BatchStart` and `ReadTasks` in pool/messages.rs for the JSON.
#[napi]
pub struct FrontThread(ReadingThread<Uint8Array>);

#[napi]
impl FrontThread {
    /// `listener` is called with JSON; it does not keep the process alive.
    #[napi(constructor)]
    pub fn new(setup: String, listener: Function<'_, String, ()>) -> Result<FrontThread> {
        let listener = listener
            .build_threadsafe_function::<String>()
            .weak::<true>()
            .callee_handled::<false>()
            .build()?;
        let thread = ReadingThread::start(parsed(&setup)?, move |told| {
            // Who has gone needs no telling.
            let _ = listener.call(told, ThreadsafeFunctionCallMode::NonBlocking);
        })
        .map_err(|error| Error::new(Status::GenericFailure, error.to_string()))?;
        Ok(FrontThread(thread))
    }

    #[napi]
    pub fn begin(&self, start: String, copies: Option<&Copies>) -> Result<()> {
        self.send(Command::Begin {
            text: start,
            copies: copies.map(|c| Arc::clone(&c.0)),
        })
    }

    /// The bytes must stay as they are until the tasks' outcomes are told.
    #[napi]
    pub fn read(&self, tasks: String, bytes: Vec<Uint8Array>) -> Result<()> {
        self.send(Command::Read { text: tasks, bytes })
    }

    #[napi]
    pub fn flush(&self) -> Result<()> {
        self.send(Command::Flush)
    }

    /// Ends the thread, whatever it is at; settled when it has ended.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn close(&mut self) -> AsyncTask<End> {
        AsyncTask::new(End(self.0.stop()))
    }

    fn send(&self, command: Command<Uint8Array>) -> Result<()> {
        if self.0.send(command) {
            Ok(())
        } else {
            Err(Error::new(Status::Closing, "the reading thread has ended"))
        }
    }
}

fn parsed(setup: &str) -> Result<Setup> {
    serde_json::from_str(setup).map_err(|error| Error::new(Status::InvalidArg, error.to_string()))
}

/// Waiting for a thread's end, off the event loop.
pub struct End(Option<JoinHandle<()>>);

impl Task for End {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> Result<()> {
        if let Some(thread) = self.0.take() {
            // A panic was told where it happened.
            let _ = thread.join();
        }
        Ok(())
    }

    fn resolve(&mut self, _env: Env, (): ()) -> Result<()> {
        Ok(())
    }
}
