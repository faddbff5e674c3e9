# The intraclass correlation at which a printed conclusion would turn.


include: "tipping_common.smk"


wildcard_constraints:
    tipped="|".join(plan_tipping.drawn(SETTINGS)),


rule tipping:
    """Find how alike rows must be for a printed conclusion to turn."""
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
    message:
        "Finding where printed conclusions turn"
    script:
        "../../scripts/find_tipping.py"


rule tipping_figure:
    """Draw where the conclusions of one analysis turn."""
    input:
        rows="results/tipping.csv",
        starts="results/tipping_starts.csv",
    output:
        png="results/figures/tipping_{tipped}.png",
        svg=report(
            "results/figures/tipping_{tipped}.svg",
            caption="../report/figure.rst",
            category=category_of(figure="tipping_{tipped}"),
            labels=labels_of(figure="tipping_{tipped}"),
        ),
        pdf="results/figures/tipping_{tipped}.pdf",
        webp="results/figures/tipping_{tipped}.webp",
        csv="results/figures/tipping_{tipped}.csv",
        alt="results/figures/tipping_{tipped}.txt",
    log:
        "results/logs/figure_tipping_{tipped}.log",
    conda:
        "../../environment.yml"
    params:
        view=tipping_figure_params,
        code=code("draw_tipping.py", "procohort.publish.figures.tipping"),
    message:
        "Drawing where conclusions turn: {wildcards.tipped}"
    script:
        "../../scripts/draw_tipping.py"


rule tipping_table:
    """Table of where conclusions turn."""
    input:
        estimates="results/tipping.csv",
        tipping="results/tipping_starts.csv",
    output:
        csv="results/tables/tipping.csv",
        html=report(
            "results/tables/tipping.html",
            caption="../report/table.rst",
            category=category_of(table="tipping"),
            labels=labels_of(table="tipping"),
        ),
        json="results/tables/tipping.json",
    log:
        "results/logs/table_tipping.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_tipping.table_parameters(SETTINGS),
        code=code("make_table.py", "procohort.publish.tables.tipping"),
    message:
        "Tabulating where conclusions turn"
    script:
        "../../scripts/make_table.py"
