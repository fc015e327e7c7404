import pytest

from vcse_portal.imports import registry

from .themes import ThemeImporter


@pytest.fixture(autouse=True)
def theme_importer():
    """The test-only importer, offered while a test runs."""
    registry.register(ThemeImporter)
    yield ThemeImporter
    registry.forget(ThemeImporter.kind)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def write(tmp_path):
    """Function: text or bytes → a file."""

    def write(content, name="themes.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
