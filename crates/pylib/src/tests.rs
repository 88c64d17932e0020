//! The packed library holds what it must, whole.

use crate::*;

#[test]
fn modules_are_found_by_name() {
    for name in ["os", "json.decoder", "collections", "importlib._bootstrap", "encodings.utf_8"] {
        let module = find(name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(module.name(), name);
        assert_eq!(module.source().len(), module.source_size());
        assert!(module.source_size() > 0, "{name}");
    }
    assert!(find("json").is_some_and(FrozenModule::is_package));
    assert!(find("json.decoder").is_some_and(|m| !m.is_package()));
    assert_eq!(find("json").map(FrozenModule::path), Some("json/__init__.py"));
    for name in ["", "nope", "json.nope", "test", "idlelib", "tkinter", "/PSF-LICENSE", "os.py"] {
        assert!(find(name).is_none(), "{name}");
    }
}

#[test]
fn table_is_sorted_and_every_source_unpacks() {
    let names: Vec<_> = modules().map(|m| m.name()).collect();
    assert!(names.is_sorted() && names.len() > 400, "{} modules", names.len());
    for module in modules() {
        assert_eq!(module.source().len(), module.source_size(), "{}", module.name());
        assert_eq!(find(module.name()), Some(module));
    }
}

#[test]
fn edits_took_place() {
    for module in ["site", "sysconfig", "platform"] {
        let source = find(module).expect("it is there").source();
        assert!(source.contains("Taipan") && !source.to_lowercase().contains("rustpython"), "{module}");
    }
}

#[test]
fn data_files_are_found() {
    let activate = data_file("venv/scripts/common/activate").expect("it is there");
    assert!(activate.starts_with(b"#"));
    assert!(data_file("os.py").is_none());
    assert!(data_files().any(|p| p == "PSF-LICENSE"));
}

#[test]
fn filenames_lead_back() {
    for module in modules() {
        assert_eq!(find_filename(&module.filename()), Some(module), "{}", module.name());
    }
    for bad in
        ["json/__init__.py", "<stdlib>/json.py", "<stdlib>json/__init__.py", "<stdlib>/nope.py", "<stdlib>/"]
    {
        assert_eq!(find_filename(bad), None, "{bad}");
    }
}

#[test]
fn every_module_is_precompiled() {
    let missing: Vec<_> = modules().filter(|m| m.code().is_empty()).map(|m| m.name()).collect();
    assert!(missing.is_empty(), "not compiled: {missing:?}");
}

#[test]
fn all_code_decodes() {
    fn nested(code: &taipan_bytecode::CodeObject) -> usize {
        code.consts.iter().filter_map(|c| c.as_code()).map(|c| nested(c)).sum::<usize>() + 1
    }
    let mut objects = 0;
    for module in modules() {
        let code = taipan_bytecode::read(taipan_bytecode::Data::Static(module.code()))
            .unwrap_or_else(|e| panic!("{}: {e}", module.name()));
        assert_eq!(&*code.filename, module.filename());
        objects += nested(&code);
    }
    assert!(objects > 10_000, "{objects} code objects");
}
