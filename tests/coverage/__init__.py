"""Tests of the coverage pages and of what they compute."""
