"""The plan reader's pages: upload, look through, compare, publish, and the published plan's own words."""
