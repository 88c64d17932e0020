//! The texts that `-h` and its relatives print.

/// `-h`
pub const OPTIONS: &str = "\
Options (and corresponding environment variables):
-b     : issue warnings about converting bytes/bytearray to str and comparing
         bytes/bytearray with str or bytes with int. (-bb: issue errors)
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-d     : turn on parser debugging output (for experts only, only works on
         debug builds); also PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script; forces a prompt even
         if stdin does not appear to be a terminal; also PYTHONINSPECT=x
-I     : isolate Python from the user's environment (implies -E, -P and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; add .opt-1 before
         .pyc extension; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings; add .opt-2 before
         .pyc extension
-P     : don't prepend a potentially unsafe path to sys.path; also
         PYTHONSAFEPATH
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered;
         this option has no effect on stdin; also PYTHONUNBUFFERED=x
-v     : verbose (trace import statements); also PYTHONVERBOSE=x
         can be supplied multiple times to increase verbosity
-V     : print the Python version number and exit (also --version)
         when given twice, print more information about the build
-W arg : warning control; arg is action:message:category:module:lineno
         also PYTHONWARNINGS=arg
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option
--check-hash-based-pycs always|default|never:
         control how Python invalidates hash-based .pyc files
--help-env: print help about Python environment variables and exit
--help-xoptions: print help about implementation-specific -X options and exit
--help-all: print complete help information and exit

Arguments:
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]
";

/// `--help-env`
pub const VARIABLES: &str = "\
Environment variables that change behavior:
PYTHONASYNCIODEBUG: debug mode of asyncio
PYTHON_BASIC_REPL: use the plain prompt instead of the line editor
PYTHONBREAKPOINT: what breakpoint() calls; 0: nothing
PYTHONCOERCECLOCALE: 0: leave the C locale alone
PYTHON_COLORS   : 1 or 0: colours in tracebacks and at the prompt, or none
PYTHONHASHSEED  : 'random', or a seed for the hashes of strings and bytes
PYTHON_HISTORY  : where the prompt keeps its history
PYTHONIOENCODING: encoding[:errors] used for stdin/stdout/stderr
PYTHON_JIT      : 0 or 1: compile hot loops, or only interpret (-X jit)
PYTHONPATH      : ':'-separated list of directories prefixed to the
                  default module search path
PYTHONSTARTUP   : file executed on interactive startup (no default)
PYTHONUSERBASE  : the user's base directory (site.USER_BASE)

These variables stand for options of the command line (see --help):
PYTHON_CPU_COUNT: what os.cpu_count() says (-X cpu_count)
PYTHONDEBUG     : accepted, without effect (-d)
PYTHONDEVMODE   : enable Python Development Mode (-X dev)
PYTHONDONTWRITEBYTECODE: don't write .pyc files (-B)
PYTHONFAULTHANDLER: accepted: faulthandler.is_enabled() (-X faulthandler)
PYTHONINSPECT   : inspect interactively after running script (-i)
PYTHONINTMAXSTRDIGITS: limit of digits in conversions between int and str;
                  0 disables it (-X int_max_str_digits=N)
PYTHONNODEBUGRANGES: no ranges below the lines of tracebacks
                  (-X no_debug_ranges)
PYTHONNOUSERSITE: disable user site directory (-s)
PYTHONOPTIMIZE  : remove assert and __debug__-dependent statements (-O)
PYTHONPROFILEIMPORTTIME: show how long each import takes (-X importtime)
PYTHONPYCACHEPREFIX: root directory for bytecode cache (pyc) files
                  (-X pycache_prefix)
PYTHONSAFEPATH  : don't prepend a potentially unsafe path to sys.path (-P)
PYTHONUNBUFFERED: disable stdout/stderr buffering (-u)
PYTHONUTF8      : control the UTF-8 mode (-X utf8)
PYTHONVERBOSE   : trace import statements (-v)
PYTHONWARNDEFAULTENCODING: EncodingWarning for 'encoding=None'
                  (-X warn_default_encoding)
PYTHONWARNINGS=arg: warning control (-W arg)
";

/// `--help-xoptions`
pub const X_OPTIONS: &str = "\
The following implementation-specific options are available:
-X dev : enable Python Development Mode; also PYTHONDEVMODE
-X dump=code: print the bytecode of what is compiled and exit
-X dump=spec: run, then list the bytecode as it was specialised, on stderr
-X stats: print how specialisation went, on stderr
-X spec-threshold=N: make the first attempt to specialise at execution N
-X gc-stress: collect garbage at every allocation, with =N at every N-th
-X cpu_count=N: what os.cpu_count() says; also PYTHON_CPU_COUNT
-X faulthandler: accepted; also PYTHONFAULTHANDLER
-X frozen_modules=[on|off]: accepted, without effect
-X importtime[=2]: show how long each import takes, with =2 also those of
         modules that are there; also PYTHONPROFILEIMPORTTIME
-X int_max_str_digits=N: limit the size of int<->str conversions;
         0 disables the limit; also PYTHONINTMAXSTRDIGITS
-X jit=[on|off]: compile hot loops, or only interpret
-X no_debug_ranges: no ranges below the lines of tracebacks;
         also PYTHONNODEBUGRANGES
-X pycache_prefix=DIR: write .pyc files to a parallel tree;
         also PYTHONPYCACHEPREFIX
-X utf8[=0|1]: enable (1) or disable (0) UTF-8 mode; also PYTHONUTF8
-X warn_default_encoding: EncodingWarning for 'encoding=None';
         also PYTHONWARNDEFAULTENCODING
";
