# What CPython's build writes from its Makefile. Taipan is not built by one: only what scripts ask for is here.
build_time_vars = {
    "ABIFLAGS": "",
    "EXE": "",
    "HAVE_DYNAMIC_LOADING": 0,
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 0,
    "SIZEOF_VOID_P": 8,
    "TZPATH": "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
    "VERSION": "3.14",
}
