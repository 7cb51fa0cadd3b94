"""Turns at the database: who writes much leaves gaps in which others write."""

from __future__ import annotations

import time

from django.db import connection

LONGEST_TRY_S = 0.1
"""Who waits for SQLite's one write lock looks for it at most so seldom: `sqlite3_busy_timeout`, delays of main.c."""


def let_others_write() -> None:
    """Leave SQLite's write lock free for long enough that whoever waits for it finds it so, between two transactions.

    Without it a row of short transactions keeps others waiting as one long one does. PostgreSQL knows no such lock.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(1.2 * LONGEST_TRY_S)
