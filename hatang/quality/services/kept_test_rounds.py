"""What the hourly round does about kept tests: into the measurement table; and away with what its day is over."""

from __future__ import annotations

from hatang.quality.services.devices import forget_days
from hatang.quality.services.kept_tests import forget_shared, move_kept_tests
from hatang.work.services.rounds import each_round

each_round(move_kept_tests)
each_round(forget_days)
each_round(forget_shared)
