# Targets of their own, not part of the main run.


rule reconstruct_tables:
    """Make raw tables from published figures, under one reading."""
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
    message:
        "Reconstructing raw tables, reading {wildcards.reading}"
    script:
        "../../scripts/reconstruct.py"


rule reconstruct:
    """Target: make the default study's raw tables anew and compare them with data/raw."""
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
    message:
        "Comparing reconstructed tables with data/raw"
    script:
        "../../scripts/compare_files.py"
