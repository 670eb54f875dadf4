"""Runs carbon-cache with its library in any folder. Same arguments as carbon's own script."""
import sys

from carbon.util import run_twistd_plugin

# Carbon derives the name of the program from the name of this file.
run_twistd_plugin(__file__)
