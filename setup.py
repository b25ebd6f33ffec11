"""Build the compiled kernels: ext/<name>.pyx becomes genomedb._ext.<name>."""

import os
import sys
from pathlib import Path

import numpy as np
from Cython.Build import cythonize
from setuptools import Extension, setup

CHECKED = os.environ.get("GENOMEDB_CHECKED_EXT") == "1"
OPTIMISE = os.environ.get("GENOMEDB_OPTIMISE", "-O3")  # -O1 compiles sooner, for a trial
# nobody looks at floating-point traps: without them a test for NaN needs no branch, and no
# result is another for it (which is not so of -ffast-math)
FLAGS = [] if sys.platform == "win32" else [OPTIMISE, "-fno-trapping-math"]
DIRECTIVES = {
    "language_level": "3",
    "boundscheck": CHECKED,
    "wraparound": False,
    "initializedcheck": CHECKED,
    "cdivision": True,
    "embedsignature": True,
}
KERNELS = [
    Extension(
        f"genomedb._ext.{path.stem}",
        [str(path)],
        include_dirs=[np.get_include(), "ext"],
        define_macros=[("NPY_NO_DEPRECATED_API", "NPY_1_7_API_VERSION")],
        extra_compile_args=FLAGS,
    )
    for path in sorted(Path("ext").glob("*.pyx"))
]

setup(
    ext_modules=cythonize(
        KERNELS,
        include_path=["ext"],
        compiler_directives=DIRECTIVES,
        build_dir="build/cython-checked" if CHECKED else "build/cython",
    ),
    options={"build_ext": {"parallel": os.cpu_count() or 1}},
)
