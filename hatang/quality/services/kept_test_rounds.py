"""What the hourly round does about kept tests: into the table, which is kept small; and away when their day is over."""

from __future__ import annotations

from hatang.quality.services.devices import forget_days
from hatang.quality.services.kept_tests import forget_shared, move_kept_tests
from hatang.quality.services.upkeep import keep_table_small
from hatang.work.services.rounds import each_round

each_round(move_kept_tests)
each_round(keep_table_small)
each_round(forget_days)
each_round(forget_shared)
