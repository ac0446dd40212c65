from procmine.kpi.basis import Evaluation
from procmine.kpi.found import Found
from procmine.kpi.spec import Measurement
def within_limit(of: Evaluation, wanted: Measurement) -> Found: ...
