# Views of result rows: figures, tables, the scorecard, the report that gathers them.

from procohort import plan_methods, plan_multiverse, plan_scorecard


rule figure:
    """A figure 170 mm wide, with its data and its description (_one_column: 85 mm)."""
    input:
        unpack(figure_inputs),
    output:
        png="results/figures/{figure}.png",
        svg=report(
            "results/figures/{figure}.svg",
            caption="../report/figure.rst",
            category=category_of(figure="{figure}"),
            labels=labels_of(figure="{figure}"),
        ),
        pdf="results/figures/{figure}.pdf",
        webp="results/figures/{figure}.webp",
        csv="results/figures/{figure}.csv",
        alt="results/figures/{figure}.txt",
    log:
        "results/logs/figure_{figure}.log",
    conda:
        "../../environment.yml"
    params:
        view=figure_params,
        code=figure_code,
    message:
        "Drawing {wildcards.figure}"
    script:
        "../../scripts/draw_figure.py"


rule table:
    """A table: CSV for machines, HTML for people."""
    input:
        unpack(table_inputs),
    output:
        csv="results/tables/{table}.csv",
        html=report(
            "results/tables/{table}.html",
            caption="../report/table.rst",
            category=category_of(table="{table}"),
            labels=labels_of(table="{table}"),
        ),
        json="results/tables/{table}.json",
    log:
        "results/logs/table_{table}.log",
    conda:
        "../../environment.yml"
    params:
        view=table_params,
        code=table_code,
    message:
        "Table {wildcards.table}"
    script:
        "../../scripts/make_table.py"


rule scorecard:
    """Target: results/scorecard.html: every printed claim, its verdict, why, and what is left of it."""
    input:
        estimates="results/estimates.csv",
        claims=claims_file,
        sources=sources_file,
        manifest="results/clean/manifest.json",
        tipping="results/tipping.csv",
        readings=plan_scorecard.readings_files(SETTINGS),
        specifications=plan_multiverse.multiverse_files(SETTINGS),
    output:
        html=report(
            "results/scorecard.html",
            caption="../report/page.rst",
            category="Overview",
            labels={"analysis": "Scorecard", "shown as": "page"},
        ),
        rows=report(
            "results/rows.html",
            caption="../report/page.rst",
            category="Overview",
            labels={"analysis": "Result rows", "shown as": "page"},
        ),
        csv="results/scorecard.csv",
        json="results/scorecard.json",
    log:
        "results/logs/scorecard.log",
    conda:
        "../../environment.yml"
    params:
        study=plan.study_parameters(SETTINGS),
        readings=list(SETTINGS["readings"]),
        scorecard=plan_scorecard.parameters(SETTINGS),
        code=code("scorecard.py"),
    message:
        "Judging printed claims"
    script:
        "../../scripts/scorecard.py"


rule methods:
    """Target: results/methods.html: which test was used where and why."""
    input:
        estimates="results/estimates.csv",
        attrition="results/clean/attrition.csv",
        findings="results/clean/findings.csv",
        missing="results/clean/missing.csv",
        tipping="results/tipping.csv",
        specifications=plan_multiverse.multiverse_files(SETTINGS),
        synthesis=plan_methods.synthesis_file(SETTINGS),
        series=plan_methods.series_file(SETTINGS),
        doses=plan_methods.doses_file(SETTINGS),
        claims=claims_file,
        sources=sources_file,
    output:
        html=report(
            "results/methods.html",
            caption="../report/page.rst",
            category="Overview",
            labels={"analysis": "Methods", "shown as": "page"},
        ),
        md="results/methods.md",
        json="results/methods.json",
    log:
        "results/logs/methods.log",
    conda:
        "../../environment.yml"
    params:
        methods=plan.methods_parameters(SETTINGS),
        code=code("make_methods.py"),
    message:
        "Writing the methods"
    script:
        "../../scripts/make_methods.py"


rule report:
    """Target: results/report.html: the whole study on one page, to open in a browser."""
    input:
        estimates="results/estimates.csv",
        scorecard="results/scorecard.json",
        methods="results/methods.json",
        manifest="results/clean/manifest.json",
        attrition="results/clean/attrition.csv",
        sources=sources_file,
        synthesis=plan_synthesis.rows(SETTINGS),
        tables=expand("results/tables/{table}.json", table=plan_report.tables(SETTINGS)),
        figures=expand(
            "results/figures/{figure}.webp", figure=plan_report.figures(SETTINGS)
        ),
        alternatives=expand(
            "results/figures/{figure}.txt", figure=plan_report.figures(SETTINGS)
        ),
        # Not read, but what the page leads to must be there.
        beside=["results/tables/small_cells.csv", "results/clean/codebook.csv"],
    output:
        html=report(
            "results/report.html",
            caption="../report/page.rst",
            category="Overview",
            labels={"analysis": "Report", "shown as": "page"},
        ),
    log:
        "results/logs/report.log",
    conda:
        "../../environment.yml"
    params:
        report=plan_report.report_parameters(SETTINGS),
        code=code("make_report.py"),
    message:
        "Writing the report"
    script:
        "../../scripts/make_report.py"
