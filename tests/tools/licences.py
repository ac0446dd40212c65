"""Under which licences the pinned packages stand, as their own metadata say: what NOTICE has to speak of.

python tests/tools/licences.py             # those that ask something of who passes them on
python tests/tools/licences.py --all
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).parents[2] / "requirements.lock"
_ASKING = re.compile(
    r"\b[AL]?GPL\b|\b[AL]?GPL-?v?[23]|General Public License|MPL|Mozilla Public|EPL|Eclipse Public|CDDL|EUPL|CeCILL"
)
_TEXTS = ("LICENSE", "LICENCE", "COPYING")


def licences_of(names: object) -> dict[str, str]:
    """Of each of these packages that is installed here: what it says of its licence."""
    found = {}
    for name in names:
        try:
            found[name] = licence_of(distribution(name))
        except PackageNotFoundError:  # pinned for another system or another Python
            continue
    return found


def licence_of(package: Distribution) -> str:
    """The licence by expression, else by classifier, else by field, else by the head of its licence file."""
    about = package.metadata
    classes = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier", []) if one.startswith("License ::")]
    short = (about.get("License") or "").strip()
    told = about.get("License-Expression") or ", ".join(classes) or (short if "\n" not in short else "")
    return told or f"{short} {_text_of(package)}"[:4000]


def _text_of(package: Distribution) -> str:
    files = [path for path in package.files or [] if path.name.upper().startswith(_TEXTS)]
    return "\n".join(path.read_text() for path in files[:1])


def asks_something(licence: str) -> bool:
    """Whether it asks something of who passes the package on, beyond keeping its notice."""
    return bool(_ASKING.search(licence))


if __name__ == "__main__":
    pinned = [re.split(r"[=; ]", line)[0] for line in LOCK.read_text(encoding="utf-8").splitlines()]
    for name, licence in licences_of(dict.fromkeys(pinned)).items():
        if "--all" in sys.argv or asks_something(licence):
            print(f"{name:24} {' '.join(licence.split())[:90]}")
