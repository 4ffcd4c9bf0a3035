"""What people ask in public about a product, and what its sellers answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from reviews.models.words import LONGEST_NAME


class ProductQuestion(models.Model):
    """A question about a product, or about all of a family: `product` is its parent.

    Everybody reads it once a seller has answered; until then whoever asked does, and
    the sellers. `author_name` is empty once the account has gone.
    """

    public_id = PublicIdField(prefix="qst")
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="asked"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="asked",
    )
    author_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    text = models.TextField()
    is_hidden = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "reviews"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["product", "-created_at"],
                condition=Q(is_hidden=False),
                name="questions_of_product",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="question_says_something"
            ),
            # A form that is sent twice asks once.
            models.UniqueConstraint(
                "product", "user", MD5("text"), name="one_question_in_these_words"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Question · %(product)s") % {"product": self.product})


class ProductAnswer(models.Model):
    """What a seller of the product answers: one answer each, which may change."""

    public_id = PublicIdField(prefix="ans")
    question = models.ForeignKey(
        ProductQuestion, on_delete=models.CASCADE, related_name="answers"
    )
    partner = models.ForeignKey(
        "partner.Partner", on_delete=models.PROTECT, related_name="product_answers"
    )
    text = models.TextField()
    is_hidden = models.BooleanField(default=False)
    answered_at = models.DateTimeField()

    class Meta:
        app_label = "reviews"
        ordering = ["answered_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="answer_says_something"),
            models.UniqueConstraint(
                fields=["question", "partner"], name="one_answer_of_each_seller"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Answer · %(shop)s") % {"shop": self.partner.name})
