//! Laying one tree over another: how a variant changes the policy, and an override the file.
//!
//! Tables are merged key by key; whatever is not a table on both sides is replaced. It happens before anything is
//! read, and every node keeps the place where it was written, so an error in a variant points into the variant.

use crate::tree::{Node, Value};

/// Lays `over` on `base`. What `over` adds comes after what `base` has.
pub(crate) fn overlay(base: &mut Node, over: Node) {
    if let (Value::Table(below), Value::Table(_)) = (&mut base.value, &over.value) {
        let Value::Table(above) = over.value else { return };
        for entry in above {
            match below.iter_mut().find(|known| known.key == entry.key) {
                Some(known) => {
                    if !matches!((&known.node.value, &entry.node.value), (Value::Table(_), Value::Table(_))) {
                        known.key_place = entry.key_place;
                    }
                    overlay(&mut known.node, entry.node);
                }
                None => below.push(entry),
            }
        }
    } else {
        *base = over;
    }
}
