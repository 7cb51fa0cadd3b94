"""GeoDjango on plain SQLite: a database backend that needs no loadable extension. It stands alone."""
