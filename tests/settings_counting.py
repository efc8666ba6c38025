"""The program's settings, and an address that tells what a process holds at this moment."""

from hello3d.settings import *

ROOT_URLCONF = "tests.support.counting"
