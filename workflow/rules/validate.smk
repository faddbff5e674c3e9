# Simulated cohorts on which the methods are tried: targets of their own.
#
#   snakemake --cores 4 validate_methods         in full size, ten minutes or so
#   snakemake --cores 4 validate_methods_quick   the same path in short, for checks of the code


include: "validate_common.smk"


wildcard_constraints:
    setting="|".join(VALIDATION["settings"]),
    cell="|".join(re.escape(cell) for cell in validation.cells(VALIDATION, "full")),
    part=r"\d+",


rule validate_methods:
    """Target: try the methods on simulated cohorts in full size (ten minutes or so on two cores)."""
    input:
        svg="results/validation/full/validation.svg",
    message:
        "The methods have been tried"


rule validate_methods_quick:
    """Target: the same path with few cohorts; their numbers are too few to judge by."""
    input:
        svg="results/validation/quick/validation.svg",
    message:
        "The methods have been tried in short"


rule validate_part:
    """Try every method on some cohorts of one cell."""
    output:
        counts="results/validation/{setting}/parts/{cell}_part{part}.csv",
    log:
        "results/logs/validate_{setting}_{cell}_part{part}.log",
    conda:
        "../../environment.yml"
    params:
        part=validation_part,
        code=code("validate_cell.py"),
    message:
        "Trying methods on simulated cohorts: {wildcards.cell}, part {wildcards.part}"
    script:
        "../../scripts/validate_cell.py"


rule gather_validation:
    """Add up the parts of all cells and judge every method."""
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
    message:
        "Gathering the simulations"
    script:
        "../../scripts/gather_validation.py"


rule draw_validation:
    """Draw and tabulate how the methods did."""
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
    message:
        "Drawing how the methods did"
    script:
        "../../scripts/draw_validation.py"
