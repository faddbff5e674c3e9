"""Leaving out one patient at a time: the range it finds is that of refitting by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from procohort.stats.inference import Inference, not_estimable
from procohort.stats.influence import leave_one_patient_out
from procohort.stats.mixed import geometric_mean_ratio
from procohort.stats.patient_means import patient_proportion_t
from reference_cases import load_case


def test_the_range_is_that_of_refitting_without_each_patient() -> None:
    """On the public twin of the study's shape: 44 patients, 450 visits."""
    frame, _ = load_case("pbcseq44_ranksum_between")
    y, group, cluster = (frame[name].to_numpy() for name in ("bili", "trt", "id"))
    found = leave_one_patient_out(
        lambda keep: geometric_mean_ratio(y[keep], group[keep], cluster[keep]), cluster
    )
    by_hand = [
        geometric_mean_ratio(y[cluster != one], group[cluster != one], cluster[cluster != one])
        for one in np.unique(cluster)
    ]
    assert found.ci_low == min(part.estimate for part in by_hand)
    assert found.ci_high == max(part.estimate for part in by_hand)
    assert found.p == max(part.p for part in by_hand)
    assert found.extra["n_left_out"] == 44
    assert math.isnan(found.ci_level)


def test_a_conclusion_that_hangs_on_one_patient_is_counted() -> None:
    """The reader must know when one patient decides."""
    y = np.array([0.0, 0.0, 0.0, 10.0])

    def answer(keep):
        return Inference("made_up", estimate=float(y[keep].mean()), p=0.01 if keep[3] else 0.5)

    found = leave_one_patient_out(answer, ["a", "b", "c", "d"])
    assert found.extra["n_turned"] == 1
    assert found.note == "p 0.01 to 0.5; the 5 % conclusion turns for 1 of 4 patients left out."


def test_without_a_result_there_is_no_influence_and_failures_are_counted() -> None:
    """A missing answer is not a small one."""
    none = leave_one_patient_out(lambda keep: not_estimable("m", "No rows."), [1, 2, 3])
    assert none.status == "not_estimable"

    def sometimes(keep):
        whole = keep.all() or keep[0]
        return Inference("m", estimate=1.0, p=0.2) if whole else not_estimable("m", "Gone.")

    assert leave_one_patient_out(sometimes, [1, 2, 3]).extra["n_failed"] == 1


def test_each_patient_counts_once_in_the_mean_of_proportions() -> None:
    """By hand: patients with 1/1, 0/3 and 1/2 have the mean 0.5 and the standard deviation 0.5."""
    found = patient_proportion_t([1, 0, 0, 0, 1, 0], [1, 2, 2, 2, 3, 3])
    assert found.estimate == pytest.approx(0.5)
    assert found.df == 2
    assert (found.ci_low, found.ci_high) == (0.0, 1.0)
    wide = patient_proportion_t([1, 0] * 30, np.repeat(np.arange(30), 2))
    assert wide.status == "not_estimable"
