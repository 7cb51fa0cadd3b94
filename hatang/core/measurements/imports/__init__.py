"""Readers of measurement files that others publish: M-Lab ndt7, Ookla open tiles, i-Speed tables."""
