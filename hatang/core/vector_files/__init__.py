"""Read polygons, lines and points out of an untrusted GeoJSON, GeoPackage, KML or Shapefile, as WGS 84.

RFC 7946 (GeoJSON), OGC 12-128 (GeoPackage), OGC 12-007r2 (KML), ESRI Shapefile Technical Description (1998). Nothing
is unpacked to the disk and no outer library opens the file: each reader walks the bytes once, one feature in memory at
a time.
"""

from hatang.core.vector_files.faults import Choice, Limits, VectorFileError
from hatang.core.vector_files.opening import Feature, VectorFile, open_vector

__all__ = ["Choice", "Feature", "Limits", "VectorFile", "VectorFileError", "open_vector"]
