//! stub
use taipan_trace_ir::Tree;
/// x
pub fn run(_: &mut Tree, _: &crate::Config) -> bool {
    false
}
