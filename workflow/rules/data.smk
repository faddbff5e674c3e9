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
        dictionary="results/clean/dictionary.csv",
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
