//! Bounds on recursion: deep source must end in an exception, never in a stack overflow.
//!
//! What must hold: every recursive walk over the AST goes through [`deeper!`], which counts and, now and then, moves
//! to a fresh piece of stack.

/// Deepest nesting of AST nodes that is compiled.
pub const MAX_DEPTH: u32 = 6000;
/// Stack that must be left before a level of recursion.
pub const RED_ZONE: usize = 256 << 10;
/// Size of a fresh piece of stack.
pub const STACK: usize = 4 << 20;

/// How deep a walk is.
#[derive(Clone, Copy, Default, Debug)]
pub struct Depth(pub u32);

/// Evaluates `$body` one level deeper: `deeper!(self, expression)`; `self.depth` is the [`Depth`].
macro_rules! deeper {
    ($self:ident, $body:expr) => {{
        if $self.depth.0 >= $crate::limits::MAX_DEPTH {
            return Err($crate::error::placeless(
                $crate::error::ErrorKind::RecursionError,
                "maximum recursion depth exceeded during compilation",
            ));
        }
        $self.depth.0 += 1;
        let r = if $self.depth.0 % 8 == 0 {
            stacker::maybe_grow($crate::limits::RED_ZONE, $crate::limits::STACK, || $body)
        } else {
            $body
        };
        $self.depth.0 -= 1;
        r
    }};
}
pub(crate) use deeper;
