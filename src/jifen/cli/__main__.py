"""`python -m jifen.cli` is `jifen`."""

import sys

from jifen.cli.main import main

sys.exit(main())
