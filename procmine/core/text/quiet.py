"""matplotlib in silence: what it says on its way in – folders it cannot write, a font list it makes – helps no reader."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BACKEND = "MPLBACKEND"


@contextmanager
def quiet_matplotlib() -> Iterator[None]:
    """Import or use matplotlib without a word of its log; logger and environment are left as they were.

    An `MPLBACKEND` that matplotlib does not know would end its import; pictures need no backend, so one is
    set afterwards, and only if it is known.
    """
    logger = logging.getLogger("matplotlib")
    level = logger.level
    backend = None if "matplotlib" in sys.modules else os.environ.pop(_BACKEND, None)
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
        if backend is not None:
            os.environ[_BACKEND] = backend
            _set_backend(backend)


def _set_backend(name: str) -> None:
    """What importing matplotlib would have done, had it seen the environment."""
    matplotlib = sys.modules.get("matplotlib")
    if name and matplotlib is not None:
        with suppress(ValueError):
            matplotlib.rcParams["backend"] = name
