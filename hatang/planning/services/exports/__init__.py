"""A solved scenario as files: a workbook, a GeoPackage, an annex in Word."""
