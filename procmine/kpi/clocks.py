"""How long it took, and how long it may: natural time, or working time less the pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procmine.conformance.limits import Limit, LimitByClass
from procmine.core.errors import Fault, MissingDataError
from procmine.core.workclock import clock_of
from procmine.core.words import Words
from procmine.performance.elapsed import elapsed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from procmine.kpi.basis import Evaluation
    from procmine.kpi.spec import Measurement
