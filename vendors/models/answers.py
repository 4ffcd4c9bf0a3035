from django.db import models
from django.utils.translation import gettext_lazy as _

from vendors.models.shop import Vendor


class AnswerTemplate(models.Model):
    """A text that a shop sends often; `{name}` and `{order}` are filled in."""

    vendor = models.ForeignKey(
        Vendor, on_delete=models.CASCADE, related_name="answer_templates"
    )
    title = models.CharField(_("Name"), max_length=40)
    text = models.TextField(_("Text"), max_length=2000)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "title"], name="one_answer_of_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.title
