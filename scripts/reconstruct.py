"""Make the raw tables again from the published figures and the named assumptions."""

from pathlib import Path

import yaml

from procohort.data.reconstruct import reconstruct
from procohort.jobs import job

with job(snakemake):
    specification = yaml.safe_load(Path(snakemake.input.specification).read_text(encoding="utf-8"))
    files = reconstruct(specification, snakemake.params.reading)
    wanted = {Path(path).name: Path(path) for path in snakemake.output}
    if set(wanted) != set(files):
        raise ValueError(f"the rule names {sorted(wanted)}, the specification {sorted(files)}")
    for name, content in files.items():
        wanted[name].write_bytes(content)
