# Published series beside the study's own result, and doses added up over a schedule.


include: "synthesis_common.smk"


rule synthesise:
    input:
        evidence=plan_synthesis.evidence_file(SETTINGS),
        estimates="results/estimates.csv",
    output:
        rows="results/synthesis.csv",
        account="results/synthesis_series.csv",
    log:
        "results/logs/synthesise.log",
    conda:
        "../../environment.yml"
    params:
        asked=plan_synthesis.parameters(SETTINGS),
        code=code("synthesise.py"),
    script:
        "../../scripts/synthesise.py"


rule synthesis_figure:
    input:
        rows="results/synthesis.csv",
        account="results/synthesis_series.csv",
    output:
        png="results/figures/synthesis_{pooled}.png",
        svg="results/figures/synthesis_{pooled}.svg",
        pdf="results/figures/synthesis_{pooled}.pdf",
        csv="results/figures/synthesis_{pooled}.csv",
        alt="results/figures/synthesis_{pooled}.txt",
    log:
        "results/logs/figure_synthesis_{pooled}.log",
    wildcard_constraints:
        pooled="|".join(plan_synthesis.pooled(SETTINGS)) or "none",
    conda:
        "../../environment.yml"
    params:
        view=synthesis_figure_params,
        code=code("draw_evidence.py", "procohort.publish.figures.synthesis"),
    script:
        "../../scripts/draw_evidence.py"


rule synthesis_table:
    input:
        estimates="results/synthesis.csv",
        synthesis="results/synthesis_series.csv",
        not_comparable="results/synthesis_series.csv",
    output:
        csv="results/tables/{synthesised}.csv",
        html="results/tables/{synthesised}.html",
    log:
        "results/logs/table_{synthesised}.log",
    wildcard_constraints:
        synthesised="synthesis|not_comparable",
    conda:
        "../../environment.yml"
    params:
        view=synthesis_table_params,
        code=synthesis_table_code,
    script:
        "../../scripts/make_table.py"


rule add_up_doses:
    input:
        analysis="results/clean/analysis.parquet",
        evidence=plan_synthesis.evidence_file(SETTINGS),
    output:
        rows="results/cumulative_dose.csv",
        sums="results/cumulative_dose_so_far.csv",
    log:
        "results/logs/add_up_doses.log",
    conda:
        "../../environment.yml"
    params:
        asked=plan_synthesis.dose_parameters(SETTINGS),
        code=code("add_up_doses.py"),
    script:
        "../../scripts/add_up_doses.py"


rule cumulative_dose_figure:
    input:
        rows="results/cumulative_dose.csv",
        account="results/cumulative_dose_so_far.csv",
    output:
        png="results/figures/cumulative_dose.png",
        svg="results/figures/cumulative_dose.svg",
        pdf="results/figures/cumulative_dose.pdf",
        csv="results/figures/cumulative_dose.csv",
        alt="results/figures/cumulative_dose.txt",
    log:
        "results/logs/figure_cumulative_dose.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_synthesis.dose_figure_parameters(SETTINGS),
        code=code("draw_evidence.py", "procohort.publish.figures.cumulative_dose"),
    script:
        "../../scripts/draw_evidence.py"


rule cumulative_dose_table:
    input:
        estimates="results/cumulative_dose.csv",
    output:
        csv="results/tables/cumulative_dose.csv",
        html="results/tables/cumulative_dose.html",
    log:
        "results/logs/table_cumulative_dose.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_synthesis.dose_figure_parameters(SETTINGS),
        code=code("make_table.py", "procohort.publish.tables.cumulative_dose"),
    script:
        "../../scripts/make_table.py"
