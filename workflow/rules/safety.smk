# How often complications happen, in the conventional frequency classes.

from procohort import plan_safety


rule classify_safety:
    """Put complications into the conventional frequency classes."""
    input:
        analysis="results/clean/analysis.parquet",
    output:
        estimates="results/estimates/safety.csv",
    log:
        "results/logs/classify_safety.log",
    conda:
        "../../environment.yml"
    params:
        asked=plan_safety.parameters(SETTINGS),
        code=code("classify_safety.py"),
    message:
        "Classing complications by frequency"
    script:
        "../../scripts/classify_safety.py"


rule safety_table:
    """Table of complications in frequency classes."""
    input:
        estimates="results/estimates/safety.csv",
    output:
        csv="results/tables/safety.csv",
        html=report(
            "results/tables/safety.html",
            caption="../report/table.rst",
            category=category_of(table="safety"),
            labels=labels_of(table="safety"),
        ),
        json="results/tables/safety.json",
    log:
        "results/logs/table_safety.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_safety.view_parameters(SETTINGS),
        code=code("make_table.py", "procohort.publish.tables.safety"),
    message:
        "Tabulating complications"
    script:
        "../../scripts/make_table.py"
