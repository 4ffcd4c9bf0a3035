from django.db import models
from django.db.models.functions import Lower


class OfficeAnswer(models.Model):
    """A message that the office often sends with its word on an application.

    `{name}` and `{shop}` are filled in.
    """

    title = models.CharField(max_length=40)
    text = models.TextField(max_length=1500)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(Lower("title"), name="one_office_answer_of_a_name"),
            models.CheckConstraint(
                condition=~models.Q(title="") & ~models.Q(text=""),
                name="office_answer_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.title
