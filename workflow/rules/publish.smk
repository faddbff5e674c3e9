# Views of result rows: figures, tables, the scorecard, the page that leads to them.

from procohort import plan_methods, plan_multiverse, plan_scorecard


rule figure:
    input:
        unpack(figure_inputs),
    output:
        png="results/figures/{figure}.png",
        svg="results/figures/{figure}.svg",
        pdf="results/figures/{figure}.pdf",
        csv="results/figures/{figure}.csv",
        alt="results/figures/{figure}.txt",
    log:
        "results/logs/figure_{figure}.log",
    conda:
        "../../environment.yml"
    params:
        view=figure_params,
        code=figure_code,
    script:
        "../../scripts/draw_figure.py"


rule table:
    input:
        unpack(table_inputs),
    output:
        csv="results/tables/{table}.csv",
        html="results/tables/{table}.html",
    log:
        "results/logs/table_{table}.log",
    conda:
        "../../environment.yml"
    params:
        view=table_params,
        code=table_code,
    script:
        "../../scripts/make_table.py"


rule scorecard:
    input:
        estimates="results/estimates.csv",
        claims=claims_file,
        sources=sources_file,
        manifest="results/clean/manifest.json",
        tipping="results/tipping.csv",
        readings=plan_scorecard.readings_files(SETTINGS),
        specifications=plan_multiverse.multiverse_files(SETTINGS),
    output:
        html="results/scorecard.html",
        rows="results/rows.html",
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
    script:
        "../../scripts/scorecard.py"


rule methods:
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
        html="results/methods.html",
        md="results/methods.md",
    log:
        "results/logs/methods.log",
    conda:
        "../../environment.yml"
    params:
        methods=plan.methods_parameters(SETTINGS),
        code=code("make_methods.py"),
    script:
        "../../scripts/make_methods.py"


rule index:
    input:
        methods=rules.methods.output.html,
        scorecard=rules.scorecard.output.html,
        scorecard_csv=rules.scorecard.output.csv,
        small_cells="results/tables/small_cells.csv",
        manifest="results/clean/manifest.json",
        attrition="results/clean/attrition.csv",
        codebook="results/clean/codebook.csv",
        synthesis=plan_synthesis.rows(SETTINGS),
        tables=expand("results/tables/{table}.html", table=plan_index.tables(SETTINGS)),
        figures=expand(
            "results/figures/{figure}.svg", figure=plan_index.figures(SETTINGS)
        ),
        alternatives=expand(
            "results/figures/{figure}.txt", figure=plan_index.figures(SETTINGS)
        ),
    output:
        html="results/index.html",
    log:
        "results/logs/index.log",
    conda:
        "../../environment.yml"
    params:
        index=plan_index.index_parameters(SETTINGS),
        code=code("make_index.py"),
    script:
        "../../scripts/make_index.py"
