//! The optimisation passes over traces.
