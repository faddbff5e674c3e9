# What else could have been found: the other readings of the raw tables beside this run's,
# and the declared analyses under every combination of declared choices.


include: "multiverse_common.smk"


rule clean_reading:
    input:
        raw=reading_raw_files,
        checksums=reading_checksum_file,
    output:
        analysis="results/readings/{reading}/analysis.parquet",
    log:
        "results/logs/clean_reading_{reading}.log",
    wildcard_constraints:
        reading="|".join(READINGS) or "none",
    conda:
        "../../environment.yml"
    params:
        settings=reading_cleaning,
        code=code("clean_reading.py"),
    script:
        "../../scripts/clean_reading.py"


rule estimate_reading:
    input:
        analysis="results/readings/{reading}/analysis.parquet",
    output:
        estimates="results/readings/{reading}/estimates.csv",
    log:
        "results/logs/estimate_reading_{reading}.log",
    wildcard_constraints:
        reading="|".join(READINGS) or "none",
    conda:
        "../../environment.yml"
    params:
        asked=reading_estimating,
        code=every_analysis_code("estimate_reading.py"),
    script:
        "../../scripts/estimate_reading.py"


rule compare_readings:
    input:
        claims=claims_file,
        estimates=list(plan_multiverse.estimates_of_readings(SETTINGS).values()),
    output:
        csv="results/tables/readings.csv",
        html="results/tables/readings.html",
    log:
        "results/logs/compare_readings.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_multiverse.readings_parameters(SETTINGS),
        code=code("compare_readings.py", "procohort.publish.tables.readings"),
    script:
        "../../scripts/compare_readings.py"


rule run_multiverse:
    input:
        analysis=repeated_analysis_table,
    output:
        specifications="results/multiverse/{reading}.csv",
    log:
        "results/logs/run_multiverse_{reading}.log",
    conda:
        "../../environment.yml"
    params:
        asked=multiverse_params,
        code=code(
            "run_multiverse.py",
            "procohort.analyses.compare",
            "procohort.analyses.correlate",
        ),
    script:
        "../../scripts/run_multiverse.py"


rule specification_curve:
    input:
        specifications=plan_multiverse.multiverse_files(SETTINGS),
    output:
        png="results/figures/specification_{repeated}.png",
        svg="results/figures/specification_{repeated}.svg",
        pdf="results/figures/specification_{repeated}.pdf",
        csv="results/figures/specification_{repeated}.csv",
        alt="results/figures/specification_{repeated}.txt",
    log:
        "results/logs/specification_{repeated}.log",
    conda:
        "../../environment.yml"
    params:
        view=specification_params,
        code=code("show_multiverse.py", "procohort.publish.figures.specification"),
    script:
        "../../scripts/show_multiverse.py"


rule multiverse_table:
    input:
        specifications=plan_multiverse.multiverse_files(SETTINGS),
    output:
        csv="results/tables/multiverse_{repeated}.csv",
        html="results/tables/multiverse_{repeated}.html",
    log:
        "results/logs/multiverse_{repeated}.log",
    conda:
        "../../environment.yml"
    params:
        view=multiverse_table_params,
        code=code("show_multiverse.py", "procohort.publish.tables.multiverse"),
    script:
        "../../scripts/show_multiverse.py"
