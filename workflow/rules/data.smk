# Raw tables in, one analysis table out, and an account of every row that left.


rule clean:
    """Read the raw tables, check every value, write the analysis table and what was set aside."""
    input:
        raw=raw_files,
        checksums=checksum_file,
    output:
        analysis="results/clean/analysis.parquet",
        analysis_csv="results/clean/analysis.csv",
        findings="results/clean/findings.csv",
        quarantine=expand(
            "results/clean/quarantine_{name}.csv", name=SETTINGS["tables"]
        ),
        attrition="results/clean/attrition.csv",
        missing="results/clean/missing.csv",
        manifest="results/clean/manifest.json",
    log:
        "results/logs/clean.log",
    conda:
        "../../environment.yml"
    params:
        settings=plan.cleaning_parameters(SETTINGS),
        code=code("clean.py"),
    message:
        "Reading and checking the raw tables"
    script:
        "../../scripts/clean.py"


rule codebook:
    """Explain every column of the analysis table."""
    output:
        codebook="results/clean/codebook.csv",
    log:
        "results/logs/codebook.log",
    conda:
        "../../environment.yml"
    params:
        settings=plan.codebook_parameters(SETTINGS),
        code=code("write_codebook.py"),
    message:
        "Writing the codebook"
    script:
        "../../scripts/write_codebook.py"
