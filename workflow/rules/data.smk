# Raw tables in, one analysis table out, and an account of every row that left.


rule clean:
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
    script:
        "../../scripts/clean.py"


rule codebook:
    output:
        codebook="results/clean/codebook.csv",
    log:
        "results/logs/codebook.log",
    conda:
        "../../environment.yml"
    params:
        settings=plan.codebook_parameters(SETTINGS),
        code=code("write_codebook.py"),
    script:
        "../../scripts/write_codebook.py"
