# A run beside the one before, and the claims that must hold.


rule compare_runs:
    input:
        estimates="results/estimates.csv",
        scorecard="results/scorecard.json",
    output:
        text="results/what_moved.txt",
        csv="results/what_moved.csv",
        html="results/what_moved.html",
    log:
        "results/logs/compare_runs.log",
    conda:
        "../../environment.yml"
    params:
        settings=SETTINGS,
        code=code("compare_runs.py"),
    script:
        "../../scripts/compare_runs.py"


# After the page, so that everything is there to look at when the gate closes.
rule gate:
    input:
        scorecard="results/scorecard.json",
        index="results/index.html",
    output:
        report="results/gate.txt",
    log:
        "results/logs/gate.log",
    conda:
        "../../environment.yml"
    params:
        gate=SETTINGS["gate"],
        code=code("hold_gate.py"),
    script:
        "../../scripts/hold_gate.py"
