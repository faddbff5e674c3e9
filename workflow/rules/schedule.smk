# The planned doses: how well the dates of the tables keep to them.

from procohort import plan_schedule


rule assess_schedule:
    """Judge the dates of the tables by the planned doses."""
    input:
        analysis="results/clean/analysis.parquet",
    output:
        estimates="results/estimates/schedule.csv",
        doses="results/schedule/doses.parquet",
    log:
        "results/logs/assess_schedule.log",
    conda:
        "../../environment.yml"
    params:
        asked=plan_schedule.parameters(SETTINGS),
        code=code("assess_schedule.py"),
    message:
        "Comparing dates with the planned doses"
    script:
        "../../scripts/assess_schedule.py"


rule adherence_table:
    """Table of how well dates keep to the plan."""
    input:
        estimates="results/estimates/schedule.csv",
    output:
        csv="results/tables/adherence.csv",
        html=report(
            "results/tables/adherence.html",
            caption="../report/table.rst",
            category=category_of(table="adherence"),
            labels=labels_of(table="adherence"),
        ),
        json="results/tables/adherence.json",
    log:
        "results/logs/table_adherence.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_schedule.view_parameters(SETTINGS, "adherence"),
        code=code("make_table.py", "procohort.publish.tables.adherence"),
    message:
        "Tabulating adherence to the plan"
    script:
        "../../scripts/make_table.py"


rule swimmer_figure:
    """Draw every patient's doses over time."""
    input:
        estimates="results/estimates/schedule.csv",
        analysis="results/schedule/doses.parquet",
    output:
        png="results/figures/swimmer.png",
        svg=report(
            "results/figures/swimmer.svg",
            caption="../report/figure.rst",
            category=category_of(figure="swimmer"),
            labels=labels_of(figure="swimmer"),
        ),
        pdf="results/figures/swimmer.pdf",
        webp="results/figures/swimmer.webp",
        csv="results/figures/swimmer.csv",
        alt="results/figures/swimmer.txt",
    log:
        "results/logs/figure_swimmer.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_schedule.view_parameters(SETTINGS, "swimmer"),
        code=code("draw_figure.py", "procohort.publish.figures.swimmer"),
    message:
        "Drawing doses over time"
    script:
        "../../scripts/draw_figure.py"
