"""The multiverse: every combination of declared choices, computed once and all of it shown."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from minimal_study import SCHEMA, config
from procohort import plan_multiverse, plan_report, results
from procohort.analyses.alternatives import ChoiceError, fill_missing, under, universes
from procohort.analyses.multiverse import direction, run_multiverse
from procohort.analyses.run import run_analysis
from procohort.publish import style
from procohort.publish.figures import canvas
from procohort.publish.figures.kinds import draw, draw_files
from procohort.publish.specified import SpecifiedView, answers, share_below
from procohort.publish.tables.kinds import make
from procohort.publish.view import View
from procohort.settings import SettingsError, complete
from procohort.settings_multiverse import RESERVED_DECISIONS
from procohort.specifications import Specification, read_specifications, write_specifications
from procohort.study import Variable

ALTERNATIVES = [
    {
        "id": "clock",
        "choices": [
            {"id": "as_timed"},
            {"id": "slow_clock", "label": "Clock too slow", "set": {"seconds": "seconds * 1.1"}},
        ],
    },
    {
        "id": "trials",
        "choices": [{"id": "all"}, {"id": "few_errors", "keep": "errors <= 3"}],
    },
    {
        "id": "absent",
        "choices": [
            {"id": "left_out"},
            {"id": "against", "missing": "against"},
            {"id": "in_favour", "missing": "in_favour"},
        ],
    },
]
MULTIVERSE = {
    "analyses": ["by_diet", "errors_and_time"],
    "n_resamples": 99,
    "alternatives": ALTERNATIVES,
}


def rats(n_rats: int = 12, n_trials: int = 6) -> pd.DataFrame:
    """Trials of rats in litters; the rich diet makes slower; two times are missing."""
    rng = np.random.default_rng(4)
    rat = np.repeat(np.arange(n_rats), n_trials)
    rich = rat % 2 == 0
    errors = rng.poisson(1.5, len(rat)) + 1
    seconds = np.exp(3.4 + 0.3 * rng.normal(size=n_rats)[rat] + 0.3 * rich + 0.1 * errors)
    seconds = pd.array(np.round(seconds + rng.random(len(rat)), 1), dtype="Float64")
    seconds[[3, 8]] = pd.NA
    return pd.DataFrame(
        {
            "cluster": pd.array([f"{r // 3}-{r}" for r in rat], dtype="string"),
            "litter": pd.array([str(r // 3) for r in rat], dtype="string"),
            "diet": pd.array(np.where(rich, "rich", "plain"), dtype="string"),
            "seconds": seconds,
            "errors": pd.array(errors, dtype="Int64"),
            "reached": pd.array(rng.random(len(rat)) < np.where(rich, 0.6, 0.8), dtype="boolean"),
            "slow": pd.array(seconds > 60, dtype="boolean"),
        }
    )


def settings(**multiverse: Any) -> dict[str, Any]:
    """Return complete settings of the rats with a multiverse; `slow` depends on no choice here."""
    raw = config(multiverse={**MULTIVERSE, **multiverse}, derived={})
    return complete(raw, SCHEMA)


def computed(table: pd.DataFrame, reading: str = "", **multiverse: Any) -> list[Specification]:
    asked = plan_multiverse.multiverse_parameters(settings(**multiverse), "main")
    return run_multiverse(
        asked["analyses"],
        asked["alternatives"],
        table,
        replaced={
            name: Variable.from_analysis(name, variable)
            for name, variable in asked["replaced"].items()
        },
        parameters=asked["parameters"],
        reading=reading,
    )


@pytest.fixture(scope="module")
def found() -> list[Specification]:
    return computed(rats())


def combinations(items: list[Specification], analysis: str, outcome: str) -> list[tuple[str, ...]]:
    mine = [i for i in items if i.row.analysis == analysis and i.row.outcome == outcome]
    return list(dict.fromkeys(tuple(i.choices.values()) for i in mine))


def test_every_combination_is_a_universe_and_the_main_analysis_is_the_first() -> None:
    """A combination left out would be a selection."""
    found = universes(ALTERNATIVES)
    named = {tuple(choice.id for choice in universe) for universe in found}
    assert len(found) == len(named) == 2 * 2 * 3
    assert [choice.id for choice in found[0]] == ["as_timed", "all", "left_out"]


def test_a_choice_that_changes_no_row_of_an_outcome_is_not_counted_for_it(
    found: list[Specification],
) -> None:
    """Counting the same rows twice would make the agreement look larger than it is."""
    times = combinations(found, "by_diet", "seconds")
    assert len(times) == 12
    # Neither the clock nor missing times touch whether the platform was reached.
    assert combinations(found, "by_diet", "reached") == [
        ("as_timed", "all", "left_out"),
        ("as_timed", "few_errors", "left_out"),
    ]


def test_the_main_analysis_is_the_declared_one_and_no_method_is_left_out(
    found: list[Specification],
) -> None:
    """The first choice changes nothing; every effect row is a specification."""
    asked = plan_multiverse.multiverse_parameters(settings(), "main")["analyses"][0]
    rows = run_analysis(
        asked["kind"],
        asked["spec"],
        rats(),
        {n: Variable.from_analysis(n, v) for n, v in asked["variables"].items()},
        parameters={},
        methods=asked["methods"],
    )
    expected = [
        row
        for row in rows
        if row.perspective != "descriptive" and row.method != "leave_one_patient_out"
    ]
    main = [
        item.row
        for item in found
        if item.row.analysis == "by_diet"
        and tuple(item.choices.values()) == ("as_timed", "all", "left_out")
    ]
    assert list(map(repr, main)) == list(map(repr, expected))
    assert {row.perspective for row in main} == {"as_published", "cluster_aware"}


def test_replaced_values_and_kept_rows_reach_the_answers(found: list[Specification]) -> None:
    """A clock that is 10 % slow makes the shift 10 % larger; fewer trials make n smaller."""
    shift = {
        tuple(item.choices.values()): item.row
        for item in found
        if item.row.estimand == "hodges_lehmann_shift"
        and item.row.perspective == "as_published"
        and item.row.outcome == "seconds"
    }
    main, slow = (shift[clock, "all", "left_out"] for clock in ("as_timed", "slow_clock"))
    # Times are rounded to 0.1 s again.
    assert slow.estimate == pytest.approx(1.1 * main.estimate, abs=0.11)
    few = shift["as_timed", "few_errors", "left_out"]
    table = rats()
    assert few.n_procedures == int(((table["errors"] <= 3) & table["seconds"].notna()).sum())


def test_extremes_move_the_answer_against_and_for_the_published_direction(
    found: list[Specification],
) -> None:
    """The two ends enclose the answer that leaves missing values out."""
    rows = {
        item.choices["absent"]: item
        for item in found
        if item.choices["clock"] == "as_timed"
        and item.choices["trials"] == "all"
        and item.row.estimand == "geometric_mean_ratio"
        and item.row.method == "geometric_mean_ratio_welch"
    }
    main = rows["left_out"].row
    assert main.estimate > 1
    assert rows["against"].row.estimate < main.estimate < rows["in_favour"].row.estimate
    assert [rows[name].n_set for name in ("left_out", "against", "in_favour")] == [0, 2, 2]
    assert rows["against"].row.n_procedures == (main.n_procedures or 0) + 2


def little(**columns: Any) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"cluster": pd.array([f"p{i}" for i in range(n)], "string"), **columns})


BY_GROUP = {"group": "g", "levels": ["a", "b"]}


def test_missing_quantities_get_the_observed_extreme_of_their_level() -> None:
    """Upwards: the first level the largest value, the reference the smallest; others stay."""
    table = little(
        g=pd.array(["a", "a", "b", "b", "c", None], "string"),
        y=pd.array([5.0, None, None, 1.0, None, None], "Float64"),
    )
    up, n_up = fill_missing(table, BY_GROUP, "y", sign=1, parameters={})
    assert up["y"].fillna(-9).tolist() == [5.0, 5.0, 1.0, 1.0, -9.0, -9.0]
    down, n_down = fill_missing(table, BY_GROUP, "y", sign=-1, parameters={})
    assert down["y"].fillna(-9).tolist() == [5.0, 1.0, 5.0, 1.0, -9.0, -9.0]
    assert n_up == n_down == 2
    same, n_none = fill_missing(table, BY_GROUP, "y", sign=0, parameters={})
    assert n_none == 0
    assert same["y"].equals(table["y"])


def test_missing_events_become_events_or_none() -> None:
    """The extremes of yes or no are yes and no, even if only one of them was observed."""
    table = little(
        g=pd.array(["a", "a", "b", "b"], "string"), y=pd.array([True, None, None, True], "boolean")
    )
    filled, n_set = fill_missing(table, BY_GROUP, "y", sign=1, parameters={})
    assert filled["y"].tolist() == [True, True, False, True]
    assert n_set == 2


def test_in_a_correlation_the_extreme_follows_the_rank_of_x() -> None:
    """A row at the mean rank of x cannot speak for either direction and stays missing."""
    table = little(
        x=pd.array([1, 2, 3, 4, 5], "Int64"), y=pd.array([None, 10.0, None, 20.0, None], "Float64")
    )
    filled, n_set = fill_missing(table, {"x": "x"}, "y", sign=1, parameters={})
    assert filled["y"].fillna(-9).tolist() == [10.0, 10.0, -9.0, 20.0, 20.0]
    assert n_set == 2


def test_patients_are_counted_once_where_they_are_the_unit() -> None:
    """A value on every row of a patient is one value."""
    table = pd.DataFrame(
        {
            "cluster": pd.array(["p", "p", "q", "r"], "string"),
            "g": pd.array(["a", "a", "a", "b"], "string"),
            "y": pd.array([None, None, 3.0, 1.0], "Float64"),
        }
    )
    spec = {**BY_GROUP, "unit": "patient"}
    assert fill_missing(table, spec, "y", sign=1, parameters={})[1] == 1


def test_a_choice_that_leaves_a_group_empty_is_told_and_not_hidden() -> None:
    """A universe without an answer is still one of those that were declared."""
    only_plain = [
        {"id": "diets", "choices": [{"id": "both"}, {"id": "plain", "keep": "diet == 'plain'"}]}
    ]
    items = computed(rats(), analyses=["by_diet"], alternatives=only_plain)
    silent = [item.row for item in items if item.choices["diets"] == "plain"]
    assert silent
    assert not any(row.status == "ok" and math.isfinite(row.p) and row.p < 1 for row in silent)


def test_an_expression_that_does_not_fit_is_named_with_its_choice() -> None:
    """The person who wrote the choice must find it again."""
    wrong = universes(
        [{"id": "clock", "choices": [{"id": "odd", "set": {"seconds": "diet * 2"}}]}]
    )[0]
    variables = {"seconds": Variable(name="seconds", type="number", labels={})}
    with pytest.raises(ChoiceError, match=r"multiverse\.alternatives\.clock\.odd\.set\.seconds"):
        under(wrong, rats(), variables, {})


def test_the_direction_is_that_of_the_as_published_headline() -> None:
    """A ratio below 1 and a difference below 0 point down; without an estimate, nowhere."""
    base = {"analysis": "a", "kind": "compare", "outcome": "y", "headline": True}
    published = {**base, "perspective": "as_published"}
    ratio = results.ResultRow(**published, estimand="odds_ratio", estimate=math.inf)
    shift = results.ResultRow(**published, estimand="hodges_lehmann_shift", estimate=-0.2)
    none = results.ResultRow(**published, estimand="odds_ratio")
    assert [direction([row]) for row in (ratio, shift, none)] == [1, -1, 0]


def test_specifications_survive_their_file(found: list[Specification], tmp_path: Path) -> None:
    """Figures, tables and verdicts read what the job wrote."""
    path = tmp_path / "main.csv"
    write_specifications(path, found, ["clock", "trials", "absent"])
    again = read_specifications([path])
    assert list(map(repr, again)) == list(map(repr, found))
    assert len({item.id for item in again}) == len(again)
    (tmp_path / "rows.csv").write_text("analysis,kind\n", encoding="utf-8")
    with pytest.raises(ValueError, match="not a table of specifications"):
        read_specifications(tmp_path / "rows.csv")


# -- settings and plan -------------------------------------------------------


def test_every_mistake_of_the_multiverse_is_told_at_once() -> None:
    """A name that leads nowhere would silently leave out a universe."""
    raw = config(
        multiverse={
            "analyses": ["by_dite", "errors_and_time"],
            "outcomes": ["reached"],
            "alternatives": [
                {
                    "id": "method",
                    "choices": [
                        {"id": "one", "keep": "errors > 1"},
                        {"id": "one", "set": {"seconds": "secnds * 2", "trial": "errors"}},
                    ],
                },
            ],
        }
    )
    with pytest.raises(SettingsError) as caught:
        complete(raw, SCHEMA)
    text = "\n".join(caught.value.lines)
    for expected in (
        "multiverse.analyses[0]: 'by_dite' is not a comparison or correlation.",
        "multiverse.analyses[1]: 'errors_and_time' has none of multiverse.outcomes",
        "multiverse.outcomes: 'reached' is no outcome of these analyses.",
        "multiverse.alternatives[0].id: 'method' is a column of results",
        "multiverse.alternatives[0].choices: the id 'one' is there twice",
        "multiverse.alternatives[0].choices[0]: the first choice is the main analysis",
        "multiverse.alternatives[0].choices[1].set.seconds: 'secnds' is not a variable",
        "multiverse.alternatives[0].choices[1].set: 'trial' is a id",
        "multiverse.alternatives[0].choices[1].set: 'slow' is derived from 'seconds'",
    ):
        assert expected in text
    assert len(caught.value.lines) == 9


def test_no_decision_can_be_called_like_a_column() -> None:
    """Two columns of one name cannot be told apart."""
    assert set(RESERVED_DECISIONS) == {"specification", "reading", "n_set", *results.COLUMNS}


def test_a_study_without_a_multiverse_has_nothing_to_do() -> None:
    """The block is optional."""
    plain = complete(config(), SCHEMA)
    assert plan_multiverse.multiverse_files(plain) == []
    assert plan_multiverse.specification_figures(plain) == []
    assert plan_multiverse.multiverse_tables(plain) == []
    assert "readings" not in plan_report.tables(plain)


def test_a_new_label_computes_nothing_again() -> None:
    """Wording is shown; it changes no number."""
    other = [{**ALTERNATIVES[0], "label": "Which clock"}, *ALTERNATIVES[1:]]
    assert plan_multiverse.multiverse_parameters(
        settings(), "main"
    ) == plan_multiverse.multiverse_parameters(settings(alternatives=other), "main")


def test_only_the_named_outcomes_are_repeated() -> None:
    """What is left out is declared, not picked by its answer."""
    asked = plan_multiverse.multiverse_parameters(settings(outcomes=["seconds"]), "main")
    assert [item["spec"]["outcomes"] for item in asked["analyses"]] == [["seconds"], ["seconds"]]
    assert all(item["methods"]["n_resamples"] == 99 for item in asked["analyses"])
    assert asked["reading"] == ""


# -- figure and table --------------------------------------------------------


def view_of(found: list[Specification], kind: str, analysis: str = "by_diet") -> SpecifiedView:
    shown = plan_multiverse.view_parameters(settings(), kind, analysis)
    return SpecifiedView.of(shown, [item for item in found if item.row.analysis == analysis])


def test_the_figure_draws_every_specification_of_its_estimands(
    found: list[Specification], tmp_path: Path
) -> None:
    """A specification curve with gaps would be a selection."""
    outputs = {name: tmp_path / f"f.{name}" for name in ("png", "svg", "pdf", "csv", "alt")}
    draw_files("specification", view_of(found, "specification"), outputs)
    with outputs["csv"].open(encoding="utf-8") as handle:
        records = list(csv.DictReader(handle))
    for outcome, estimand in (("seconds", "hodges_lehmann_shift"), ("reached", "risk_difference")):
        wanted = {
            item.id
            for item in found
            if item.row.analysis == "by_diet"
            and item.row.outcome == outcome
            and item.row.estimand == estimand
        }
        drawn = [record for record in records if record["outcome"] == outcome]
        assert {record["specification"] for record in drawn} == wanted
        sides = {record["perspective"] for record in drawn if record["main"] == "true"}
        assert sides == {"as_published", "cluster_aware"}
    places = [int(r["place"]) for r in records if r["outcome"] == "seconds"]
    assert len(set(places)) == len(places)
    assert "Hodges-Lehmann shift" in outputs["alt"].read_text(encoding="utf-8")


def test_the_figure_says_how_many_and_stays_on_its_sheet(found: list[Specification]) -> None:
    """A clipped or unlabelled figure is a wrong one."""
    with canvas.house_style():
        drawing = draw("specification", view_of(found, "specification"))
        figure = drawing.figure
        figure.set_dpi(style.PNG_DPI)
        figure.draw_without_rendering()
        renderer = figure.canvas.get_renderer()
        width, height = figure.canvas.get_width_height()
        ticks = {
            t for axes in figure.axes for t in (*axes.get_xticklabels(), *axes.get_yticklabels())
        }
        texts = [t for t in set(figure.findobj(Text)) - ticks if t.get_text().strip()]
        for text in texts:
            box = text.get_window_extent(renderer)
            assert box.x0 >= -1 and box.x1 <= width + 1, text.get_text()
            assert box.y0 >= -1 and box.y1 <= height + 1, text.get_text()
    said = " ".join(" ".join(t.get_text() for t in texts).split())
    assert "Real data: made up for a test." in said
    assert "trials in 12 rats" in said
    assert "As published: 12 specifications drawn" in said
    assert "Clock too slow" in said


def test_the_same_specifications_give_the_same_bytes(
    found: list[Specification], tmp_path: Path
) -> None:
    """Reruns are compared byte by byte."""
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        outputs = {name: tmp_path / run / name for name in ("svg", "pdf", "csv", "alt")}
        draw_files("specification", view_of(found, "specification", "errors_and_time"), outputs)
    for name in ("svg", "pdf", "csv", "alt"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_table_counts_what_the_file_holds(found: list[Specification]) -> None:
    """Numbers of agreement are counted from all rows, by a second way here."""
    view = view_of(found, "multiverse")
    table = make("multiverse", view)
    mine = [item for item in found if item.row.analysis == "by_diet"]
    assert len(table.records) == len(mine)
    welch = [
        item.row
        for item in mine
        if item.row.outcome == "seconds" and item.row.method == "geometric_mean_ratio_welch"
    ]
    line = next(line for line in table.lines if line.cells.get("method") == "Welch t on logs")
    assert line.cells["n"] == str(len(welch)) == "12"
    assert line.cells["below"] == f"{sum(row.p < 0.05 for row in welch)} of 12"
    assert line.cells["direction"] == f"{sum(row.estimate > 1 for row in welch)} of 12"
    low, high = (f"{end([row.estimate for row in welch]):.2f}" for end in (min, max))
    assert line.cells["range"] == f"{low} to {high}"
    p_rows = [
        item.row
        for item in mine
        if item.row.outcome == "seconds"
        and item.row.perspective == "cluster_aware"
        and item.row.status == "ok"
        and not math.isnan(item.row.p)
    ]
    counted = share_below(answers(view, "seconds"), "cluster_aware")
    assert counted == (sum(row.p < 0.05 for row in p_rows), len(p_rows))


@pytest.mark.parametrize("kind", ["specification", "multiverse"])
def test_a_view_without_specifications_is_refused(kind: str) -> None:
    """An empty curve would look like an answer."""
    shown = plan_multiverse.view_parameters(settings(), kind, "by_diet")
    view = View.from_settings(shown)
    with pytest.raises(ValueError, match="needs specifications"):
        (draw if kind == "specification" else make)(kind, view)
