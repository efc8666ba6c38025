"""The settings with other waits, where SQLite takes other options of the test's, too."""

import json
import os

from tests.settings_times import *
from tests.settings_times import DATABASES

DATABASES["default"]["OPTIONS"] |= json.loads(os.environ["OPTIONS_OF_THE_TEST"])
