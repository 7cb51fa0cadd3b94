"""A linear program with whole numbers, built of named variables and named constraints, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import highspy
import numpy as np

Terms = Iterable[tuple[int, float]]
INFINITY = highspy.kHighsInf


@dataclass
class Program:
    """Columns (variables) and rows (constraints) as they are defined; each has a name such as `build[w1,2027]`."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    cost: dict[int, float] = field(default_factory=dict)
    offset: float = 0.0
    most: bool = False
    variables: list[tuple[str, tuple[Hashable, ...]]] = field(default_factory=list)
    rows: list[tuple[str, tuple[Hashable, ...]]] = field(default_factory=list)
    row_low: list[float] = field(default_factory=list)
    row_high: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)
    later: list[tuple[int, int, float]] = field(default_factory=list)

    def variable(self, name: str, *key: Hashable, low: float = 0.0, high: float = INFINITY, whole: bool = False) -> int:
        """Define a variable; the answer is its column."""
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        self.variables.append((name, key))
        return len(self.low) - 1

    def constrain(self, name: str, *key: Hashable, terms: Terms, low: float = -INFINITY, high: float = INFINITY) -> int:
        """Define that low ≤ sum of terms (column, factor) ≤ high; the answer is the row."""
        for column, factor in terms:
            self.columns.append(column)
            self.factors.append(factor)
        self.starts.append(len(self.columns))
        self.row_low.append(low)
        self.row_high.append(high)
        self.rows.append((name, key))
        return len(self.rows) - 1

    def widen(self, row: int, column: int, factor: float) -> None:
        """Add a term to a constraint that is defined already."""
        self.later.append((row, column, factor))

    def terms_of(self, row: int) -> list[tuple[int, float]]:
        """A constraint's terms as they were defined."""
        part = slice(self.starts[row], self.starts[row + 1])
        return list(zip(self.columns[part], self.factors[part], strict=True))

    def minimise(self, terms: Terms, offset: float = 0.0, *, most: bool = False) -> None:
        """Set the objective; with `most` it is maximised."""
        self.cost, self.offset, self.most = dict(terms), offset, most

    def name_of(self, column: int) -> str:
        """A variable's name with its key."""
        name, key = self.variables[column]
        return f"{name}[{','.join(str(part) for part in key)}]"

    def value_of(self, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        """The objective at a point."""
        return self.offset + sum(factor * float(values[column]) for column, factor in self.cost.items())

    def as_lp(self) -> highspy.HighsLp:
        """Give the program as HiGHS takes it."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.low), len(self.rows)
        costs = np.zeros(len(self.low))
        costs[list(self.cost)] = list(self.cost.values())
        lp.col_cost_, lp.offset_ = costs, self.offset
        lp.sense_ = highspy.ObjSense.kMaximize if self.most else highspy.ObjSense.kMinimize
        lp.col_lower_, lp.col_upper_ = np.array(self.low), np.array(self.high)
        lp.row_lower_, lp.row_upper_ = np.array(self.row_low), np.array(self.row_high)
        lp.integrality_ = [highspy.HighsVarType(int(whole)) for whole in self.whole]
        self._fill(lp.a_matrix_, lp.num_col_)
        return lp

    def _fill(self, matrix: highspy.HighsSparseMatrix, columns: int) -> None:
        rows = np.repeat(np.arange(len(self.rows)), np.diff(self.starts))
        late = np.array(self.later, dtype=np.float64).reshape(-1, 3)
        order = np.argsort(every := np.concatenate([rows, late[:, 0].astype(np.int64)]), kind="stable")
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = columns, len(self.rows)
        matrix.start_ = np.searchsorted(every[order], np.arange(len(self.rows) + 1)).astype(np.int32)
        matrix.index_ = np.concatenate([np.array(self.columns, np.int64), late[:, 1]])[order].astype(np.int32)
        matrix.value_ = np.concatenate([np.array(self.factors, np.float64), late[:, 2]])[order]
