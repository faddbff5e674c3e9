"""The floor: every script of the pipeline run one after another in one process.

The same scripts on the same files with the same parameters, without Snakemake
and without a start of Python for each: what the computation itself costs.

    python -m benchmarks.one_process FOLDER_OF_THE_STUDY
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HOUSE = Path(__file__).resolve().parents[1]
SCRIPTS = HOUSE / "scripts"
sys.path.insert(0, str(SCRIPTS))

from procohort import plan, plan_index  # noqa: E402  (the package lies in scripts/)
from procohort.provenance import code_digest  # noqa: E402
from procohort.settings import load  # noqa: E402


class Named(list[Any]):
    """A list whose items have names too, as Snakemake's inputs and outputs."""

    def __init__(self, **items: Any) -> None:
        super().__init__()
        for name, item in items.items():
            setattr(self, name, item)
            self.extend(item if isinstance(item, list) else [item])

    def get(self, name: str, default: Any = None) -> Any:
        """Return the item of a name, or the default."""
        return getattr(self, name, default)

    def __getitem__(self, key: Any) -> Any:
        """Return an item by name or position."""
        return getattr(self, key) if isinstance(key, str) else super().__getitem__(key)


def run(script: str, *, inputs: Named, outputs: Named, **params: Any) -> None:
    """Run one script as its rule would."""
    for path in outputs:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    job = SimpleNamespace(
        rule=script, input=inputs, output=outputs, params=SimpleNamespace(**params), log=[]
    )
    runpy.run_path(str(SCRIPTS / script), init_globals={"snakemake": job})


def main(folder: Path) -> None:
    """Run the whole study in `folder`."""
    os.chdir(folder)
    settings = load("config.yaml", HOUSE / "workflow/schemas/config.schema.yaml")
    clean = Named(
        analysis="results/clean/analysis.parquet",
        analysis_csv="results/clean/analysis.csv",
        findings="results/clean/findings.csv",
        quarantine=[f"results/clean/quarantine_{name}.csv" for name in settings["tables"]],
        attrition="results/clean/attrition.csv",
        missing="results/clean/missing.csv",
        manifest="results/clean/manifest.json",
    )
    run("clean.py", inputs=Named(), outputs=clean, settings=plan.cleaning_parameters(settings))
    run(
        "write_codebook.py",
        inputs=Named(),
        outputs=Named(codebook="results/clean/codebook.csv"),
        settings=plan.codebook_parameters(settings),
    )
    estimates = [f"results/estimates/{name}.csv" for name in plan.analyses(settings)]
    for name, path in zip(plan.analyses(settings), estimates, strict=True):
        run(
            "analyse.py",
            inputs=Named(analysis="results/clean/analysis.parquet"),
            outputs=Named(estimates=path),
            analysis=plan.analysis_parameters(settings, name),
        )
    run(
        "adjust.py",
        inputs=Named(estimates=estimates),
        outputs=Named(estimates="results/estimates.csv"),
        multiplicity=settings["multiplicity"],
    )
    run(
        "list_small_cells.py",
        inputs=Named(estimates="results/estimates.csv"),
        outputs=Named(cells="results/tables/small_cells.csv"),
        privacy=settings["privacy"],
    )
    publish(settings)


def publish(settings: dict[str, Any]) -> None:
    """Draw and write every view."""
    for figure in plan.figures(settings):
        base = f"results/figures/{figure}"
        kinds = {"png": "png", "svg": "svg", "pdf": "pdf", "csv": "csv", "alt": "txt"}
        run(
            "draw_figure.py",
            inputs=Named(**plan.figure_inputs(settings, figure)),
            outputs=Named(**{name: f"{base}.{suffix}" for name, suffix in kinds.items()}),
            view=plan.figure_parameters(settings, figure),
        )
    for item in settings["feasibility"]:
        run(
            "enumerate_counts.py",
            inputs=Named(),
            outputs=Named(solutions=f"results/feasible/{item['id']}.csv"),
            item=item,
        )
    for table in plan.tables(settings):
        run(
            "make_table.py",
            inputs=Named(**plan.table_inputs(settings, table)),
            outputs=Named(csv=f"results/tables/{table}.csv", html=f"results/tables/{table}.html"),
            view=plan.table_parameters(settings, table),
        )
    run(
        "scorecard.py",
        inputs=Named(
            estimates="results/estimates.csv",
            claims=settings["claims"] or [],
            manifest="results/clean/manifest.json",
        ),
        outputs=Named(
            html="results/scorecard.html",
            csv="results/scorecard.csv",
            json="results/scorecard.json",
        ),
        study=plan.study_parameters(settings),
        code=code_digest(SCRIPTS / "scorecard.py", root=SCRIPTS),
    )
    run(
        "make_methods.py",
        inputs=Named(
            estimates="results/estimates.csv",
            attrition="results/clean/attrition.csv",
            findings="results/clean/findings.csv",
            missing="results/clean/missing.csv",
        ),
        outputs=Named(html="results/methods.html", md="results/methods.md"),
        methods=plan.methods_parameters(settings),
    )
    run(
        "make_index.py",
        inputs=Named(
            methods="results/methods.html",
            scorecard="results/scorecard.html",
            scorecard_csv="results/scorecard.csv",
            small_cells="results/tables/small_cells.csv",
            manifest="results/clean/manifest.json",
            attrition="results/clean/attrition.csv",
            tables=[f"results/tables/{name}.html" for name in plan.tables(settings)],
            figures=[f"results/figures/{name}.svg" for name in plan.figures(settings)],
            alternatives=[f"results/figures/{name}.txt" for name in plan.figures(settings)],
        ),
        outputs=Named(html="results/index.html"),
        index=plan_index.index_parameters(settings),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
