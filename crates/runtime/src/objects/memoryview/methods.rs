//! Methods and attributes of `memoryview`.

use super::view::{MemoryView, Shape, contiguous_strides, this};
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::text::native_items;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::CompareOp;
use crate::vm::typedef::{GetSetDef, MethodDef, classmethod, method, method_var, readonly};
use taipan_heap::{Gc, GcVec, Value};

fn release(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).release(vm)?;
    Ok(Value::NONE)
}
fn enter(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).check(vm)?;
    Ok(a[0])
}
fn exit(vm: &Vm, args: Args) -> PyResult {
    this(args.pos[0]).release(vm)?;
    Ok(Value::NONE)
}

/// Items in Fortran order: the first index runs fastest.
fn fortran(m: &MemoryView) -> Vec<u8> {
    let (n, mut index) = (m.shape.len(), vec![0isize; m.shape.len()]);
    let mut out = Vec::with_capacity(m.nbytes());
    for _ in 0..m.items() {
        let at: isize = index.iter().zip(&m.strides).map(|(i, s)| i * s).sum();
        // SAFETY: an item inside the view.
        out.extend_from_slice(unsafe { std::slice::from_raw_parts(m.data.get().offset(at), m.itemsize) });
        for d in 0..n {
            index[d] += 1;
            if index[d] < m.shape[d] {
                break;
            }
            index[d] = 0;
        }
    }
    out
}

fn tobytes(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    m.check(vm)?;
    let order = a[1].or_none();
    let bytes = if order.is_none() {
        m.to_vec()
    } else {
        let Some(s) = order.cast::<Str>() else {
            return Err(vm.type_error(format!(
                "tobytes() argument 'order' must be str or None, not {}",
                vm.arg_type_name(order)
            )));
        };
        match s.as_bytes() {
            b"C" => m.to_vec(),
            b"F" => fortran(&m),
            b"A" if m.is_f_contiguous() && !m.is_c_contiguous() => fortran(&m),
            b"A" => m.to_vec(),
            _ => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
        }
    };
    vm.new_bytes_vec(bytes).map(Gc::value)
}

fn list_of(vm: &Vm, m: &MemoryView, at: *mut u8, d: usize) -> PyResult {
    if d == m.shape.len() {
        return m.unpack(vm, at);
    }
    let mut out = GcVec::new();
    for i in 0..m.shape[d] {
        // SAFETY: inside the view.
        let at = unsafe { at.offset(i * m.strides[d]) };
        out.push(&vm.heap, list_of(vm, m, at, d + 1)?);
    }
    Ok(vm.new_list(&out).value())
}
fn tolist(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    m.check(vm)?;
    list_of(vm, &m, m.data.get(), 0)
}
fn hex(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    m.check(vm)?;
    let _hold = m.exports.hold();
    let b = m.to_vec();
    Ok(vm.new_str_ascii(&crate::objects::binary::to_hex(vm, &b, a[1], a[2])?).value())
}
fn toreadonly(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    m.check(vm)?;
    Ok(m.derive(vm, m.data.get(), false, m.dimensions()))
}

