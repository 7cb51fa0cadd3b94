"""Open data: what is public as files, as catalogues that machines harvest, and as services that machines ask."""
