//! Some thousand inputs, the part of a long run that every change has to pass.

use taipan_fuzz::check::{How, Verdict, check};
use taipan_fuzz::corpus::Corpus;
use taipan_fuzz::mutate;

#[test]
fn inputs_are_dealt_with() {
    let corpus = Corpus::load();
    let (executions, seed) = (20_000, 1);
    let mut accepted = 0;
    for index in 0..executions {
        let source = mutate::input(&corpus, seed, index);
        match check(&source, seed, index, How { binary: true, vary: true }) {
            Verdict::Accepted => accepted += 1,
            Verdict::Rejected(_) => {}
            Verdict::Bug(text) => panic!("input {index}: {text}\n{source}"),
        }
    }
    // Inputs that are never right would test only the parser.
    assert!(accepted > executions / 20, "only {accepted} of {executions} were accepted");
}

#[test]
fn inputs_depend_on_seed_and_number_only() {
    let corpus = Corpus::load();
    for index in 0..200 {
        assert_eq!(mutate::input(&corpus, 7, index), mutate::input(&corpus, 7, index));
    }
}
