//! The 64-bit value, object headers, allocation and the collector.
