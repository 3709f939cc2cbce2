mod detection;
mod inflating;
mod prints;
mod texts;
