"""`python -m ebmviz.engine`."""

import sys

from ebmviz.engine.serve import main

sys.exit(main())
