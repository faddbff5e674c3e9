# What else could have been found: the other readings of the raw tables beside this run's,
# and the declared analyses under every combination of declared choices.


include: "multiverse_common.smk"


rule clean_reading:
    """Make the analysis table of another reading of the raw tables."""
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
    message:
        "Reading and checking the raw tables, reading {wildcards.reading}"
    script:
        "../../scripts/clean_reading.py"


rule estimate_reading:
    """Answer all analyses on another reading."""
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
    message:
        "Answering all analyses, reading {wildcards.reading}"
    script:
        "../../scripts/estimate_reading.py"


rule compare_readings:
    """Table of every printed statement under each reading."""
    input:
        claims=claims_file,
        estimates=list(plan_multiverse.estimates_of_readings(SETTINGS).values()),
    output:
        csv="results/tables/readings.csv",
        html=report(
            "results/tables/readings.html",
            caption="../report/table.rst",
            category=category_of(table="readings"),
            labels=labels_of(table="readings"),
        ),
        json="results/tables/readings.json",
    log:
        "results/logs/compare_readings.log",
    conda:
        "../../environment.yml"
    params:
        view=plan_multiverse.readings_parameters(SETTINGS),
        code=code("compare_readings.py", "procohort.publish.tables.readings"),
    message:
        "Tabulating printed statements under each reading"
    script:
        "../../scripts/compare_readings.py"


rule run_multiverse:
    """Answer declared analyses under every combination of choices."""
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
    message:
        "Answering under every combination of choices, reading {wildcards.reading}"
    script:
        "../../scripts/run_multiverse.py"


rule specification_curve:
    """Draw all answers to one analysis, ordered by size."""
    input:
        specifications=plan_multiverse.multiverse_files(SETTINGS),
    output:
        png="results/figures/specification_{repeated}.png",
        svg=report(
            "results/figures/specification_{repeated}.svg",
            caption="../report/figure.rst",
            category=category_of(figure="specification_{repeated}"),
            labels=labels_of(figure="specification_{repeated}"),
        ),
        pdf="results/figures/specification_{repeated}.pdf",
        webp="results/figures/specification_{repeated}.webp",
        csv="results/figures/specification_{repeated}.csv",
        alt="results/figures/specification_{repeated}.txt",
    log:
        "results/logs/specification_{repeated}.log",
    conda:
        "../../environment.yml"
    params:
        view=specification_params,
        code=code("show_multiverse.py", "procohort.publish.figures.specification"),
    message:
        "Drawing all answers: {wildcards.repeated}"
    script:
        "../../scripts/show_multiverse.py"


rule multiverse_table:
    """Table of all answers to one analysis."""
    input:
        specifications=plan_multiverse.multiverse_files(SETTINGS),
    output:
        csv="results/tables/multiverse_{repeated}.csv",
        html=report(
            "results/tables/multiverse_{repeated}.html",
            caption="../report/table.rst",
            category=category_of(table="multiverse_{repeated}"),
            labels=labels_of(table="multiverse_{repeated}"),
        ),
        json="results/tables/multiverse_{repeated}.json",
    log:
        "results/logs/multiverse_{repeated}.log",
    conda:
        "../../environment.yml"
    params:
        view=multiverse_table_params,
        code=code("show_multiverse.py", "procohort.publish.tables.multiverse"),
    message:
        "Tabulating all answers: {wildcards.repeated}"
    script:
        "../../scripts/show_multiverse.py"
