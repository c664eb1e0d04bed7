"""The mirror of all plans at several instants, in a process of its own, for the tests of it.

python -m tests.flows.mirroring INSTANT…
"""

from __future__ import annotations

import sys
from datetime import datetime

from flows.maintenance import mirror_all, pass_over_all


def main() -> None:
    for text in sys.argv[1:]:
        now = datetime.fromisoformat(text)
        pass_over_all(now)
        print(mirror_all(now))


if __name__ == "__main__":
    main()
