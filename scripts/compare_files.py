"""Compare files made anew with the committed ones, byte for byte."""

from pathlib import Path

from procohort.jobs import UserError, job

with job(snakemake):
    pairs = list(zip(snakemake.input.made, snakemake.input.committed, strict=True))
    different = [
        f"{committed}: differs from {made}, made from the specification. If the change is meant, "
        "copy the new file over it and renew the checksums."
        for made, committed in pairs
        if Path(made).read_bytes() != Path(committed).read_bytes()
    ]
    if different:
        raise UserError(different)
    report = "".join(f"{committed}: identical\n" for _, committed in pairs)
    Path(snakemake.output.report).write_text(report, encoding="utf-8")
