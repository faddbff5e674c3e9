"""Tables that agree with a study's published summary figures, made from a specification.

Nothing here knows a study: which patients, schedules, variables, events, printed
figures, file formats and planted defects there are is declared in a YAML file.
"""

from procohort.data.reconstruct.engine import reconstruct
from procohort.data.reconstruct.specification import ReconstructionError

__all__ = ["ReconstructionError", "reconstruct"]
