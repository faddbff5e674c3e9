# The studies of this house beside each other.


include: "studies_common.smk"


rule compare_studies:
    """Target: results/studies.html: the scorecards of all studies run so far, side by side."""
    input:
        cards=SCORECARDS,
    output:
        html="results/studies.html",
    log:
        "results/logs/compare_studies.log",
    conda:
        "../../environment.yml"
    params:
        hrefs=SCORECARD_PLACES,
        code=code("compare_studies.py"),
    message:
        "Comparing scorecards"
    script:
        "../../scripts/compare_studies.py"
