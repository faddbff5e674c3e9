# Figures one journal column (85 mm) wide; the rules of the page-wide ones with another width.


include: "print_common.smk"


rule print_figures:
    """Target: results/figures/85mm/: every figure one journal column wide, vector and 600 dpi."""
    input:
        expand(
            "results/figures/85mm/{figure}.pdf", figure=plan_report.figures(SETTINGS)
        ),
    message:
        "All figures are one column wide"


use rule figure as figure_one_column with:
    output:
        png="results/figures/85mm/{figure}.png",
        svg="results/figures/85mm/{figure}.svg",
        pdf="results/figures/85mm/{figure}.pdf",
    log:
        "results/logs/85mm_{figure}.log",
    params:
        view=one_column(figure_params),
        code=figure_code,
    message:
        "Drawing {wildcards.figure}, one column wide"


use rule tipping_figure as tipping_figure_one_column with:
    output:
        png="results/figures/85mm/tipping_{tipped}.png",
        svg="results/figures/85mm/tipping_{tipped}.svg",
        pdf="results/figures/85mm/tipping_{tipped}.pdf",
    log:
        "results/logs/85mm_tipping_{tipped}.log",
    params:
        view=one_column(tipping_figure_params),
        code=code("draw_tipping.py", "procohort.publish.figures.tipping"),
    message:
        "Drawing tipping_{wildcards.tipped}, one column wide"


use rule specification_curve as specification_curve_one_column with:
    output:
        png="results/figures/85mm/specification_{repeated}.png",
        svg="results/figures/85mm/specification_{repeated}.svg",
        pdf="results/figures/85mm/specification_{repeated}.pdf",
    log:
        "results/logs/85mm_specification_{repeated}.log",
    params:
        view=one_column(specification_params),
        code=code("show_multiverse.py", "procohort.publish.figures.specification"),
    message:
        "Drawing specification_{wildcards.repeated}, one column wide"


use rule synthesis_figure as synthesis_figure_one_column with:
    output:
        png="results/figures/85mm/synthesis_{pooled}.png",
        svg="results/figures/85mm/synthesis_{pooled}.svg",
        pdf="results/figures/85mm/synthesis_{pooled}.pdf",
    log:
        "results/logs/85mm_synthesis_{pooled}.log",
    params:
        view=one_column(synthesis_figure_params),
        code=code("draw_evidence.py", "procohort.publish.figures.synthesis"),
    message:
        "Drawing synthesis_{wildcards.pooled}, one column wide"


use rule cumulative_dose_figure as cumulative_dose_figure_one_column with:
    output:
        png="results/figures/85mm/cumulative_dose.png",
        svg="results/figures/85mm/cumulative_dose.svg",
        pdf="results/figures/85mm/cumulative_dose.pdf",
    log:
        "results/logs/85mm_cumulative_dose.log",
    params:
        view=one_column(plan_synthesis.dose_figure_parameters(SETTINGS)),
        code=code("draw_evidence.py", "procohort.publish.figures.cumulative_dose"),
    message:
        "Drawing cumulative_dose, one column wide"


use rule swimmer_figure as swimmer_figure_one_column with:
    output:
        png="results/figures/85mm/swimmer.png",
        svg="results/figures/85mm/swimmer.svg",
        pdf="results/figures/85mm/swimmer.pdf",
    log:
        "results/logs/85mm_swimmer.log",
    params:
        view=one_column(plan_schedule.view_parameters(SETTINGS, "swimmer")),
        code=code("draw_figure.py", "procohort.publish.figures.swimmer"),
    message:
        "Drawing swimmer, one column wide"
