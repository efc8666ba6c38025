"""The program's settings, and an address that tells what a process holds at this moment."""

from hello3d.settings import *  # noqa: F403

ROOT_URLCONF = "tests.support.counting"
