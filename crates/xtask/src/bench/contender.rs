//! Contenders: which Pythons take part, and how their processes are started.
//!
//! In: texts such as `python3.14`, `jit: PYTHON_JIT=1 python3.14`, `nojit: taipan -X jit=off`. Out: a label, variables
//! of the environment, a prefix that the measuring helper itself runs under, and the command.

use std::path::{Path, PathBuf};

use crate::repo;

/// One Python with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Contender {
    pub label: String,
    pub env: Vec<(String, String)>,
    /// What the helper is started with, so that its cost is not measured: `chroot DIR`.
    pub via: Vec<String>,
    pub command: Vec<String>,
}

impl Contender {
    /// Reads `[LABEL:] [NAME=VALUE..] PROGRAM [OPTION..]`. `taipan` means the binary at `taipan`, if given. Answers
    /// nothing where the program is not on this machine.
    pub fn parse(text: &str, taipan: Option<&Path>) -> Result<Option<Contender>, String> {
        let (label, rest) = match text.split_once(':') {
            Some((label, rest)) => (Some(label.trim().to_owned()), rest),
            None => (None, text),
        };
        let mut words = rest.split_whitespace().peekable();
        let mut env = Vec::new();
        while let Some((name, value)) = words.peek().and_then(|w| w.split_once('=')) {
            if name.is_empty()
                || !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            {
                break;
            }
            env.push((name.to_owned(), value.to_owned()));
            words.next();
        }
        let program = words.next().ok_or(format!("{text:?} names no program"))?;
        let path = match (program, taipan) {
            ("taipan", Some(path)) => Some(path.to_owned()),
            _ => repo::which(program),
        };
        let Some(path) = path else { return Ok(None) };
        let (via, path) = look_through(&path).unwrap_or((Vec::new(), path));
        let mut command = vec![path.to_string_lossy().into_owned()];
        command.extend(words.map(str::to_owned));
        Ok(Some(Contender { label: label.unwrap_or_else(|| rest.trim().to_owned()), env, via, command }))
    }
}

/// Looks through a shell script whose last step is `exec chroot DIR ... PROGRAM "$@"`: the prefix to run the helper
/// with, and the program inside.
fn look_through(path: &Path) -> Option<(Vec<String>, PathBuf)> {
    let script = std::fs::read(path).ok().filter(|bytes| bytes.len() < 4096 && bytes.starts_with(b"#!"))?;
    let script = String::from_utf8(script).ok()?;
    let line = script.lines().find(|line| line.starts_with("exec chroot "))?;
    let words: Vec<String> = line.split_whitespace().map(|w| w.trim_matches('"').to_owned()).collect();
    let [.., program, _all] = words.as_slice() else { return None };
    let root = words.get(2)?;
    let inside = ["usr/local/bin", "usr/bin", "bin"]
        .iter()
        .map(|dir| Path::new("/").join(dir).join(program))
        .find(|p| Path::new(root).join(p.strip_prefix("/").unwrap_or(p)).exists())?;
    Some((vec!["chroot".to_owned(), root.clone()], inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read() {
        let taipan = Path::new("/x/taipan");
        let c = Contender::parse("off: A=1 taipan -X jit=off", Some(taipan)).unwrap().unwrap();
        assert_eq!((c.label.as_str(), c.via.len()), ("off", 0));
        assert_eq!(c.env, [("A".to_owned(), "1".to_owned())]);
        assert_eq!(c.command, ["/x/taipan", "-X", "jit=off"]);
        let c = Contender::parse("taipan -X jit=off", Some(taipan)).unwrap().unwrap();
        assert_eq!(c.label, "taipan -X jit=off");
        assert_eq!(Contender::parse("no-such-python-here", None), Ok(None));
        assert!(Contender::parse("label:", None).is_err());
    }

    #[test]
    fn chroot_wrappers_are_looked_through() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("usr/bin")).unwrap();
        std::fs::write(root.join("usr/bin/py"), "").unwrap();
        let wrapper = dir.path().join("py");
        let text = format!("#!/bin/sh\nexec chroot \"{}\" env -C \"$PWD\" \"py\" \"$@\"\n", root.display());
        std::fs::write(&wrapper, text).unwrap();
        let (via, path) = look_through(&wrapper).unwrap();
        assert_eq!(via, ["chroot".to_owned(), root.to_string_lossy().into_owned()]);
        assert_eq!(path, Path::new("/usr/bin/py"));
        std::fs::write(&wrapper, "#!/bin/sh\necho\n").unwrap();
        assert!(look_through(&wrapper).is_none());
    }
}
