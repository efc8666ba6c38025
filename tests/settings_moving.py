"""The settings, where the clock goes ahead by the seconds in the file CLOCK_AHEAD_FILE."""

import os
from pathlib import Path

from hello3d.settings import *
from tests.support import clocks

clocks.follow(Path(os.environ["CLOCK_AHEAD_FILE"]))
