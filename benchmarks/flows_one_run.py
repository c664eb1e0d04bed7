"""One run of a plan's chain in a process of its own, as a worker starts it: PLAN INSTANT."""

from __future__ import annotations

import sys
from datetime import datetime

from flows.reporting_chain import reporting_chain

if __name__ == "__main__":
    reporting_chain(sys.argv[1], datetime.fromisoformat(sys.argv[2]), return_state=True)
