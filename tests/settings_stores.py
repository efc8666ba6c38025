"""The program's settings, where SQLite takes other options of the test's."""

import json
import os

from hello3d.settings import *  # noqa: F403
from hello3d.settings import DATABASES

DATABASES["default"]["OPTIONS"] |= json.loads(os.environ["OPTIONS_OF_THE_TEST"])
