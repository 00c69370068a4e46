"""`python -m ebmviz`."""

import sys

from ebmviz.cli import main

sys.exit(main())
