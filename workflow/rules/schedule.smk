# The planned doses: how well the dates of the tables keep to them.

from procohort import plan_schedule


rule assess_schedule:
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
    script:
        "../../scripts/assess_schedule.py"


rule adherence_table:
    input:
        estimates="results/estimates/schedule.csv",
    output:
        csv="results/tables/adherence.csv",
        html="results/tables/adherence.html",
    log:
        "results/logs/table_adherence.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_schedule.view_parameters(SETTINGS, "adherence"),
        code=code("make_table.py", "procohort.publish.tables.adherence"),
    script:
        "../../scripts/make_table.py"


rule swimmer_figure:
    input:
        estimates="results/estimates/schedule.csv",
        analysis="results/schedule/doses.parquet",
    output:
        png="results/figures/swimmer.png",
        svg="results/figures/swimmer.svg",
        pdf="results/figures/swimmer.pdf",
        csv="results/figures/swimmer.csv",
        alt="results/figures/swimmer.txt",
    log:
        "results/logs/figure_swimmer.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_schedule.view_parameters(SETTINGS, "swimmer"),
        code=code("draw_figure.py", "procohort.publish.figures.swimmer"),
    script:
        "../../scripts/draw_figure.py"
