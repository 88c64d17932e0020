//! The repository keeps its house rules (see `taipan_xtask::tidy`).

use taipan_xtask::{repo, tidy};

#[test]
fn repository_is_tidy() {
    let complaints = tidy::check(&repo::root()).expect("git lists the files");
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}
