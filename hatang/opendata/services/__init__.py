"""What the doors of open data share: versions, their content, files of it, searches and questions."""
