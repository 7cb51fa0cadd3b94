"""The plan reader: a document of the genre in; targets, tasks, bodies, legal bases and duties out, with their words."""
