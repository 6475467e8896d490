"""`python -m jifen.cli` is `jifen`."""

import sys

from jifen.cli import main

sys.exit(main())
