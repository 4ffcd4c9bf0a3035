from django.db import models

from marketplace.db.fields import PublicIdField
from marketplace.db.storage import private_storage
from vendors.models.shop import Application

LONGEST_NAME = 80


class ApplicationFile(models.Model):
    """A picture that we drew anew, or a PDF, that a shop adds to its application."""

    public_id = PublicIdField(prefix="apf")
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="files"
    )
    # As its sender called it.
    name = models.CharField(max_length=LONGEST_NAME)
    file = models.FileField(upload_to="applications/", storage=private_storage)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a browser shows it: a PDF is only handed down."""
        return not str(self.file).endswith(".pdf")
