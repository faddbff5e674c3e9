"""Say which settings, verdicts and results moved since an earlier run."""

from pathlib import Path

from procohort.jobs import job
from procohort.moved import compare_runs, summarise
from procohort.publish.tables.model import write_table
from procohort.publish.tables.moved import make
from procohort.publish.wording import StudyWords
from procohort.runs import earlier_run, say_after_run

with job(snakemake):
    settings, output = snakemake.params.settings, snakemake.output
    results = Path(snakemake.input.estimates).parent
    before = earlier_run(settings, results, settings["baseline"])
    moved, known = compare_runs(before, results, settings) if before else ([], True)
    text = summarise(moved, settings_known=known)
    if before is None:
        text = "There is no earlier run to compare with. Change the configuration and ask again."
    table = make(moved, settings["study"], settings_known=known)
    write_table(
        table,
        {"csv": output.csv, "html": output.html},
        StudyWords.from_settings(settings["study"]),
    )
    Path(output.text).write_text(text + "\n", encoding="utf-8")
    say_after_run(text)
