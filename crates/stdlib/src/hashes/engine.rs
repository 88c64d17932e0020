//! Hash algorithms behind one object-safe interface, and the table of those that need no parameters.

use sha3::digest::{ExtendableOutput, Update, XofReader};

/// An algorithm at work.
pub trait Engine {
    /// Takes more input.
    fn update(&mut self, data: &[u8]);
    /// The digest of what came so far; `n` is its length where that is free.
    fn output(&self, n: usize) -> Vec<u8>;
    /// The same state again.
    fn copied(&self) -> Box<dyn Engine>;
}

/// One algorithm.
pub struct Algorithm {
    /// As Python shows it.
    pub name: &'static str,
    /// Bytes that it works on at a time.
    pub block_size: usize,
    /// Length of the digest; 0 where it is free.
    pub digest_size: usize,
    /// Begins.
    pub make: fn() -> Box<dyn Engine>,
    /// Derives a key of the output's length from password and salt (PBKDF2), where that is defined.
    pub derive: Option<fn(&[u8], &[u8], u32, &mut [u8])>,
}

#[derive(Clone)]
struct Fixed<D>(D);
impl<D: md5::Digest + Clone + 'static> Engine for Fixed<D> {
    fn update(&mut self, data: &[u8]) {
        md5::Digest::update(&mut self.0, data);
    }
    fn output(&self, _: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }
    fn copied(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

#[derive(Clone)]
struct Xof<D>(D);
impl<D: ExtendableOutput + Update + Clone + 'static> Engine for Xof<D> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
    fn output(&self, n: usize) -> Vec<u8> {
        let mut out = vec![0; n];
        self.0.clone().finalize_xof().read(&mut out);
        out
    }
    fn copied(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

macro_rules! algorithms {
    (fixed { $($name:ident $block:literal $digest:literal $imp:ty;)* }
     xof { $($xname:ident $xblock:literal $ximp:ty;)* }) => {
        /// All algorithms of the table.
        pub static ALGORITHMS: &[Algorithm] = &[
            $(Algorithm {
                name: stringify!($name),
                block_size: $block,
                digest_size: $digest,
                make: || Box::new(Fixed(<$imp as md5::Digest>::new())),
                derive: Some(pbkdf2::pbkdf2_hmac::<$imp>),
            },)*
            $(Algorithm {
                name: stringify!($xname),
                block_size: $xblock,
                digest_size: 0,
                make: || Box::new(Xof(<$ximp>::default())),
                derive: None,
            },)*
        ];
    };
}
algorithms! {
    fixed {
        md5 64 16 md5::Md5;
        sha1 64 20 sha1::Sha1;
        sha224 64 28 sha2::Sha224;
        sha256 64 32 sha2::Sha256;
        sha384 128 48 sha2::Sha384;
        sha512 128 64 sha2::Sha512;
        sha512_224 128 28 sha2::Sha512_224;
        sha512_256 128 32 sha2::Sha512_256;
        sha3_224 144 28 sha3::Sha3_224;
        sha3_256 136 32 sha3::Sha3_256;
        sha3_384 104 48 sha3::Sha3_384;
        sha3_512 72 64 sha3::Sha3_512;
    }
    xof {
        shake_128 168 sha3::Shake128;
        shake_256 136 sha3::Shake256;
    }
}

/// The algorithm called `name`, in any of its usual spellings.
pub fn find(name: &str) -> Option<&'static Algorithm> {
    let lower = name.to_ascii_lowercase();
    let plain = match lower.as_str() {
        "sha-1" => "sha1",
        "sha-224" | "sha2-224" => "sha224",
        "sha-256" | "sha2-256" => "sha256",
        "sha-384" | "sha2-384" => "sha384",
        "sha-512" | "sha2-512" => "sha512",
        "shake128" | "shake-128" => "shake_128",
        "shake256" | "shake-256" => "shake_256",
        _ => "",
    };
    let plain = if plain.is_empty() { lower.replace(['-', '/'], "_") } else { plain.to_string() };
    ALGORITHMS.iter().find(|a| a.name == plain)
}

macro_rules! blake {
    ($engine:ident $imp:ident) => {
        /// BLAKE2 with parameters.
        pub struct $engine {
            /// The state.
            pub state: $imp::State,
        }
        impl Engine for $engine {
            fn update(&mut self, data: &[u8]) {
                self.state.update(data);
            }
            fn output(&self, _: usize) -> Vec<u8> {
                self.state.finalize().as_bytes().to_vec()
            }
            fn copied(&self) -> Box<dyn Engine> {
                Box::new($engine { state: self.state.clone() })
            }
        }
    };
}
blake! { Blake2b blake2b_simd }
blake! { Blake2s blake2s_simd }
