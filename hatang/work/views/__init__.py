"""Pages of work: a job's progress, the working calendar, notices."""
