"""procohort: a published cohort study, reproduced from its procedure tables."""

__version__ = "0.1.0"
