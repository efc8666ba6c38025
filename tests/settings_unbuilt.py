"""The program's settings where what `make page` makes is in a folder of the test's own."""

import os
from pathlib import Path

from hello3d.settings import *

BUILD_DIR = Path(os.environ["BUILD_DIR"])
STATIC_ROOT = BUILD_DIR / "static"
