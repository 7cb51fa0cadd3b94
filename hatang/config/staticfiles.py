"""Third-party scripts and fonts, served from where npm put them; never copied into the repository."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

NDT7 = ("ndt7", "ndt7-download-worker", "ndt7-upload-worker")
NOTO_SANS = "@fontsource/noto-sans/files"
FILES = {
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts.js": "echarts/dist/echarts.common.min.js",
    "vendor/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "vendor/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    **{f"vendor/{name}.js": f"@m-lab/ndt7/src/{name}.js" for name in NDT7},
    "vendor/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    **{
        f"vendor/noto-sans/{subset}-{weight}.woff2": f"{NOTO_SANS}/noto-sans-{subset}-{weight}-normal.woff2"
        for subset in ("latin", "latin-ext", "vietnamese")
        for weight in (400, 600)
    },
}


class NpmFinder(BaseFinder):
    """Find exactly the files listed above, under the names that templates and style sheets use."""

    def __init__(self, app_names: list[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.root = settings.ROOT / "node_modules"

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Give the file's place on disk (a list with `find_all`), or [] when it is none of ours."""
        known = FILES.get(path)
        if known is None:
            return []
        return [str(self.root / known)] if find_all else str(self.root / known)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        """Yield each listed file with a storage that opens it by its public name."""
        storage = NpmStorage(location=self.root)
        return [(path, storage) for path in FILES]


class NpmStorage(FileSystemStorage):
    """Open a public name at its place under node_modules."""

    def path(self, name: str) -> str:
        return super().path(FILES.get(name, name))


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Files under names with a hash, also where one module imports another or asks for it by its own address."""

    support_js_module_import_aggregation = True
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "*.js",
            (
                (
                    r"""(?P<matched>new URL\(["'](?P<url>\.[^"']*)["'], import\.meta\.url\))""",
                    """new URL("%(url)s", import.meta.url)""",
                ),
            ),
        ),
    )
