"""Where a short yearly series is going: methods, intervals, the chance of reaching a level; numbers in, numbers out."""
