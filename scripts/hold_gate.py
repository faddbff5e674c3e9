"""Fail the run when a claim that must hold does not."""

import json
from pathlib import Path

from procohort.claims.gate import hold_gate
from procohort.jobs import job

with job(snakemake):
    card = json.loads(Path(snakemake.input.scorecard).read_text(encoding="utf-8"))
    line = hold_gate(snakemake.params.gate, card["verdicts"])
    Path(snakemake.output.report).write_text(line + "\n", encoding="utf-8")
