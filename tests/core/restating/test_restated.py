"""Restating: nothing is lost or made, bounds hold the truth, and what is missing or cannot be is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.restating import (
    Crosswalk,
    CrosswalkError,
    Passing,
    RestateError,
    Share,
    Source,
    align,
    restate_means,
    restate_ratios,
    restate_sums,
    why_not_medians,
)

PEOPLE, AREA = Share.PEOPLE, Share.AREA
counts = st.integers(0, 10_000).map(float)


@st.composite
def walks(draw: st.DrawFn) -> tuple[Crosswalk, np.ndarray]:
    """Make a crosswalk, some of its shares stated officially, and the true shares that it does not tell."""
    passings, truth = [], {}
    for number in range(draw(st.integers(1, 6))):
        targets = draw(st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True))
        parts = [draw(st.integers(1, 20)) for _ in targets]
        stated = draw(st.sampled_from(["official", "estimated", "unknown"]))
        for target, part in zip(targets, parts, strict=True):
            before, after, share = f"cũ {number}", f"mới {target}", part / sum(parts)
            said = {} if stated == "unknown" else {PEOPLE: share}
            official = frozenset({PEOPLE}) if stated == "official" else frozenset()
            passings.append(Passing(before, after, said, official))
            truth[before, after] = share if stated != "estimated" else draw(st.floats(0.01, 1))
    walk = Crosswalk.of(passings)
    shares = np.array([truth[walk.before[o], walk.after[t]] for o, t in zip(walk.origin, walk.target, strict=True)])
    return walk, shares / walk.added(shares)[walk.origin]


@settings(max_examples=40, deadline=None)
@given(walks(), st.data())
def test_sums_before_and_after_agree(made: tuple[Crosswalk, np.ndarray], data: st.DataObject) -> None:
    walk, _ = made
    cell = st.one_of(counts, st.just(float("nan")))
    values = np.array(data.draw(st.lists(st.tuples(cell, cell), min_size=len(walk.before), max_size=len(walk.before))))
    done = restate_sums(values, walk)
    np.testing.assert_allclose(done.before, np.nansum(values, axis=0))
    np.testing.assert_allclose(np.nansum(done.values, axis=0) + done.held_back, done.before, atol=1e-6)
    assert np.all((done.values >= done.lower - 1e-6) | np.isnan(done.values))
    assert np.all((done.values <= done.upper + 1e-6) | np.isnan(done.values))
    for at, after in enumerate(walk.after):
        parts = [walk.before.index(code) for code in walk.parts_of(after)]
        assert np.isnan(done.values[at, 0]) == np.isnan(values[parts, 0]).any()
        assert done.missing_parts(after, 0) == [walk.before[p] for p in parts if np.isnan(values[p, 0])]


@settings(max_examples=40, deadline=None)
@given(walks(), st.data())
def test_the_truth_lies_in_the_interval_however_people_were_spread(
    made: tuple[Crosswalk, np.ndarray], data: st.DataObject
) -> None:
    """Counted people and the others go where they like; what is official binds both."""
    walk, shares = made
    pairs = data.draw(st.lists(st.tuples(counts, counts), min_size=len(walk.before), max_size=len(walk.before)))
    counted, others = (np.array(side) for side in zip(*pairs, strict=True))
    uncertain = walk.weights(PEOPLE).estimated
    loose = np.array(data.draw(st.lists(st.floats(0.01, 1), min_size=len(shares), max_size=len(shares))))
    loose = np.where(uncertain, loose / walk.added(np.where(uncertain, loose, 0) + 1e-12)[walk.origin], shares)
    here = np.bincount(walk.target, counted[walk.origin] * shares, minlength=len(walk.after))
    rest = np.bincount(walk.target, others[walk.origin] * loose, minlength=len(walk.after))
    sums = restate_sums(counted, walk)
    assert np.all(sums.lower - 1e-6 <= here)
    assert np.all(here <= sums.upper + 1e-6)
    some = here + rest > 1e-6
    ratio = restate_ratios(counted, counted + others, walk)
    true = 100 * here[some] / (here + rest)[some]
    assert np.all(ratio.lower[some] - 1e-6 <= true)
    assert np.all(true <= ratio.upper[some] + 1e-6)


@settings(max_examples=40, deadline=None)
@given(walks(), st.data())
def test_a_mean_stays_between_the_means_it_is_made_of(made: tuple[Crosswalk, np.ndarray], data: st.DataObject) -> None:
    walk, shares = made
    size = len(walk.before)
    values = np.array(data.draw(st.lists(counts, min_size=size, max_size=size)))
    weights = np.array(data.draw(st.lists(st.floats(1, 100), min_size=size, max_size=size)))
    done = restate_means(values, weights, walk)
    heavy = weights[walk.origin] * shares
    above, below = (
        np.bincount(walk.target, x, minlength=len(walk.after)) for x in (heavy * values[walk.origin], heavy)
    )
    some = below > 1e-6
    assert np.all(done.lower[some] - 1e-6 <= (above / np.where(below, below, 1))[some])
    assert np.all((above / np.where(below, below, 1))[some] <= done.upper[some] + 1e-6)


def test_a_commune_of_whole_and_split_ones_says_what_was_estimated() -> None:
    """Bản Xa: A whole (800 of 1,000 households with fibre), and of B (100 of 400) an unknown part."""
    walk = Crosswalk.of([Passing("A", "Bản Xa"), Passing("B", "Bản Xa"), Passing("B", "Bản Gần")])
    done = restate_ratios([800, 100], [1000, 400], walk)
    far = walk.after.index("Bản Xa")
    assert done.values[far] == pytest.approx(100 * 850 / 1200)
    assert done.estimated[far] == pytest.approx(200 / 1200)
    assert (done.lower[far], done.upper[far]) == (pytest.approx(100 * 800 / 1300), pytest.approx(100 * 900 / 1100))
    assert Source(done.source[far]) is Source.EQUAL
    near = walk.after.index("Bản Gần")
    assert (done.values[near], done.lower[near], done.upper[near]) == (25, 0, 100)


def test_an_official_share_leaves_nothing_estimated_and_gives_the_last_part_its_rest() -> None:
    stated = Passing("B", "X", {PEOPLE: 0.3}, frozenset({PEOPLE}))
    walk = Crosswalk.of([stated, Passing("B", "Y")])
    done = restate_sums([1000.0], walk)
    assert done.values.tolist() == done.lower.tolist() == done.upper.tolist() == [300, 700]
    assert done.estimated.tolist() == [0, 0]
    assert done.source.tolist() == [Source.OFFICIAL, Source.OFFICIAL]


def test_what_remains_is_parted_by_area_where_only_area_is_known() -> None:
    walk = Crosswalk.of([Passing("B", "X", {AREA: 0.25}), Passing("B", "Y", {AREA: 0.75})])
    assert restate_sums([1000.0], walk, PEOPLE).values.tolist() == [250, 750]
    assert walk.weights(PEOPLE).source.tolist() == [Source.BORROWED] * 2
    assert walk.weights(AREA).source.tolist() == [Source.ESTIMATED] * 2


@pytest.mark.parametrize(
    ("passings", "said"),
    [
        ([Passing("B", "X", {PEOPLE: 0.5}), Passing("B", "Y", {PEOPLE: 0.4})], "B: các phần dân số cộng lại là 90 %"),
        ([Passing("B", "X", {PEOPLE: 0.5})], "B: các phần dân số cộng lại là 50 %"),
        ([Passing("B", "X", {PEOPLE: 1.2})], "B → X: phần dân số 120 % phải từ 0 đến 100 %"),
        ([Passing("B", "X"), Passing("B", "X")], "B → X có hai dòng"),
    ],
)
def test_shares_that_cannot_be_are_named(passings: list[Passing], said: str) -> None:
    with pytest.raises(CrosswalkError, match=said):
        Crosswalk.of(passings).weights(PEOPLE)


def test_a_median_and_impossible_ratios_are_refused() -> None:
    walk = Crosswalk.of([Passing("A", "X"), Passing("B", "X")])
    assert "Trung vị không tính lại được" in why_not_medians()
    with pytest.raises(RestateError, match="B: tử số lớn hơn mẫu số"):
        restate_ratios([1, 5], [2, 4], walk)
    assert restate_ratios([1, 5], [2, 4], walk, of_whole=False).values.tolist() == [100]
    with pytest.raises(RestateError, match="A: tử số âm"):
        restate_ratios([-1, 5], [2, 9], walk)


def test_units_that_the_crosswalk_does_not_know_are_named_and_twice_is_an_error() -> None:
    walk = Crosswalk.of([Passing("A", "X"), Passing("B", "X")])
    values, unknown = align(["B", "C"], [5.0, 7.0], walk)
    assert unknown == ["C"]
    assert restate_sums(values, walk).missing_parts("X") == ["A"]
    with pytest.raises(RestateError, match="B có hai dòng"):
        align(["B", "B"], [1.0, 2.0], walk)