fn cast(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    m.check(vm)?;
    let Some(s) = a[1].cast::<Str>() else {
        return Err(
            vm.type_error(format!("cast() argument 'format' must be str, not {}", vm.arg_type_name(a[1])))
        );
    };
    if !m.is_c_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let shape_arg = a[2];
    if (!shape_arg.is_unbound() || m.shape.len() != 1) && m.shape.len() > 1 && !shape_arg.is_unbound() {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let text = s.as_bytes();
    let c = match text.strip_prefix(b"@").unwrap_or(text) {
        [c] if native_items::size(*c).is_some() => *c,
        _ => {
            return Err(vm.value_error(
                "memoryview: destination format must be a native single character format prefixed with an optional '@'",
            ));
        }
    };
    let Some(from) = m.code() else {
        return Err(vm.value_error(
            "memoryview: source format must be a native single character format prefixed with an optional '@'",
        ));
    };
    let is_byte = |c: u8| matches!(c, b'b' | b'B' | b'c');
    if !is_byte(from) && !is_byte(c) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let itemsize = native_items::size(c).expect("checked");
    let bytes = m.nbytes();
    if !bytes.is_multiple_of(itemsize) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let shape = if shape_arg.is_unbound() {
        vec![(bytes / itemsize) as isize]
    } else {
        if shape_arg.cast::<List>().is_none() && shape_arg.cast::<Tuple>().is_none() {
            return Err(vm.type_error("shape must be a list or a tuple"));
        }
        let mut shape = vec![];
        let mut product = itemsize;
        for &v in vm.collect(shape_arg)?.iter() {
            if !vm.is_int(v) {
                return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
            }
            let n = vm.index_ssize(v)?;
            if n <= 0 {
                return Err(vm.value_error("memoryview.cast(): elements of shape must be integers > 0"));
            }
            product = product
                .checked_mul(n as usize)
                .filter(|&p| p <= isize::MAX as usize)
                .ok_or_else(|| vm.value_error("memoryview.cast(): product(shape) > SSIZE_MAX"))?;
            shape.push(n);
        }
        if shape.len() > 64 {
            return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
        }
        if product != bytes {
            return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
        }
        shape
    };
    let strides = contiguous_strides(&shape, itemsize);
    let format = match text.first() {
        Some(b'@') => AT_FORMATS.iter().find(|f| f.as_bytes()[1] == c).copied().unwrap_or("B"),
        _ => native_items::name(c).expect("checked"),
    };
    Ok(m.derive(vm, m.data.get(), m.writable, Shape { format, itemsize, shape, strides }))
}
const AT_FORMATS: [&str; 18] = [
    "@c", "@b", "@B", "@?", "@h", "@H", "@e", "@i", "@I", "@f", "@l", "@L", "@q", "@Q", "@n", "@N", "@P",
    "@d",
];

fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let mut n = 0;
    let it = vm.get_iter(a[0])?;
    while let Some(x) = vm.iter_next(it)? {
        n += vm.equal(x, a[1])? as i64;
    }
    Ok(vm.new_int(n))
}
fn index(vm: &Vm, a: &[Value]) -> PyResult {
    let m = this(a[0]);
    m.check(vm)?;
    match m.shape.len() {
        0 => return Err(vm.type_error("invalid lookup on 0-dim memory")),
        1 => {}
        _ => return Err(vm.not_implemented_error("multi-dimensional lookup is not implemented")),
    }
    let n = m.shape[0];
    let clip = |v: Value, default: isize| -> PyResult<isize> {
        if v.is_unbound() {
            return Ok(default);
        }
        let i = vm.slice_index(v)?;
        Ok(if i < 0 { (i + n).max(0) } else { i.min(n) })
    };
    let (start, stop) = (clip(a[2], 0)?, clip(a[3], n)?);
    for i in start..stop {
        // SAFETY: inside the view.
        let at = unsafe { m.data.get().offset(i * m.strides[0]) };
        let x = m.unpack(vm, at)?;
        if x == a[1] || vm.compare_bool(x, a[1], CompareOp::Eq)? {
            return Ok(vm.new_int(i as i64));
        }
        m.check(vm)?;
    }
    Err(vm.value_error("memoryview.index(x): x not found"))
}

fn from_flags(vm: &Vm, a: &[Value]) -> PyResult {
    let flags = vm.index_c_int(a[2])?;
    let v = vm.new_memoryview(a[1])?;
    if flags & 1 != 0 && !this(v).writable {
        return Err(vm.buffer_error("Object is not writable."));
    }
    Ok(v)
}
fn class_getitem(vm: &Vm, a: &[Value]) -> PyResult {
    vm.generic_alias(a[0], a[1])
}

