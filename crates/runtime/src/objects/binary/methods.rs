//! The tables of the methods of `bytes` and `bytearray`: the shared rows, then those of either type.

use super::{convert, hex, predicates, search, split};
use crate::objects::bytearray as array;
use crate::vm::typedef::{MethodDef, classmethod, method, staticmethod};

macro_rules! with_shared {
    ($(#[$doc:meta])* $name:ident [$($row:expr,)*]) => {
        $(#[$doc])*
        pub(crate) static $name: &[MethodDef] = &[
            method("capitalize", "($self, /)", predicates::capitalize, "B.capitalize() -> copy of B\n\nReturn a copy of B with only its first character capitalized (ASCII)\nand the rest lower-cased."),
            method("center", "($self, width, fillchar=b' ', /)", convert::center, "Return a centered string of length width.\n\nPadding is done using the specified fill character."),
            method("count", "($self, sub, start=None, end=None, /)", search::count, "Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes."),
            method("decode", "($self, /, encoding='utf-8', errors='strict')", convert::decode, "Decode the bytes using the codec registered for encoding.\n\n  encoding\n    The encoding with which to decode the bytes.\n  errors\n    The error handling scheme to use for the handling of decoding\n    errors.  The default is 'strict' meaning that decoding errors\n    raise a UnicodeDecodeError.  Other possible values are 'ignore'\n    and 'replace' as well as any other name registered with\n    codecs.register_error that can handle UnicodeDecodeErrors."),
            method("endswith", "($self, suffix, start=None, end=None, /)", search::endswith, "Return True if the bytes ends with the specified suffix, False otherwise.\n\n  suffix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes."),
            method("expandtabs", "($self, /, tabsize=8)", convert::expandtabs, "Return a copy where all tab characters are expanded using spaces.\n\nIf tabsize is not given, a tab size of 8 characters is assumed."),
            method("find", "($self, sub, start=None, end=None, /)", search::find, "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure."),
            method("hex", "($self, /, sep=None, bytes_per_sep=1)", hex::hex, "Create a string of hexadecimal numbers from a bytes object.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from\n    the right, negative values count from the left.\n\nExample:\n>>> value = b'\\xb9\\x01\\xef'\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n>>> value.hex(':', -2)\n'b901:ef'"),
            method("index", "($self, sub, start=None, end=None, /)", search::index, "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found."),
            method("isalnum", "($self, /)", predicates::isalnum, "B.isalnum() -> bool\n\nReturn True if all characters in B are alphanumeric\nand there is at least one character in B, False otherwise."),
            method("isalpha", "($self, /)", predicates::isalpha, "B.isalpha() -> bool\n\nReturn True if all characters in B are alphabetic\nand there is at least one character in B, False otherwise."),
            method("isascii", "($self, /)", predicates::isascii, "B.isascii() -> bool\n\nReturn True if B is empty or all characters in B are ASCII,\nFalse otherwise."),
            method("isdigit", "($self, /)", predicates::isdigit, "B.isdigit() -> bool\n\nReturn True if all characters in B are digits\nand there is at least one character in B, False otherwise."),
            method("islower", "($self, /)", predicates::islower, "B.islower() -> bool\n\nReturn True if all cased characters in B are lowercase and there is\nat least one cased character in B, False otherwise."),
            method("isspace", "($self, /)", predicates::isspace, "B.isspace() -> bool\n\nReturn True if all characters in B are whitespace\nand there is at least one character in B, False otherwise."),
            method("istitle", "($self, /)", predicates::istitle, "B.istitle() -> bool\n\nReturn True if B is a titlecased string and there is at least one\ncharacter in B, i.e. uppercase characters may only follow uncased\ncharacters and lowercase characters only cased ones. Return False\notherwise."),
            method("isupper", "($self, /)", predicates::isupper, "B.isupper() -> bool\n\nReturn True if all cased characters in B are uppercase and there is\nat least one cased character in B, False otherwise."),
            method("join", "($self, iterable_of_bytes, /)", split::join, "Concatenate any number of bytes objects.\n\nThe bytes whose method is called is inserted in between each pair.\n\nThe result is returned as a new bytes object.\n\nExample: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'."),
            method("ljust", "($self, width, fillchar=b' ', /)", convert::ljust, "Return a left-justified string of length width.\n\nPadding is done using the specified fill character."),
            method("lower", "($self, /)", predicates::lower, "B.lower() -> copy of B\n\nReturn a copy of B with all ASCII characters converted to lowercase."),
            method("lstrip", "($self, bytes=None, /)", split::lstrip, "Strip leading bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading  ASCII whitespace."),
            method("partition", "($self, sep, /)", search::partition, "Partition the bytes into three parts using the given separator.\n\nThis will search for the separator sep in the bytes.  If the\nseparator is found, returns a 3-tuple containing the part before the\nseparator, the separator itself, and the part after it.\n\nIf the separator is not found, returns a 3-tuple containing the\noriginal bytes object and two empty bytes objects."),
            method("removeprefix", "($self, prefix, /)", search::removeprefix, "Return a bytes object with the given prefix string removed if present.\n\nIf the bytes starts with the prefix string, return\nbytes[len(prefix):].  Otherwise, return a copy of the original\nbytes."),
            method("removesuffix", "($self, suffix, /)", search::removesuffix, "Return a bytes object with the given suffix string removed if present.\n\nIf the bytes ends with the suffix string and that suffix is not\nempty, return bytes[:-len(prefix)].  Otherwise, return a copy of the\noriginal bytes."),
            method("replace", "($self, old, new, count=-1, /)", search::replace, "Return a copy with all occurrences of substring old replaced by new.\n\n  count\n    Maximum number of occurrences to replace.\n    -1 (the default value) means replace all occurrences.\n\nIf the optional argument count is given, only the first count occurrences are\nreplaced."),
            method("rfind", "($self, sub, start=None, end=None, /)", search::rfind, "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure."),
            method("rindex", "($self, sub, start=None, end=None, /)", search::rindex, "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found."),
            method("rjust", "($self, width, fillchar=b' ', /)", convert::rjust, "Return a right-justified string of length width.\n\nPadding is done using the specified fill character."),
            method("rpartition", "($self, sep, /)", search::rpartition, "Partition the bytes into three parts using the given separator.\n\nThis will search for the separator sep in the bytes, starting at the\nend.  If the separator is found, returns a 3-tuple containing the\npart before the separator, the separator itself, and the part after\nit.\n\nIf the separator is not found, returns a 3-tuple containing two\nempty bytes objects and the original bytes object."),
            method("rsplit", "($self, /, sep=None, maxsplit=-1)", split::rsplit, "Return a list of the sections in the bytes, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the bytes.\n    None (the default value) means split on ASCII whitespace\n    characters (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.\n\nSplitting is done starting at the end of the bytes and working to\nthe front."),
            method("rstrip", "($self, bytes=None, /)", split::rstrip, "Strip trailing bytes contained in the argument.\n\nIf the argument is omitted or None, strip trailing ASCII whitespace."),
            method("split", "($self, /, sep=None, maxsplit=-1)", split::split, "Return a list of the sections in the bytes, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the bytes.\n    None (the default value) means split on ASCII whitespace\n    characters (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit."),
            method("splitlines", "($self, /, keepends=False)", split::splitlines, "Return a list of the lines in the bytes, breaking at line boundaries.\n\nLine breaks are not included in the resulting list unless keepends\nis given and true."),
            method("startswith", "($self, prefix, start=None, end=None, /)", search::startswith, "Return True if the bytes starts with the specified prefix, False otherwise.\n\n  prefix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes."),
            method("strip", "($self, bytes=None, /)", split::strip, "Strip leading and trailing bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading and trailing ASCII\nwhitespace."),
            method("swapcase", "($self, /)", predicates::swapcase, "B.swapcase() -> copy of B\n\nReturn a copy of B with uppercase ASCII characters converted\nto lowercase ASCII and vice versa."),
            method("title", "($self, /)", predicates::title, "B.title() -> copy of B\n\nReturn a titlecased version of B, i.e. ASCII words start with\nuppercase characters, all remaining cased characters have lowercase."),
            method("translate", "($self, table, /, delete=b'')", convert::translate, "Return a copy with each character mapped by the given translation table.\n\n  table\n    Translation table, which must be a bytes object of length 256.\n\nAll characters occurring in the optional argument delete are\nremoved.  The remaining characters are mapped through the given\ntranslation table."),
            method("upper", "($self, /)", predicates::upper, "B.upper() -> copy of B\n\nReturn a copy of B with all ASCII characters converted to uppercase."),
            method("zfill", "($self, width, /)", convert::zfill, "Pad a numeric string with zeros on the left, to fill a field of the given width.\n\nThe original string is never truncated."),
            classmethod("fromhex", "($type, string, /)", hex::fromhex, "Create a bytes object from a string of hexadecimal numbers.\n\nSpaces between two numbers are accepted.\nExample: bytes.fromhex('B9 01EF') -> b'\\\\xb9\\\\x01\\\\xef'."),
            staticmethod("maketrans", "(frm, to, /)", convert::maketrans, "Return a translation table usable for the bytes or bytearray translate method.\n\nThe returned table will be one where each byte in frm is mapped to\nthe byte at the same position in to.\n\nThe bytes objects frm and to must be of the same length."),
            method("__sizeof__", "($self, /)", convert::sizeof, "Return the size of the object in memory, in bytes."),
            $($row,)*
        ];
    };
}

with_shared! {
    /// Of `bytes`.
    BYTES [
        method("__bytes__", "($self, /)", convert::dunder_bytes, "Convert this value to exact type bytes."),
        method("__getnewargs__", "($self, /)", convert::getnewargs, ""),
    ]
}
with_shared! {
    /// Of `bytearray`.
    BYTEARRAY [
        method("append", "($self, item, /)", array::append, "Append a single item to the end of the bytearray.\n\n  item\n    The item to be appended."),
        method("clear", "($self, /)", array::clear, "Remove all items from the bytearray."),
        method("copy", "($self, /)", array::copy, "Return a copy of B."),
        method("extend", "($self, iterable_of_ints, /)", array::extend, "Append all the items from the iterator or sequence to the end of the bytearray.\n\n  iterable_of_ints\n    The iterable of items to append."),
        method("insert", "($self, index, item, /)", array::insert, "Insert a single item into the bytearray before the given index.\n\n  index\n    The index where the value is to be inserted.\n  item\n    The item to be inserted."),
        method("pop", "($self, index=-1, /)", array::pop, "Remove and return a single item from B.\n\n  index\n    The index from where to remove the item.\n    -1 (the default value) means remove the last item.\n\nIf no index argument is given, will pop the last item."),
        method("remove", "($self, value, /)", array::remove, "Remove the first occurrence of a value in the bytearray.\n\n  value\n    The value to remove."),
        method("resize", "($self, size, /)", array::resize, "Resize the internal buffer of bytearray to len.\n\n  size\n    New size to resize to."),
        method("reverse", "($self, /)", array::reverse, "Reverse the order of the values in B in place."),
        method("__alloc__", "($self, /)", array::alloc, "B.__alloc__() -> int\n\nReturn the number of bytes actually allocated."),
        method("__reduce__", "($self, /)", array::reduce, "Return state information for pickling."),
        method("__reduce_ex__", "($self, proto=0, /)", array::reduce_ex, "Return state information for pickling."),
    ]
}
