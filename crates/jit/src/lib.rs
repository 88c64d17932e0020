//! The recorder, trace trees, exits, hotness policy and the event log.
