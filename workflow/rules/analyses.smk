# One job for each declared analysis; then all estimates together, adjusted.


rule analyse:
    """Answer one declared analysis, as published and cluster-aware."""
    input:
        analysis="results/clean/analysis.parquet",
    output:
        estimates="results/estimates/{analysis}.csv",
    log:
        "results/logs/analyse_{analysis}.log",
    conda:
        "../../environment.yml"
    params:
        analysis=analysis_params,
        code=analysis_code,
    message:
        "Analysing ({params.analysis[kind][name]}): {wildcards.analysis}"
    script:
        "../../scripts/analyse.py"


rule adjust:
    """Gather all result rows and adjust p-values for the number of tests."""
    input:
        estimates=expand("results/estimates/{analysis}.csv", analysis=ANALYSES)
        + plan_schedule.estimates(SETTINGS)
        + plan_safety.estimates(SETTINGS),
    output:
        estimates="results/estimates.csv",
    log:
        "results/logs/adjust.log",
    conda:
        "../../environment.yml"
    params:
        multiplicity=SETTINGS["multiplicity"],
        code=code("adjust.py"),
    message:
        "Adjusting p-values over all analyses"
    script:
        "../../scripts/adjust.py"


rule small_cells:
    """List the counts so small that they could point to a person."""
    input:
        estimates="results/estimates.csv",
    output:
        cells="results/tables/small_cells.csv",
    log:
        "results/logs/small_cells.log",
    conda:
        "../../environment.yml"
    params:
        privacy=SETTINGS["privacy"],
        code=code("list_small_cells.py"),
    message:
        "Listing small counts"
    script:
        "../../scripts/list_small_cells.py"


rule enumerate_counts:
    """List all counts that printed percentages allow."""
    output:
        solutions="results/feasible/{item}.csv",
    log:
        "results/logs/enumerate_counts_{item}.log",
    conda:
        "../../environment.yml"
    params:
        item=feasibility_params,
        code=code("enumerate_counts.py"),
    message:
        "Listing the counts that printed percentages allow: {wildcards.item}"
    script:
        "../../scripts/enumerate_counts.py"
