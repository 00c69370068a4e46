"""`python -m ebmviz.engine`."""

import gc
import sys

# Importing torch makes hundreds of thousands of objects and no garbage: looking for some in
# between costs a tenth of the start.
gc.disable()

from ebmviz.engine.serve import main  # noqa: E402

gc.freeze()
gc.enable()
sys.exit(main())
