//! Levels of definition: how many of the structs around a value are there, and whether it is itself.

use super::window::Window;

/// Depths of a file's rows by the structs that they are of, each worked out once.
#[derive(Default)]
pub struct Depths {
    known: Vec<(Vec<u32>, Vec<u8>)>,
    spare: Vec<Vec<u8>>,
}

impl Depths {
    /// Forgets the file.
    pub fn clear(&mut self) {
        self.spare.extend(self.known.drain(..).map(|(_, depths)| depths));
    }

    /// By row in order: how many of the structs are there; `None` when there are no structs.
    pub fn of(&mut self, presence: &[u32], window: &Window) -> Option<&[u8]> {
        let (&inner, outer) = presence.split_last()?;
        let at = match self.known.iter().position(|(known, _)| known == presence) {
            Some(at) => at,
            None => {
                let mut depths = self.spare.pop().unwrap_or_default();
                depths.clear();
                deepen(self.of(outer, window), outer.len() as u8, inner, window, &mut depths);
                self.known.push((presence.to_vec(), depths));
                self.known.len() - 1
            }
        };
        Some(&self.known[at].1)
    }
}

/// One level more for the rows that are at `level` (all, when there are no depths) and have a value in the slot.
pub fn deepen(depths: Option<&[u8]>, level: u8, slot: u32, window: &Window, out: &mut Vec<u8>) {
    let Window { rows, order, run, .. } = *window;
    if !rows.is_used(slot) {
        match depths {
            Some(depths) => out.extend_from_slice(depths),
            None => out.resize(order.len(), 0),
        }
        return;
    }
    let presents = rows.presents(slot);
    match (depths, run) {
        (None, _) => window.gather(presents, out),
        (Some(depths), Some(from)) => {
            let presents = &presents[from..from + order.len()];
            out.extend(
                depths
                    .iter()
                    .zip(presents)
                    .map(|(&d, &there)| d + (u8::from(d == level) & there)),
            );
        }
        (Some(depths), None) => {
            out.extend(
                depths
                    .iter()
                    .zip(order)
                    .map(|(&d, &row)| d + (u8::from(d == level) & presents[row as usize])),
            );
        }
    }
}

/// How many of the levels are this one.
pub fn count_of(levels: &[u8], level: u8) -> usize {
    levels
        .chunks(128)
        .map(|chunk| usize::from(chunk.iter().map(|&l| u8::from(l == level)).sum::<u8>()))
        .sum()
}
