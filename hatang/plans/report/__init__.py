"""The yearly report to the provincial committee: its content, and the same content as PDF, DOCX and page."""
