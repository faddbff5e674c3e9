# Targets of their own, not part of the main run.


rule reconstruct_tables:
    input:
        specification=SETTINGS["reconstruction"] or [],
    output:
        files=expand(
            "results/reconstruction/{{reading}}/{name}", name=RECONSTRUCTED_NAMES
        ),
    log:
        "results/logs/reconstruct_{reading}.log",
    conda:
        "../../environment.yml"
    params:
        reading="{reading}",
        code=code("reconstruct.py"),
    script:
        "../../scripts/reconstruct.py"


rule reconstruct:
    input:
        made=list(RECONSTRUCTED.values()),
        committed=list(RECONSTRUCTED),
    output:
        report="results/reconstruction/report.txt",
    log:
        "results/logs/reconstruct.log",
    conda:
        "../../environment.yml"
    params:
        code=code("compare_files.py"),
    script:
        "../../scripts/compare_files.py"
