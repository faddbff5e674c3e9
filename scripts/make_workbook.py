"""Write all tables and result rows as one Excel workbook."""

from procohort.jobs import job
from procohort.publish.wording import StudyWords
from procohort.publish.workbook import write_workbook
from procohort.publish.workbook_sheets import MAX_LINES, read_sheet

with job(snakemake):
    given = snakemake.input
    words = StudyWords.from_settings(snakemake.params.study)
    tables = [
        read_sheet(path, stored=stored, longest=MAX_LINES)
        for path, stored in zip(given.tables, given.stored, strict=True)
    ]
    sheets = [
        read_sheet(given.estimates, title="Every result row of the run"),
        read_sheet(given.scorecard, title="Every printed claim and its verdict"),
        read_sheet(given.codebook, title="What the variables are and where they come from"),
        *tables,
    ]
    write_workbook(snakemake.output.xlsx, sheets, words)
