package org.statedict.io.pickle;

import java.util.Set;

/// Names that are known to run code, or to reach files and networks, when a pickle calls them.
///
/// The list only decides between refusing and keeping a name inert: nothing is ever called here.
/// Whole packages are listed, since a list of single functions is always behind.
final class Gadgets {
  private static final Set<String> PACKAGES =
      Set.of(
          "os",
          "posix",
          "nt",
          "ntpath",
          "posixpath",
          "genericpath",
          "subprocess",
          "commands",
          "sys",
          "runpy",
          "importlib",
          "imp",
          "pkgutil",
          "pydoc",
          "code",
          "codeop",
          "types",
          "marshal",
          "pickle",
          "_pickle",
          "cPickle",
          "pickletools",
          "dill",
          "cloudpickle",
          "shelve",
          "ctypes",
          "_ctypes",
          "cffi",
          "operator",
          "_operator",
          "functools",
          "_functools",
          "itertools",
          "socket",
          "_socket",
          "ssl",
          "urllib",
          "urllib2",
          "urllib3",
          "http",
          "httplib",
          "requests",
          "aiohttp",
          "httpx",
          "smtplib",
          "ftplib",
          "poplib",
          "imaplib",
          "telnetlib",
          "nntplib",
          "xmlrpc",
          "socketserver",
          "webbrowser",
          "pty",
          "shutil",
          "tempfile",
          "timeit",
          "cProfile",
          "profile",
          "pstats",
          "pdb",
          "bdb",
          "trace",
          "doctest",
          "unittest",
          "pip",
          "ensurepip",
          "venv",
          "asyncio",
          "multiprocessing",
          "_posixsubprocess",
          "concurrent",
          "threading",
          "_thread",
          "signal",
          "_signal",
          "uuid",
          "_osx_support",
          "_aix_support",
          "_pyrepl",
          "idlelib",
          "lib2to3",
          "logging",
          "_io",
          "io",
          "linecache",
          "zipimport",
          "zipfile",
          "tarfile",
          "distutils",
          "setuptools",
          "sqlite3",
          "_sqlite3",
          "dbm",
          "inspect",
          "gc",
          "weakref",
          "_weakref",
          "site",
          "sysconfig",
          "platform",
          "test",
          "tkinter",
          "turtle",
          "curses",
          "readline",
          "rlcompleter",
          "crypt",
          "fileinput",
          "glob",
          "fnmatch",
          "mimetypes",
          "netrc",
          "plistlib",
          "wsgiref",
          "pandas",
          "joblib",
          "keras",
          "tensorflow",
          "sklearn",
          "picklescan",
          "modelscan",
          "fickling",
          "IPython",
          "jupyter",
          "nbconvert",
          "cgi",
          "cgitb",
          "atexit",
          "faulthandler",
          "builtin");
  private static final Set<String> NUMPY_PARTS =
      Set.of("testing", "f2py", "ctypeslib", "distutils", "lib", "compat");
  private static final Set<String> NUMPY_FUNCTIONS =
      Set.of("load", "loadtxt", "genfromtxt", "fromfile", "memmap", "save", "savez", "savetxt");
  private static final Set<String> TORCH_PARTS =
      Set.of(
          "hub",
          "jit",
          "_inductor",
          "_dynamo",
          "utils",
          "fx",
          "distributed.rpc",
          "distributed.elastic",
          "distributed.launch",
          "distributed.run",
          "package",
          "cpp",
          "testing",
          "multiprocessing",
          "_export",
          "export",
          "onnx",
          "ops",
          "_ops",
          "library",
          "classes",
          "_classes",
          "compiler",
          "backends",
          "monitor",
          "profiler",
          "autograd.profiler",
          "functional",
          "_lobpcg",
          "overrides");
  private static final Set<String> TORCH_FUNCTIONS =
      Set.of("load", "save", "compile", "from_file", "import_ir_module", "_import_dotted_name");
  private static final Set<String> HARMLESS_BUILTINS =
      Set.of(
          "bool",
          "bytearray",
          "bytes",
          "complex",
          "dict",
          "float",
          "frozenset",
          "int",
          "list",
          "object",
          "range",
          "set",
          "slice",
          "str",
          "tuple",
          "NotImplemented",
          "Ellipsis",
          "len");

  private Gadgets() {}

  /// Whether this name is known to be dangerous, in Python 2 or in Python 3.
  static boolean isDangerousAsWritten(String module, String name) {
    String module3 = Python2Names.module(module);
    return isDangerous(module3, Python2Names.name(module3, name));
  }

  /// Whether this name, spelled as Python 3 does, is known to be dangerous.
  private static boolean isDangerous(String module, String name) {
    if (module.equals("builtins") || module.equals("__builtins__")) {
      return !HARMLESS_BUILTINS.contains(name);
    }
    return PACKAGES.contains(first(module))
        || reachesThrough(name)
        || isDangerousIn(module, name, "numpy", NUMPY_PARTS, NUMPY_FUNCTIONS)
        || isDangerousIn(module, name, "torch", TORCH_PARTS, TORCH_FUNCTIONS)
        || (module.equals("torch.storage") && name.equals("_load_from_bytes"));
  }

  private static String first(String module) {
    int dot = module.indexOf('.');
    return dot < 0 ? module : module.substring(0, dot);
  }

  /// Protocol 4 resolves dots in a name through attributes: `pathlib` and `os.system`.
  private static boolean reachesThrough(String name) {
    int dot = name.indexOf('.');
    return (dot >= 0 && PACKAGES.contains(name.substring(0, dot))) || name.startsWith("__");
  }

  private static boolean isDangerousIn(
      String module, String name, String root, Set<String> parts, Set<String> functions) {
    if (!first(module).equals(root)) {
      return false;
    }
    String rest = module.equals(root) ? "" : module.substring(root.length() + 1);
    boolean part = parts.stream().anyMatch(p -> rest.equals(p) || rest.startsWith(p + "."));
    return part || functions.contains(name);
  }
}
