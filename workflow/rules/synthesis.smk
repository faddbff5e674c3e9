# Published series beside the study's own result, and doses added up over a schedule.


include: "synthesis_common.smk"


rule synthesise:
    """Pool published series and set the study's own result beside them."""
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
    message:
        "Pooling published series"
    script:
        "../../scripts/synthesise.py"


rule synthesis_figure:
    """Forest plot of published series for one outcome."""
    input:
        rows="results/synthesis.csv",
        account="results/synthesis_series.csv",
    output:
        png="results/figures/synthesis_{pooled}.png",
        svg=report(
            "results/figures/synthesis_{pooled}.svg",
            caption="../report/figure.rst",
            category=category_of(figure="synthesis_{pooled}"),
            labels=labels_of(figure="synthesis_{pooled}"),
        ),
        pdf="results/figures/synthesis_{pooled}.pdf",
        webp="results/figures/synthesis_{pooled}.webp",
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
    message:
        "Drawing published series: {wildcards.pooled}"
    script:
        "../../scripts/draw_evidence.py"


rule synthesis_table:
    """Table of published series, or of what cannot be compared."""
    input:
        estimates="results/synthesis.csv",
        synthesis="results/synthesis_series.csv",
        not_comparable="results/synthesis_series.csv",
    output:
        csv="results/tables/{synthesised}.csv",
        html=report(
            "results/tables/{synthesised}.html",
            caption="../report/table.rst",
            category=category_of(table="{synthesised}"),
            labels=labels_of(table="{synthesised}"),
        ),
        json="results/tables/{synthesised}.json",
    log:
        "results/logs/table_{synthesised}.log",
    wildcard_constraints:
        synthesised="synthesis|not_comparable",
    conda:
        "../../environment.yml"
    params:
        view=synthesis_table_params,
        code=synthesis_table_code,
    message:
        "Tabulating published series: {wildcards.synthesised}"
    script:
        "../../scripts/make_table.py"


rule add_up_doses:
    """Add up doses over the planned schedule."""
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
    message:
        "Adding up doses over the schedule"
    script:
        "../../scripts/add_up_doses.py"


rule cumulative_dose_figure:
    """Draw doses added up over the schedule."""
    input:
        rows="results/cumulative_dose.csv",
        account="results/cumulative_dose_so_far.csv",
    output:
        png="results/figures/cumulative_dose.png",
        svg=report(
            "results/figures/cumulative_dose.svg",
            caption="../report/figure.rst",
            category=category_of(figure="cumulative_dose"),
            labels=labels_of(figure="cumulative_dose"),
        ),
        pdf="results/figures/cumulative_dose.pdf",
        webp="results/figures/cumulative_dose.webp",
        csv="results/figures/cumulative_dose.csv",
        alt="results/figures/cumulative_dose.txt",
    log:
        "results/logs/figure_cumulative_dose.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_synthesis.dose_figure_parameters(SETTINGS),
        code=code("draw_evidence.py", "procohort.publish.figures.cumulative_dose"),
    message:
        "Drawing cumulative doses"
    script:
        "../../scripts/draw_evidence.py"


rule cumulative_dose_table:
    """Table of doses added up over the schedule."""
    input:
        estimates="results/cumulative_dose.csv",
    output:
        csv="results/tables/cumulative_dose.csv",
        html=report(
            "results/tables/cumulative_dose.html",
            caption="../report/table.rst",
            category=category_of(table="cumulative_dose"),
            labels=labels_of(table="cumulative_dose"),
        ),
        json="results/tables/cumulative_dose.json",
    log:
        "results/logs/table_cumulative_dose.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_synthesis.dose_figure_parameters(SETTINGS),
        code=code("make_table.py", "procohort.publish.tables.cumulative_dose"),
    message:
        "Tabulating cumulative doses"
    script:
        "../../scripts/make_table.py"
