//! Frames, dispatch, inline caches and the specialiser.
