//! The only thing that can be saved: a new state together with what it announces and books.

use crate::event::Event;
use crate::ledger::Entries;

/// Built by domain methods alone, so that no status is ever stored without its event, nor an event without its status.
#[derive(Debug, Clone)]
#[must_use = "a change that is not saved has not happened"]
pub struct Change<T> {
    state: T,
    /// The version that was read; `None` for something new.
    was: Option<i64>,
    events: Vec<Event>,
    entries: Vec<Entries>,
}

impl<T> Change<T> {
    pub(crate) fn created(state: T) -> Self {
        Change { state, was: None, events: Vec::new(), entries: Vec::new() }
    }

    pub(crate) fn updated(state: T, was: i64) -> Self {
        Change { state, was: Some(was), events: Vec::new(), entries: Vec::new() }
    }

    pub(crate) fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    pub(crate) fn events(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }

    pub(crate) fn book(mut self, entries: Entries) -> Self {
        if !entries.is_empty() {
            self.entries.push(entries);
        }
        self
    }

    pub fn state(&self) -> &T {
        &self.state
    }

    /// For the store: the new state, the version that it replaces, its events and its postings.
    pub fn into_parts(self) -> (T, Option<i64>, Vec<Event>, Vec<Entries>) {
        (self.state, self.was, self.events, self.entries)
    }
}
