"""Makes one play at a seat, and prints what it has seen as JSON: python -m tests.screen MODULE PLAY
FOLDER.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

from tests.screen.seat import Seat

if __name__ == "__main__":
    module, name, folder = sys.argv[1:]
    seat = Seat()
    found = getattr(importlib.import_module(module), name)(seat, Path(folder))
    seat.window.document.close()
    seat.window.client.stop()
    print(json.dumps(found), flush=True)
    os._exit(0)  # as the program: Qt's objects die in no order when the interpreter goes down
