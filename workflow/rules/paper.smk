# What people take away: a manuscript in Word and in LaTeX, a workbook of all tables.

from procohort import plan_paper


rule paper:
    """Target: results/paper/: methods, results and tables of a manuscript, in Word and LaTeX."""
    input:
        estimates="results/estimates.csv",
        attrition="results/clean/attrition.csv",
        findings="results/clean/findings.csv",
        missing="results/clean/missing.csv",
        scorecard="results/scorecard.json",
        sources=sources_file,
    output:
        docx="results/paper/paper.docx",
        tex="results/paper/paper.tex",
        tables=directory("results/paper/tables"),
    log:
        "results/logs/paper.log",
    conda:
        "../../environment.yml"
    params:
        paper=plan_paper.paper_parameters(SETTINGS),
        code=code("make_paper.py"),
    message:
        "Writing the manuscript in Word and LaTeX"
    script:
        "../../scripts/make_paper.py"


rule workbook:
    """Target: results/workbook.xlsx: every table and result row in Excel, every column explained."""
    input:
        estimates="results/estimates.csv",
        scorecard="results/scorecard.csv",
        codebook="results/clean/codebook.csv",
        tables=expand("results/tables/{table}.csv", table=plan_report.tables(SETTINGS)),
        stored=expand("results/tables/{table}.json", table=plan_report.tables(SETTINGS)),
    output:
        xlsx="results/workbook.xlsx",
    log:
        "results/logs/workbook.log",
    conda:
        "../../environment.yml"
    params:
        study=plan.study_parameters(SETTINGS),
        code=code("make_workbook.py"),
    message:
        "Writing the workbook"
    script:
        "../../scripts/make_workbook.py"
