//! The direct form against the crate that hashes by pieces.

use super::sip13;
use std::hash::Hasher;

#[test]
fn agrees_with_the_streaming_form() {
    let text: Vec<u8> = (0..100u32).map(|i| (i * 37 + 11) as u8).collect();
    for n in 0..text.len() {
        for (k0, k1) in [(0, 0), (1, 2), (0x0123456789ABCDEF, u64::MAX)] {
            let mut h = siphasher::sip::SipHasher13::new_with_keys(k0, k1);
            h.write(&text[..n]);
            assert_eq!(sip13(k0, k1, &text[..n]), h.finish(), "{n} bytes");
        }
    }
}
