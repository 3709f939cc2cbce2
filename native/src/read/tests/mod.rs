mod batches;
mod detection;
mod inflating;
mod objects;
mod plans;
mod prints;
mod texts;
