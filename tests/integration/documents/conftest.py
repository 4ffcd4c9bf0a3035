from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import storages


@pytest.fixture(autouse=True)
def private_folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Keep PDFs in a folder of the test."""
    folder = tmp_path / "private"
    backend = "django.core.files.storage.FileSystemStorage"
    private = {"BACKEND": backend, "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    assert str(storages["private"].location) == str(folder)
    return folder
