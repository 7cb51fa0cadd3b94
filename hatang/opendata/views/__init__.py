"""The doors: pages for people, files, DCAT, CKAN's action API, OGC API - Features."""
