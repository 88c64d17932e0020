//! What text and binary types share: WTF-8, Unicode properties, byte searching, codecs, `%` formatting.

pub mod search;
pub mod unicode;
pub mod wtf8;
