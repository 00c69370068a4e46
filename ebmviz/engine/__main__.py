"""`python -m ebmviz.engine [--plugin FILE.py] … [--without PLUGIN] …`."""

import argparse
import gc
import os
import sys

# Importing torch makes hundreds of thousands of objects and no garbage: looking for some in
# between costs a tenth of the start.
gc.disable()

from ebmviz.engine.server.pipes import Mailbox  # noqa: E402

# Torch takes seconds, in which the window may be gone again.
mail = Mailbox(sys.stdin.buffer, ended=lambda: os._exit(0))

from ebmviz.engine.server.loop import main  # noqa: E402

gc.freeze()
gc.enable()
parser = argparse.ArgumentParser("python -m ebmviz.engine")
parser.add_argument("--plugin", action="append", default=[], metavar="FILE.py")
parser.add_argument("--without", action="append", default=[], metavar="PLUGIN")
args = parser.parse_args()
main(args.plugin, mail, args.without)
