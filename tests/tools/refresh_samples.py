"""Write the exports and the truth of the sample worlds into eventlogs/: `make samples`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from procmine.samples.worlds import WORLDS, write_world

EVENTLOGS = Path(__file__).parents[2] / "eventlogs"


def main(names: list[str]) -> None:
    for name in names or list(WORLDS):
        with tempfile.TemporaryDirectory() as folder:
            write_world(name, Path(folder) / name)
            shutil.rmtree(EVENTLOGS / name / "exports", ignore_errors=True)
            shutil.copytree(Path(folder) / name / "exports", EVENTLOGS / name / "exports")
            shutil.copyfile(Path(folder) / name / "truth.json", EVENTLOGS / name / "truth.json")


if __name__ == "__main__":
    main(sys.argv[1:])
