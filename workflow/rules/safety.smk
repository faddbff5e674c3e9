# How often complications happen, in the conventional frequency classes.

from procohort import plan_safety


rule classify_safety:
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
    script:
        "../../scripts/classify_safety.py"


rule safety_table:
    input:
        estimates="results/estimates/safety.csv",
    output:
        csv="results/tables/safety.csv",
        html="results/tables/safety.html",
    log:
        "results/logs/table_safety.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_safety.view_parameters(SETTINGS),
        code=code("make_table.py", "procohort.publish.tables.safety"),
    script:
        "../../scripts/make_table.py"
