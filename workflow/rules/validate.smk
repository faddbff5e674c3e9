# Simulated cohorts on which the methods are tried: targets of their own.
#
#   snakemake --cores 4 validate_methods         the whole, some minutes
#   snakemake --cores 4 validate_methods_quick   the same path in short, for checks of the code


include: "validate_common.smk"


wildcard_constraints:
    setting="|".join(VALIDATION["settings"]),
    cell="|".join(re.escape(cell) for cell in validation.cells(VALIDATION, "full")),
    part=r"\d+",


rule validate_methods:
    input:
        svg="results/validation/full/validation.svg",


rule validate_methods_quick:
    input:
        svg="results/validation/quick/validation.svg",


rule validate_part:
    output:
        counts="results/validation/{setting}/parts/{cell}_part{part}.csv",
    log:
        "results/logs/validate_{setting}_{cell}_part{part}.log",
    conda:
        "../../environment.yml"
    params:
        part=validation_part,
        code=code("validate_cell.py"),
    script:
        "../../scripts/validate_cell.py"


rule gather_validation:
    input:
        parts=validation_parts,
    output:
        findings="results/validation/{setting}/validation.csv",
    log:
        "results/logs/gather_validation_{setting}.log",
    conda:
        "../../environment.yml"
    params:
        cells=validation_cells,
        code=code("gather_validation.py"),
    script:
        "../../scripts/gather_validation.py"


rule draw_validation:
    input:
        findings="results/validation/{setting}/validation.csv",
    output:
        svg="results/validation/{setting}/validation.svg",
        tables="results/validation/{setting}/validation.md",
    log:
        "results/logs/draw_validation_{setting}.log",
    conda:
        "../../environment.yml"
    params:
        code=code("draw_validation.py"),
    script:
        "../../scripts/draw_validation.py"
