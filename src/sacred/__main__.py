"""``python -m sacred``."""

import sys

from sacred.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
