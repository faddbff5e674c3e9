# The intraclass correlation at which a printed conclusion would turn.


include: "tipping_common.smk"


wildcard_constraints:
    tipped="|".join(plan_tipping.drawn(SETTINGS)),


rule tipping:
    input:
        analysis="results/clean/analysis.parquet",
        estimates="results/estimates.csv",
        claims=claims_file,
    output:
        rows="results/tipping.csv",
        starts="results/tipping_starts.csv",
    log:
        "results/logs/tipping.log",
    conda:
        "../../environment.yml"
    params:
        tipping=plan_tipping.parameters(SETTINGS),
        code=code("find_tipping.py"),
    script:
        "../../scripts/find_tipping.py"


rule tipping_figure:
    input:
        rows="results/tipping.csv",
        starts="results/tipping_starts.csv",
    output:
        png="results/figures/tipping_{tipped}.png",
        svg="results/figures/tipping_{tipped}.svg",
        pdf="results/figures/tipping_{tipped}.pdf",
        csv="results/figures/tipping_{tipped}.csv",
        alt="results/figures/tipping_{tipped}.txt",
    log:
        "results/logs/figure_tipping_{tipped}.log",
    conda:
        "../../environment.yml"
    params:
        view=tipping_figure_params,
        code=code("draw_tipping.py", "procohort.publish.figures.tipping"),
    script:
        "../../scripts/draw_tipping.py"


rule tipping_table:
    input:
        estimates="results/tipping.csv",
        tipping="results/tipping_starts.csv",
    output:
        csv="results/tables/tipping.csv",
        html="results/tables/tipping.html",
    log:
        "results/logs/table_tipping.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_tipping.table_parameters(SETTINGS),
        code=code("make_table.py", "procohort.publish.tables.tipping"),
    script:
        "../../scripts/make_table.py"