/// The table of methods.
pub(super) static METHODS: &[MethodDef] = &[
    method(
        "release",
        "($self, /)",
        release,
        "Release the underlying buffer exposed by the memoryview object.",
    ),
    method(
        "tobytes",
        "($self, /, order='C')",
        tobytes,
        "Return the data in the buffer as a byte string.\n\nOrder can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the\noriginal array is converted to C or Fortran order. For contiguous views,\n'A' returns an exact copy of the physical memory. In particular, in-memory\nFortran order is preserved. For non-contiguous views, the data is converted\nto C first. order=None is the same as order='C'.",
    ),
    method(
        "hex",
        "($self, /, sep=None, bytes_per_sep=1)",
        hex,
        "Return the data in the buffer as a str of hexadecimal numbers.",
    ),
    method("tolist", "($self, /)", tolist, "Return the data in the buffer as a list of elements."),
    method("cast", "($self, /, format, shape=None)", cast, "Cast a memoryview to a new format or shape."),
    method("toreadonly", "($self, /)", toreadonly, "Return a readonly version of the memoryview."),
    method("count", "($self, value, /)", count, "Count the number of occurrences of a value."),
    method(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        index,
        "Return the index of the first occurrence of a value.\n\nRaises ValueError if the value is not present.",
    ),
    method("__enter__", "($self, /)", enter, ""),
    method_var("__exit__", "($self, /, *exc_info)", exit, ""),
    classmethod(
        "_from_flags",
        "($type, /, object, flags)",
        from_flags,
        "Create a new memoryview object which references the given object.",
    ),
    classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
];

macro_rules! attributes {
    ($($name:ident: |$vm:ident, $m:ident| $body:expr;)*) => {$(
        fn $name($vm: &Vm, v: Value) -> PyResult {
            let $m = this(v);
            $m.check($vm)?;
            Ok($body)
        }
    )*};
}
attributes! {
    obj: |vm, m| m.base.get();
    nbytes: |vm, m| vm.new_int(m.nbytes() as i64);
    readonly_: |vm, m| Value::bool(!m.writable);
    itemsize: |vm, m| vm.new_int(m.itemsize as i64);
    format: |vm, m| vm.intern(m.format).value();
    ndim: |vm, m| Value::int(m.shape.len() as i64);
    shape: |vm, m| numbers(vm, &m.shape);
    strides: |vm, m| numbers(vm, &m.strides);
    suboffsets: |vm, m| vm.new_tuple(&[]).value();
    c_contiguous: |vm, m| Value::bool(m.is_c_contiguous());
    f_contiguous: |vm, m| Value::bool(m.is_f_contiguous());
    contiguous: |vm, m| Value::bool(m.is_c_contiguous() || m.is_f_contiguous());
}
fn numbers(vm: &Vm, all: &[isize]) -> Value {
    vm.new_tuple_with::<()>(all.len(), |i| Ok(vm.new_int(all[i] as i64))).map_or(Value::NONE, Gc::value)
}

/// The table of attributes.
pub(super) static GETSET: &[GetSetDef] = &[
    readonly("obj", obj, "The underlying object of the memoryview."),
    readonly(
        "nbytes",
        nbytes,
        "The amount of space in bytes that the array would use in\n a contiguous representation.",
    ),
    readonly("readonly", readonly_, "A bool indicating whether the memory is read only."),
    readonly("itemsize", itemsize, "The size in bytes of each element of the memoryview."),
    readonly(
        "format",
        format,
        "A string containing the format (in struct module style)\n for each element in the view.",
    ),
    readonly(
        "ndim",
        ndim,
        "An integer indicating how many dimensions of a multi-dimensional\n array the memory represents.",
    ),
    readonly(
        "shape",
        shape,
        "A tuple of ndim integers giving the shape of the memory\n as an N-dimensional array.",
    ),
    readonly(
        "strides",
        strides,
        "A tuple of ndim integers giving the size in bytes to access\n each element for each dimension of the array.",
    ),
    readonly("suboffsets", suboffsets, "A tuple of integers used internally for PIL-style arrays."),
    readonly("c_contiguous", c_contiguous, "A bool indicating whether the memory is C contiguous."),
    readonly("f_contiguous", f_contiguous, "A bool indicating whether the memory is Fortran contiguous."),
    readonly("contiguous", contiguous, "A bool indicating whether the memory is contiguous."),
];
