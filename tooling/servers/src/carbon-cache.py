"""Runs carbon-cache out of whatever place its library is in; arguments as carbon's own script takes them."""
import sys

from carbon.util import run_twistd_plugin

# The name of the program is taken from that of this file.
run_twistd_plugin(__file__)
