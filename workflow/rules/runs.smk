# A run beside the one before, and the claims that must hold.


rule compare_runs:
    """Target: results/what_moved.html: which settings, verdicts and results moved since the run before."""
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
    message:
        "Comparing with the run before"
    script:
        "../../scripts/compare_runs.py"


# After the page, so that everything is there to look at when the gate closes.
rule gate:
    """Target: results/gate.txt: the claims that must hold; exit code 6 when one does not."""
    input:
        scorecard="results/scorecard.json",
        report="results/report.html",
    output:
        report="results/gate.txt",
    log:
        "results/logs/gate.log",
    conda:
        "../../environment.yml"
    params:
        gate=SETTINGS["gate"],
        code=code("hold_gate.py"),
    message:
        "Holding the gate"
    script:
        "../../scripts/hold_gate.py"
